//! Customers, for programs.

use axum::extract::State;
use axum::http::StatusCode;
use kernel::ContactId;
use web::{Member, Path, Problem};

use crate::Inbox;
use crate::erase::{self, EraseError};

impl From<EraseError> for Problem {
    fn from(error: EraseError) -> Self {
        match error {
            EraseError::NotFound => Self::not_found(),
            EraseError::Database(error) => error.into(),
        }
    }
}

/// Erases a contact for good: conversations, messages, and what was decided about them.
#[utoipa::path(delete, path = "/api/contacts/{id}", tag = "conversations",
    operation_id = "erase_contact", params(("id" = ContactId, Path)),
    responses((status = 204, description = "Erased")))]
pub(super) async fn erase_one(
    State(inbox): State<Inbox>,
    member: Member,
    Path(id): Path<ContactId>,
) -> Result<StatusCode, Problem> {
    let mut tx = inbox.db.tenant(&member.scope).await?;
    erase::erase(&mut tx, id, inbox.clock.now()).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
