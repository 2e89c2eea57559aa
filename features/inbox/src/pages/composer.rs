//! The composer: what a person writes, with or without a picture, and why it was not taken.

use askama::Template;
use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use channels::accounts::AccountState;
use chrono::{DateTime, Utc};
use kernel::{ConversationId, MessageId, Platform};
use meta::WindowState;
use serde::Deserialize;
use web::i18n::Message;
use web::ui::Shell;
use web::{Form, Html, Member, Path, Problem, Query};

use super::wanted::Wanted;
use super::{found, opened};
use crate::Inbox;
use crate::api::person;
use crate::conversation::Conversation;
use crate::reply::{self, Content, ReplyError};
use crate::upload::{self, UploadError, most_megabytes};

/// What stands in the composer.
#[derive(Debug, Default)]
pub(super) struct Typed {
    text: String,
    /// Why it was not sent, as the last part of a key of the catalogue.
    problem: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "inbox_composer.html")]
pub(super) struct ComposerPart {
    shell: Shell,
    it: Conversation,
    /// Where the form is sent.
    action: String,
    /// Whether the account works.
    account: AccountState,
    limit: u16,
    unit: &'static str,
    text: String,
    once: OncePart,
    problem: ProblemPart,
}

/// The field that names the answer, so that a form that is sent twice is one answer.
#[derive(Template)]
#[template(path = "inbox_once.html")]
struct OncePart {
    once: MessageId,
}

/// What an open page gets when the answer was taken: the name of the next one.
#[derive(Template)]
#[template(path = "inbox_taken.html")]
struct TakenPart {
    once: OncePart,
}

/// Why something was not sent; it is shown above the words, which stay.
#[derive(Template)]
#[template(path = "inbox_problem.html")]
struct ProblemPart {
    shell: Shell,
    megabytes: usize,
    problem: Option<&'static str>,
}

impl ProblemPart {
    fn of(shell: &Shell, platform: Platform, problem: Option<&'static str>) -> Self {
        Self {
            shell: shell.clone(),
            megabytes: most_megabytes(platform),
            problem,
        }
    }
}

impl Typed {
    /// An empty composer that says why something was not done.
    pub(super) fn refused(problem: &str) -> Self {
        Self {
            text: String::new(),
            problem: PROBLEMS
                .into_iter()
                .find(|known| known.rsplit('.').next() == Some(problem)),
        }
    }
}

/// Every reason, as a key of the catalogue.
const PROBLEMS: [&str; 9] = [
    "inbox.problem.closed",
    "inbox.problem.person",
    "inbox.problem.stale",
    "inbox.problem.empty",
    "inbox.problem.long",
    "inbox.problem.picture_large",
    "inbox.problem.picture_kind",
    "inbox.problem.picture_gone",
    "inbox.problem.other",
];

impl ComposerPart {
    pub(super) fn of(
        shell: &Shell,
        it: &Conversation,
        wanted: &Wanted,
        account: AccountState,
        typed: Typed,
    ) -> Self {
        let (limit, unit) = match it.platform() {
            Platform::Instagram => (1000, "bytes"),
            Platform::Whatsapp => (4096, "characters"),
        };
        Self {
            shell: shell.clone(),
            it: it.clone(),
            action: wanted.at(&format!("/inbox/{}/reply", it.id)),
            account,
            limit,
            unit,
            text: typed.text,
            once: OncePart::fresh(),
            problem: ProblemPart::of(shell, it.platform(), typed.problem),
        }
    }

    fn window(&self) -> WindowState {
        self.it.window(self.shell.now)
    }

    /// Whether a person can send something now.
    fn may_send(&self) -> bool {
        self.window().allows_people() && self.account != AccountState::Disconnected
    }

    /// What is wrong with the account.
    fn trouble(&self) -> Option<Message<'static>> {
        match self.account {
            AccountState::Connected => None,
            AccountState::Reconnect => Some(self.shell.t("inbox.account.reconnect")),
            AccountState::Disconnected => Some(self.shell.t("inbox.account.disconnected")),
        }
    }

    /// When the window closes.
    fn closes(&self) -> Option<DateTime<Utc>> {
        self.window().closes_at()
    }

    /// The largest picture, in bytes.
    fn largest(&self) -> usize {
        self.problem.megabytes << 20
    }
}

impl OncePart {
    fn fresh() -> Self {
        Self {
            once: MessageId::new(),
        }
    }
}

/// A sent form.
pub(super) struct Answer {
    text: String,
    human_agent: bool,
    /// What the form calls its answer.
    once: Option<MessageId>,
    picture: Option<Bytes>,
    /// The picture was larger than anything that is read.
    too_large: bool,
}

#[derive(Deserialize)]
struct Plain {
    #[serde(default)]
    text: String,
    human_agent: Option<String>,
    #[serde(default)]
    once: String,
}

impl<S: Send + Sync> FromRequest<S> for Answer {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let kind = request.headers().get(CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("multipart/form-data") {
            let Form(plain) = Form::<Plain>::from_request(request, state).await?;
            return Ok(Self {
                text: plain.text,
                human_agent: plain.human_agent.is_some(),
                once: plain.once.parse().ok(),
                picture: None,
                too_large: false,
            });
        }
        let form = Multipart::from_request(request, state).await;
        read(form.map_err(|_| malformed())?).await
    }
}

