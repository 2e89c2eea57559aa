//! Whose conversations the rows of a list are about.

use std::collections::HashMap;

use db::{DbResult, TenantTx};
use inbox::Conversation;
use inbox::conversation;
use kernel::ConversationId;
use web::ui::Shell;

/// The conversations of a list.
pub(super) struct Customers(HashMap<ConversationId, Conversation>);

impl Customers {
    /// Looks up these conversations.
    pub(super) async fn of(
        tx: &mut TenantTx,
        ids: impl Iterator<Item = ConversationId>,
    ) -> DbResult<Self> {
        let ids: Vec<ConversationId> = ids.collect();
        let found = conversation::load_all(tx, &ids).await?;
        Ok(Self(found.into_iter().map(|it| (it.id, it)).collect()))
    }

    /// The customer and the channel; the mere word when the conversation is gone.
    pub(super) fn named(&self, id: &ConversationId, shell: &Shell) -> String {
        match self.0.get(id) {
            Some(it) if it.name.is_empty() => {
                let platform = it.platform().label();
                shell
                    .t("inbox.unnamed")
                    .with("platform", platform)
                    .to_string()
            }
            Some(it) => format!("{} · {}", it.name, it.platform().label()),
            None => shell.t("operations.conversation").to_string(),
        }
    }
}
