//! Giving passages their vectors, in the background.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use db::{DbError, DbResult, Priority, TenantTx};
use kernel::ChunkId;
use queue::{Attempt, Job, JobError};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Task;
use crate::Knowledge;
use crate::store::passages::{self, Indexed};
use crate::store::state;
use crate::store::vectors::{self, New};

/// How many passages are embedded before their vectors are kept.
const AT_ONCE: i64 = 32;
/// How long a provider may take for them.
pub(super) const WITHIN: Duration = Duration::from_mins(1);
/// How often screens are told how far it is.
const SHOWN_EVERY: Duration = Duration::from_secs(2);
/// How often searches are given what is embedded so far: somebody's search then reads what is new.
const FOUND_EVERY: Duration = Duration::from_secs(10);
/// Phrasings of one FAQ entry that get a vector of their own.
const PHRASINGS: usize = 12;

/// Why passages got no vectors now.
#[derive(Debug, thiserror::Error)]
pub enum EmbedError {
    /// This installation has no key for the embedder.
    #[error("this installation has no key for the embedder")]
    NotOffered,
    /// The model on this machine failed.
    #[error("the model on this machine could not be used")]
    Local(#[from] local_embeddings::EmbedError),
    /// The provider failed.
    #[error("the provider of embeddings could not be used")]
    Remote(#[from] llm::Error),
    /// The database failed.
    #[error("the vectors could not be kept")]
    Db(#[from] DbError),
}

impl From<EmbedError> for JobError {
    fn from(error: EmbedError) -> Self {
        let why = error.to_string();
        match error {
            EmbedError::Remote(llm::Error::RateLimited {
                retry_after: Some(after),
            }) => Self::Later { after, why },
            _ => Self::Again(why),
        }
    }
}

/// Give the passages of the workspace the vectors that they lack, and then search by them.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct EmbedPassages {}

impl Job for EmbedPassages {
    const KIND: &'static str = "embed_passages";
    const PRIORITY: Priority = Priority::Low;
    const ATTEMPTS: i32 = 20;
    const LONGEST: Duration = Duration::from_mins(15);

    fn serial_key(&self) -> Option<String> {
        Some("embed_passages".to_owned())
    }

    fn job_key(&self) -> Option<String> {
        Some("embed_passages".to_owned())
    }
}

/// Leaves it to a worker to embed what changed.
pub async fn follow(tx: &mut TenantTx, now: DateTime<Utc>) -> DbResult<()> {
    let job = queue::job(&EmbedPassages {}, now)?;
    tx.enqueue(&job).await?;
    Ok(())
}

impl Knowledge {
    /// Embeds what lacks vectors, a few passages at a time, each kept at once: a worker that dies
    /// in between has lost no more than those. When none is left, the vectors are searched, and
    /// those of the embedder before are let go.
    pub async fn embed_passages(&self, attempt: Attempt, _: EmbedPassages) -> Result<(), JobError> {
        let scope = attempt.scope()?;
        let (mut shown, mut found) = (Instant::now(), Instant::now());
        let mut after = None;
        loop {
            let mut tx = self.db.tenant(&scope).await?;
            let known = state::load(&mut tx).await?;
            let embedder = known.embedder.unwrap_or(self.embeddings.usual.clone());
            let Some(model) = embedder.model() else {
                state::serve(&mut tx, None).await?;
                if attempt.finish(&mut tx).await? {
                    tx.commit().await?;
                }
                return Ok(());
            };
            let lacking = vectors::lacking(&mut tx, &model, after, AT_ONCE).await?;
            if lacking.is_empty() && after.take().is_some() {
                // What was added behind it meanwhile.
                continue;
            }
            if lacking.is_empty() {
                if !attempt.finish(&mut tx).await? {
                    return Ok(());
                }
                if known.model.as_ref() == Some(&model) && known.served.as_ref() == Some(&embedder)
                {
                    state::touch(&mut tx).await?;
                } else {
                    state::serve(&mut tx, Some((&model, &embedder))).await?;
                    vectors::forget_others(&mut tx, &model).await?;
                }
                tx.signal("knowledge-changed");
                return Ok(tx.commit().await?);
            }
            after = lacking.last().copied();
            let ids: Vec<Uuid> = lacking.iter().map(|chunk| chunk.uuid()).collect();
            let texts = passages::indexed(&mut tx, &ids).await?;
            tx.commit().await?;
            let new = self.vectors_of(&embedder, &texts).await?;
            let mut tx = self.db.tenant(&scope).await?;
            vectors::keep(&mut tx, &model, &new, self.clock.now()).await?;
            if shown.elapsed() >= SHOWN_EVERY {
                shown = Instant::now();
                tx.signal("knowledge-changed");
            }
            if found.elapsed() >= FOUND_EVERY && known.model.as_ref() == Some(&model) {
                found = Instant::now();
                state::touch(&mut tx).await?;
            }
            tx.commit().await?;
        }
    }

    /// The vectors of passages: of what each says, and of the ways people ask for it.
    pub(super) async fn vectors_of(
        &self,
        embedder: &super::Embedder,
        passages: &[Indexed],
    ) -> Result<Vec<New>, EmbedError> {
        let texts = passages.iter().map(text_of).collect();
        let make = |task, texts| self.embeddings.embed(embedder, task, texts, WITHIN);
        let answers = make(Task::Passage, texts).await?;
        let mut owners: Vec<(ChunkId, i32)> = Vec::new();
        let mut questions = Vec::new();
        for passage in passages {
            for (part, question) in (1..).zip(passage.questions.iter().take(PHRASINGS)) {
                owners.push((passage.id, part));
                questions.push(question.clone());
            }
        }
        let asked = make(Task::Question, questions).await?;
        let answers = passages.iter().zip(answers).map(|(passage, vector)| New {
            chunk: passage.id,
            part: 0,
            task: Task::Passage.as_str(),
            vector,
        });
        let asked = owners.into_iter().zip(asked);
        let asked = asked.map(|((chunk, part), vector)| New {
            chunk,
            part,
            task: Task::Question.as_str(),
            vector,
        });
        Ok(answers.chain(asked).collect())
    }
}

/// What of a passage is embedded: where it stands and what it says.
fn text_of(passage: &Indexed) -> String {
    let title = passage.questions.first().unwrap_or(&passage.title);
    let parts = [title.as_str(), &passage.heading, &passage.content];
    let parts = parts.into_iter().filter(|part| !part.trim().is_empty());
    parts.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passage_is_embedded_with_its_title_and_headings() {
        let passage = Indexed {
            id: ChunkId::new(),
            language: "en".to_owned(),
            title: "Delivery".to_owned(),
            heading: "Europe › Spain".to_owned(),
            content: "Four days.".to_owned(),
            questions: Vec::new(),
        };
        assert_eq!(text_of(&passage), "Delivery\nEurope › Spain\nFour days.");
        let entry = Indexed {
            heading: String::new(),
            questions: vec!["How long to Spain?".to_owned()],
            ..passage
        };
        assert_eq!(text_of(&entry), "How long to Spain?\nFour days.");
    }
}
