//! The job about one comment: learns what its webhook left out, has the agent judge it, decides.

use std::time::Duration;

use agent::decision::Outcome;
use channels::accounts::{self, AccountState};
use channels::effects;
use db::{DbResult, Scope, TenantTx};
use kernel::CommentId;
use queue::{Attempt, Job, JobError};
use serde::{Deserialize, Serialize};

use crate::comment::{self, Comment};
use crate::decide::{self, Decided};
use crate::decision::{self, Decision};
use crate::{Comments, guard, question};

/// A model that is busy or broken is asked again in this many attempts.
const MODEL_ATTEMPTS: i32 = 3;
/// How often settings that change meanwhile are followed.
const FOLLOWED: usize = 3;
/// Before a busy model is asked again.
const PAUSE: Duration = Duration::from_secs(2);

/// Decide about a comment.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ProcessComment {
    /// Which.
    pub comment: CommentId,
    /// What it stands together with: of one thread, one is decided about at a time.
    pub thread: String,
}

impl Job for ProcessComment {
    const KIND: &'static str = "process_comment";
    const ATTEMPTS: i32 = 6;
    const LONGEST: Duration = Duration::from_mins(3);

    fn serial_key(&self) -> Option<String> {
        Some(crate::receive::lane(&self.thread))
    }

    fn job_key(&self) -> Option<String> {
        Some(self.comment.to_string())
    }
}

/// What there is to be decided.
enum Open {
    /// Nothing: it was decided, is the business's own, or is gone from here.
    Nothing,
    /// It needs no look by the agent: this, for this reason.
    Plain(Outcome, &'static str),
    /// The agent has to judge.
    Judge(Box<Comment>),
}

impl Comments {
    /// Decides about a comment; the decision, what follows from it and the end of the job become true
    /// together.
    pub async fn process_comment(
        &self,
        attempt: Attempt,
        job: ProcessComment,
    ) -> Result<(), JobError> {
        let scope = attempt.scope()?;
        self.complete(&scope, job.comment).await?;
        for _ in 0..FOLLOWED {
            let judged = self.judge(&scope, job.comment).await?;
            let passing = judged
                .trace
                .as_ref()
                .is_some_and(agent::rehearse::Trace::may_pass);
            if passing && attempt.number < MODEL_ATTEMPTS {
                return Err(JobError::Later {
                    after: PAUSE,
                    why: "The model could not answer.".to_owned(),
                });
            }
            let mut tx = self.db.tenant(&scope).await?;
            if !attempt.finish(&mut tx).await? {
                return Ok(());
            }
            let now = self.clock.now();
            match decide::keep(&mut tx, job.comment, &judged, now).await? {
                Decided::Kept => return Ok(tx.commit().await?),
                // What was in force when it was judged is so no longer.
                Decided::Outdated => drop(tx),
            }
        }
        Err(JobError::Again("The settings kept changing.".to_owned()))
    }

    /// Has the agent judge a comment, with the settings in force. No transaction is open meanwhile.
    async fn judge(&self, scope: &Scope, id: CommentId) -> DbResult<decide::Judged> {
        let mut tx = self.db.tenant(scope).await?;
        let stored = agent::settings::load(&mut tx).await?;
        let mut judged = decide::Judged {
            epoch: 0,
            version: stored.version,
            plain: None,
            trace: None,
        };
        let comment = match open(&mut tx, id).await? {
            Open::Nothing => return Ok(judged),
            Open::Plain(outcome, reason) => {
                judged.plain = Some((outcome, reason));
                return Ok(judged);
            }
            Open::Judge(comment) => comment,
        };
        judged.epoch = comment.epoch;
        let rehearsal = question::of(&mut tx, &comment, stored, self.clock.now()).await?;
        drop(tx);
        judged.trace = Some(self.agent.judge_comment(scope, rehearsal).await?);
        Ok(judged)
    }
}

/// What there is to be decided about a comment.
async fn open(tx: &mut TenantTx, id: CommentId) -> DbResult<Open> {
    let Some(found) = comment::load(tx, id).await? else {
        return Ok(Open::Nothing);
    };
    if found.own || decision::of(tx, id).await?.is_some() {
        return Ok(Open::Nothing);
    }
    // A reply of ours whose webhook named nobody, and came before the platform's answer.
    if effects::is_ours(tx, found.account_id, &found.external_id).await? {
        return Ok(Open::Nothing);
    }
    Ok(match passed_by(&found) {
        Some(reason) => Open::Plain(Outcome::Silent, reason),
        None => Open::Judge(Box::new(found)),
    })
}

/// Why nothing is to be said to a comment any more, or at all.
pub(crate) fn passed_by(found: &Comment) -> Option<&'static str> {
    if found.epoch > 1 {
        return Some(match guard::moved_by(&found.epoch_cause) {
            "human_reply" => "human_replied",
            "native_reply" => "native_replied",
            other => other,
        });
    }
    found.unanswerable()
}

/// Whether an account is connected and its automation switch is on.
pub(crate) async fn account_on(tx: &mut TenantTx, of: &Comment) -> DbResult<bool> {
    let found = accounts::account(tx, of.account_id).await?;
    Ok(found.is_some_and(|it| it.automation && it.state != AccountState::Disconnected))
}

/// What follows when a comment was tried in vain too often: people look at it.
pub async fn give_up(
    tx: &mut TenantTx,
    job: ProcessComment,
    now: chrono::DateTime<chrono::Utc>,
) -> DbResult<()> {
    let Some(found) = comment::lock(tx, job.comment).await? else {
        return Ok(());
    };
    if found.own {
        return Ok(());
    }
    let version = agent::settings::load(tx).await?.version;
    let overtaken = passed_by(&found).map(|reason| (Outcome::Silent, reason));
    let outcome = overtaken.unwrap_or((Outcome::Failed, "broken_run"));
    let decision = Decision::without_a_look(found.id, outcome, version, now);
    decide::record(tx, &found, &decision).await
}
