//! Beginning an evaluation: out of its form, out of the settings' form, and once more.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use db::TenantTx;
use kernel::{EvaluationId, EvaluationSetId, FaqId, Limit, TrialId};
use knowledge::EntryFields;
use knowledge::faq::FaqError;
use serde::Deserialize;
use serde_json::{Map, Value};
use web::ui::{FieldErrors, Frame, Shell, told};
use web::{Form, Member, Path, Problem, member_shell};

use super::overview::Overview;
use crate::Agent;
use crate::evaluation::set::SetError;
use crate::evaluation::start::{StartError, Wanted};
use crate::evaluation::{Comparison, comparison, past};
use crate::rehearse::{Variant, VariantError};
use crate::settings::{Settings, Stored, versions};

/// How many of the newest questions are played unless somebody wants another number.
const LATELY: u16 = 30;

/// What is chosen and typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    /// The id of a set; empty for the newest questions.
    pub(super) set: String,
    /// How many of the newest questions.
    pub(super) past: String,
    /// The number of a version; empty for the settings in force.
    pub(super) baseline: String,
    pub(super) candidate: String,
    /// Another model for the candidate.
    pub(super) model: String,
    pub(super) judge: String,
    pub(super) note: String,
}

impl Typed {
    fn most(&self) -> u16 {
        self.past.trim().parse().unwrap_or(LATELY)
    }
}

fn variant(version: &str, model: &str) -> Variant {
    let model = model.trim();
    let changes = (!model.is_empty()).then(|| ("model".to_owned(), Value::from(model)));
    Variant {
        version: version.parse().ok(),
        changes: Map::from_iter(changes),
    }
}

/// A set of the newest questions, called by the day. Nothing, and why in `errors`, when there can be
/// none.
async fn lately(
    tx: &mut TenantTx,
    agent: &Agent,
    frame: &Frame,
    most: u16,
    errors: &mut FieldErrors,
) -> Result<Option<EvaluationSetId>, Problem> {
    let now = agent.clock.now();
    let day = web::i18n::date(frame.locale, frame.zone, now);
    let name = frame.t("evaluations.lately").with("day", day).to_string();
    match past::set_of_newest(tx, &name, most, now).await {
        Ok(set) => return Ok(Some(set)),
        Err(SetError::NoPast) => errors.whole(frame.t("evaluations.error.no_past")),
        Err(SetError::TooMany) => errors.whole(frame.t("evaluations.error.many_sets")),
        Err(SetError::Db(error)) => return Err(error.into()),
        Err(other) => errors.whole(other),
    }
    Ok(None)
}

/// What can't be compared, at its field or above the form.
fn fault(error: StartError, frame: &Frame, errors: &mut FieldErrors) -> Result<(), Problem> {
    match error {
        StartError::NoSet => errors.add("set", frame.t("evaluations.error.no_set")),
        StartError::NoCases => errors.add("set", frame.t("evaluations.error.no_cases")),
        StartError::NoEarlier => errors.whole(frame.t("evaluations.error.no_earlier")),
        StartError::Same => errors.add("candidate", frame.t("evaluations.error.same")),
        StartError::Busy => errors.whole(frame.t("evaluations.error.busy")),
        StartError::Spent => errors.whole(frame.t("evaluations.error.spent")),
        StartError::Note => errors.add("note", frame.t("evaluations.error.note")),
        StartError::Judge => errors.add("judge", frame.t("evaluations.error.judge")),
        StartError::Both => errors.whole(error),
        StartError::Document => errors.whole(frame.t("evaluations.error.document")),
        StartError::Entry(FaqError::Invalid(mistakes)) => {
            for (field, key) in mistakes {
                errors.add(field, frame.t(key));
            }
        }
        StartError::Entry(FaqError::NotFound) => return Err(Problem::not_found()),
        StartError::Entry(FaqError::Db(error))
        | StartError::Settings(VariantError::Db(error), _)
        | StartError::Db(error) => return Err(error.into()),
        StartError::Settings(VariantError::NoVersion(_), _) => {
            errors.whole(frame.t("playground.no_settings"));
        }
        StartError::Settings(VariantError::Invalid(fields), _) => {
            for (field, why) in fields {
                errors.add(field, why);
            }
        }
    }
    Ok(())
}

fn leads_to(begun: &Comparison) -> Response {
    let path = format!("/agent/evaluations/{}", begun.id);
    told("evaluations.begun", &path)
}

async fn begun(
    tx: &mut TenantTx,
    agent: &Agent,
    shell: &Shell,
    typed: &Typed,
    errors: &mut FieldErrors,
) -> Result<Option<Comparison>, Problem> {
    let set = if typed.set.is_empty() {
        lately(tx, agent, shell, typed.most(), errors).await?
    } else {
        let named = typed.set.parse().ok();
        if named.is_none() {
            errors.add("set", shell.t("evaluations.error.no_set"));
        }
        named
    };
    let Some(set) = set else {
        return Ok(None);
    };
    let wanted = Wanted {
        baseline: variant(&typed.baseline, ""),
        candidate: variant(&typed.candidate, &typed.model),
        judge: Some(typed.judge.clone()),
        note: typed.note.clone(),
        ..Wanted::over(set)
    };
    match agent.compare(tx, wanted).await {
        Ok(begun) => Ok(Some(begun)),
        Err(error) => {
            fault(error, shell, errors)?;
            Ok(None)
        }
    }
}

