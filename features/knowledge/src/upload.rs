//! Taking in a document.

use bytes::Bytes;
use db::{DbError, TenantTx};
use extract::Refusal;
use kernel::{FileId, UserId, WorkspaceId};
use sha2::{Digest, Sha256};

use crate::Knowledge;
use crate::document::{self, Document, DocumentError};
use crate::store::files::{self, Place};
use crate::store::versions::{self, NewVersion};

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
    /// Its content is of no kind that can be read.
    #[error(transparent)]
    Refused(Refusal),
    /// The same content is there already, as this document.
    #[error("the same document is there already")]
    Duplicate(FileId),
    /// There is no document to be a version of.
    #[error("there is no such document")]
    NotFound,
    /// It is a page of the web, whose versions are the site's.
    #[error("a page of the web gets its versions from its site")]
    OfTheWeb,
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

impl From<DocumentError> for UploadError {
    fn from(error: DocumentError) -> Self {
        match error {
            DocumentError::Db(error) => Self::Db(error),
            DocumentError::Duplicate(other) => Self::Duplicate(other),
            DocumentError::NotFound | DocumentError::NotFailed => Self::NotFound,
        }
    }
}

/// A file as it arrives.
pub(crate) struct Arrival {
    name: String,
    media_type: &'static str,
    pub(crate) sha256: Vec<u8>,
    content: Bytes,
}

impl Arrival {
    /// Looks at a file. What it is is told from its content; `kind` is its name, or what its site
    /// says of it.
    pub(crate) fn new(name: &str, kind: &str, content: Bytes) -> Result<Self, UploadError> {
        if content.len() > LARGEST {
            return Err(UploadError::TooLarge);
        }
        let found = extract::kind(&content, kind).map_err(UploadError::Refused)?;
        Ok(Self {
            name: tidy(name),
            media_type: found.media_type(),
            sha256: Sha256::digest(&content).to_vec(),
            content,
        })
    }

    /// Keeps its content under this id.
    pub(crate) async fn store(
        &self,
        knowledge: &Knowledge,
        workspace: WorkspaceId,
        id: FileId,
    ) -> Result<(), UploadError> {
        let key = Knowledge::key(workspace, id)?;
        knowledge.blobs.put(&key, self.content.clone()).await?;
        Ok(())
    }

    pub(crate) fn version(
        &self,
        knowledge: &Knowledge,
        id: FileId,
        by: Option<UserId>,
    ) -> NewVersion<'_> {
        NewVersion {
            content: id,
            name: &self.name,
            media_type: self.media_type,
            size: i64::try_from(self.content.len()).unwrap_or(i64::MAX),
            sha256: &self.sha256,
            by,
            now: knowledge.clock.now(),
        }
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
    document::enqueue(tx, document.id, knowledge.clock.now()).await?;
    Ok(document)
}

/// Keeps a document, to be read by whoever keeps it.
pub async fn keep(
    knowledge: &Knowledge,
    tx: &mut TenantTx,
    name: &str,
    content: Bytes,
) -> Result<Document, UploadError> {
    put(knowledge, tx, &Arrival::new(name, name, content)?, None).await
}

/// Keeps what arrived as a document of its own.
pub(crate) async fn put(
    knowledge: &Knowledge,
    tx: &mut TenantTx,
    arrival: &Arrival,
    place: Option<Place<'_>>,
) -> Result<Document, UploadError> {
    let by = tx.scope().actor().user();
    let version = arrival.version(knowledge, FileId::new(), by);
    let id = enter(tx, &version, place).await?;
    arrival.store(knowledge, tx.workspace(), id).await?;
    Ok(document::find(tx, id).await?)
}

/// Records a document of its own, under the id of its content, which is kept elsewhere.
pub(crate) async fn enter(
    tx: &mut TenantTx,
    version: &NewVersion<'_>,
    place: Option<Place<'_>>,
) -> Result<FileId, UploadError> {
    if let Some(same) = files::with_hash(tx, version.sha256).await? {
        return Err(UploadError::Duplicate(same));
    }
    let id = version.content;
    if !files::insert(tx, id, version, place).await? {
        return Err(UploadError::Duplicate(id));
    }
    versions::insert(tx, id, version).await?;
    tx.signal("knowledge-changed");
    Ok(id)
}

/// Keeps a new version of a document and leaves it to a worker to read. Until it was read, the
/// version before is searched.
pub async fn upload_version(
    knowledge: &Knowledge,
    tx: &mut TenantTx,
    id: FileId,
    name: &str,
    content: Bytes,
) -> Result<Document, UploadError> {
    let arrival = Arrival::new(name, name, content)?;
    if document::find(tx, id).await?.source.is_some() {
        return Err(UploadError::OfTheWeb);
    }
    put_version(knowledge, tx, id, &arrival).await
}

/// The same for what arrived from anywhere.
pub(crate) async fn put_version(
    knowledge: &Knowledge,
    tx: &mut TenantTx,
    id: FileId,
    arrival: &Arrival,
) -> Result<Document, UploadError> {
    let content = FileId::new();
    let by = tx.scope().actor().user();
    let version = arrival.version(knowledge, content, by);
    enter_version(tx, id, &version).await?;
    arrival.store(knowledge, tx.workspace(), content).await?;
    Ok(document::find(tx, id).await?)
}

/// Records a new version, whose content is kept elsewhere, and leaves it to a worker to read.
pub(crate) async fn enter_version(
    tx: &mut TenantTx,
    id: FileId,
    version: &NewVersion<'_>,
) -> Result<(), UploadError> {
    // Held, so that versions get their numbers one after the other.
    files::hold(tx, id).await?.ok_or(UploadError::NotFound)?;
    if let Some(same) = files::with_hash(tx, version.sha256).await? {
        return Err(UploadError::Duplicate(same));
    }
    let number = versions::insert(tx, id, version).await?;
    files::want(tx, id, number).await?;
    Ok(document::enqueue(tx, id, version.now).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_says_what_a_file_is_and_not_its_name() {
        let look = |name, content: &'static [u8]| Arrival::new(name, name, content.into());
        let kind = |name, content| look(name, content).map(|arrival| arrival.media_type);
        assert_eq!(
            kind("prices.txt", b"%PDF-1.7\n").unwrap(),
            "application/pdf"
        );
        assert_eq!(kind("a.md", b"# Hello").unwrap(), "text/markdown");
        assert_eq!(kind("a", b"Hello").unwrap(), "text/plain");
        let picture = kind("a.txt", b"\xff\xd8\xff\xe0").unwrap_err();
        assert!(picture.to_string().contains("PDF, Word"), "{picture}");
    }

    #[test]
    fn a_name_is_stripped_of_its_folders() {
        assert_eq!(tidy("../..\\x/delivery\u{0}.md"), "delivery.md");
    }
}
