//! Playing a comparison, question by question. Each result is kept at once: a worker that dies has
//! lost no more than the question that it was at.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use db::{DbResult, Scope, TenantTx};
use kernel::EvaluationId;
use queue::{Attempt, Job, JobError};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::comparison::{self, Comparison, Ended, Sides};
use super::play::{Played, Table};
use super::tried::{Tried, TriedDocument};
use super::{Case, Verdict};
use crate::rehearse::Beside;
use crate::store::results::{self, New};
use crate::{Agent, settings, spend, store};

/// After this long the rest is left to another job, so that others get their turn.
const SLICE: Duration = Duration::from_mins(8);
/// This many questions in a row that could not be played are enough.
const FAILURES: usize = 4;

/// Play a comparison.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct RunEvaluation {
    /// Which.
    pub evaluation: EvaluationId,
}

impl Job for RunEvaluation {
    const KIND: &'static str = "run_evaluation";
    const ATTEMPTS: i32 = 8;
    const LONGEST: Duration = Duration::from_mins(15);

    /// One after the other in a workspace: its budget and its models' limits are shared.
    fn serial_key(&self) -> Option<String> {
        Some("evaluations".to_owned())
    }

    fn job_key(&self) -> Option<String> {
        Some(self.evaluation.to_string())
    }
}

/// Leaves a comparison to a worker.
pub(super) async fn enqueue(
    tx: &mut TenantTx,
    job: RunEvaluation,
    now: DateTime<Utc>,
) -> DbResult<()> {
    tx.enqueue(&queue::job(&job, now)?).await?;
    Ok(())
}

/// What comes next.
enum Next {
    /// This question.
    Play(Box<Case>, Box<Table>, Option<Trying>),
    /// Nothing any more.
    Over(Over),
}

/// What is tried beside what is known.
enum Trying {
    Entry(Box<Tried>),
    Document(TriedDocument),
}

/// Why nothing is played any more.
#[derive(Clone, Copy)]
enum Over {
    /// Every question was.
    Played,
    /// There is a reason to end early.
    Early(Ended),
    /// It ended before, or was removed.
    Already,
}

impl Agent {
    /// Plays a comparison until its end, until it is stopped, or for a while.
    pub async fn run_evaluation(
        &self,
        attempt: Attempt,
        job: RunEvaluation,
    ) -> Result<(), JobError> {
        let scope = attempt.scope()?;
        let began = Instant::now();
        let mut failures = 0;
        let mut beside = None;
        loop {
            let (case, mut table, tried) = match self.next_case(&scope, job.evaluation).await? {
                Next::Play(case, table, tried) if failures < FAILURES => (case, table, tried),
                Next::Play(..) => {
                    let over = Over::Early(Ended::Model);
                    return self.finish(attempt, &scope, job, over).await;
                }
                Next::Over(over) => return self.finish(attempt, &scope, job, over).await,
            };
            if began.elapsed() > SLICE {
                let mut tx = self.db.tenant(&scope).await?;
                if attempt.finish(&mut tx).await? {
                    enqueue(&mut tx, job, self.clock.now()).await?;
                    tx.commit().await?;
                }
                return Ok(());
            }
            if let Some(tried) = tried {
                let known = match &beside {
                    Some(known) => Some(Arc::clone(known)),
                    None => self.lay_out(&scope, &tried).await?.map(Arc::new),
                };
                let Some(known) = known else {
                    let over = Over::Early(Ended::TrialOver);
                    return self.finish(attempt, &scope, job, over).await;
                };
                table.know(Arc::clone(&known));
                beside = Some(known);
            }
            let playing = Box::pin(self.play_case(&scope, &table, &case));
            let Some(played) = playing.await? else {
                let over = Over::Early(Ended::Budget);
                return self.finish(attempt, &scope, job, over).await;
            };
            failures = match played.verdict {
                Verdict::Failed => failures + 1,
                _ => 0,
            };
            let mut tx = self.db.tenant(&scope).await?;
            if !attempt.hold(&mut tx).await? {
                return Ok(());
            }
            keep(&mut tx, job.evaluation, &case, &played, self.clock.now()).await?;
            tx.commit().await?;
        }
    }

