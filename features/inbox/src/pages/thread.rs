//! The thread of a conversation.

use askama::Template;
use db::TenantTx;
use kernel::Platform;
use web::Problem;
use web::ui::Shell;

use super::bubble::{Bubble, Part};
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
    bubbles: Vec<Bubble>,
    /// How many messages are asked for, and whether there are older ones.
    shown: u16,
    older: bool,
    suggestion: Option<Suggestion>,
}

impl ThreadPart {
    /// The newest messages of a conversation.
    pub(super) async fn of(
        inbox: &Inbox,
        tx: &mut TenantTx,
        shell: &Shell,
        it: Conversation,
        shown: u16,
    ) -> Result<Self, Problem> {
        let (messages, older) = thread::recent(tx, it.id, shown).await?;
        let here = |id: &str| {
            messages
                .iter()
                .any(|one| one.external_id.as_deref() == Some(id))
        };
        let answered = messages.iter().filter_map(|one| one.reply_to.clone());
        let elsewhere: Vec<String> = answered.filter(|id| !here(id)).collect();
        let quoted = store::messages::by_externals(tx, it.account_id, &elsewhere).await?;
        let suggestion = suggestion::open(tx, it.id).await?;
        Ok(Self {
            shell: shell.clone(),
            it,
            bubbles: Bubble::all(messages, &quoted, &inbox.channels),
            shown,
            older: older && shown < MOST_SHOWN,
            suggestion,
        })
    }

    /// How many messages the link to the older ones asks for.
    fn longer(&self) -> u16 {
        self.shown + 2 * SHOWN
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

    /// The effect whose outcome a person has to tell.
    fn resting(&self) -> Option<&str> {
        self.details.get("resting")?.as_str()
    }
}
