//! The inbox for people.

mod act;
mod bubble;
mod composer;
mod erase;
mod head;
mod list;
pub(crate) mod media;
mod thread;
mod wanted;

use std::fmt::Display;

use accounts::notifications;
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, Method};
use channels::accounts::AccountState;
use db::TenantTx;
use kernel::{ConversationId, Role};
use web::i18n::Message;
use web::ui::Shell;
use web::{Access, Html, Member, Path, Problem, Query, Routes};

use crate::conversation::{Badge, Conversation, Owner, Status};
use crate::kind::Kind;
use crate::{Inbox, conversation, resolve};
use composer::{ComposerPart, Typed};
use head::HeadPart;
use list::ListPart;
use thread::ThreadPart;
use wanted::Wanted;

pub(crate) fn routes() -> Routes<Inbox> {
    let reads = Access::Member(Role::Viewer);
    Routes::new()
        .page(Method::GET, "/inbox", reads, inbox)
        .page(Method::GET, "/inbox/list", reads, list::fresh)
        .page(Method::GET, "/inbox/{id}", reads, one)
        .page(Method::GET, "/inbox/{id}/head", reads, head::fresh)
        .page(Method::GET, "/inbox/{id}/thread", reads, thread::fresh)
        .page(Method::GET, "/media/{id}", reads, media::file)
        .merge(act::routes())
        .merge(erase::routes())
}

#[derive(Template)]
#[template(path = "inbox.html")]
struct InboxPage {
    shell: Shell,
    list: ListPart,
    open: Option<OpenPart>,
}

#[derive(Template)]
#[template(path = "inbox_open.html")]
struct OpenPart {
    shell: Shell,
    /// Where a narrow screen finds the thread again.
    here: String,
    head: HeadPart,
    thread: ThreadPart,
    /// Why the newest message was answered, or not.
    why: Box<dyn Display + Send + Sync>,
    composer: ComposerPart,
}

async fn inbox(
    State(inbox): State<Inbox>,
    member: Member,
    headers: HeaderMap,
    Query(wanted): Query<Wanted>,
) -> Result<Html<InboxPage>, Problem> {
    let mut tx = inbox.db.tenant(&member.scope).await?;
    let shell = shell(&mut tx, &member, &headers).await?;
    let list = ListPart::of(&mut tx, &shell, &wanted).await?;
    Ok(Html(InboxPage {
        shell,
        list,
        open: None,
    }))
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
    mut wanted: Wanted,
    typed: Typed,
) -> Result<Html<InboxPage>, Problem> {
    wanted.current = Some(id);
    let mut tx = inbox.db.tenant(&member.scope).await?;
    see(inbox, &mut tx, member, id).await?;
    let mut shell = shell(&mut tx, member, headers).await?;
    if let Some(user) = member.user() {
        shell.notifications = notifications::unread(&mut tx, user.id).await?;
    }
    shell.pane = if wanted.context { "context" } else { "thread" };
    let it = found(&mut tx, id).await?;
    let account = channels::accounts::account(&mut tx, it.account_id).await?;
    let state = account.map_or(AccountState::Disconnected, |account| account.state);
    let list = ListPart::of(&mut tx, &shell, &wanted).await?;
    let reader = member.user().map(|user| user.id);
    let thread = ThreadPart::of(inbox, &mut tx, &shell, it.clone(), &wanted, reader).await?;
    let why = (inbox.explain.panel)(&mut tx, &shell.frame, id).await?;
    tx.commit().await?;
    let open = OpenPart {
        here: wanted.at(&format!("/inbox/{id}")),
        composer: ComposerPart::of(&shell, &it, &wanted, state, typed),
        head: HeadPart::of(&shell, it, &wanted),
        thread,
        why,
        shell: shell.clone(),
    };
    Ok(Html(InboxPage {
        shell,
        list,
        open: Some(open),
    }))
}

/// A person looks at a conversation: it is read, and its notifications are seen.
async fn see(
    inbox: &Inbox,
    tx: &mut TenantTx,
    member: &Member,
    id: ConversationId,
) -> Result<(), Problem> {
    if member.role >= Role::Agent {
        resolve::mark_read(tx, id).await?;
    }
    if let Some(user) = member.user() {
        let (about, now) = (id.to_string(), inbox.clock.now());
        notifications::see_about(tx, user.id, &about, now).await?;
    }
    Ok(())
}

async fn shell(tx: &mut TenantTx, member: &Member, headers: &HeaderMap) -> Result<Shell, Problem> {
    let unread = u32::try_from(crate::list::unread(tx).await?).unwrap_or(u32::MAX);
    let mut shell = web::member_shell(member, "inbox", headers).with_count("inbox", unread);
    shell.unread = unread;
    Ok(shell)
}

async fn found(tx: &mut TenantTx, id: ConversationId) -> Result<Conversation, Problem> {
    let found = conversation::load(tx, id).await?;
    found.ok_or_else(Problem::not_found)
}

impl InboxPage {
    /// The name of the page: whose conversation is open.
    fn title(&self) -> String {
        let title = self.shell.t("inbox.title");
        match &self.open {
            Some(open) => format!("{} · {title}", open.head.it.called(&self.shell)),
            None => title.to_string(),
        }
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

    /// The customer's name, or what stands for it until the platform has told one.
    fn called(&self, shell: &Shell) -> String {
        if self.name.is_empty() {
            unnamed(shell, self).to_string()
        } else {
            self.name.clone()
        }
    }

    fn is_open(&self) -> bool {
        self.status == Status::Open
    }

    fn is_with_ai(&self) -> bool {
        self.owner == Owner::Ai
    }
}

fn unnamed(shell: &Shell, it: &Conversation) -> Message<'static> {
    let platform = it.platform().label();
    shell.t("inbox.unnamed").with("platform", platform)
}
