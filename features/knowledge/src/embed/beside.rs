//! Vectors of texts that are no passages of the workspace: many questions at once, and drafts.

use db::{DbResult, Scope, TenantTx};

use super::passages::WITHIN;
use super::{EmbedError, Embedder, Task};
use crate::Knowledge;
use crate::language::Language;
use crate::store::passages::Indexed;
use crate::store::{state, vectors};

/// How many passages are embedded at a time.
const AT_ONCE: usize = 32;

/// Vectors in the order of their texts, and the model that made them.
#[derive(Clone, Debug, PartialEq)]
pub struct Vectors {
    /// The model whose vectors are searched.
    pub model: String,
    /// One for each text, of norm 1.
    pub values: Vec<Vec<f32>>,
}

/// The model whose vectors are searched; none while words alone are.
pub async fn serving(tx: &mut TenantTx) -> DbResult<Option<String>> {
    Ok(state::load(tx).await?.model)
}

/// Questions of the FAQ as vectors of the model that is searched, the newest first: how questions
/// to this business lie in its space.
pub async fn known_questions(
    tx: &mut TenantTx,
    model: &str,
    limit: i64,
) -> DbResult<Vec<(Language, Vec<f32>)>> {
    let known = vectors::questions(tx, model, limit).await?.into_iter();
    Ok(known
        .map(|(tag, vector)| (Language::from_tag(&tag), vector))
        .collect())
}

impl Knowledge {
    /// The vectors of questions, by the embedder whose vectors are searched; none when words alone
    /// are searched. It may take long: for jobs.
    pub async fn question_vectors(
        &self,
        scope: &Scope,
        questions: Vec<String>,
    ) -> Result<Option<Vectors>, EmbedError> {
        let Some((model, served)) = self.served(scope).await? else {
            return Ok(None);
        };
        let making = self
            .embeddings
            .embed(&served, Task::Question, questions, WITHIN);
        let values = making.await?;
        Ok(Some(Vectors { model, values }))
    }

    /// The vectors that a passage would have if it were kept; none when words alone are searched.
    pub(crate) async fn passage_vectors(
        &self,
        scope: &Scope,
        passage: &Indexed,
    ) -> Result<Option<Vectors>, EmbedError> {
        let all = self.all_passage_vectors(scope, std::slice::from_ref(passage));
        Ok(all.await?.into_iter().next())
    }

    /// The same for many, in their order, a batch at a call; nothing when words alone are searched.
    pub(crate) async fn all_passage_vectors(
        &self,
        scope: &Scope,
        passages: &[Indexed],
    ) -> Result<Vec<Vectors>, EmbedError> {
        let Some((model, served)) = self.served(scope).await? else {
            return Ok(Vec::new());
        };
        let mut all = Vec::with_capacity(passages.len());
        for some in passages.chunks(AT_ONCE) {
            let mut made = self.vectors_of(&served, some).await?;
            for passage in some {
                let own = made.extract_if(.., |one| one.chunk == passage.id);
                all.push(Vectors {
                    model: model.clone(),
                    values: own.map(|one| one.vector).collect(),
                });
            }
        }
        Ok(all)
    }

    /// The model whose vectors are searched, and what makes them.
    pub(super) async fn served(&self, scope: &Scope) -> DbResult<Option<(String, Embedder)>> {
        let mut tx = self.db.tenant(scope).await?;
        let known = state::load(&mut tx).await?;
        tx.commit().await?;
        Ok(known.model.zip(known.served))
    }
}
