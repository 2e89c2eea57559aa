//! The thread of a conversation.

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use db::TenantTx;
use kernel::{ConversationId, Platform, UserId};
use web::ui::Shell;
use web::{Html, Member, Path, Problem, Query};

use super::bubble::{Bubble, Part};
use super::wanted::Wanted;
use super::{found, see};
use crate::conversation::Conversation;
use crate::message::{Author, Message, MessageState};
use crate::suggestion::{self, Suggestion};
use crate::{Inbox, store, thread};

/// How many messages are shown at first, how many more at a time, and how many at most.
pub(super) const SHOWN: u16 = 50;
pub(super) const MOST_SHOWN: u16 = 2000;

#[derive(Template)]
#[template(path = "inbox_thread.html")]
pub(super) struct ThreadPart {
    shell: Shell,
    it: Conversation,
    wanted: Wanted,
    bubbles: Vec<Bubble>,
    /// Whether there are older messages.
    older: bool,
    suggestion: Option<Suggestion>,
}

pub(super) async fn fresh(
    State(inbox): State<Inbox>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<ConversationId>,
    Query(wanted): Query<Wanted>,
) -> Result<Html<ThreadPart>, Problem> {
    let mut tx = inbox.db.tenant(&member.scope).await?;
    if wanted.seen {
        see(&inbox, &mut tx, &member, id).await?;
    }
    let shell = web::member_shell(&member, "inbox", &headers);
    let it = found(&mut tx, id).await?;
    let reader = member.user().map(|user| user.id);
    let thread = ThreadPart::of(&inbox, &mut tx, &shell, it, &wanted, reader).await?;
    tx.commit().await?;
    Ok(Html(thread))
}

impl ThreadPart {
    /// The newest messages of a conversation.
    pub(super) async fn of(
        inbox: &Inbox,
        tx: &mut TenantTx,
        shell: &Shell,
        it: Conversation,
        wanted: &Wanted,
        reader: Option<UserId>,
    ) -> Result<Self, Problem> {
        let (messages, older) = thread::recent(tx, it.id, wanted.count).await?;
        let here = |id: &str| {
            messages
                .iter()
                .any(|one| one.external_id.as_deref() == Some(id))
        };
        let answered = messages.iter().filter_map(|one| one.reply_to.clone());
        let elsewhere: Vec<String> = answered.filter(|id| !here(id)).collect();
        let quoted = store::messages::by_externals(tx, it.account_id, &elsewhere).await?;
        let suggestion = suggestion::open(tx, it.id).await?;
        let runs: Vec<_> = messages
            .iter()
            .filter(|one| one.author == Author::Ai)
            .filter_map(|one| one.run_id)
            .collect();
        let bases = (inbox.explain.bases)(tx, it.id, &runs).await?;
        let mut bubbles = Bubble::all(messages, &quoted, &inbox.channels);
        let mut day = None;
        for bubble in &mut bubbles {
            let own = bubble.message.sent_at.with_timezone(&shell.zone);
            let own = Some(own.date_naive());
            bubble.day = own.filter(|_| own != day);
            day = own;
            let wrote = &bubble.message;
            bubble.own = reader.is_some() && wrote.author_user_id == reader;
            let run = wrote.run_id.filter(|_| wrote.author == Author::Ai);
            bubble.basis = run.and_then(|run| bases.get(&run).copied());
        }
        Ok(Self {
            shell: shell.clone(),
            it,
            wanted: wanted.clone(),
            bubbles,
            older: older && wanted.count < MOST_SHOWN,
            suggestion,
        })
    }

    /// Where the thread, and the thread alone, is with as many messages as are shown, or more.
    fn alone(&self, longer: bool) -> String {
        let id = self.it.id;
        self.wanted
            .thread(&format!("/inbox/{id}/thread"), self.count(longer))
    }

    fn older_page(&self) -> String {
        let id = self.it.id;
        self.wanted
            .thread(&format!("/inbox/{id}"), self.count(true))
    }

    fn count(&self, longer: bool) -> u16 {
        if longer {
            self.wanted.count + 2 * SHOWN
        } else {
            self.wanted.count
        }
    }

    /// The address of something of this conversation.
    fn part(&self, name: &str) -> String {
        self.wanted.at(&format!("/inbox/{}/{name}", self.it.id))
    }

    /// The platform's name for itself.
    fn platform(&self) -> Platform {
        self.it.platform()
    }
}

impl Message {
    const fn from(&self) -> &'static str {
        match self.author {
            Author::Customer => "customer",
            Author::Ai | Author::Notice => "ai",
            Author::Human | Author::Native => "human",
        }
    }

    pub(super) const fn author_key(&self) -> &'static str {
        match self.author {
            Author::Customer => "inbox.author.customer",
            Author::Ai => "inbox.author.ai",
            Author::Notice => "inbox.author.notice",
            Author::Human => "inbox.author.human",
            Author::Native => "inbox.author.native",
        }
    }

    const fn state_key(&self) -> &'static str {
        match self.state {
            MessageState::Received => "inbox.message.received",
            MessageState::Queued | MessageState::Sending => "inbox.message.sending",
            MessageState::Unknown => "inbox.message.unknown",
            MessageState::Sent => "inbox.message.sent",
            MessageState::Delivered => "inbox.message.delivered",
            MessageState::Read | MessageState::Played => "inbox.message.read",
            MessageState::Failed => "inbox.message.failed",
            MessageState::Cancelled => "inbox.message.cancelled",
        }
    }

    /// Why it did not go out, in the reader's words: why it was withdrawn, or what the platform says.
    fn trouble(&self, shell: &Shell) -> Option<String> {
        let known = match self.error.as_deref()? {
            "account_disconnected" => shell.t("inbox.withdrawn.account_disconnected"),
            "ai_switched_off" => shell.t("inbox.withdrawn.ai_switched_off"),
            "conversation_gone" => shell.t("inbox.withdrawn.conversation_gone"),
            "dropped_by_person" => shell.t("inbox.withdrawn.dropped_by_person"),
            "human_reply" => shell.t("inbox.withdrawn.human_reply"),
            "native_reply" => shell.t("inbox.withdrawn.native_reply"),
            "owner_changed" => shell.t("inbox.withdrawn.owner_changed"),
            "resolved" => shell.t("inbox.withdrawn.resolved"),
            "standby" => shell.t("inbox.withdrawn.standby"),
            "superseded" => shell.t("inbox.withdrawn.superseded"),
            "window_closed" => shell.t("inbox.withdrawn.window_closed"),
            said => return Some(said.to_owned()),
        };
        Some(known.to_string())
    }

    /// Whether somebody should do something about it.
    fn is_trouble(&self) -> bool {
        self.state == MessageState::Failed
            || matches!(
                self.error.as_deref(),
                Some("account_disconnected" | "window_closed" | "standby")
            )
    }

    /// The effect whose outcome a person has to tell.
    fn resting(&self) -> Option<&str> {
        self.details.get("resting")?.as_str()
    }
}
