//! Reading a kept document: its language, its passages. A worker does it, so that whoever uploads
//! does not wait.

use std::path::Path;

use chrono::{DateTime, Utc};
use db::{DbError, Scope, TenantTx};
use kernel::FileId;

use crate::Knowledge;
use crate::chunk::{self, Cut};
use crate::document::{Document, Trouble};
use crate::embed;
use crate::language::Language;
use crate::store::{files, passages};

/// How much of a text its language is told from, in characters.
const SAMPLE: usize = 5000;

/// Why a document was not read now; another attempt may succeed. What no attempt can mend is a
/// [`Trouble`] of the document.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The blob store failed.
    #[error("the document's content could not be read")]
    Blob(#[from] blob::BlobError),
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

/// What came of reading a document.
#[derive(Debug)]
pub struct Found(Result<(Language, Cut), Trouble>);

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
    let key = Knowledge::key(scope.workspace(), document.id)?;
    let content = match knowledge.blobs.get(&key).await {
        Ok(content) => content,
        Err(blob::BlobError::NotFound { .. }) => return Ok(Found(Err(Trouble::ContentMissing))),
        Err(error) => return Err(error.into()),
    };
    let markdown = document.media_type == "text/markdown";
    let read = tokio::task::spawn_blocking(move || read(&content, markdown)).await?;
    Ok(Found(read))
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
    if !files::hold(tx, id).await? {
        // Removed meanwhile.
        return Ok(());
    }
    tx.signal("knowledge-changed");
    let (language, cut) = match found.0 {
        Ok(found) => found,
        Err(trouble) => return files::set_failed(tx, id, trouble).await,
    };
    let stem = Path::new(&document.name)
        .file_stem()
        .and_then(|stem| stem.to_str());
    let title = cut
        .title
        .unwrap_or_else(|| stem.unwrap_or(&document.name).replace(['_', '-'], " "));
    passages::put_document(tx, id, &title, language, &cut.pieces, now).await?;
    embed::follow(tx, now).await?;
    let count = i32::try_from(cut.pieces.len()).unwrap_or(i32::MAX);
    files::set_ready(tx, id, language, count, now).await
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

fn read(content: &[u8], markdown: bool) -> Result<(Language, Cut), Trouble> {
    let text = std::str::from_utf8(content).map_err(|_| Trouble::NotText)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.contains('\0') {
        return Err(Trouble::NotText);
    }
    if !text.chars().any(char::is_alphanumeric) {
        return Err(Trouble::NoWords);
    }
    let sample: String = text.chars().take(SAMPLE).collect();
    let cut = if markdown {
        chunk::markdown(text)
    } else {
        chunk::plain(text)
    };
    Ok((Language::of(&sample), cut.map_err(|_| Trouble::Broken)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_text_says_so() {
        assert_eq!(read(b"\xff\xfe", false).unwrap_err(), Trouble::NotText);
        assert_eq!(read(b"a\0b", false).unwrap_err(), Trouble::NotText);
        assert_eq!(read(b" ... \n", true).unwrap_err(), Trouble::NoWords);
        assert!(read(b"\xef\xbb\xbfWe deliver.", false).is_ok());
    }
}