/// Reads the fields one after the other: the words come before the picture, so that they are there
/// also when the picture is too large.
async fn read(mut form: Multipart) -> Result<Answer, Problem> {
    let mut answer = Answer {
        text: String::new(),
        human_agent: false,
        once: None,
        picture: None,
        too_large: false,
    };
    loop {
        let field = match form.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => return Ok(answer),
            Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                answer.too_large = true;
                return Ok(answer);
            }
            Err(_) => return Err(malformed()),
        };
        match field.name() {
            Some("text") => answer.text = field.text().await.map_err(|_| malformed())?,
            Some("human_agent") => answer.human_agent = true,
            Some("once") => {
                let named = field.text().await.map_err(|_| malformed())?;
                answer.once = named.parse().ok();
            }
            Some("image") => match field.bytes().await {
                // A form without a chosen file sends an empty one.
                Ok(bytes) => answer.picture = Some(bytes).filter(|bytes| !bytes.is_empty()),
                Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                    answer.too_large = true;
                    return Ok(answer);
                }
                Err(_) => return Err(malformed()),
            },
            _ => {}
        }
    }
}

fn malformed() -> Problem {
    Problem::bad_request("The form can't be read.")
}

/// A person answers.
pub(super) async fn answer(
    State(inbox): State<Inbox>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<ConversationId>,
    Query(wanted): Query<Wanted>,
    form: Answer,
) -> Result<Response, Problem> {
    let htmx = web::access::is_htmx(&headers);
    let text = form.text.clone();
    let Some(problem) = send(&inbox, &member, id, form).await? else {
        return Ok(if htmx {
            let once = OncePart::fresh();
            Html(TakenPart { once }).into_response()
        } else {
            Redirect::to(&wanted.at(&format!("/inbox/{id}"))).into_response()
        });
    };
    if htmx {
        return said(&inbox, &member, &headers, id, problem).await;
    }
    let typed = Typed {
        text,
        problem: Some(problem),
    };
    let page = opened(&inbox, &member, &headers, id, wanted, typed).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// Says in an open page, at the composer, why something was not done.
pub(super) async fn said(
    inbox: &Inbox,
    member: &Member,
    headers: &HeaderMap,
    id: ConversationId,
    problem: &'static str,
) -> Result<Response, Problem> {
    let shell = web::member_shell(member, "inbox", headers);
    let mut tx = inbox.db.tenant(&member.scope).await?;
    let platform = found(&mut tx, id).await?.platform();
    let said = ProblemPart::of(&shell, platform, Some(problem));
    let there = [
        (HeaderName::from_static("hx-retarget"), "#composer-problem"),
        (HeaderName::from_static("hx-reswap"), "innerHTML"),
    ];
    Ok((StatusCode::UNPROCESSABLE_ENTITY, there, Html(said)).into_response())
}

/// Sends it, or says why not.
async fn send(
    inbox: &Inbox,
    member: &Member,
    id: ConversationId,
    form: Answer,
) -> Result<Option<&'static str>, Problem> {
    let user = person(member)?;
    if form.too_large {
        return Ok(Some("inbox.problem.picture_large"));
    }
    let (text, human_agent, once) = (form.text, form.human_agent, form.once);
    let content = match form.picture {
        None => Content::Text(text),
        Some(bytes) => match upload::take(inbox, &member.scope, user, bytes).await {
            Ok(uploaded) => Content::Upload {
                file: uploaded.id,
                text,
            },
            Err(UploadError::TooLarge) => return Ok(Some("inbox.problem.picture_large")),
            Err(UploadError::Empty | UploadError::NotAPicture) => {
                return Ok(Some("inbox.problem.picture_kind"));
            }
            Err(error @ UploadError::NotKept(_)) => return Err(error.into()),
        },
    };
    let mut tx = inbox.db.tenant(&member.scope).await?;
    let now = inbox.clock.now();
    match reply::send_as_human(&mut tx, id, user, &content, human_agent, once, now).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(None)
        }
        Err(error) => match problem(&error) {
            Some(problem) => Ok(Some(problem)),
            None => Err(error.into()),
        },
    }
}

/// What a person is told at the composer.
pub(super) fn problem(error: &ReplyError) -> Option<&'static str> {
    Some(match error {
        ReplyError::WindowClosed => "inbox.problem.closed",
        ReplyError::HumanAgentOnly => "inbox.problem.person",
        ReplyError::Stale => "inbox.problem.stale",
        ReplyError::Empty => "inbox.problem.empty",
        ReplyError::TooLong => "inbox.problem.long",
        ReplyError::PictureTooLarge { .. } => "inbox.problem.picture_large",
        ReplyError::NoSuchPicture => "inbox.problem.picture_gone",
        ReplyError::Standby | ReplyError::NoAddress | ReplyError::NoWebAddress => {
            "inbox.problem.other"
        }
        ReplyError::NotFound | ReplyError::Database(_) => return None,
    })
}
