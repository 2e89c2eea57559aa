//! Vectors of texts that are no passages of the workspace: many questions at once, and drafts.

use db::{DbResult, Scope, TenantTx};

use super::passages::WITHIN;
use super::{EmbedError, Embedder, Task};
use crate::Knowledge;
use crate::language::Language;
use crate::store::passages::Indexed;
use crate::store::{state, vectors};

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
        let Some((model, served)) = self.served(scope).await? else {
            return Ok(None);
        };
        let made = self
            .vectors_of(&served, std::slice::from_ref(passage))
            .await?;
        let values = made.into_iter().map(|one| one.vector).collect();
        Ok(Some(Vectors { model, values }))
    }

    /// The model whose vectors are searched, and what makes them.
    pub(super) async fn served(&self, scope: &Scope) -> DbResult<Option<(String, Embedder)>> {
        let mut tx = self.db.tenant(scope).await?;
        let known = state::load(&mut tx).await?;
        tx.commit().await?;
        Ok(known.model.zip(known.served))
    }
}
