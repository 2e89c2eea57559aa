//! What a search would find if drafts of FAQ entries were kept. They are played in memory beside
//! what is known: nothing is written, and nobody else finds them.

use db::{DbError, DbResult, Scope, TenantTx};
use kernel::{ChunkId, FaqId};

use super::held::{self, Held};
use super::{Hit, Query, find_in, readable};
use crate::Knowledge;
use crate::embed::{EmbedError, Vectors};
use crate::faq::{Draft, FaqError, drafted};
use crate::store::passages::{self, Candidate, Indexed};
use crate::store::state;

/// A draft as search compares it.
#[derive(Clone, Debug)]
pub struct Drafted {
    passage: Indexed,
    entry: FaqId,
    vectors: Option<Vectors>,
}

/// What a question found before, and what it would find.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Without the drafts, the best first.
    pub before: Vec<Hit>,
    /// With them.
    pub after: Vec<Hit>,
}

/// What is known, with drafts beside it.
#[derive(Clone, Debug)]
pub struct Preview {
    without: std::sync::Arc<Held>,
    with: Held,
    drafted: Vec<Candidate>,
}

impl Knowledge {
    /// Makes drafts comparable. A draft that could not be kept can't be played either. When its
    /// vectors can't be made now it is compared by its words. No transaction may be open.
    pub async fn draft(&self, scope: &Scope, drafts: &[Draft]) -> Result<Vec<Drafted>, FaqError> {
        let mut all = Vec::with_capacity(drafts.len());
        for draft in drafts {
            let entry = drafted(draft.clone(), None, self.clock.now())?;
            let passage = Indexed {
                id: ChunkId::new(),
                language: entry.language.as_str().to_owned(),
                title: entry.title().to_owned(),
                heading: String::new(),
                content: entry.answer,
                questions: entry.questions,
            };
            let vectors = match self.passage_vectors(scope, &passage).await {
                Ok(vectors) => vectors,
                Err(EmbedError::Db(error)) => return Err(error.into()),
                Err(error) => {
                    tracing::warn!(%error, "a draft is compared by its words alone");
                    None
                }
            };
            all.push(Drafted {
                passage,
                entry: entry.id,
                vectors,
            });
        }
        Ok(all)
    }
}

impl Preview {
    /// Puts drafts beside what this transaction's workspace knows.
    pub async fn new(tx: &mut TenantTx, drafts: &[Drafted]) -> DbResult<Self> {
        Self::instead_of(tx, drafts, None).await
    }

    /// The same where an entry of the FAQ is left out, as if it were gone or said what a draft says.
    pub async fn instead_of(
        tx: &mut TenantTx,
        drafts: &[Drafted],
        entry: Option<FaqId>,
    ) -> DbResult<Self> {
        let gone = match entry {
            Some(entry) => passages::of_entry(tx, entry).await?,
            None => Vec::new(),
        };
        let without = held::of(tx).await?;
        let model = without.model().map(str::to_owned);
        let beside: Vec<(Indexed, Vec<Vec<f32>>)> = drafts
            .iter()
            .map(|draft| {
                let made = draft.vectors.as_ref();
                let fitting = made.filter(|made| Some(&made.model) == model.as_ref());
                let vectors = fitting.map(|made| made.values.clone());
                (draft.passage.clone(), vectors.unwrap_or_default())
            })
            .collect();
        Ok(Self {
            with: without.with(&beside, &gone),
            without,
            drafted: drafts.iter().map(candidate).collect(),
        })
    }

    /// Whether this was found in a draft.
    pub fn is_drafted(&self, hit: &Hit) -> bool {
        self.drafted.iter().any(|draft| draft.id == hit.chunk)
    }

    /// What a question would find.
    pub async fn find(&self, tx: &mut TenantTx, query: &Query<'_>) -> DbResult<Vec<Hit>> {
        match readable(query.message) {
            Some(message) => find_in(tx, &self.with, &self.drafted, &message, query).await,
            None => Ok(Vec::new()),
        }
    }

    /// What would change for a question; nothing when no draft is among what it would find.
    pub async fn change(&self, tx: &mut TenantTx, query: &Query<'_>) -> DbResult<Option<Change>> {
        let Some(message) = readable(query.message) else {
            return Ok(None);
        };
        let after = find_in(tx, &self.with, &self.drafted, &message, query).await?;
        if !after.iter().any(|hit| self.is_drafted(hit)) {
            return Ok(None);
        }
        let before = find_in(tx, &self.without, &[], &message, query).await?;
        Ok(Some(Change { before, after }))
    }
}

/// What would change for each of these questions if the drafts were kept.
pub async fn preview(
    tx: &mut TenantTx,
    drafts: &[Drafted],
    questions: &[Query<'_>],
) -> DbResult<Vec<Option<Change>>> {
    let preview = Preview::new(tx, drafts).await?;
    let mut changes = Vec::with_capacity(questions.len());
    for question in questions {
        changes.push(preview.change(tx, question).await?);
    }
    Ok(changes)
}

/// What changes whenever the knowledge does; none as long as nothing was ever known.
pub async fn stamp(tx: &mut TenantTx) -> Result<Option<uuid::Uuid>, DbError> {
    Ok(state::load(tx).await?.stamp)
}

fn candidate(draft: &Drafted) -> Candidate {
    Candidate {
        id: draft.passage.id,
        file_id: None,
        faq_id: Some(draft.entry),
        title: draft.passage.title.clone(),
        heading: String::new(),
        content: draft.passage.content.clone(),
        language: draft.passage.language.clone(),
        questions: draft.passage.questions.clone(),
    }
}
