//! Documents: files and pages of the web whose passages are searched.

use chrono::{DateTime, Utc};
use db::{DbError, TenantTx};
use extract::Refusal;
use kernel::{FileId, Limit, Page, SourceId};
use serde::Serialize;

use crate::chunk::Piece;
use crate::jobs::ReadDocument;
use crate::language::Language;
use crate::store::{files, passages, versions};

/// The most documents the page shows.
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
    /// It is of a kind that can't be read.
    UnknownKind,
    /// A password is needed to open it.
    PasswordProtected,
    /// It holds pictures of pages and no text.
    Scanned,
    /// There are no words in it.
    NoWords,
    /// It is broken or cut off.
    Damaged,
    /// It has more pages than are read.
    TooManyPages,
    /// It is larger, or inflates further, than is read.
    TooComplex,
    /// Reading it took too long.
    TimedOut,
    /// Its content is gone from where it was kept.
    ContentMissing,
    /// Every attempt broke something; the job's error says what.
    Broken,
}

impl Trouble {
    /// The name in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnknownKind => "unknown_kind",
            Self::PasswordProtected => "password_protected",
            Self::Scanned => "scanned",
            Self::NoWords => "no_words",
            Self::Damaged => "damaged",
            Self::TooManyPages => "too_many_pages",
            Self::TooComplex => "too_complex",
            Self::TimedOut => "timed_out",
            Self::ContentMissing => "content_missing",
            Self::Broken => "broken",
        }
    }

    /// The one of this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "unknown_kind" => Self::UnknownKind,
            "password_protected" => Self::PasswordProtected,
            "scanned" => Self::Scanned,
            "no_words" => Self::NoWords,
            "damaged" => Self::Damaged,
            "too_many_pages" => Self::TooManyPages,
            "too_complex" => Self::TooComplex,
            "timed_out" => Self::TimedOut,
            "content_missing" => Self::ContentMissing,
            "broken" => Self::Broken,
            _ => return None,
        })
    }

    /// What a refusal means, and what stands in for the name in its sentence.
    pub(crate) fn of(refusal: Refusal) -> (Self, Option<String>) {
        match refusal {
            Refusal::UnknownKind { looks_like } => (Self::UnknownKind, Some(looks_like)),
            Refusal::TooManyPages { limit } => (Self::TooManyPages, Some(limit.to_string())),
            Refusal::PasswordProtected => (Self::PasswordProtected, None),
            Refusal::Scanned => (Self::Scanned, None),
            Refusal::NoText => (Self::NoWords, None),
            Refusal::Damaged => (Self::Damaged, None),
            Refusal::TooLarge { .. } | Refusal::TooComplex => (Self::TooComplex, None),
            Refusal::TimedOut => (Self::TimedOut, None),
            Refusal::Crashed => (Self::Broken, None),
        }
    }

    /// The key of its words.
    pub const fn key(self) -> &'static str {
        match self {
            Self::UnknownKind => "knowledge.trouble.unknown_kind",
            Self::PasswordProtected => "knowledge.trouble.password_protected",
            Self::Scanned => "knowledge.trouble.scanned",
            Self::NoWords => "knowledge.trouble.no_words",
            Self::Damaged => "knowledge.trouble.damaged",
            Self::TooManyPages => "knowledge.trouble.too_many_pages",
            Self::TooComplex => "knowledge.trouble.too_complex",
            Self::TimedOut => "knowledge.trouble.timed_out",
            Self::ContentMissing => "knowledge.trouble.content_missing",
            Self::Broken => "knowledge.trouble.broken",
        }
    }
}

/// A document.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Document {
    /// Its id.
    pub id: FileId,
    /// The file's name.
    pub name: String,
    /// What it is, told from its content, such as `application/pdf`.
    pub media_type: String,
    /// Its size in bytes.
    pub size: i64,
    /// The language, once it was read.
    pub language: Option<Language>,
    /// How far it is.
    pub state: State,
    /// Why it could not be read.
    pub error: Option<Trouble>,
    /// What stands in for the name in the sentence about the error, such as what the file seems to
    /// be.
    pub error_detail: Option<String>,
    /// How many passages it gave.
    pub passages: i32,
    /// How many pages it has; only a PDF knows.
    pub pages: Option<i32>,
    /// The number of the version that is wanted, from 1.
    pub version: i32,
    /// The number of the version whose passages are searched; none before the first was read.
    pub serving: Option<i32>,
    /// For a page of the web, the source that it belongs to.
    pub source: Option<SourceId>,
    /// For a page of the web, where it stands.
    pub url: Option<String>,
    /// When it was uploaded.
    pub created_at: DateTime<Utc>,
}

