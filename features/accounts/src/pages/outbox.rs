//! The mails that stay on this machine, while no mail server is set.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use mail::StoredMail;
use web::ui::Shell;
use web::{Html, Member, Problem, member_shell};

use crate::Accounts;

#[derive(Template)]
#[template(path = "outbox.html")]
struct OutboxPage {
    shell: Shell,
    mails: Vec<StoredMail>,
}

pub(crate) async fn show(
    State(accounts): State<Accounts>,
    member: Member,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    // Mails of all workspaces are there, with links that open accounts.
    let operates = member
        .user()
        .is_some_and(|user| user.is_named_in(&accounts.operators));
    if accounts.mailer.delivers() || !operates {
        return Err(Problem::not_found());
    }
    let mails = accounts
        .mailer
        .outbox(50)
        .await
        .map_err(|error| Problem::internal(&error))?;
    let shell = member_shell(&member, "settings", &headers);
    Ok(Html(OutboxPage { shell, mails }).into_response())
}
