//! Bringing a set along, and removing one.

use axum::extract::multipart::MultipartError;
use axum::extract::{Multipart, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use kernel::{EvaluationSetId, Limit};
use web::ui::{FieldErrors, told};
use web::{Member, Path, Problem, member_shell};

use super::begin::Typed;
use super::overview::Overview;
use crate::Agent;
use crate::evaluation::api::fault_sentences;
use crate::evaluation::set::{self, SetError};
use crate::evaluation::upload;

/// A form with a file.
#[derive(Default)]
struct Brought {
    name: String,
    file: String,
}

fn refuse(error: MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Problem::too_large()
    } else {
        Problem::bad_request("The body is not a well-formed multipart form.")
    }
}

async fn brought(mut body: Multipart) -> Result<Brought, Problem> {
    let mut brought = Brought::default();
    while let Some(field) = body.next_field().await.map_err(refuse)? {
        let is_file = field.file_name().is_some();
        let file_name = field.file_name().unwrap_or_default().to_owned();
        let named = field.name().unwrap_or_default().to_owned();
        let bytes = field.bytes().await.map_err(refuse)?;
        let text = String::from_utf8_lossy(&bytes);
        if is_file {
            brought.file = text.into_owned();
            if brought.name.is_empty() {
                file_name
                    .trim_end_matches(".jsonl")
                    .clone_into(&mut brought.name);
            }
        } else if named == "name" && !text.trim().is_empty() {
            text.trim().clone_into(&mut brought.name);
        }
    }
    Ok(brought)
}

/// Takes in a file of questions, or tells line by line what is wrong.
pub(super) async fn upload(
    State(agent): State<Agent>,
    member: Member,
    headers: HeaderMap,
    body: Multipart,
) -> Result<Response, Problem> {
    let shell = member_shell(&member, "agent", &headers);
    let brought = brought(body).await?;
    let mut tx = agent.db.tenant(&member.scope).await?;
    let now = agent.clock.now();
    let mut errors = FieldErrors::default();
    let mut faults = Vec::new();
    match upload::set_of_file(&mut tx, &brought.name, &brought.file, now).await {
        Ok(_) => {
            tx.commit().await?;
            return Ok(told("evaluations.set_made", "/agent/evaluations#sets"));
        }
        Err(SetError::Lines(found)) => {
            faults = found
                .iter()
                .zip(fault_sentences(&found, shell.locale))
                .map(|(fault, (_, sentence))| {
                    let line = shell.t("evaluations.line_number").with("n", fault.line);
                    (line.to_string(), sentence)
                })
                .collect();
        }
        Err(SetError::Name) => errors.add("name", shell.t("evaluations.error.set_name")),
        Err(SetError::TooMany) => errors.add("name", shell.t("evaluations.error.many_sets")),
        Err(error) => return Err(error.into()),
    }
    let page = Overview::new(&mut tx, shell, Typed::default(), None, Limit::default()).await?;
    Ok(page.refused(errors, faults))
}

/// Removes a set.
pub(super) async fn delete(
    State(agent): State<Agent>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<EvaluationSetId>,
) -> Result<Response, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    let shell = member_shell(&member, "agent", &headers);
    let key = match set::delete(&mut tx, id).await {
        Ok(()) => {
            tx.commit().await?;
            return Ok(told("evaluations.set_removed", "/agent/evaluations#sets"));
        }
        Err(SetError::OfMarks) => "evaluations.error.of_marks",
        Err(SetError::Released) => "evaluations.error.set_released",
        Err(error) => return Err(error.into()),
    };
    let mut errors = FieldErrors::default();
    errors.whole(shell.t(key));
    let page = Overview::new(&mut tx, shell, Typed::default(), None, Limit::default()).await?;
    Ok(page.refused(errors, Vec::new()))
}
