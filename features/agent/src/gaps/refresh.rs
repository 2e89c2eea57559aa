//! Looking for gaps, in the background: which questions count, whether the knowledge answers them
//! by now, and which of them mean the same.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use db::{DbResult, Priority, Scope, TenantTx};
use kernel::{GapId, MessageId};
use knowledge::embed;
use knowledge::language::Language;
use knowledge::search::{self, Query, preview::stamp};
use queue::{Attempt, Job, JobError};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Refreshed;
use super::alike::{self, Said};
use super::cluster::{centrality, groups};
use super::detail::{self, vector};
use super::identity::identities;
use super::preview::{PASSAGES, answer};
use super::question::{self, Kind, REASONS};
use crate::store::gaps::questions::Kept;
use crate::store::gaps::{list, questions, state};
use crate::{Agent, settings};

/// How far back questions are looked at.
const SINCE: TimeDelta = TimeDelta::days(90);
/// How many unanswered questions are looked at, the newest.
const MOST: i64 = 2000;
/// How many answered ones, to see what a new answer would change.
const ANSWERED: i64 = 200;
/// How many questions are embedded before their vectors are kept.
const AT_ONCE: usize = 16;
/// How many questions are searched in one transaction.
const SEARCHED: usize = 50;
/// How many questions of the FAQ tell how a model's vectors lie.
const BACKGROUND: i64 = 600;
/// After so many attempts at vectors the words decide.
const PATIENCE: i32 = 3;
/// How many workspaces are begun with at a time.
const WORKSPACES: i64 = 50;

/// Look for what customers ask and nothing known answers.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct FindGaps {}

impl Job for FindGaps {
    const KIND: &'static str = "find_knowledge_gaps";
    const PRIORITY: Priority = Priority::Low;
    const ATTEMPTS: i32 = 6;
    const LONGEST: Duration = Duration::from_mins(15);

    fn serial_key(&self) -> Option<String> {
        Some("find_knowledge_gaps".to_owned())
    }

    fn job_key(&self) -> Option<String> {
        Some("find_knowledge_gaps".to_owned())
    }
}

/// Leaves it to a worker to look for gaps.
pub async fn follow(tx: &mut TenantTx, now: DateTime<Utc>) -> DbResult<()> {
    state::want(tx, now).await?;
    tx.enqueue(&queue::job(&FindGaps {}, now)?).await?;
    tx.signal("gaps-changed");
    Ok(())
}

/// Somebody wants to see them anew: the knowledge is asked about every question again, since what
/// counts as an answer may have changed.
pub async fn look_again(tx: &mut TenantTx, now: DateTime<Utc>) -> DbResult<Refreshed> {
    questions::doubt_all(tx).await?;
    follow(tx, now).await?;
    state::load(tx).await
}

/// What follows when gaps were looked for in vain too often.
pub async fn give_up(tx: &mut TenantTx) -> DbResult<()> {
    state::give_up(tx).await?;
    tx.signal("gaps-changed");
    Ok(())
}

/// Recurring: begins wherever questions came in that nothing answered.
pub async fn begin_where_due(agent: &Agent) -> DbResult<usize> {
    let reasons: Vec<String> = REASONS.iter().map(|one| (*one).to_owned()).collect();
    let mut system = agent.db.system().await?;
    let due = system
        .workspaces_with_new_gaps(&reasons, WORKSPACES)
        .await?;
    system.commit().await?;
    for scope in &due {
        let mut tx = agent.db.tenant(scope).await?;
        follow(&mut tx, agent.clock.now()).await?;
        tx.commit().await?;
    }
    Ok(due.len())
}

/// What was found out about a question.
struct Placed {
    id: MessageId,
    group: usize,
    centrality: f32,
}

impl Agent {
    /// Looks for gaps. Nothing is held while vectors are made or questions are compared.
    pub async fn find_gaps(&self, attempt: Attempt, _: FindGaps) -> Result<(), JobError> {
        let scope = attempt.scope()?;
        let began = self.clock.now();
        let mut kept = self.collect(&scope, began).await?;
        match self.embed_questions(&scope, &mut kept).await {
            Err(error) if attempt.number < PATIENCE => return Err(error.into()),
            Err(error) => tracing::warn!(%error, "gaps are looked for by words alone"),
            Ok(()) => {}
        }
        let known = self.search_questions(&scope, &kept).await?;
        let mut tx = self.db.tenant(&scope).await?;
        let model = embed::serving(&mut tx).await?;
        let background = match &model {
            Some(model) => embed::known_questions(&mut tx, model, BACKGROUND).await?,
            None => Vec::new(),
        };
        tx.commit().await?;
        kept.retain(|one| one.kind != Kind::Answered);
        kept.sort_by_key(|one| (one.asked_at, one.id));
        let said: Vec<Said> = kept.iter().map(|one| said(one, model.as_deref())).collect();
        let grouping = tokio::task::spawn_blocking(move || group(&said, &background));
        let (found, by_meaning) = grouping
            .await
            .map_err(|error| JobError::Again(error.to_string()))?;
        let mut tx = self.db.tenant(&scope).await?;
        if !attempt.finish(&mut tx).await? {
            return Ok(());
        }
        keep(&mut tx, &kept, &found, began).await?;
        state::done(&mut tx, began, known, by_meaning).await?;
        tx.signal("gaps-changed");
        Ok(tx.commit().await?)
    }