    /// What is tried, in the form that is searched; none when its trial is over.
    async fn lay_out(&self, scope: &Scope, tried: &Trying) -> DbResult<Option<Beside>> {
        match tried {
            Trying::Entry(entry) => self.set_beside(scope, entry).await.map(Some),
            Trying::Document(document) => self.set_document_beside(scope, document).await,
        }
    }

    /// What comes next, from the database alone.
    async fn next_case(&self, scope: &Scope, id: EvaluationId) -> DbResult<Next> {
        let mut tx = self.db.tenant(scope).await?;
        let Some((comparison, sides)) = comparison::load(&mut tx, id).await? else {
            return Ok(Next::Over(Over::Already));
        };
        if !comparison.is_running() {
            return Ok(Next::Over(Over::Already));
        }
        let Some(case) = store::cases::next(&mut tx, id).await? else {
            return Ok(Next::Over(Over::Played));
        };
        let present = settings::load(&mut tx).await?;
        let spend = spend::so_far(&mut tx, &present, self.clock.now()).await?;
        if spend.spent.is_some() {
            return Ok(Next::Over(Over::Early(Ended::Budget)));
        }
        let entry = comparison.entry.clone();
        let entry = entry.map(|tried| Trying::Entry(Box::new(tried.0)));
        let document = comparison.document.clone();
        let tried = entry.or(document.map(|tried| Trying::Document(tried.0)));
        let table = set_up(&mut tx, self, comparison, sides, &case).await?;
        Ok(Next::Play(Box::new(case), Box::new(table), tried))
    }

    /// Ends the job, and the comparison with it when there is something to end.
    async fn finish(
        &self,
        attempt: Attempt,
        scope: &Scope,
        job: RunEvaluation,
        over: Over,
    ) -> Result<(), JobError> {
        let mut tx = self.db.tenant(scope).await?;
        if !attempt.finish(&mut tx).await? {
            return Ok(());
        }
        let ended = match over {
            Over::Played => None,
            Over::Early(ended) => Some(ended),
            Over::Already => return Ok(tx.commit().await?),
        };
        let now = self.clock.now();
        store::evaluations::end(&mut tx, job.evaluation, ended, now).await?;
        tx.signal("evaluations-changed");
        Ok(tx.commit().await?)
    }
}

/// What is needed to play a question.
async fn set_up(
    tx: &mut TenantTx,
    agent: &Agent,
    comparison: Comparison,
    sides: Sides,
    case: &Case,
) -> DbResult<Table> {
    let earlier = match comparison.baseline_evaluation {
        Some(earlier) => results::candidate(tx, earlier, case.id).await?,
        None => None,
    };
    let present = settings::load(tx).await?;
    let judge = match &comparison.judge {
        Some(model) => agent.judge_of(tx, &present, model),
        None => None,
    };
    let by_meaning = agent.knows_meaning_for_free(tx).await?;
    Ok(Table::new(present, sides, earlier, judge, by_meaning))
}

/// Keeps what was found, unless it was stopped meanwhile.
async fn keep(
    tx: &mut TenantTx,
    evaluation: EvaluationId,
    case: &Case,
    played: &Played,
    now: DateTime<Utc>,
) -> DbResult<()> {
    let new = New {
        evaluation,
        case: case.id,
        baseline: Some(&played.baseline),
        candidate: Some(&played.candidate),
        verdict: played.verdict,
        judged: played.judged.as_ref(),
        now,
    };
    // The comparison first: whoever stops or removes it holds it.
    if store::evaluations::count_done(tx, evaluation).await? {
        results::insert(tx, &new).await?;
        tx.signal("evaluations-changed");
    }
    Ok(())
}

/// What follows when a comparison was tried in vain too often.
pub async fn give_up(tx: &mut TenantTx, job: RunEvaluation, now: DateTime<Utc>) -> DbResult<()> {
    store::evaluations::end(tx, job.evaluation, Some(Ended::Broken), now).await?;
    tx.signal("evaluations-changed");
    Ok(())
}
