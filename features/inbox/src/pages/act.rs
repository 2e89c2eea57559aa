//! What people do in the inbox: forms, with and without JavaScript.

use askama::Template;
use axum::extract::State;
use axum::handler::Handler as _;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use db::TenantTx;
use kernel::{ConversationId, EffectId, Role, RunId, UserId};
use serde::Deserialize;
use web::i18n::Message;
use web::ui::{Flash, Frame, Shell, Undo};
use web::{Access, Form, Html, Member, Path, Problem, Query, Routes};

use super::head::HeadPart;
use super::wanted::Wanted;
use super::{composer, found};
use crate::api::{person, roomy};
use crate::owner::ChangeError;
use crate::reply::ReplyError;
use crate::{Inbox, owner, resolve, suggestion};

pub(super) fn routes() -> Routes<Inbox> {
    let acts = Access::Member(Role::Agent);
    Routes::new()
        .page(
            Method::POST,
            "/inbox/{id}/reply",
            acts,
            composer::answer.layer(roomy()),
        )
        .page(Method::POST, "/inbox/{id}/change", acts, change)
        .page(Method::POST, "/inbox/{id}/suggestion", acts, decide)
        .page(Method::POST, "/inbox/{id}/outcome", acts, outcome)
}

/// Something that the head of a thread offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    TakeOver,
    HandBack,
    Resolve,
    Reopen,
    AiOn,
    AiOff,
}

impl Act {
    const ALL: [Self; 6] = [
        Self::TakeOver,
        Self::HandBack,
        Self::Resolve,
        Self::Reopen,
        Self::AiOn,
        Self::AiOff,
    ];

    /// Its name in a form.
    const fn name(self) -> &'static str {
        match self {
            Self::TakeOver => "take-over",
            Self::HandBack => "hand-back",
            Self::Resolve => "resolve",
            Self::Reopen => "reopen",
            Self::AiOn => "ai-on",
            Self::AiOff => "ai-off",
        }
    }

    /// What takes it back.
    const fn undone_by(self) -> Self {
        match self {
            Self::TakeOver => Self::HandBack,
            Self::HandBack => Self::TakeOver,
            Self::Resolve => Self::Reopen,
            Self::Reopen => Self::Resolve,
            Self::AiOn => Self::AiOff,
            Self::AiOff => Self::AiOn,
        }
    }

    fn done(self, shell: &Shell) -> Message<'static> {
        match self {
            Self::TakeOver => shell.t("inbox.done.take_over"),
            Self::HandBack => shell.t("inbox.done.hand_back"),
            Self::Resolve => shell.t("inbox.done.resolve"),
            Self::Reopen => shell.t("inbox.done.reopen"),
            Self::AiOn => shell.t("inbox.done.ai_on"),
            Self::AiOff => shell.t("inbox.done.ai_off"),
        }
    }

    async fn run(
        self,
        inbox: &Inbox,
        tx: &mut TenantTx,
        id: ConversationId,
        user: UserId,
    ) -> Result<(), ChangeError> {
        let now = inbox.clock.now();
        match self {
            Self::TakeOver => owner::take_over(tx, id, user, now).await,
            Self::HandBack => owner::hand_back(tx, id, now).await,
            Self::Resolve => resolve::resolve(tx, id, now).await,
            Self::Reopen => resolve::reopen(tx, id).await,
            Self::AiOn => owner::set_ai(tx, id, true, now).await,
            Self::AiOff => owner::set_ai(tx, id, false, now).await,
        }
    }
}

#[derive(Deserialize)]
struct Change {
    what: String,
    /// It takes something back, which is not offered once more.
    undo: Option<String>,
}

/// The head after a change, and a word about it.
#[derive(Template)]
#[template(path = "inbox_changed.html")]
struct ChangedPart {
    shell: Frame,
    head: HeadPart,
    flash: Flash,
}

async fn change(
    State(inbox): State<Inbox>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<ConversationId>,
    Query(wanted): Query<Wanted>,
    Form(form): Form<Change>,
) -> Result<Response, Problem> {
    let user = person(&member)?;
    let act = Act::ALL.into_iter().find(|act| act.name() == form.what);
    let act = act.ok_or_else(|| Problem::bad_request("There is no such action."))?;
    let mut tx = inbox.db.tenant(&member.scope).await?;
    act.run(&inbox, &mut tx, id, user).await?;
    let it = found(&mut tx, id).await?;
    tx.commit().await?;
    if !web::access::is_htmx(&headers) {
        return Ok(Redirect::to(&wanted.at(&format!("/inbox/{id}"))).into_response());
    }
    let shell = web::member_shell(&member, "inbox", &headers);
    let mut flash = Flash::ok(act.done(&shell).to_string());
    if form.undo.is_none() {
        let back = act.undone_by().name();
        let path = wanted.at(&format!("/inbox/{id}/change"));
        flash.undo = Some(undo(path, &[("what", back), ("undo", "true")]));
    }
    let part = ChangedPart {
        head: HeadPart::of(&shell, it, &wanted),
        shell: shell.frame,
        flash,
    };
    Ok(Html(part).into_response())
}

