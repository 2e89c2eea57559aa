//! What a search would find if drafts of FAQ entries were kept. They are played in memory beside
//! what is known: nothing is written, and nobody else finds them.

use db::{DbError, DbResult, Scope, TenantTx};
use kernel::{ChunkId, FaqId, FileId, TrialId};

use super::held::{self, Held};
use super::{Hit, Query, find_in, readable};
use crate::Knowledge;
use crate::chunk::Piece;
use crate::document::State;
use crate::embed::{EmbedError, Vectors};
use crate::faq::{Draft, FaqError, drafted};
use crate::language::Language;
use crate::store::passages::{self, Candidate, Indexed};
use crate::store::{state, trials};

/// A draft as search compares it.
#[derive(Clone, Debug)]
pub struct Drafted {
    passage: Indexed,
    owner: Owner,
    vectors: Option<Vectors>,
}

/// What a draft would belong to.
#[derive(Clone, Copy, Debug)]
enum Owner {
    Entry(FaqId),
    Document(FileId),
}

/// What drafts stand for: it is left out, as if it were gone or said what they say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InsteadOf {
    /// An entry of the FAQ.
    Entry(FaqId),
    /// A document, with all of its passages.
    Document(FileId),
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
                owner: Owner::Entry(entry.id),
                vectors,
            });
        }
        Ok(all)
    }

    /// Makes a document that is tried comparable; none when it was put to use, discarded or not
    /// read. When its vectors can't be made now it is compared by its words. No transaction may be
    /// open.
    pub async fn draft_trial(&self, scope: &Scope, id: TrialId) -> DbResult<Option<Vec<Drafted>>> {
        let mut tx = self.db.tenant(scope).await?;
        let trial = trials::find(&mut tx, id).await?;
        let pieces = trials::pieces(&mut tx, id).await?;
        tx.commit().await?;
        let Some(trial) = trial.filter(|trial| trial.state == State::Ready) else {
            return Ok(None);
        };
        let language = trial.language.map_or("", Language::as_str);
        let indexed = |piece: Piece| Indexed {
            id: ChunkId::new(),
            language: language.to_owned(),
            title: trial.title.clone(),
            heading: piece.heading,
            content: piece.content,
            questions: Vec::new(),
        };
        let passages: Vec<Indexed> = pieces.into_iter().map(indexed).collect();
        let vectors = match self.all_passage_vectors(scope, &passages).await {
            Ok(vectors) => vectors,
            Err(EmbedError::Db(error)) => return Err(error),
            Err(error) => {
                tracing::warn!(%error, "a tried document is compared by its words alone");
                Vec::new()
            }
        };
        // A new document will have the id of its content.
        let owner = Owner::Document(trial.document.unwrap_or(trial.content));
        let mut vectors = vectors.into_iter();
        let drafted = passages.into_iter().map(|passage| Drafted {
            passage,
            owner,
            vectors: vectors.next(),
        });
        Ok(Some(drafted.collect()))
    }
}

impl Preview {
    /// Puts drafts beside what this transaction's workspace knows.
    pub async fn new(tx: &mut TenantTx, drafts: &[Drafted]) -> DbResult<Self> {
        Self::instead_of(tx, drafts, None).await
    }

    /// The same where what the drafts stand for is left out.
    pub async fn instead_of(
        tx: &mut TenantTx,
        drafts: &[Drafted],
        what: Option<InsteadOf>,
    ) -> DbResult<Self> {
        let gone = match what {
            Some(InsteadOf::Entry(entry)) => passages::of_entry(tx, entry).await?,
            Some(InsteadOf::Document(file)) => passages::ids_of_document(tx, file).await?,
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

    /// Whether the workspace knows what it knew when this was made.
    pub async fn is_true(&self, tx: &mut TenantTx) -> DbResult<bool> {
        Ok(std::sync::Arc::ptr_eq(&self.without, &held::of(tx).await?))
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
    let (file_id, faq_id) = match draft.owner {
        Owner::Entry(entry) => (None, Some(entry)),
        Owner::Document(file) => (Some(file), None),
    };
    Candidate {
        id: draft.passage.id,
        file_id,
        faq_id,
        title: draft.passage.title.clone(),
        heading: draft.passage.heading.clone(),
        content: draft.passage.content.clone(),
        language: draft.passage.language.clone(),
        questions: draft.passage.questions.clone(),
    }
}
