//! What stands above a thread: whose it is, who answers, and what can be done with it.

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use kernel::ConversationId;
use web::i18n::Message;
use web::ui::Shell;
use web::{Html, Member, Path, Problem, Query};

use super::found;
use super::wanted::Wanted;
use crate::Inbox;
use crate::conversation::{Conversation, Owner};

#[derive(Template)]
#[template(path = "inbox_head.html")]
pub(super) struct HeadPart {
    shell: Shell,
    pub(super) it: Conversation,
    wanted: Wanted,
}

/// What the agent does in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ai {
    /// It answers.
    On,
    /// It is silent while a person has the conversation.
    Paused,
    /// It never answers here.
    Off,
}

pub(super) async fn fresh(
    State(inbox): State<Inbox>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<ConversationId>,
    Query(wanted): Query<Wanted>,
) -> Result<Html<HeadPart>, Problem> {
    let mut tx = inbox.db.tenant(&member.scope).await?;
    let shell = web::member_shell(&member, "inbox", &headers);
    let it = found(&mut tx, id).await?;
    Ok(Html(HeadPart::of(&shell, it, &wanted)))
}

impl HeadPart {
    pub(super) fn of(shell: &Shell, it: Conversation, wanted: &Wanted) -> Self {
        Self {
            shell: shell.clone(),
            it,
            wanted: wanted.clone(),
        }
    }

    /// The address of something of this conversation.
    fn part(&self, name: &str) -> String {
        self.wanted.at(&format!("/inbox/{}/{name}", self.it.id))
    }

    fn context(&self) -> String {
        self.wanted.context(&format!("/inbox/{}", self.it.id))
    }

    const fn ai(&self) -> Ai {
        match (self.it.ai_enabled, self.it.owner) {
            (false, _) => Ai::Off,
            (true, Owner::Human) => Ai::Paused,
            (true, Owner::Ai) => Ai::On,
        }
    }
}

impl Ai {
    fn is_off(self) -> bool {
        self == Self::Off
    }

    /// Its name, and what it means.
    fn words(self, shell: &Shell) -> [Message<'static>; 2] {
        match self {
            Self::On => [shell.t("inbox.ai_on"), shell.t("inbox.ai_on_means")],
            Self::Paused => [shell.t("inbox.ai_paused"), shell.t("inbox.ai_paused_means")],
            Self::Off => [shell.t("inbox.ai_off"), shell.t("inbox.ai_off_means")],
        }
    }
}
