//! Passages and questions as vectors: which embedder a workspace has, and asking it.

mod beside;
mod passages;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use db::{DbError, DbResult, Scope, TenantTx};
use kernel::Secret;
use llm::{EmbeddingEndpoint, EmbeddingKind, EmbeddingTask};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::Knowledge;
use crate::search::QueryVector;
use crate::store::state;

pub use beside::{Vectors, known_questions, serving};
pub use passages::{EmbedError, EmbedPassages, follow};

/// How long a question's vector is waited for; after that words alone are searched.
const PATIENCE: Duration = Duration::from_millis(2500);
/// Dimensions of Google's embeddings: the shortest of those it recommends.
const GEMINI_DIMENSIONS: usize = 768;
/// Lengths of vectors that can be searched.
const LENGTHS: std::ops::RangeInclusive<usize> = 32..=4000;

/// What makes vectors of a workspace's passages and questions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Embedder {
    /// The multilingual model that comes with the product and runs on this machine.
    Local,
    /// Nothing: words alone are searched.
    None,
    /// Google, with the installation's key.
    Gemini {
        /// `gemini-embedding-001` or `gemini-embedding-2`.
        model: String,
    },
    /// The installation's server that speaks OpenAI's language.
    Openai {
        /// The model's name there.
        model: String,
        /// How many numbers a vector has.
        dimensions: usize,
    },
}

impl Embedder {
    /// The name under which its vectors are kept; none when it makes none.
    pub fn model(&self) -> Option<String> {
        match self {
            Self::None => None,
            Self::Local => Some(local_embeddings::MODEL.to_owned()),
            Self::Gemini { model } => Some(format!("{model}@{GEMINI_DIMENSIONS}")),
            Self::Openai { model, dimensions } => Some(format!("{model}@{dimensions}")),
        }
    }
}

/// Where a provider of vectors is reached.
#[derive(Clone, Debug)]
pub struct Remote {
    /// Up to and including the version.
    pub base_url: Url,
    /// The key.
    pub key: Secret,
}

/// The embedders of this installation.
#[derive(Clone)]
pub struct Embeddings {
    /// The model on this machine.
    pub local: Arc<local_embeddings::Embedder>,
    /// The way to the others.
    pub llm: llm::Client,
    /// Google, when there is a key.
    pub gemini: Option<Remote>,
    /// A server that speaks OpenAI's language, when there is one.
    pub openai: Option<Remote>,
    /// What workspaces have that chose nothing.
    pub usual: Embedder,
}

impl fmt::Debug for Embeddings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Embeddings")
            .field("usual", &self.usual)
            .finish_non_exhaustive()
    }
}

/// Whether texts ask or answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Task {
    Question,
    Passage,
}

impl Task {
    /// The name in the database.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Question => "question",
            Self::Passage => "passage",
        }
    }
}

/// Whether the workspace is searched by vectors, too.
pub async fn serves(tx: &mut TenantTx) -> DbResult<bool> {
    Ok(serving(tx).await?.is_some())
}

/// Why an embedder was not chosen.
#[derive(Debug, thiserror::Error)]
pub enum ChooseError {
    /// This installation has no key for it.
    #[error("this installation has no key for that provider; whoever operates it can set one")]
    NotOffered,
    /// Its name or its length can't be right.
    #[error("the model needs a name, and vectors of 32 to 4000 numbers")]
    Malformed,
    /// The database failed.
    #[error("the choice could not be kept")]
    Db(#[from] DbError),
}

/// The embedder of a workspace and what becomes of it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Standing {
    /// What was chosen.
    pub embedder: Embedder,
    /// Whether it was chosen here; else it is what the installation usually has.
    pub chosen: bool,
    /// The model whose vectors are searched now; none while words alone are searched.
    pub serving: Option<String>,
    /// How many passages there are.
    pub passages: i64,
    /// How many of them have vectors of the chosen embedder.
    pub embedded: i64,
    /// Whether the model on this machine is loaded.
    pub local_ready: bool,
}

impl Embeddings {
    /// Whether this installation can make such vectors.
    pub fn offers(&self, embedder: &Embedder) -> bool {
        match embedder {
            Embedder::Local | Embedder::None => true,
            Embedder::Gemini { .. } => self.gemini.is_some(),
            Embedder::Openai { .. } => self.openai.is_some(),
        }
    }

