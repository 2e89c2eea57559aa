//! Evaluations over REST.

mod comparisons;
mod sets;

use std::collections::BTreeMap;

use axum::extract::DefaultBodyLimit;
use kernel::Role;
use knowledge::faq::FaqError;
use web::i18n::Message;
use web::{Access, Locale, Problem, Routes, routes};

use super::comparison::DeleteError;
use super::release::ReleaseError;
use super::set::SetError;
use super::start::{Part, StartError};
use super::upload::{self, Fault};
use crate::Agent;
use crate::rehearse::VariantError;

/// Room for a file of questions, as JSON writes it within JSON.
pub(crate) fn roomy() -> DefaultBodyLimit {
    DefaultBodyLimit::max(2 * upload::LARGEST)
}

pub(crate) fn routes() -> Routes<Agent> {
    let (viewer, admin) = (Access::Member(Role::Viewer), Access::Member(Role::Admin));
    Routes::new()
        .api(viewer, routes!(sets::list_sets))
        .api(admin, {
            let (schemas, paths, methods) = routes!(sets::make_set);
            (schemas, paths, methods.layer(roomy()))
        })
        .api(viewer, routes!(sets::read_set))
        .api(viewer, routes!(sets::list_cases))
        .api(viewer, routes!(comparisons::list_evaluations))
        .api(admin, routes!(comparisons::start_evaluation))
        .api(viewer, routes!(comparisons::read_evaluation))
        .api(viewer, routes!(comparisons::list_results))
        .api(admin, routes!(comparisons::stop_evaluation))
        .api(admin, routes!(comparisons::release_evaluation))
        .api(admin, routes!(comparisons::take_back_evaluation))
        .api(admin, routes!(comparisons::delete_evaluation))
        .api(admin, routes!(sets::delete_set))
}

/// What is wrong with lines, in a language.
pub(crate) fn fault_sentences(faults: &[Fault], locale: Locale) -> Vec<(String, String)> {
    let sentence = |fault: &Fault| {
        let said = Message::new(locale, fault.what.key()).to_string();
        let detail = fault.what.detail();
        let text = if detail.is_empty() {
            said
        } else {
            format!("{said} ({detail})")
        };
        (format!("line {}", fault.line), text)
    };
    faults.iter().map(sentence).collect()
}

impl From<SetError> for Problem {
    fn from(error: SetError) -> Self {
        let sentence = error.to_string();
        match error {
            SetError::NotFound => Self::not_found(),
            SetError::Name => Self::invalid([("name", sentence)]),
            SetError::NoPast => Self::conflict("NO_CONVERSATIONS", sentence),
            SetError::TooMany => Self::conflict("TOO_MANY_SETS", sentence),
            SetError::OfMarks => Self::conflict("SET_OF_MARKS", sentence),
            SetError::Released => Self::conflict("RELEASED", sentence),
            SetError::Lines(faults) => Self::invalid(fault_sentences(&faults, Locale::En)),
            SetError::Db(error) => error.into(),
        }
    }
}

impl From<StartError> for Problem {
    fn from(error: StartError) -> Self {
        let sentence = error.to_string();
        match error {
            StartError::NoSet => Self::invalid([("set_id", sentence)]),
            StartError::NoCases => Self::conflict("NO_CASES", sentence),
            StartError::NoEarlier => Self::invalid([("baseline_evaluation", sentence)]),
            StartError::Same => Self::invalid([("candidate", sentence)]),
            StartError::Busy => Self::conflict("EVALUATIONS_RUNNING", sentence),
            StartError::Spent => Self::conflict("BUDGET_SPENT", sentence),
            StartError::Note => Self::invalid([("note", sentence)]),
            StartError::Judge => Self::invalid([("judge", sentence)]),
            StartError::Both => Self::invalid([("entry", sentence)]),
            StartError::Document => Self::invalid([("document", sentence)]),
            StartError::Entry(FaqError::Invalid(mistakes)) => {
                Self::invalid(mistakes.into_iter().map(|(field, key)| {
                    let sentence = Message::new(Locale::En, key).to_string();
                    (format!("entry.draft.{field}"), sentence)
                }))
            }
            StartError::Entry(FaqError::NotFound) => {
                Self::invalid([("entry.id", "There is no such entry.")])
            }
            StartError::Settings(error, part) => of_variant(error, part),
            StartError::Entry(FaqError::Db(error)) | StartError::Db(error) => error.into(),
        }
    }
}

fn of_variant(error: VariantError, part: Part) -> Problem {
    let side = match part {
        Part::Baseline => "baseline",
        Part::Candidate => "candidate",
    };
    match error {
        VariantError::NoVersion(_) => {
            Problem::invalid([(format!("{side}.version"), "There is no such version.")])
        }
        VariantError::Invalid(fields) => {
            let named = |(field, why)| (format!("{side}.changes.{field}"), why);
            let fields: BTreeMap<String, String> = fields.into_iter().map(named).collect();
            Problem::invalid(fields)
        }
        VariantError::Db(error) => error.into(),
    }
}

impl From<ReleaseError> for Problem {
    fn from(error: ReleaseError) -> Self {
        let sentence = error.to_string();
        match error {
            ReleaseError::NotFound => Self::not_found(),
            ReleaseError::Unfinished => Self::conflict("NOT_FINISHED", sentence),
            ReleaseError::Ended => Self::conflict("ENDED", sentence),
            ReleaseError::Released(_) | ReleaseError::Kept => Self::conflict("RELEASED", sentence),
            ReleaseError::Moved => Self::conflict("SETTINGS_CHANGED", sentence),
            ReleaseError::EntryMoved => Self::conflict("ENTRY_CHANGED", sentence),
            ReleaseError::InForce => Self::conflict("IN_FORCE", sentence),
            ReleaseError::Replaced => Self::conflict("REPLACED", sentence),
            ReleaseError::Save(error) => error.into(),
            ReleaseError::Db(error) => error.into(),
        }
    }
}

impl From<DeleteError> for Problem {
    fn from(error: DeleteError) -> Self {
        let sentence = error.to_string();
        match error {
            DeleteError::NotFound => Self::not_found(),
            DeleteError::Released => Self::conflict("RELEASED", sentence),
            DeleteError::Db(error) => error.into(),
        }
    }
}
