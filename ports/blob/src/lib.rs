//! Files that people and platforms hand over: documents, media, exports.
//!
//! A blob is written whole under a key that names its workspace, and is never changed: a new
//! version is a new blob. They are kept in a folder, or in a store that speaks S3.

mod key;
mod s3;

pub use key::{InvalidKey, Key};
pub use s3::{S3, SetupError};

use std::io;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use kernel::WorkspaceId;
use object_store::local::LocalFileSystem;
use object_store::{ObjectStore, ObjectStoreExt};
use sha2::{Digest, Sha256};

/// Where blobs are kept. Clones share it.
#[derive(Debug, Clone)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
    /// The largest blob, in bytes.
    limit: u64,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its length in bytes.
    pub bytes: u64,
    /// SHA-256 of its content, in hexadecimal.
    pub sha256: String,
}

/// Why a blob was not written, read or removed.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// There is no blob under this key.
    #[error("there is no file {key}")]
    NotFound {
        /// The key.
        key: Key,
    },
    /// The blob is larger than allowed.
    #[error("a file may have at most {limit} bytes and this one has {bytes}")]
    TooLarge {
        /// Its length in bytes.
        bytes: u64,
        /// The most that is allowed.
        limit: u64,
    },
    /// The store does not take the keys, or they may not do this.
    #[error("the file store refuses the keys")]
    Refused(#[source] object_store::Error),
    /// The store has no such bucket.
    #[error("the file store has no bucket of this name")]
    NoBucket(#[source] object_store::Error),
    /// The store failed; another attempt may succeed.
    #[error("the file store failed")]
    Store(#[source] object_store::Error),
}

impl Blobs {
    /// Blobs as files below `folder`, which is made when missing, closed to others; each of at most
    /// `limit` bytes.
    pub fn local(folder: &Path, limit: u64) -> io::Result<Self> {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::DirBuilderExt as _;
            builder.mode(0o700);
        }
        builder.create(folder)?;
        let store = LocalFileSystem::new_with_prefix(folder)?
            .with_fsync(true)
            .with_automatic_cleanup(true);
        Ok(Self {
            store: Arc::new(store),
            limit,
        })
    }

    /// Blobs as objects of a bucket; each of at most `limit` bytes. Nothing is asked yet.
    pub fn s3(s3: &S3, limit: u64) -> Result<Self, SetupError> {
        Ok(Self {
            store: Arc::new(s3.store()?),
            limit,
        })
    }

    /// Writes, reads and removes a blob of a workspace that nobody has, to see whether all of it
    /// works.
    pub async fn probe(&self) -> Result<(), BlobError> {
        let key = Key::probe(WorkspaceId::new());
        self.put(&key, Bytes::from_static(b"probe")).await?;
        self.get(&key).await?;
        self.delete(&key).await
    }

    /// Writes a blob, all or nothing; it is safe in the store when this returns.
    pub async fn put(&self, key: &Key, content: Bytes) -> Result<Stored, BlobError> {
        let bytes = u64::try_from(content.len()).unwrap_or(u64::MAX);
        self.check(bytes)?;
        let sha256 = hex::encode(Sha256::digest(&content));
        let written = self.store.put(&key.path(), content.into()).await;
        // There is nothing else that could be missing.
        written.map_err(|error| match error {
            error @ object_store::Error::NotFound { .. } => BlobError::NoBucket(error),
            error => failure(key, error),
        })?;
        Ok(Stored { bytes, sha256 })
    }

    /// Reads a blob.
    pub async fn get(&self, key: &Key) -> Result<Bytes, BlobError> {
        let found = self
            .store
            .get(&key.path())
            .await
            .map_err(|error| failure(key, error))?;
        self.check(found.meta.size)?;
        found.bytes().await.map_err(BlobError::Store)
    }

    /// Whether there is a blob under this key.
    pub async fn exists(&self, key: &Key) -> Result<bool, BlobError> {
        match self.store.head(&key.path()).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(failure(key, error)),
        }
    }

    /// Removes a blob. One that is not there is removed already.
    pub async fn delete(&self, key: &Key) -> Result<(), BlobError> {
        match self.store.delete(&key.path()).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(failure(key, error)),
        }
    }

    fn check(&self, bytes: u64) -> Result<(), BlobError> {
        if bytes <= self.limit {
            return Ok(());
        }
        Err(BlobError::TooLarge {
            bytes,
            limit: self.limit,
        })
    }
}

fn failure(key: &Key, error: object_store::Error) -> BlobError {
    match error {
        error if s3::lacks_bucket(&error) => BlobError::NoBucket(error),
        object_store::Error::NotFound { .. } => BlobError::NotFound { key: key.clone() },
        error @ (object_store::Error::PermissionDenied { .. }
        | object_store::Error::Unauthenticated { .. }) => BlobError::Refused(error),
        error => BlobError::Store(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(id: &str) -> Key {
        Key::new(WorkspaceId::new(), "documents", id).unwrap()
    }

    #[tokio::test]
    async fn what_is_put_is_got_until_it_is_deleted() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::local(&folder.path().join("blobs"), 100).unwrap();
        let key = key("doc_1");
        let stored = blobs.put(&key, Bytes::from_static(b"hello")).await.unwrap();
        assert_eq!(stored.bytes, 5);
        assert_eq!(
            stored.sha256,
            "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
        );
        assert!(blobs.exists(&key).await.unwrap());
        assert_eq!(blobs.get(&key).await.unwrap(), "hello");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let made = std::fs::metadata(folder.path().join("blobs")).unwrap();
            assert_eq!(made.permissions().mode() & 0o777, 0o700);
        }
        blobs.delete(&key).await.unwrap();
        blobs.delete(&key).await.unwrap();
        assert!(!blobs.exists(&key).await.unwrap());
        assert!(matches!(
            blobs.get(&key).await,
            Err(BlobError::NotFound { .. })
        ));
    }

    #[tokio::test]
    async fn a_blob_above_the_limit_is_refused_and_not_written() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::local(folder.path(), 4).unwrap();
        let key = key("doc_1");
        let refused = blobs.put(&key, Bytes::from_static(b"hello")).await;
        assert!(matches!(
            refused,
            Err(BlobError::TooLarge { bytes: 5, limit: 4 })
        ));
        assert!(!blobs.exists(&key).await.unwrap());
    }

    #[tokio::test]
    async fn a_probe_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::local(folder.path(), 100).unwrap();
        blobs.probe().await.unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[tokio::test]
    async fn a_blob_of_one_workspace_is_not_there_for_another() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::local(folder.path(), 100).unwrap();
        blobs
            .put(&key("doc_1"), Bytes::from_static(b"hello"))
            .await
            .unwrap();
        assert!(!blobs.exists(&key("doc_1")).await.unwrap());
    }
}
