//! Erasing a customer, for people.

use axum::extract::State;
use axum::http::Method;
use axum::response::Redirect;
use kernel::{ContactId, Role};
use web::{Access, Member, Path, Problem, Routes};

use crate::{Inbox, erase};

pub(super) fn routes() -> Routes<Inbox> {
    let manages = Access::Member(Role::Admin);
    Routes::new().page(Method::POST, "/contacts/{id}/erase", manages, erase_one)
}

async fn erase_one(
    State(inbox): State<Inbox>,
    member: Member,
    Path(id): Path<ContactId>,
) -> Result<Redirect, Problem> {
    let mut tx = inbox.db.tenant(&member.scope).await?;
    erase::erase(&mut tx, id, inbox.clock.now()).await?;
    tx.commit().await?;
    Ok(Redirect::to("/inbox"))
}
