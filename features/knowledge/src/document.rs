//! Documents: text files whose passages are searched.

use chrono::{DateTime, Utc};
use db::{DbError, TenantTx};
use kernel::FileId;
use serde::Serialize;

use crate::chunk::Piece;
use crate::jobs::ReadDocument;
use crate::language::Language;
use crate::store::{files, passages};

/// The most documents a list shows.
const MOST_LISTED: i64 = 1000;

/// How far a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Waits to be read.
    Queued,
    /// Is being read.
    Reading,
    /// Is used for answers.
    Ready,
    /// Could not be read.
    Failed,
}

impl State {
    pub(crate) fn from_name(name: &str) -> Self {
        match name {
            "queued" => Self::Queued,
            "reading" => Self::Reading,
            "ready" => Self::Ready,
            _ => Self::Failed,
        }
    }
}

/// Why a document could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// It is no text in UTF-8.
    NotText,
    /// There are no words in it.
    NoWords,
    /// Its content is gone from where it was kept.
    ContentMissing,
    /// Every attempt broke something; the job's error says what.
    Broken,
}

impl Trouble {
    /// The name in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotText => "not_text",
            Self::NoWords => "no_words",
            Self::ContentMissing => "content_missing",
            Self::Broken => "broken",
        }
    }

    pub(crate) fn from_name(name: &str) -> Self {
        match name {
            "not_text" => Self::NotText,
            "no_words" => Self::NoWords,
            "content_missing" => Self::ContentMissing,
            _ => Self::Broken,
        }
    }

    /// The key of its words.
    pub const fn key(self) -> &'static str {
        match self {
            Self::NotText => "knowledge.trouble.not_text",
            Self::NoWords => "knowledge.trouble.no_words",
            Self::ContentMissing => "knowledge.trouble.content_missing",
            Self::Broken => "knowledge.trouble.broken",
        }
    }
}

/// An uploaded document.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Document {
    /// Its id.
    pub id: FileId,
    /// The file's name.
    pub name: String,
    /// `text/plain` or `text/markdown`.
    pub media_type: String,
    /// Its size in bytes.
    pub size: i64,
    /// The language, once it was read.
    pub language: Option<Language>,
    /// How far it is.
    pub state: State,
    /// Why it could not be read.
    pub error: Option<Trouble>,
    /// How many passages it gave.
    pub passages: i32,
    /// When it was uploaded.
    pub created_at: DateTime<Utc>,
}

/// Why a document was not shown, read again or removed.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// There is no such document.
    #[error("there is no such document")]
    NotFound,
    /// Only one that could not be read is read again.
    #[error("the document did not fail")]
    NotFailed,
    /// The database failed.
    #[error("the documents could not be read")]
    Db(#[from] DbError),
}

/// The documents, newest first.
pub async fn list(tx: &mut TenantTx) -> Result<Vec<Document>, DocumentError> {
    Ok(files::list(tx, MOST_LISTED).await?)
}

/// One document with its first 500 passages.
pub async fn load(tx: &mut TenantTx, id: FileId) -> Result<(Document, Vec<Piece>), DocumentError> {
    let document = files::find(tx, id).await?.ok_or(DocumentError::NotFound)?;
    Ok((document, passages::of_document(tx, id).await?))
}

/// Has a document that could not be read, read once more.
pub async fn retry(
    tx: &mut TenantTx,
    id: FileId,
    now: DateTime<Utc>,
) -> Result<Document, DocumentError> {
    let document = files::find(tx, id).await?.ok_or(DocumentError::NotFound)?;
    if document.state != State::Failed {
        return Err(DocumentError::NotFailed);
    }
    files::set_queued(tx, id).await?;
    let job = ReadDocument { document: id };
    tx.enqueue(&queue::job(&job, now)?).await?;
    tx.signal("knowledge-changed");
    files::find(tx, id).await?.ok_or(DocumentError::NotFound)
}

/// Removes a document and its passages. Its blob is removed by
/// [`Knowledge::forget`](crate::Knowledge::forget) after the commit.
pub async fn delete(tx: &mut TenantTx, id: FileId) -> Result<(), DocumentError> {
    if !files::delete(tx, id).await? {
        return Err(DocumentError::NotFound);
    }
    tx.signal("knowledge-changed");
    Ok(())
}
