//! Playing one question with both sides.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use db::{DbResult, Scope, TenantTx};
use futures::future::try_join;
use knowledge::embed::Embedder;
use url::Url;

use super::Case;
use super::comparison::Sides;
use super::referee::{Bench, Judged, is_needed};
use super::result::Verdict;
use super::side::{Side, found_budget_spent};
use super::verdict::verdict;
use crate::Agent;
use crate::rehearse::{Beside, Rehearsal, Trace};
use crate::settings::{Mode, Settings, Stored};

/// Before a model is asked once more.
const PAUSE: Duration = Duration::from_secs(2);

/// What a question is played with.
pub(super) struct Table {
    baseline: Stored,
    candidate: Stored,
    /// What an earlier comparison found, which then stands for the baseline.
    earlier: Option<Side>,
    judge: Option<Bench>,
    /// Whether answers are compared by meaning, too.
    by_meaning: bool,
    /// Knowledge that the candidate has beside what is known.
    beside: Option<Arc<Beside>>,
}

/// What came of a question.
pub(super) struct Played {
    pub(super) baseline: Side,
    pub(super) candidate: Side,
    pub(super) verdict: Verdict,
    pub(super) judged: Option<Judged>,
}

impl Table {
    pub(super) fn new(
        present: Stored,
        sides: Sides,
        earlier: Option<Side>,
        judge: Option<Bench>,
        by_meaning: bool,
    ) -> Self {
        Self {
            baseline: seat(&present, sides.baseline),
            candidate: seat(&present, sides.candidate),
            earlier,
            judge,
            by_meaning,
            beside: None,
        }
    }

    /// Gives the candidate more to know.
    pub(super) fn know(&mut self, beside: Arc<Beside>) {
        self.beside = Some(beside);
    }
}

/// The settings of a side as they are played. What the agent would say is the question, so switches
/// and modes that keep it from speaking are left aside; the budget is the one in force, and the key
/// goes nowhere but where it was meant for.
fn seat(present: &Stored, settings: Settings) -> Stored {
    let origin = |settings: &Settings| settings.base_url.as_ref().map(Url::origin);
    let key = present.key.clone();
    Stored {
        key: key.filter(|_| origin(&settings) == origin(&present.settings)),
        settings: Settings {
            ai_control_enabled: true,
            ai_enabled_for_chats: true,
            budget: present.settings.budget,
            ..settings
        },
        ..present.clone()
    }
}

impl Agent {
    /// Whether the vectors that are searched are made on this machine, at no cost.
    pub(super) async fn knows_meaning_for_free(&self, tx: &mut TenantTx) -> DbResult<bool> {
        let serving = self.knowledge.standing(tx).await?.serving;
        Ok(serving.is_some() && serving == Embedder::Local.model())
    }

    /// Plays a question with both sides at once; nothing when the budget was spent meanwhile.
    pub(super) async fn play_case(
        &self,
        scope: &Scope,
        table: &Table,
        case: &Case,
    ) -> DbResult<Option<Played>> {
        let baseline = async {
            if let Some(found) = &table.earlier {
                return Ok(Some(found.clone()));
            }
            let side = (&table.baseline, None);
            self.play_side(scope, table, side, case).await
        };
        let side = (&table.candidate, table.beside.as_ref());
        let candidate = self.play_side(scope, table, side, case);
        let (Some(baseline), Some(candidate)) = Box::pin(try_join(baseline, candidate)).await?
        else {
            return Ok(None);
        };
        let mut verdict = verdict(case, &baseline, &candidate);
        let judged = match &table.judge {
            Some(bench) if is_needed(verdict, &baseline, &candidate) => {
                self.judge(scope, bench, case, &baseline, &candidate)
                    .await?
            }
            _ => None,
        };
        if let Some(word) = judged.as_ref().and_then(Judged::verdict) {
            verdict = word;
        }
        Ok(Some(Played {
            baseline,
            candidate,
            verdict,
            judged,
        }))
    }

    async fn play_side(
        &self,
        scope: &Scope,
        table: &Table,
        (stored, beside): (&Stored, Option<&Arc<Beside>>),
        case: &Case,
    ) -> DbResult<Option<Side>> {
        let now = self.clock.now();
        let rehearsal = || Rehearsal {
            beside: beside.cloned(),
            ..rehearsal(stored, case, now)
        };
        let mut trace = self.rehearse(scope, rehearsal()).await?;
        if trace.may_pass() {
            tokio::time::sleep(PAUSE).await;
            trace = self.rehearse(scope, rehearsal()).await?;
        }
        if found_budget_spent(&trace) {
            return Ok(None);
        }
        let mut side = Side::of(&trace, case);
        if table.by_meaning {
            side.closeness = self.closeness(scope, &trace, case).await?;
        }
        Ok(Some(side))
    }

    /// How near an answer and the right one are by meaning.
    async fn closeness(&self, scope: &Scope, trace: &Trace, case: &Case) -> DbResult<Option<f32>> {
        let said = trace.text.as_deref().filter(|_| trace.answers());
        let Some(text) = said.filter(|_| !case.expected.is_empty()) else {
            return Ok(None);
        };
        let right = self.knowledge.query_vector(scope, &case.expected).await?;
        let said = self.knowledge.query_vector(scope, text).await?;
        let both = right
            .zip(said)
            .filter(|(one, other)| one.model == other.model);
        let dot = |one: &[f32], other: &[f32]| one.iter().zip(other).map(|(a, b)| a * b).sum();
        Ok(both.map(|(one, other)| dot(&one.values, &other.values)))
    }
}

fn rehearsal(stored: &Stored, case: &Case, now: DateTime<Utc>) -> Rehearsal {
    Rehearsal {
        stored: stored.clone(),
        // What would be sent is the question, whatever is let through at present.
        mode: Some(Mode::Auto),
        thread: case.thread.clone(),
        messages: vec![case.question.clone()],
        language: case.language.clone(),
        // Opening hours go by the moment at which it was asked.
        at: case.asked_at.unwrap_or(now),
        beside: None,
        under: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Budget;
    use kernel::Sealed;

    #[test]
    fn a_side_speaks_within_the_budget_in_force_and_takes_no_key_elsewhere() {
        let present = Stored {
            settings: Settings {
                base_url: "https://models.example/v1".parse().ok(),
                budget: Budget {
                    daily_micro_usd: Some(10),
                    ..Budget::default()
                },
                ..Settings::default()
            },
            key: Some(Sealed {
                key_id: "k".to_owned(),
                bytes: vec![1],
            }),
            moderation_key: None,
            version: 3,
            time_zone: "UTC".to_owned(),
            locale: "en".to_owned(),
            business: "Shop".to_owned(),
        };
        let mut tried = present.settings.clone();
        tried.ai_control_enabled = false;
        tried.budget = Budget::default();
        let side = seat(&present, tried.clone());
        assert!(side.settings.ai_control_enabled && side.key.is_some());
        assert_eq!(side.settings.budget, present.settings.budget);
        tried.base_url = "https://elsewhere.example/v1".parse().ok();
        assert!(seat(&present, tried).key.is_none());
    }
}