    fn endpoint(&self, embedder: &Embedder) -> Option<EmbeddingEndpoint> {
        let (kind, remote, model, dimensions) = match embedder {
            Embedder::Local | Embedder::None => return None,
            Embedder::Gemini { model } => {
                let dimensions = GEMINI_DIMENSIONS;
                (EmbeddingKind::Gemini, &self.gemini, model, dimensions)
            }
            Embedder::Openai { model, dimensions } => {
                (EmbeddingKind::OpenAi, &self.openai, model, *dimensions)
            }
        };
        let remote = remote.as_ref()?;
        Some(EmbeddingEndpoint {
            kind,
            base_url: remote.base_url.clone(),
            key: remote.key.clone(),
            model: model.clone(),
            dimensions,
        })
    }

    /// The vectors of texts, in their order.
    pub(crate) async fn embed(
        &self,
        embedder: &Embedder,
        task: Task,
        texts: Vec<String>,
        within: Duration,
    ) -> Result<Vec<Vec<f32>>, EmbedError> {
        if texts.is_empty() {
            return Ok(Vec::new());
        }
        if *embedder == Embedder::Local {
            if task == Task::Passage {
                return Ok(self.local.passages(texts).await?);
            }
            let mut vectors = Vec::with_capacity(texts.len());
            for text in texts {
                vectors.push(self.local.query(&text).await?);
            }
            return Ok(vectors);
        }
        let endpoint = self.endpoint(embedder).ok_or(EmbedError::NotOffered)?;
        let wanted = match task {
            Task::Question => EmbeddingTask::Query,
            Task::Passage => EmbeddingTask::Document,
        };
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let made = self.llm.embed(&endpoint, wanted, &texts, within).await?;
        Ok(made.vectors)
    }
}

impl Knowledge {
    /// The vector of a question, by the embedder whose vectors are searched. None when words alone
    /// are searched, and when it can't be made soon: search goes on without it.
    pub async fn query_vector(&self, scope: &Scope, text: &str) -> DbResult<Option<QueryVector>> {
        let Some((model, served)) = self.served(scope).await? else {
            return Ok(None);
        };
        if text.trim().is_empty()
            || (served == Embedder::Local && !self.embeddings.local.is_ready())
        {
            self.embeddings.local.prepare();
            return Ok(None);
        }
        let texts = vec![text.to_owned()];
        let making = self
            .embeddings
            .embed(&served, Task::Question, texts, PATIENCE);
        Ok(match making.await {
            Ok(vectors) => vectors
                .into_iter()
                .next()
                .map(|values| QueryVector { model, values }),
            Err(error) => {
                tracing::warn!(%error, "a question was searched by its words alone");
                None
            }
        })
    }

    /// The embedder of the workspace and how far it is.
    pub async fn standing(&self, tx: &mut TenantTx) -> DbResult<Standing> {
        let state = state::load(tx).await?;
        let chosen = state.embedder.is_some();
        let embedder = state.embedder.unwrap_or(self.embeddings.usual.clone());
        let (passages, embedded) = state::progress(tx, embedder.model().as_deref()).await?;
        Ok(Standing {
            embedder,
            chosen,
            serving: state.model,
            passages,
            embedded,
            local_ready: self.embeddings.local.is_ready(),
        })
    }

    /// Chooses the workspace's embedder; none for what the installation usually has. Passages are
    /// embedded anew in the background while the old vectors serve.
    pub async fn choose_embedder(
        &self,
        tx: &mut TenantTx,
        embedder: Option<Embedder>,
    ) -> Result<(), ChooseError> {
        if let Some(wanted) = &embedder {
            let sound = match wanted {
                Embedder::Local | Embedder::None => true,
                Embedder::Gemini { model } => !model.trim().is_empty() && model.len() < 200,
                Embedder::Openai { model, dimensions } => {
                    !model.trim().is_empty() && model.len() < 200 && LENGTHS.contains(dimensions)
                }
            };
            if !sound {
                return Err(ChooseError::Malformed);
            }
            if !self.embeddings.offers(wanted) {
                return Err(ChooseError::NotOffered);
            }
        }
        state::choose(tx, embedder.as_ref()).await?;
        follow(tx, self.clock.now()).await?;
        tx.signal("knowledge-changed");
        Ok(())
    }
}
