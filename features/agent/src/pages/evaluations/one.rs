//! One evaluation: how far it is, both sides beside each other, and what follows from it.

use askama::Template;
use axum::extract::State as Extract;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use db::TenantTx;
use kernel::{Cursor, EvaluationId, Limit};
use knowledge::trial::{self, Fate};
use serde::Deserialize;
use web::ui::{FieldErrors, Shell, told};
use web::{Html, Member, Path, Problem, Query, member_shell};

use super::numbers::{self, Line};
use super::words;
use crate::decision::Outcome;
use crate::evaluation::comparison::{self, DeleteError};
use crate::evaluation::release::{self, ReleaseError};
use crate::evaluation::result::{self, CaseResult};
use crate::evaluation::summary::{Summary, summary};
use crate::evaluation::{Better, Comparison, Judged, Side, Verdict};
use crate::pages::versions::Changed;
use crate::playground::Told;
use crate::rehearse::{Line as Said, Speaker};
use crate::{Agent, settings, why};

/// How many questions a page shows.
const SHOWN: u16 = 25;

/// Which questions are wanted.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    #[serde(deserialize_with = "web::known")]
    verdict: Option<Verdict>,
    cursor: Option<Cursor>,
}

/// A question's verdict to narrow the list by.
struct Chip {
    verdict: Verdict,
    count: u32,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "evaluation.html")]
struct Page {
    shell: Shell,
    it: Comparison,
    title: String,
    set: String,
    changes: Vec<Changed>,
    summary: Summary,
    lines: Vec<Line>,
    chips: Vec<Chip>,
    verdict: Option<Verdict>,
    rows: Vec<CaseResult>,
    next: Option<String>,
    /// What became of the document that is tried.
    fate: Option<Fate>,
    /// The version in force.
    present: i32,
    errors: FieldErrors,
}

impl Page {
    async fn new(
        tx: &mut TenantTx,
        shell: Shell,
        id: EvaluationId,
        wanted: Wanted,
    ) -> Result<Self, Problem> {
        let found = comparison::load(tx, id).await?;
        let (it, sides) = found.ok_or_else(Problem::not_found)?;
        let after = wanted.cursor.as_ref().map(Cursor::key).transpose()?;
        let verdict = wanted.verdict;
        let rows = result::list(tx, id, verdict, after, Limit::new(SHOWN)).await?;
        let summary = summary(tx, id).await?;
        let chip = |one: Verdict| Chip {
            verdict: one,
            count: summary.count(one),
            chosen: verdict == Some(one),
        };
        let narrowed = verdict.map_or_else(String::new, |one| format!("verdict={}&", one.as_str()));
        let next = rows.next_cursor.map(|cursor| {
            let cursor = cursor.as_str();
            format!("/agent/evaluations/{id}?{narrowed}cursor={cursor}#questions")
        });
        let mut changes = Changed::all(shell.locale, &sides.changes()?);
        if let Some(tried) = &it.entry {
            changes.extend(words::entry_changes(&shell, tried));
        }
        let fate = match &it.document {
            Some(tried) => Some(trial::fate(tx, tried.trial, tried.content).await?),
            None => None,
        };
        Ok(Self {
            fate,
            title: words::title(&shell, &it),
            set: words::set_name(&shell, it.set_kind, &it.set_name),
            changes,
            lines: numbers::lines(&shell, &summary),
            chips: Verdict::ALL.into_iter().map(chip).collect(),
            present: settings::load(tx).await?.version,
            rows: rows.items,
            errors: FieldErrors::default(),
            it,
            summary,
            verdict,
            next,
            shell,
        })
    }

    /// Where the page is, with what it is narrowed to.
    fn here(&self) -> String {
        let narrowed = self.verdict.map(|one| format!("?verdict={}", one.as_str()));
        let narrowed = narrowed.unwrap_or_default();
        format!("/agent/evaluations/{}{narrowed}", self.it.id)
    }

    fn is_done(&self) -> bool {
        !self.it.is_running() && self.it.ended.is_none()
    }

    /// Whether there is something that can be released.
    fn is_releasable(&self) -> bool {
        let released = self.it.released_version.is_some() || self.it.released_entry.is_some();
        self.is_done() && !released && !self.changes.is_empty()
    }

    fn holds(&self) -> bool {
        self.it.released_version == Some(self.present) || self.it.released_entry.is_some()
    }

    /// Whether there are settings to go on with in their form.
    fn is_editable(&self) -> bool {
        let unsaved = self.it.candidate_version.is_none() && self.it.released_version.is_none();
        unsaved && self.it.entry.is_none() && !self.changes.is_empty()
    }

