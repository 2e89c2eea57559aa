//! Reading a kept document: its language, its passages. A worker does it, so that whoever uploads
//! does not wait.

use std::fmt::Write as _;
use std::path::Path;

use chrono::{DateTime, Utc};
use db::{DbError, Scope, TenantTx};
use extract::ExtractError;
use kernel::FileId;

use crate::Knowledge;
use crate::chunk::{self, Cut};
use crate::document::{Document, Trouble};
use crate::embed;
use crate::language::Language;
use crate::store::{files, passages, versions};

/// How much of a text its language is told from, in characters.
const SAMPLE: usize = 5000;
/// How much of a text is kept to be compared with other versions, in bytes.
const COMPARED: usize = 512 * 1024;

/// Why a document was not read now; another attempt may succeed. What no attempt can mend is a
/// [`Trouble`] of the document.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The blob store failed.
    #[error("the document's content could not be read")]
    Blob(#[from] blob::BlobError),
    /// The reader could not be started.
    #[error("the reader of files could not be started")]
    Reader(#[source] std::io::Error),
    /// The work was broken off.
    #[error("reading the document was broken off")]
    Stopped(#[from] tokio::task::JoinError),
    /// Its id can't be part of a key.
    #[error("the document has no place in the blob store")]
    Key(#[from] blob::InvalidKey),
    /// The database failed.
    #[error("the passages could not be kept")]
    Db(#[from] DbError),
}

/// What came of reading a document: by which version of it, and what.
#[derive(Debug)]
pub struct Found {
    version: i32,
    what: Outcome,
}

/// What a file says, or why nobody can tell.
pub(crate) type Outcome = Result<Words, (Trouble, Option<String>)>;

/// What a document says.
#[derive(Debug)]
pub(crate) struct Words {
    pub(crate) media_type: &'static str,
    pub(crate) pages: Option<i32>,
    pub(crate) language: Language,
    pub(crate) cut: Cut,
    /// As much as is compared with other versions.
    text: String,
}

impl Words {
    /// Its title: its own, else what its file is called.
    pub(crate) fn title(&self, name: &str) -> String {
        let stem = Path::new(name).file_stem().and_then(|stem| stem.to_str());
        let called = || stem.unwrap_or(name).replace(['_', '-'], " ");
        self.cut.title.clone().unwrap_or_else(called)
    }
}

/// Says that a document is being read; none when it is gone.
pub async fn begin(
    knowledge: &Knowledge,
    scope: &Scope,
    id: FileId,
) -> Result<Option<Document>, IngestError> {
    let mut tx = knowledge.db.tenant(scope).await?;
    files::set_reading(&mut tx, id).await?;
    let document = files::find(&mut tx, id).await?;
    tx.signal("knowledge-changed");
    tx.commit().await?;
    Ok(document)
}

/// Reads what a document says. Nothing is held meanwhile.
pub async fn look(
    knowledge: &Knowledge,
    scope: &Scope,
    document: &Document,
) -> Result<Found, IngestError> {
    let version = document.version;
    let mut tx = knowledge.db.tenant(scope).await?;
    let kept = versions::content(&mut tx, document.id, version).await?;
    tx.commit().await?;
    let what = match kept {
        None => Err((Trouble::ContentMissing, None)),
        Some((content, _)) => read(knowledge, scope, content, &document.name).await?,
    };
    Ok(Found { version, what })
}

/// Reads what is kept under this id, the content of a file of this name.
pub(crate) async fn read(
    knowledge: &Knowledge,
    scope: &Scope,
    content: FileId,
    name: &str,
) -> Result<Outcome, IngestError> {
    let key = Knowledge::key(scope.workspace(), content)?;
    let content = match knowledge.blobs.get(&key).await {
        Ok(content) => content,
        Err(blob::BlobError::NotFound { .. }) => return Ok(Err((Trouble::ContentMissing, None))),
        Err(error) => return Err(error.into()),
    };
    match knowledge.extractor.extract(&content, name).await {
        Ok(read) => Ok(tokio::task::spawn_blocking(move || words(&read)).await?),
        Err(ExtractError::Refused(refusal)) => Ok(Err(Trouble::of(refusal))),
        Err(ExtractError::Unavailable(error)) => Err(IngestError::Reader(error)),
    }
}

/// Keeps what was found in place of what was found before. Doing it twice gives the same as doing
/// it once.
pub async fn keep(
    tx: &mut TenantTx,
    document: &Document,
    found: Found,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let id = document.id;
    if files::hold(tx, id).await? != Some(found.version) {
        // Removed meanwhile, or another version is wanted, which has its own job.
        return Ok(());
    }
    tx.signal("knowledge-changed");
    let words = match found.what {
        Ok(words) => words,
        Err((trouble, detail)) => {
            return files::set_failed(tx, id, trouble, detail.as_deref()).await;
        }
    };
    let title = words.title(&document.name);
    versions::set_words(tx, id, found.version, &words.text).await?;
    passages::put_document(tx, id, &title, words.language, &words.cut.pieces, now).await?;
    embed::follow(tx, now).await?;
    let read = files::Read {
        language: words.language,
        media_type: words.media_type,
        passages: i32::try_from(words.cut.pieces.len()).unwrap_or(i32::MAX),
        pages: words.pages,
    };
    files::set_ready(tx, id, &read, now).await
}

/// Reads a document here and now, for whoever can wait: the demo's workspace.
pub async fn ingest(knowledge: &Knowledge, scope: &Scope, id: FileId) -> Result<(), IngestError> {
    let Some(document) = begin(knowledge, scope, id).await? else {
        return Ok(());
    };
    let found = look(knowledge, scope, &document).await?;
    let mut tx = knowledge.db.tenant(scope).await?;
    keep(&mut tx, &document, found, knowledge.clock.now()).await?;
    Ok(tx.commit().await?)
}

fn words(read: &extract::Document) -> Outcome {
    let markdown = read.to_markdown();
    let sample: String = markdown.text.chars().take(SAMPLE).collect();
    let mut cut = chunk::markdown(&markdown.text, |at| markdown.page_at(at))
        .map_err(|error| (Trouble::Broken, Some(error.to_string())))?;
    cut.title = cut.title.or_else(|| read.title.clone());
    let mut text = markdown.text;
    if text.len() > COMPARED {
        text.truncate(text.floor_char_boundary(COMPARED));
        // Writing to a string can't fail.
        let _infallible = writeln!(text, "…");
    }
    // PostgreSQL keeps no zeros.
    let text = text.replace('\0', "");
    for piece in &mut cut.pieces {
        piece.content.retain(|c| c != '\0');
        piece.heading.retain(|c| c != '\0');
    }
    Ok(Words {
        media_type: read.kind.media_type(),
        pages: read.pages.and_then(|pages| i32::try_from(pages).ok()),
        language: Language::of(&sample),
        cut,
        text,
    })
}