impl Document {
    /// What stands in for the name in the sentence about the error.
    pub(crate) fn detail(&self) -> &str {
        self.error_detail.as_deref().unwrap_or_default()
    }

    /// What it is, in a word that people know.
    pub(crate) fn kind(&self) -> &str {
        match self.media_type.as_str() {
            "application/pdf" => "PDF",
            "text/html" => "HTML",
            "text/csv" => "CSV",
            "text/markdown" => "Markdown",
            "text/plain" => "TXT",
            word if word.ends_with("wordprocessingml.document") => "Word",
            other => other,
        }
    }
}

/// One version of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = DocumentVersion)]
pub struct Version {
    /// Its number, from 1.
    pub number: i32,
    /// The file's name.
    pub name: String,
    /// What it is.
    pub media_type: String,
    /// Its size in bytes.
    pub size: i64,
    /// Whether it was ever read.
    pub read: bool,
    /// Whether it is the version that is wanted.
    pub wanted: bool,
    /// Whether its passages are searched.
    pub serving: bool,
    /// When it arrived.
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
    /// Another document has the content of the version that was asked for.
    #[error("another document has the same content")]
    Duplicate(FileId),
    /// The database failed.
    #[error("the documents could not be read")]
    Db(#[from] DbError),
}

/// The documents that were uploaded, newest first.
pub async fn list(tx: &mut TenantTx) -> Result<Vec<Document>, DocumentError> {
    Ok(files::list(tx, None, MOST_LISTED).await?)
}

/// One page of them.
pub async fn page(
    tx: &mut TenantTx,
    after: Option<(DateTime<Utc>, FileId)>,
    limit: Limit,
) -> Result<Page<Document>, DocumentError> {
    let documents = files::list(tx, after, limit.probe()).await?;
    Ok(Page::from_probe(documents, limit, |document| {
        (document.created_at, document.id)
    }))
}

/// One document with its first 500 passages.
pub async fn load(tx: &mut TenantTx, id: FileId) -> Result<(Document, Vec<Piece>), DocumentError> {
    let document = find(tx, id).await?;
    Ok((document, passages::of_document(tx, id).await?))
}

pub(crate) async fn find(tx: &mut TenantTx, id: FileId) -> Result<Document, DocumentError> {
    files::find(tx, id).await?.ok_or(DocumentError::NotFound)
}

/// Leaves a document to a worker to read.
pub(crate) async fn enqueue(
    tx: &mut TenantTx,
    document: FileId,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    tx.enqueue(&queue::job(&ReadDocument { document }, now)?)
        .await?;
    tx.signal("knowledge-changed");
    Ok(())
}

/// Has a document that could not be read, read once more.
pub async fn retry(
    tx: &mut TenantTx,
    id: FileId,
    now: DateTime<Utc>,
) -> Result<Document, DocumentError> {
    if find(tx, id).await?.state != State::Failed {
        return Err(DocumentError::NotFailed);
    }
    files::set_queued(tx, id).await?;
    enqueue(tx, id, now).await?;
    find(tx, id).await
}

/// The versions of a document, newest first.
pub async fn versions(tx: &mut TenantTx, id: FileId) -> Result<Vec<Version>, DocumentError> {
    find(tx, id).await?;
    Ok(versions::list(tx, id).await?)
}

/// Has the document say what one of its versions says. What is searched now is searched until that
/// version was read.
pub async fn restore(
    tx: &mut TenantTx,
    id: FileId,
    number: i32,
    now: DateTime<Utc>,
) -> Result<Document, DocumentError> {
    files::hold(tx, id).await?;
    let content = versions::content(tx, id, number).await?;
    let (_, sha256) = content.ok_or(DocumentError::NotFound)?;
    if let Some(other) = files::with_hash(tx, &sha256).await?
        && other != id
    {
        return Err(DocumentError::Duplicate(other));
    }
    files::want(tx, id, number).await?;
    enqueue(tx, id, now).await?;
    find(tx, id).await
}

/// Removes a document with its versions and passages. Tells what its contents were kept under, to
/// be removed by [`Knowledge::forget`](crate::Knowledge::forget) after the commit.
pub async fn delete(tx: &mut TenantTx, id: FileId) -> Result<Vec<FileId>, DocumentError> {
    let contents = versions::contents(tx, id).await?;
    if !files::delete(tx, id).await? {
        return Err(DocumentError::NotFound);
    }
    tx.signal("knowledge-changed");
    Ok(contents)
}