    /// Why it ended before its end, as a key.
    fn ended(&self) -> Option<&'static str> {
        self.it.ended.map(words::ended_key)
    }

    fn verdict_key(verdict: Verdict) -> &'static str {
        words::verdict_key(verdict)
    }

    fn verdict_tone(verdict: Verdict) -> &'static str {
        words::verdict_tone(verdict)
    }

    fn outcome(outcome: Outcome) -> &'static str {
        why::outcome_key(outcome)
    }

    fn tone(outcome: Outcome) -> &'static str {
        why::tone(outcome)
    }

    fn reason(reason: &str) -> &'static str {
        why::reason_key(reason)
    }

    fn is_customer(line: &Said) -> bool {
        line.from == Speaker::Customer
    }

    /// Both sides with their names.
    fn sides<'a>(row: &'a CaseResult) -> [(&'static str, Option<&'a Side>, Option<&'a Told>); 2] {
        let told = |side: &'a Option<Side>| side.as_ref().map(|side| &side.told);
        [
            (
                "evaluations.before",
                row.baseline.as_ref(),
                told(&row.baseline),
            ),
            (
                "evaluations.after",
                row.candidate.as_ref(),
                told(&row.candidate),
            ),
        ]
    }

    /// What was measured of a side, a word each.
    fn marks(&self, side: &Side) -> Vec<(String, &'static str)> {
        let say = |key| self.shell.t(key).to_string();
        let mut marks = Vec::new();
        let mut either = |is: Option<bool>, yes, no| match is {
            Some(true) => marks.push((say(yes), "ok")),
            Some(false) => marks.push((say(no), "warn")),
            None => {}
        };
        either(side.retrieval_hit, "evaluations.hit", "evaluations.missed");
        either(side.grounded, "evaluations.grounded", "evaluations.loose");
        either(side.abstained, "evaluations.abstained", "evaluations.spoke");
        if let Some(likeness) = side.likeness {
            let share = self.shell.percent(f64::from(likeness));
            let text = self.shell.t("evaluations.alike").with("share", share);
            marks.push((text.to_string(), "neutral"));
        }
        if let Some(error) = &side.error {
            let text = self
                .shell
                .t("evaluations.failed_because")
                .with("error", error);
            marks.push((text.to_string(), "danger"));
        }
        marks
    }

    fn judged_key(judged: &Judged) -> &'static str {
        match judged.better {
            Better::Baseline => "evaluations.judged_before",
            Better::Candidate => "evaluations.judged_after",
            Better::Same => "evaluations.judged_same",
        }
    }
}

/// One evaluation.
pub(super) async fn show(
    Extract(agent): Extract<Agent>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<EvaluationId>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let shell = member_shell(&member, "agent", &headers);
    let mut tx = agent.db.tenant(&member.scope).await?;
    let page = Page::new(&mut tx, shell, id, wanted).await?;
    Ok(Html(page).into_response())
}

/// Where a step leads: back to the page, which says what was done, or why not.
async fn after(
    tx: TenantTx,
    shell: Shell,
    id: EvaluationId,
    done: Result<&'static str, ReleaseError>,
) -> Result<Response, Problem> {
    let mut tx = tx;
    let error = match done {
        Ok(key) => {
            tx.commit().await?;
            return Ok(told(key, &format!("/agent/evaluations/{id}")));
        }
        Err(error) => error,
    };
    let Some(key) = error.key() else {
        return Err(error.into());
    };
    let mut errors = FieldErrors::default();
    errors.whole(shell.t(key));
    let mut page = Page::new(&mut tx, shell, id, Wanted::default()).await?;
    page.errors = errors;
    Ok((StatusCode::CONFLICT, Html(page)).into_response())
}

/// Stops it.
pub(super) async fn stop(
    Extract(agent): Extract<Agent>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<EvaluationId>,
) -> Result<Response, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    let done = release::stop(&mut tx, &agent, id).await;
    let shell = member_shell(&member, "agent", &headers);
    after(tx, shell, id, done.map(|_| "evaluations.was_stopped")).await
}

/// Makes what was tried what is in force.
pub(super) async fn release(
    Extract(agent): Extract<Agent>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<EvaluationId>,
) -> Result<Response, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    let done = release::release(&mut tx, &agent, id, "").await;
    let shell = member_shell(&member, "agent", &headers);
    after(tx, shell, id, done.map(|_| "evaluations.was_released")).await
}

/// Returns to what was in force before.
pub(super) async fn take_back(
    Extract(agent): Extract<Agent>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<EvaluationId>,
) -> Result<Response, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    let done = release::take_back(&mut tx, &agent, id).await;
    let shell = member_shell(&member, "agent", &headers);
    after(tx, shell, id, done.map(|_| "ui.done.in_force")).await
}

/// Removes it.
pub(super) async fn delete(
    Extract(agent): Extract<Agent>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<EvaluationId>,
) -> Result<Response, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    match comparison::delete(&mut tx, id).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(told("evaluations.removed", "/agent/evaluations"))
        }
        Err(DeleteError::Released) => {
            let shell = member_shell(&member, "agent", &headers);
            let mut page = Page::new(&mut tx, shell, id, Wanted::default()).await?;
            let sentence = page.shell.t("evaluations.error.set_released").to_string();
            page.errors.whole(sentence);
            Ok((StatusCode::CONFLICT, Html(page)).into_response())
        }
        Err(error) => Err(error.into()),
    }
}