    /// Brings the list of questions up to date, and reads it.
    async fn collect(&self, scope: &Scope, now: DateTime<Utc>) -> DbResult<Vec<Kept>> {
        let reasons: Vec<String> = REASONS.iter().map(|one| (*one).to_owned()).collect();
        let mut tx = self.db.tenant(scope).await?;
        let seen = questions::seen(&mut tx, now - SINCE, &reasons, MOST, ANSWERED).await?;
        questions::keep(&mut tx, &question::sorted(seen)).await?;
        let kept = detail::kept(&mut tx, None).await?;
        tx.commit().await?;
        Ok(kept)
    }

    /// Makes the vectors that questions lack, a few at a time.
    async fn embed_questions(
        &self,
        scope: &Scope,
        kept: &mut [Kept],
    ) -> Result<(), embed::EmbedError> {
        let mut tx = self.db.tenant(scope).await?;
        let Some(model) = embed::serving(&mut tx).await? else {
            return Ok(());
        };
        tx.commit().await?;
        let lacks = |one: &&mut Kept| one.model.as_ref() != Some(&model);
        let mut lacking: Vec<&mut Kept> = kept.iter_mut().filter(lacks).collect();
        for some in lacking.chunks_mut(AT_ONCE) {
            let texts = some.iter().map(|one| one.text.clone()).collect();
            let Some(made) = self.knowledge.question_vectors(scope, texts).await? else {
                return Ok(());
            };
            let mut tx = self.db.tenant(scope).await?;
            for (one, vector) in some.iter_mut().zip(made.values) {
                questions::keep_vector(&mut tx, one.id, &made.model, &vector).await?;
                one.model = Some(made.model.clone());
                one.vector = Some(vector);
                one.stamp = None;
            }
            tx.commit().await?;
        }
        Ok(())
    }

    /// Asks the knowledge of today about every question that it was not asked about yet; the state
    /// of the knowledge.
    async fn search_questions(&self, scope: &Scope, kept: &[Kept]) -> DbResult<Option<Uuid>> {
        let mut tx = self.db.tenant(scope).await?;
        let known = stamp(&mut tx).await?;
        let threshold = settings::load(&mut tx).await?.settings.confidence;
        tx.commit().await?;
        let waits = |one: &&Kept| one.stamp.is_none() || one.stamp != known;
        let waiting: Vec<&Kept> = kept.iter().filter(waits).collect();
        for some in waiting.chunks(SEARCHED) {
            let mut tx = self.db.tenant(scope).await?;
            for &one in some {
                let vector = vector(one);
                let query = Query {
                    message: &one.text,
                    wanted: Some(Language::from_tag(&one.language)),
                    vector: vector.as_ref(),
                    limit: PASSAGES,
                };
                let hits = search::find(&mut tx, &query).await?;
                let chosen = answer(&hits, &one.language, threshold);
                // What gave a wrong answer does not answer.
                let answered = chosen.is_some_and(|hit| !one.blamed.contains(&hit.chunk.uuid()));
                let score = hits.iter().map(|hit| hit.score).fold(0.0, f32::max);
                questions::keep_answered(&mut tx, one.id, answered, score, known).await?;
            }
            tx.commit().await?;
        }
        Ok(known)
    }
}

fn said(kept: &Kept, model: Option<&str>) -> Said {
    let fits = model.is_some() && kept.model.as_deref() == model;
    Said {
        language: Language::from_tag(&kept.language),
        text: kept.text.clone(),
        vector: kept.vector.clone().filter(|_| fits),
    }
}

/// Groups questions; whether by meaning.
fn group(said: &[Said], background: &[(Language, Vec<f32>)]) -> (Vec<Vec<(usize, f32)>>, bool) {
    let by_meaning = alike::by_meaning(said, background);
    let meant = by_meaning.is_some();
    let (pairs, threshold) = match by_meaning {
        Some(pairs) => (pairs, alike::MEANING),
        None => (alike::by_words(said), alike::WORDS),
    };
    let groups = groups(&pairs, threshold).into_iter();
    let groups = groups.map(|group| {
        let central = centrality(&pairs, &group);
        group.into_iter().zip(central).collect()
    });
    (groups.collect(), meant)
}

/// Keeps the groups under the ids that they had before.
async fn keep(
    tx: &mut TenantTx,
    kept: &[Kept],
    found: &[Vec<(usize, f32)>],
    now: DateTime<Utc>,
) -> DbResult<()> {
    let there = list::hold(tx).await?;
    let before = |at: &usize| {
        let gap = kept.get(*at).and_then(|one| one.gap);
        gap.filter(|gap| there.contains(&gap.uuid()))
    };
    let groups: Vec<Vec<Option<GapId>>> = found
        .iter()
        .map(|group| group.iter().map(|(at, _)| before(at)).collect())
        .collect();
    let mut placed: Vec<Placed> = Vec::new();
    for (number, group) in found.iter().enumerate() {
        placed.extend(group.iter().filter_map(|(at, centrality)| {
            Some(Placed {
                id: kept.get(*at)?.id,
                group: number,
                centrality: *centrality,
            })
        }));
    }
    let mut ids: Vec<GapId> = Vec::new();
    for identity in identities(&groups) {
        let id = identity.unwrap_or_else(GapId::new);
        if identity.is_none() {
            list::insert(tx, id, now).await?;
        }
        ids.push(id);
    }
    for one in placed {
        let gap = ids.get(one.group).copied();
        questions::assign(tx, one.id, gap, one.centrality).await?;
    }
    list::forget_empty(tx).await
}
