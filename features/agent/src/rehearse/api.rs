//! Rehearsals over REST: one turn, in one piece or as it comes.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::Role;
use serde::Deserialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use web::{Access, Json, Member, Problem, Routes, routes};

use super::{Line, Rehearsal, Trace, Variant, VariantError, stream};
use crate::Agent;
use crate::settings::Mode;

/// The longest text of a message, in characters.
pub(crate) const LONGEST: usize = 4000;
/// The longest thread, in messages.
const MOST_LINES: usize = 40;

pub(crate) fn routes() -> Routes<Agent> {
    Routes::new().api(Access::Member(Role::Agent), routes!(rehearse))
}

/// A turn to be played through.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewRehearsal {
    /// What the customer writes now, of at most 4000 characters.
    message: String,
    /// What was said before, the oldest first; at most 40 messages.
    #[serde(default)]
    thread: Vec<Line>,
    /// The settings to try; those in force when left out.
    #[serde(default)]
    settings: Variant,
    /// The mode to judge in; that of the settings when left out.
    #[serde(default)]
    mode: Option<Mode>,
    /// The customer's language, when it is known beforehand.
    #[serde(default)]
    language: Option<String>,
    /// Whether the answer comes as it is written: `text/event-stream` with the events `step`,
    /// `words`, `anew` (the words so far were not the answer) and, last, `trace`.
    #[serde(default)]
    stream: bool,
}

/// What is wrong with a message that somebody wants to try.
pub(crate) fn fault(message: &str) -> Option<&'static str> {
    if message.trim().is_empty() {
        Some("Write what the customer asks.")
    } else if message.chars().count() > LONGEST {
        Some("At most 4000 characters.")
    } else {
        None
    }
}

fn check(new: &NewRehearsal) -> Result<(), Problem> {
    let mut wrong = BTreeMap::new();
    if let Some(sentence) = fault(&new.message) {
        wrong.insert("message", sentence);
    }
    let long = |line: &Line| line.text.chars().count() > LONGEST;
    if new.thread.len() > MOST_LINES || new.thread.iter().any(long) {
        wrong.insert("thread", "At most 40 messages of at most 4000 characters.");
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(Problem::invalid(wrong))
    }
}

impl From<VariantError> for Problem {
    fn from(error: VariantError) -> Self {
        match error {
            VariantError::NoVersion(_) => {
                Self::invalid([("settings.version", "There is no such version.")])
            }
            VariantError::Invalid(fields) => {
                let named = |(field, why)| (format!("settings.changes.{field}"), why);
                Self::invalid(fields.into_iter().map(named))
            }
            VariantError::Db(error) => error.into(),
        }
    }
}

/// Plays one turn of the agent through: nothing is sent and nothing is kept.
#[utoipa::path(post, path = "/api/agent/rehearsals", tag = "agent", request_body = NewRehearsal,
    responses((status = OK, body = Trace)))]
async fn rehearse(
    State(agent): State<Agent>,
    member: Member,
    Json(new): Json<NewRehearsal>,
) -> Result<Response, Problem> {
    check(&new)?;
    let mut tx = agent.db.tenant(&member.scope).await?;
    let stored = new.settings.stored(&mut tx).await?;
    drop(tx);
    let rehearsal = Rehearsal {
        stored,
        mode: new.mode,
        thread: new.thread,
        messages: vec![new.message],
        language: new.language.filter(|tag| !tag.is_empty()),
        at: agent.clock.now(),
        beside: None,
        under: None,
    };
    if new.stream {
        return Ok(stream::one(agent, member.scope, rehearsal));
    }
    let trace = agent.rehearse(&member.scope, rehearsal).await?;
    Ok(Json(trace).into_response())
}