/// Begins what was chosen; with a mistake the page comes back with everything that was typed.
pub(super) async fn begin(
    State(agent): State<Agent>,
    member: Member,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let shell = member_shell(&member, "agent", &headers);
    let mut errors = FieldErrors::default();
    let mut tx = agent.db.tenant(&member.scope).await?;
    if let Some(begun) = begun(&mut tx, &agent, &shell, &typed, &mut errors).await? {
        tx.commit().await?;
        return Ok(leads_to(&begun));
    }
    drop(tx);
    // What was made on the way is not kept.
    let mut tx = agent.db.tenant(&member.scope).await?;
    let page = Overview::new(&mut tx, shell, typed, None, Limit::default()).await?;
    Ok(page.refused(errors, Vec::new()))
}

/// Plays the newest questions with settings that nobody saved, beside those in force. Nothing, and
/// what is wrong in `errors`, when that can't be.
pub(crate) async fn try_on_past(
    tx: &mut TenantTx,
    agent: &Agent,
    frame: &Frame,
    present: &Stored,
    wanted: &Settings,
    errors: &mut FieldErrors,
) -> Result<Option<Response>, Problem> {
    let changes = versions::compare(&present.settings, wanted)?;
    if changes.iter().any(|change| change.field == "base_url") {
        errors.add("base_url", frame.t("evaluations.error.address"));
        return Ok(None);
    }
    let changes = changes
        .into_iter()
        .map(|change| (change.field, change.after));
    let Some(set) = lately(tx, agent, frame, LATELY, errors).await? else {
        return Ok(None);
    };
    let wanted = Wanted {
        candidate: Variant {
            version: None,
            changes: changes.collect(),
        },
        ..Wanted::over(set)
    };
    match agent.compare(tx, wanted).await {
        Ok(begun) => Ok(Some(leads_to(&begun))),
        Err(StartError::Same) => {
            errors.whole(frame.t("evaluations.error.nothing_changed"));
            Ok(None)
        }
        Err(error) => {
            fault(error, frame, errors)?;
            Ok(None)
        }
    }
}

/// An entry of the FAQ as its editor sends it.
#[derive(Debug, Deserialize)]
pub(super) struct TypedEntry {
    /// The entry that is changed; empty for a new one.
    #[serde(default)]
    id: String,
    #[serde(flatten)]
    fields: EntryFields,
}

/// Plays the newest questions with an entry of the FAQ that nobody kept; with a mistake the editor
/// comes back with everything that was typed.
pub(super) async fn try_entry(
    State(agent): State<Agent>,
    member: Member,
    headers: HeaderMap,
    Form(typed): Form<TypedEntry>,
) -> Result<Response, Problem> {
    let shell = member_shell(&member, "agent", &headers);
    let entry: Option<FaqId> = match typed.id.as_str() {
        "" => None,
        id => Some(id.parse().map_err(|_| Problem::not_found())?),
    };
    let mut errors = FieldErrors::default();
    let mut tx = agent.db.tenant(&member.scope).await?;
    if let Some(set) = lately(&mut tx, &agent, &shell, LATELY, &mut errors).await? {
        let wanted = Wanted {
            entry: Some((entry, typed.fields.draft())),
            ..Wanted::over(set)
        };
        match agent.compare(&mut tx, wanted).await {
            Ok(begun) => {
                tx.commit().await?;
                return Ok(leads_to(&begun));
            }
            Err(StartError::Same) => errors.whole(shell.t("evaluations.error.entry_same")),
            Err(error) => fault(error, &shell, &mut errors)?,
        }
    }
    Ok(knowledge::entry_again(
        &member,
        &headers,
        entry,
        typed.fields,
        errors,
    ))
}

/// The document of a trial's page.
#[derive(Debug, Deserialize)]
pub(super) struct TypedDocument {
    document: TrialId,
}

/// Plays the newest questions with a document that is not in use; with a mistake its page comes
/// back.
pub(super) async fn try_document(
    State(agent): State<Agent>,
    member: Member,
    headers: HeaderMap,
    Form(typed): Form<TypedDocument>,
) -> Result<Response, Problem> {
    let shell = member_shell(&member, "agent", &headers);
    let mut errors = FieldErrors::default();
    let mut tx = agent.db.tenant(&member.scope).await?;
    if let Some(set) = lately(&mut tx, &agent, &shell, LATELY, &mut errors).await? {
        let wanted = Wanted {
            document: Some(typed.document),
            ..Wanted::over(set)
        };
        match agent.compare(&mut tx, wanted).await {
            Ok(begun) => {
                tx.commit().await?;
                return Ok(leads_to(&begun));
            }
            Err(error) => fault(error, &shell, &mut errors)?,
        }
    }
    drop(tx);
    knowledge::trial_again(&agent.knowledge, &member, &headers, typed.document, errors).await
}

/// Plays the same questions with the same settings and the knowledge of today.
pub(super) async fn again(
    State(agent): State<Agent>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<EvaluationId>,
) -> Result<Response, Problem> {
    let shell = member_shell(&member, "agent", &headers);
    let mut tx = agent.db.tenant(&member.scope).await?;
    let found = comparison::load(&mut tx, id).await?;
    let (earlier, _) = found.ok_or_else(Problem::not_found)?;
    let wanted = Wanted {
        earlier: Some(id),
        judge: earlier.judge,
        ..Wanted::over(earlier.set_id)
    };
    let mut errors = FieldErrors::default();
    match agent.compare(&mut tx, wanted).await {
        Ok(begun) => {
            tx.commit().await?;
            Ok(leads_to(&begun))
        }
        Err(error) => {
            fault(error, &shell, &mut errors)?;
            let typed = Typed::default();
            let page = Overview::new(&mut tx, shell, typed, None, Limit::default()).await?;
            Ok(page.refused(errors, Vec::new()))
        }
    }
}