fn undo(action: String, fields: &[(&str, &str)]) -> Undo {
    let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    Undo {
        action,
        fields: fields.iter().map(own).collect(),
    }
}

#[derive(Deserialize)]
struct Decided {
    run: RunId,
    decision: String,
    #[serde(default)]
    text: String,
}

/// A word in the corner of the page that is open.
#[derive(Template)]
#[template(path = "inbox_told.html")]
struct ToldPart {
    shell: Frame,
    flash: Flash,
}

async fn decide(
    State(inbox): State<Inbox>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<ConversationId>,
    Query(wanted): Query<Wanted>,
    Form(form): Form<Decided>,
) -> Result<Response, Problem> {
    let user = person(&member)?;
    let now = inbox.clock.now();
    let mut tx = inbox.db.tenant(&member.scope).await?;
    let done = match form.decision.as_str() {
        "approve" => {
            let text = Some(form.text.as_str()).filter(|text| !text.trim().is_empty());
            suggestion::approve(&mut tx, form.run, user, text, now)
                .await
                .map(|_| ())
        }
        "restore" => suggestion::restore(&mut tx, form.run).await,
        _ => suggestion::dismiss(&mut tx, form.run, user, now).await,
    };
    match done {
        Ok(()) => tx.commit().await?,
        Err(error) => return refused(&inbox, &member, &headers, id, &wanted, error).await,
    }
    if !web::access::is_htmx(&headers) {
        return Ok(Redirect::to(&wanted.at(&format!("/inbox/{id}"))).into_response());
    }
    if form.decision != "dismiss" {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let shell = web::member_shell(&member, "inbox", &headers);
    let mut flash = Flash::ok(shell.t("inbox.done.dismiss").to_string());
    let path = wanted.at(&format!("/inbox/{id}/suggestion"));
    let run = form.run.to_string();
    flash.undo = Some(undo(path, &[("run", &run), ("decision", "restore")]));
    let part = ToldPart {
        shell: shell.frame,
        flash,
    };
    Ok(Html(part).into_response())
}

/// What can't be done is said at the composer; what was typed stays where it is.
async fn refused(
    inbox: &Inbox,
    member: &Member,
    headers: &HeaderMap,
    id: ConversationId,
    wanted: &Wanted,
    error: ReplyError,
) -> Result<Response, Problem> {
    let Some(problem) = composer::problem(&error) else {
        return Err(error.into());
    };
    if web::access::is_htmx(headers) {
        return composer::said(inbox, member, headers, id, problem).await;
    }
    let name = problem.rsplit('.').next().unwrap_or_default();
    let to = wanted.refused(&format!("/inbox/{id}"), name);
    Ok(Redirect::to(&to).into_response())
}

#[derive(Deserialize)]
struct Word {
    effect: EffectId,
    outcome: String,
}

async fn outcome(
    State(inbox): State<Inbox>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<ConversationId>,
    Query(wanted): Query<Wanted>,
    Form(form): Form<Word>,
) -> Result<Response, Problem> {
    use channels::effects::{ResolveError, do_not_send, mark_sent, send_again};
    let now = inbox.clock.now();
    let mut tx = inbox.db.tenant(&member.scope).await?;
    let done = match form.outcome.as_str() {
        "sent" => mark_sent(&mut tx, form.effect, now).await,
        "again" => send_again(&mut tx, form.effect, now).await,
        _ => do_not_send(&mut tx, form.effect, now).await,
    };
    match done {
        Ok(_) => tx.commit().await?,
        // Somebody else was faster: the thread shows what was decided.
        Err(ResolveError::NotResting) => {}
        Err(ResolveError::NotFound) => return Err(Problem::not_found()),
        Err(ResolveError::Database(error)) => return Err(error.into()),
    }
    // With htmx the change signal brings the news.
    Ok(if web::access::is_htmx(&headers) {
        StatusCode::NO_CONTENT.into_response()
    } else {
        Redirect::to(&wanted.at(&format!("/inbox/{id}"))).into_response()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_something_back_is_taken_back_by_it() {
        for act in Act::ALL {
            assert_eq!(act.undone_by().undone_by(), act);
            assert_ne!(act.undone_by(), act);
        }
    }
}
