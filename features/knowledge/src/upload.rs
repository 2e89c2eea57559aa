//! Taking in a document.

use std::path::Path;

use bytes::Bytes;
use db::{DbError, TenantTx};
use kernel::FileId;
use sha2::{Digest, Sha256};

use crate::Knowledge;
use crate::document::Document;
use crate::jobs::ReadDocument;
use crate::store::files;

/// The largest document, in bytes.
pub const LARGEST: usize = 10 * 1024 * 1024;
/// The longest name, in characters.
const LONGEST_NAME: usize = 200;

/// Why a document was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// It is larger than 10 MB.
    #[error("a document may have at most 10 MB")]
    TooLarge,
    /// It has no name that ends in .txt, .md or .markdown.
    #[error("only .txt and .md files can be read")]
    UnknownKind,
    /// The same content is there already, as this document.
    #[error("the same document is there already")]
    Duplicate(FileId),
    /// The blob store failed.
    #[error("the file could not be kept")]
    Blob(#[from] blob::BlobError),
    /// Its id can't be part of a key.
    #[error("the document has no place in the blob store")]
    Key(#[from] blob::InvalidKey),
    /// The database failed.
    #[error("the document could not be recorded")]
    Db(#[from] DbError),
}

fn media_type(name: &str) -> Option<&'static str> {
    let ending = Path::new(name).extension()?.to_str()?.to_ascii_lowercase();
    match ending.as_str() {
        "txt" | "text" => Some("text/plain"),
        "md" | "markdown" => Some("text/markdown"),
        _ => None,
    }
}

/// The last part of a file name, without control characters, of bounded length.
fn tidy(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let chars: Vec<char> = last.trim().chars().filter(|c| !c.is_control()).collect();
    // The end is kept: it says what kind of file it is.
    chars
        .iter()
        .skip(chars.len().saturating_sub(LONGEST_NAME))
        .collect()
}

/// Keeps a document and leaves it to a worker to read. The same content twice is refused.
pub async fn upload(
    knowledge: &Knowledge,
    tx: &mut TenantTx,
    name: &str,
    content: Bytes,
) -> Result<Document, UploadError> {
    let document = keep(knowledge, tx, name, content).await?;
    let job = ReadDocument {
        document: document.id,
    };
    tx.enqueue(&queue::job(&job, knowledge.clock.now())?)
        .await?;
    Ok(document)
}

/// Keeps a document, to be read by whoever keeps it.
pub async fn keep(
    knowledge: &Knowledge,
    tx: &mut TenantTx,
    name: &str,
    content: Bytes,
) -> Result<Document, UploadError> {
    if content.len() > LARGEST {
        return Err(UploadError::TooLarge);
    }
    let name = tidy(name);
    let media_type = media_type(&name).ok_or(UploadError::UnknownKind)?;
    let sha256 = Sha256::digest(&content);
    if let Some(same) = files::with_hash(tx, &sha256).await? {
        return Err(UploadError::Duplicate(same));
    }
    let id = FileId::new();
    let key = Knowledge::key(tx.workspace(), id)?;
    let file = files::NewFile {
        id,
        name: &name,
        media_type,
        size: i64::try_from(content.len()).unwrap_or(i64::MAX),
        sha256: &sha256,
        blob_key: key.as_str(),
        by: tx.scope().actor().user(),
        now: knowledge.clock.now(),
    };
    if !files::insert(tx, &file).await? {
        return Err(UploadError::Duplicate(id));
    }
    knowledge.blobs.put(&key, content).await?;
    tx.signal("knowledge-changed");
    let missing = || DbError::Missing("files".to_owned());
    Ok(files::find(tx, id).await?.ok_or_else(missing)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_says_what_a_file_is() {
        assert_eq!(media_type("a.MD"), Some("text/markdown"));
        assert_eq!(media_type("a.txt"), Some("text/plain"));
        assert_eq!(media_type("a.exe"), None);
        assert_eq!(media_type("txt"), None);
    }

    #[test]
    fn a_name_is_stripped_of_its_folders() {
        assert_eq!(tidy("../..\\x/delivery\u{0}.md"), "delivery.md");
    }
}
