//! Where a person works: their workspaces, invitations that wait, a new workspace. The only page
//! for somebody who has no seat anywhere.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::HeaderMap;
use kernel::{InvitationId, WorkspaceId};
use serde::Deserialize;
use web::ui::{FieldErrors, Frame};
use web::{Caller, Form, Html, Path, Problem, SignedIn};

use super::{explain, refused, role_name};
use crate::Accounts;
use crate::api::person;
use crate::waiting::WaitingInvitation;
use crate::workspaces::WorkspaceError;

#[derive(Template)]
#[template(path = "workspaces.html")]
struct WorkspacesPage {
    shell: Frame,
    email: String,
    workspaces: Vec<Place>,
    invitations: Vec<WaitingInvitation>,
    /// What was typed as the name of a new workspace.
    typed: String,
    errors: FieldErrors,
}

/// A workspace of the person.
struct Place {
    id: WorkspaceId,
    name: String,
    role: String,
}

#[derive(Deserialize)]
pub(crate) struct Switch {
    workspace_id: WorkspaceId,
}

#[derive(Deserialize)]
pub(crate) struct NewWorkspace {
    workspace: String,
}

impl WorkspacesPage {
    fn role(&self, invitation: &WaitingInvitation) -> String {
        role_name(invitation.role, self.shell.locale)
    }
}

async fn page(
    accounts: &Accounts,
    caller: &Caller,
    headers: &HeaderMap,
    typed: String,
    errors: FieldErrors,
) -> Result<WorkspacesPage, Problem> {
    let user = person(caller)?;
    let shell = caller.frame(headers);
    let seats = accounts.workspaces(user.id).await?;
    let workspaces = seats.into_iter().map(|seat| Place {
        id: seat.scope.workspace(),
        role: role_name(seat.role, shell.locale),
        name: seat.workspace_name,
    });
    Ok(WorkspacesPage {
        email: user.email.clone(),
        workspaces: workspaces.collect(),
        invitations: accounts.waiting_invitations(user.id).await?,
        shell,
        typed,
        errors,
    })
}

pub(crate) async fn show(
    State(accounts): State<Accounts>,
    SignedIn(caller): SignedIn,
    headers: HeaderMap,
) -> Result<Html<impl Template>, Problem> {
    let (typed, errors) = (String::new(), FieldErrors::default());
    Ok(Html(
        page(&accounts, &caller, &headers, typed, errors).await?,
    ))
}

pub(crate) async fn switch(
    State(accounts): State<Accounts>,
    SignedIn(caller): SignedIn,
    Form(form): Form<Switch>,
) -> Result<Redirect, Problem> {
    go_to(&accounts, &caller, form.workspace_id, "/inbox").await
}

pub(crate) async fn create(
    State(accounts): State<Accounts>,
    SignedIn(caller): SignedIn,
    headers: HeaderMap,
    Form(form): Form<NewWorkspace>,
) -> Result<Response, Problem> {
    let made = accounts
        .create_workspace(person(&caller)?.id, &form.workspace)
        .await;
    match made {
        Ok(seat) => {
            let new = seat.scope.workspace();
            let led = go_to(&accounts, &caller, new, "/welcome").await?;
            Ok(led.into_response())
        }
        Err(WorkspaceError::Invalid(broken)) => {
            let mut errors = FieldErrors::default();
            explain(&mut errors, &broken, caller.preferences(&headers).locale);
            let typed = form.workspace;
            Ok(refused(
                page(&accounts, &caller, &headers, typed, errors).await?,
            ))
        }
        Err(error) => Err(error.into()),
    }
}

pub(crate) async fn join(
    State(accounts): State<Accounts>,
    SignedIn(caller): SignedIn,
    Path(id): Path<InvitationId>,
) -> Result<Redirect, Problem> {
    let workspace = accounts.accept_waiting(id, person(&caller)?.id).await?;
    go_to(&accounts, &caller, workspace, "/inbox").await
}

/// Makes the session work there, and leads the browser on.
async fn go_to(
    accounts: &Accounts,
    caller: &Caller,
    workspace: WorkspaceId,
    page: &str,
) -> Result<Redirect, Problem> {
    let session = caller.session.ok_or_else(Problem::unauthorized)?;
    let user = person(caller)?.id;
    accounts.switch_workspace(user, session, workspace).await?;
    Ok(Redirect::to(page))
}
