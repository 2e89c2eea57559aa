//! The inbox for people.

mod act;
mod bubble;
mod composer;
mod erase;
pub(crate) mod media;
mod thread;

use accounts::notifications;
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, Method};
use db::TenantTx;
use kernel::{ConversationId, Cursor, Limit};
use serde::Deserialize;
use web::ui::Shell;
use web::{Access, Html, Member, Path, Problem, Query, Routes};

use crate::conversation::{Badge, Conversation, Owner, Status};
use crate::kind::Kind;
use crate::list::{self, Filter};
use crate::{Inbox, conversation, resolve};
use composer::{ComposerPart, Typed};
use thread::{MOST_SHOWN, SHOWN, ThreadPart};

pub(crate) fn routes() -> Routes<Inbox> {
    let reads = Access::Member(kernel::Role::Viewer);
    Routes::new()
        .page(Method::GET, "/inbox", reads, inbox)
        .page(Method::GET, "/inbox/list", reads, fresh_list)
        .page(Method::GET, "/inbox/{id}", reads, one)
        .page(Method::GET, "/inbox/{id}/head", reads, fresh_head)
        .page(Method::GET, "/inbox/{id}/thread", reads, fresh_thread)
        .page(Method::GET, "/media/{id}", reads, media::file)
        .merge(act::routes())
        .merge(erase::routes())
}

/// What the list shows.
#[derive(Clone, Debug, Default, Deserialize)]
struct Wanted {
    #[serde(default)]
    show: String,
    #[serde(default)]
    q: String,
    #[serde(default)]
    platform: String,
    #[serde(default)]
    problem: String,
    /// The list goes on behind this.
    after: Option<Cursor>,
    /// How many messages of the thread are shown.
    count: Option<u16>,
    /// What a narrow screen shows: the thread, or `context`.
    #[serde(default)]
    pane: String,
}

impl Wanted {
    fn shown(&self) -> u16 {
        self.count.unwrap_or(SHOWN).clamp(SHOWN, MOST_SHOWN)
    }

    fn filter(&self) -> Filter {
        let (status, owner) = match self.show.as_str() {
            "people" => (Some(Status::Open), Some(Owner::Human)),
            "resolved" => (Some(Status::Resolved), None),
            "all" => (None, None),
            _ => (Some(Status::Open), None),
        };
        Filter {
            status,
            owner,
            platform: self.platform.parse().ok(),
            q: Some(self.q.clone()),
        }
    }
}

#[derive(Template)]
#[template(path = "inbox.html")]
struct InboxPage {
    shell: Shell,
    list: ListPart,
    open: Option<OpenPart>,
}

#[derive(Template)]
#[template(path = "inbox_list.html")]
struct ListPart {
    shell: Shell,
    show: String,
    q: String,
    platform: String,
    after: Option<Cursor>,
    next: Option<Cursor>,
    current: Option<ConversationId>,
    rows: Vec<Conversation>,
}

#[derive(Template)]
#[template(path = "inbox_open.html")]
struct OpenPart {
    shell: Shell,
    head: HeadPart,
    thread: ThreadPart,
    composer: ComposerPart,
}

#[derive(Template)]
#[template(path = "inbox_head.html")]
struct HeadPart {
    shell: Shell,
    it: Conversation,
}

async fn inbox(
    State(inbox): State<Inbox>,
    member: Member,
    headers: HeaderMap,
    Query(wanted): Query<Wanted>,
) -> Result<Html<InboxPage>, Problem> {
    let mut tx = inbox.db.tenant(&member.scope).await?;
    let shell = shell(&mut tx, &member, &headers).await?;
    let list = listed(&mut tx, &shell, &wanted, None).await?;
    Ok(Html(InboxPage {
        shell,
        list,
        open: None,
    }))
}

async fn fresh_list(
    State(inbox): State<Inbox>,
    member: Member,
    headers: HeaderMap,
    Query(wanted): Query<Wanted>,
) -> Result<Html<ListPart>, Problem> {
    let mut tx = inbox.db.tenant(&member.scope).await?;
    let shell = web::member_shell(&member, "inbox", &headers);
    Ok(Html(listed(&mut tx, &shell, &wanted, None).await?))
}

async fn one(
    State(inbox): State<Inbox>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<ConversationId>,
    Query(wanted): Query<Wanted>,
) -> Result<Html<InboxPage>, Problem> {
    let typed = Typed::refused(&wanted.problem);
    opened(&inbox, &member, &headers, id, wanted, typed).await
}

