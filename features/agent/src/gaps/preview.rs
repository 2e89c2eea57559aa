//! What a draft would change: which past questions it would answer, and which it would take away
//! from what answers them today. Nothing is kept.

use db::{DbError, DbResult, Scope, TenantTx};
use kernel::{GapId, MessageId};
use knowledge::faq::{Draft, FaqError};
use knowledge::language::Language;
use knowledge::search::preview::{Change, Preview};
use knowledge::search::{Hit, Query};
use serde::Serialize;

use super::question::Kind;
use super::{GapError, detail, load};
use crate::settings::{self, Stored};
use crate::step::Passage;
use crate::store::gaps::questions::Kept;
use crate::{Agent, extractive};

/// How many passages a question is answered from.
pub(super) const PASSAGES: usize = 6;
/// How many questions outside of the gap are played.
const OTHERS: usize = 500;

/// A past question, and what the draft would make of it.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Previewed {
    /// The customer's message.
    pub message_id: MessageId,
    /// The gap that it is in.
    pub gap_id: Option<GapId>,
    /// What was asked.
    pub text: String,
    /// How sure the best passage of today is to answer it, 0 to 1.
    pub before: f32,
    /// How sure the best passage would be.
    pub after: f32,
    /// What answers it today, or comes nearest.
    pub before_title: Option<String>,
}

/// What a draft would change.
#[derive(Clone, Debug, Default, PartialEq, Serialize, utoipa::ToSchema)]
pub struct GapPreview {
    /// Questions that nothing answers today and the draft would.
    pub answers: Vec<Previewed>,
    /// Questions of this gap that it would not answer.
    pub misses: Vec<Previewed>,
    /// Questions that something else answers today and the draft would answer instead.
    pub takes: Vec<Previewed>,
    /// How many past questions were asked again.
    pub played: usize,
}

/// Why nothing was previewed.
#[derive(Debug, thiserror::Error)]
pub enum PreviewError {
    /// There is no such gap.
    #[error("there is no such gap")]
    NotFound,
    /// The draft has mistakes.
    #[error(transparent)]
    Draft(#[from] FaqError),
    /// The database failed.
    #[error("the draft could not be tried")]
    Db(#[from] DbError),
}

impl From<GapError> for PreviewError {
    fn from(error: GapError) -> Self {
        match error {
            GapError::NotFound => Self::NotFound,
            GapError::Db(error) => Self::Db(error),
        }
    }
}

/// The passage that answers word for word, by the rule of the agent without a model.
pub(super) fn answer(hits: &[Hit], language: &str, threshold: f32) -> Option<Hit> {
    let passages: Vec<Passage> = hits.iter().cloned().map(Passage::from).collect();
    let all: Vec<&Passage> = passages.iter().collect();
    let chosen = extractive::choose(&all, Some(language), threshold)?.chunk;
    hits.iter().find(|hit| hit.chunk == chosen).cloned()
}

fn best(hits: &[Hit]) -> Option<&Hit> {
    hits.iter().max_by(|a, b| a.score.total_cmp(&b.score))
}

impl Agent {
    /// Plays past questions with a draft beside what is known.
    pub async fn preview_gap(
        &self,
        scope: &Scope,
        id: GapId,
        draft: &Draft,
    ) -> Result<GapPreview, PreviewError> {
        let mut tx = self.db.tenant(scope).await?;
        load(&mut tx, id).await?;
        drop(tx);
        let drafted = self
            .knowledge
            .draft(scope, std::slice::from_ref(draft))
            .await?;
        let mut tx = self.db.tenant(scope).await?;
        let stored = settings::load(&mut tx).await?;
        let preview = Preview::new(&mut tx, &drafted).await?;
        let mut found = GapPreview::default();
        for question in questions(&mut tx, id).await? {
            found.played += 1;
            play(&mut tx, &preview, &stored, id, &question, &mut found).await?;
        }
        let falling = |list: &mut Vec<Previewed>| list.sort_by(|a, b| b.after.total_cmp(&a.after));
        falling(&mut found.answers);
        falling(&mut found.misses);
        falling(&mut found.takes);
        Ok(found)
    }
}

/// The questions of the gap, and the newest of all others.
async fn questions(tx: &mut TenantTx, id: GapId) -> DbResult<Vec<Kept>> {
    let all = detail::kept(tx, None).await?;
    let (own, mut others): (Vec<Kept>, Vec<Kept>) =
        all.into_iter().partition(|one| one.gap == Some(id));
    others.sort_by_key(|one| std::cmp::Reverse((one.asked_at, one.id)));
    others.truncate(OTHERS);
    Ok(own.into_iter().chain(others).collect())
}

async fn play(
    tx: &mut TenantTx,
    preview: &Preview,
    stored: &Stored,
    gap: GapId,
    question: &Kept,
    found: &mut GapPreview,
) -> DbResult<()> {
    let vector = detail::vector(question);
    let query = Query {
        message: &question.text,
        wanted: Some(Language::from_tag(&question.language)),
        vector: vector.as_ref(),
        limit: PASSAGES,
    };
    let own = question.gap == Some(gap);
    let change = preview.change(tx, &query).await?;
    if change.is_none() && !own {
        return Ok(());
    }
    let Change { before, after } = if let Some(change) = change {
        change
    } else {
        let hits = preview.find(tx, &query).await?;
        Change {
            before: hits.clone(),
            after: hits,
        }
    };
    let threshold = stored.settings.confidence;
    let chosen = |hits: &[Hit]| answer(hits, &question.language, threshold);
    let by_draft = chosen(&after).is_some_and(|hit| preview.is_drafted(&hit));
    // Knowledge that gave a wrong answer does not answer.
    let answered = chosen(&before).filter(|hit| !question.blamed.contains(&hit.chunk.uuid()));
    let shown = answered.as_ref().or_else(|| best(&before));
    let previewed = Previewed {
        message_id: question.id,
        gap_id: question.gap,
        text: question.text.clone(),
        before: shown.map_or(0.0, |hit| hit.score),
        after: best(&after).map_or(0.0, |hit| hit.score),
        before_title: shown.map(|hit| hit.title.clone()),
    };
    match (by_draft, &answered) {
        (true, None) if question.kind != Kind::Answered => found.answers.push(previewed),
        (true, _) => found.takes.push(previewed),
        (false, None) if own => found.misses.push(previewed),
        _ => {}
    }
    Ok(())
}
