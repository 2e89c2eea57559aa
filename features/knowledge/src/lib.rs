//! What the business knows: FAQ entries and documents, and the one search over both.

mod api;
pub mod chunk;
pub mod demo;
pub mod document;
pub mod embed;
pub mod faq;
pub mod ingest;
pub mod jobs;
mod pages;
pub mod score;
pub mod search;
pub mod sources;
mod store;
pub mod trial;
pub mod upload;
pub mod versions;
mod words;

use blob::{Blobs, InvalidKey, Key};
use db::Db;
use extract::Extractor;
use fetch::Fetcher;
use kernel::{Clock, FileId, WorkspaceId};

pub use pages::Tab;
pub use pages::{EntryFields, entry_again, trial_again};
pub use retrieval::language;
pub use store::anything;
pub use words::telling;

/// The events this feature emits: none so far.
pub const EVENTS: &[&str] = &[];

/// The feature's state.
#[derive(Clone, Debug)]
pub struct Knowledge {
    /// The database.
    pub db: Db,
    /// Where instants come from.
    pub clock: Clock,
    /// Where the documents' contents are kept.
    pub blobs: Blobs,
    /// What reads the documents, in processes of their own.
    pub extractor: Extractor,
    /// The way to pages that people name.
    pub fetcher: Fetcher,
    /// What makes vectors of passages and questions.
    pub embeddings: embed::Embeddings,
}

impl Knowledge {
    fn key(workspace: WorkspaceId, file: FileId) -> Result<Key, InvalidKey> {
        Key::new(workspace, "documents", file)
    }

    /// Removes contents whose rows are gone. What can't be removed is logged and stays behind.
    pub async fn forget(&self, workspace: WorkspaceId, contents: &[FileId]) {
        for id in contents {
            if let Err(error) = self.remove(workspace, *id).await {
                tracing::warn!(%error, content = %id, "the content of a removed document stays behind");
            }
        }
    }

    async fn remove(&self, workspace: WorkspaceId, content: FileId) -> Result<(), ForgetError> {
        let key = Self::key(workspace, content)?;
        Ok(self.blobs.delete(&key).await?)
    }
}

/// Why a document's content was not removed.
#[derive(Debug, thiserror::Error)]
enum ForgetError {
    /// Its id can't be part of a key.
    #[error("the document has no place in the blob store")]
    Key(#[from] InvalidKey),
    /// The blob store failed.
    #[error("the document's content could not be removed")]
    Blob(#[from] blob::BlobError),
}

/// The routes of the API and the pages.
pub fn routes(state: Knowledge) -> web::Routes<()> {
    api::routes(state.clone()).merge(pages::routes(state))
}