/// The inbox with one conversation open, and what stands in the composer.
async fn opened(
    inbox: &Inbox,
    member: &Member,
    headers: &HeaderMap,
    id: ConversationId,
    wanted: Wanted,
    typed: Typed,
) -> Result<Html<InboxPage>, Problem> {
    let mut tx = inbox.db.tenant(&member.scope).await?;
    if member.role >= kernel::Role::Agent {
        resolve::mark_read(&mut tx, id).await?;
    }
    let mut shell = shell(&mut tx, member, headers).await?;
    if let Some(user) = member.user() {
        let (about, now) = (id.to_string(), inbox.clock.now());
        notifications::see_about(&mut tx, user.id, &about, now).await?;
        shell.notifications = notifications::unread(&mut tx, user.id).await?;
    }
    shell.pane = if wanted.pane == "context" {
        "context"
    } else {
        "thread"
    };
    let it = found(&mut tx, id).await?;
    let list = listed(&mut tx, &shell, &wanted, Some(id)).await?;
    let thread = ThreadPart::of(inbox, &mut tx, &shell, it.clone(), wanted.shown()).await?;
    tx.commit().await?;
    let open = OpenPart {
        composer: ComposerPart::of(&shell, &it, typed),
        head: HeadPart {
            shell: shell.clone(),
            it,
        },
        thread,
        shell: shell.clone(),
    };
    Ok(Html(InboxPage {
        shell,
        list,
        open: Some(open),
    }))
}

async fn fresh_head(
    State(inbox): State<Inbox>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<ConversationId>,
) -> Result<Html<HeadPart>, Problem> {
    let mut tx = inbox.db.tenant(&member.scope).await?;
    let shell = web::member_shell(&member, "inbox", &headers);
    let it = found(&mut tx, id).await?;
    Ok(Html(HeadPart { shell, it }))
}

async fn fresh_thread(
    State(inbox): State<Inbox>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<ConversationId>,
    Query(wanted): Query<Wanted>,
) -> Result<Html<ThreadPart>, Problem> {
    let mut tx = inbox.db.tenant(&member.scope).await?;
    let shell = web::member_shell(&member, "inbox", &headers);
    let it = found(&mut tx, id).await?;
    let thread = ThreadPart::of(&inbox, &mut tx, &shell, it, wanted.shown()).await?;
    Ok(Html(thread))
}

async fn shell(tx: &mut TenantTx, member: &Member, headers: &HeaderMap) -> Result<Shell, Problem> {
    let unread = u32::try_from(list::unread(tx).await?).unwrap_or(u32::MAX);
    let mut shell = web::member_shell(member, "inbox", headers).with_count("inbox", unread);
    shell.unread = unread;
    Ok(shell)
}

async fn found(tx: &mut TenantTx, id: ConversationId) -> Result<Conversation, Problem> {
    let found = conversation::load(tx, id).await?;
    found.ok_or_else(Problem::not_found)
}

async fn listed(
    tx: &mut TenantTx,
    shell: &Shell,
    wanted: &Wanted,
    current: Option<ConversationId>,
) -> Result<ListPart, Problem> {
    let place = wanted.after.as_ref().map(Cursor::key).transpose()?;
    let page = list::conversations(tx, &wanted.filter(), place, Limit::default()).await?;
    Ok(ListPart {
        shell: shell.clone(),
        show: wanted.show.clone(),
        q: wanted.q.clone(),
        platform: wanted.platform.clone(),
        after: wanted.after.clone(),
        next: page.next_cursor,
        current,
        rows: page.items,
    })
}

impl ListPart {
    /// The filters as a query, for links that keep them.
    fn query(&self) -> String {
        self.query_for(&self.show, &self.platform)
    }

    fn query_for(&self, show: &str, platform: &str) -> String {
        let given = [("show", show), ("platform", platform), ("q", &self.q)];
        let given = given.into_iter().filter(|(_, value)| !value.is_empty());
        url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(given)
            .finish()
    }

    /// The same list behind a cursor.
    fn page(&self, after: Option<&Cursor>) -> String {
        match after {
            Some(after) => format!("{}&after={}", self.query(), after.as_str()),
            None => self.query(),
        }
    }

    fn is_current(&self, row: &Conversation) -> bool {
        self.current == Some(row.id)
    }
}

impl Badge {
    const fn tone(self) -> &'static str {
        match self {
            Self::AiReplied | Self::Suggested => "ai",
            Self::Replied => "neutral",
            Self::Escalated | Self::Failed => "danger",
            Self::Waiting => "warn",
            Self::Resolved => "ok",
        }
    }

    const fn key(self) -> &'static str {
        match self {
            Self::AiReplied => "inbox.state.replied",
            Self::Replied => "inbox.state.answered",
            Self::Suggested => "inbox.state.suggested",
            Self::Escalated => "inbox.state.escalated",
            Self::Failed => "inbox.state.failed",
            Self::Waiting => "inbox.state.waiting",
            Self::Resolved => "inbox.state.resolved",
        }
    }
}

impl Conversation {
    /// What kind of thing the last message is.
    fn last(&self) -> Kind {
        Kind::of(&self.last_kind)
    }

    fn called(&self) -> &str {
        if self.name.is_empty() {
            self.platform().label()
        } else {
            &self.name
        }
    }

    fn is_open(&self) -> bool {
        self.status == Status::Open
    }

    fn is_with_ai(&self) -> bool {
        self.owner == Owner::Ai
    }
}
