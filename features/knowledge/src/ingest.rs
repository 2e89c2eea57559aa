//! Reading a kept document: its language, its passages.

use std::path::Path;

use db::{DbError, TenantTx};
use kernel::FileId;

use crate::Knowledge;
use crate::chunk::{self, Cut};
use crate::document::Document;
use crate::language::Language;
use crate::store::{files, passages};

/// How much of a text its language is told from, in characters.
const SAMPLE: usize = 5000;

/// Why a document could not be read.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// There is no such document any more.
    #[error("there is no such document")]
    NotFound,
    /// Its content is gone, or the blob store failed.
    #[error("the document's content could not be read")]
    Blob(#[from] blob::BlobError),
    /// It is not UTF-8.
    #[error("the document is not text")]
    NotText(#[from] std::str::Utf8Error),
    /// It could not be cut into passages.
    #[error("the document could not be cut into passages")]
    Cut(#[from] text_splitter::ChunkConfigError),
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

/// Reads a document anew and makes its passages. Doing it twice gives the same as doing it once.
pub async fn ingest(
    knowledge: &Knowledge,
    tx: &mut TenantTx,
    id: FileId,
) -> Result<Document, IngestError> {
    let document = files::find(tx, id).await?.ok_or(IngestError::NotFound)?;
    let key = Knowledge::key(tx.workspace(), id)?;
    let content = knowledge.blobs.get(&key).await?;
    let markdown = document.media_type == "text/markdown";
    let (language, cut) = tokio::task::spawn_blocking(move || read(&content, markdown)).await??;
    let stem = Path::new(&document.name)
        .file_stem()
        .and_then(|stem| stem.to_str());
    let title = cut
        .title
        .unwrap_or_else(|| stem.unwrap_or(&document.name).replace(['_', '-'], " "));
    let now = knowledge.clock.now();
    passages::put_document(tx, id, &title, language, &cut.pieces, now).await?;
    let count = i32::try_from(cut.pieces.len()).unwrap_or(i32::MAX);
    files::set_ready(tx, id, language, count, now).await?;
    tx.signal("knowledge-changed");
    files::find(tx, id).await?.ok_or(IngestError::NotFound)
}

fn read(content: &[u8], markdown: bool) -> Result<(Language, Cut), IngestError> {
    let text = std::str::from_utf8(content)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let sample: String = text.chars().take(SAMPLE).collect();
    let cut = if markdown {
        chunk::markdown(text)?
    } else {
        chunk::plain(text)?
    };
    Ok((Language::of(&sample), cut))
}
