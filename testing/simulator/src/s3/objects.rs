//! What the buckets hold, and the conditions under which it is given or changed.

use std::collections::BTreeMap;

use axum::http::HeaderMap;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};

use super::error::{CONDITION, NO_BUCKET, NO_KEY, S3Error};

/// One object.
#[derive(Clone, Debug)]
pub struct Object {
    pub bytes: Bytes,
    /// With its quotation marks. Clients must not read anything into it.
    pub etag: String,
    pub kind: String,
    pub modified: DateTime<Utc>,
}

/// Every bucket with its objects in the order of their keys.
#[derive(Debug, Default)]
pub struct Objects(BTreeMap<String, BTreeMap<String, Object>>);

impl Objects {
    /// Empty buckets of these names.
    pub fn new(buckets: &[String]) -> Self {
        let empty = |name: &String| (name.clone(), BTreeMap::new());
        Self(buckets.iter().map(empty).collect())
    }

    /// What a bucket holds.
    pub fn bucket(&self, bucket: &str) -> Result<&BTreeMap<String, Object>, S3Error> {
        self.0.get(bucket).ok_or(NO_BUCKET)
    }

    /// Keeps an object and tells its tag. `If-None-Match: *` refuses to replace, `If-Match` to
    /// replace anything but one version.
    pub fn put(
        &mut self,
        bucket: &str,
        key: &str,
        headers: &HeaderMap,
        bytes: Bytes,
        now: DateTime<Utc>,
    ) -> Result<String, S3Error> {
        let objects = self.0.get_mut(bucket).ok_or(NO_BUCKET)?;
        let there = objects.get(key);
        if text(headers, "if-none-match") == Some("*") && there.is_some() {
            return Err(CONDITION);
        }
        if let Some(wanted) = text(headers, "if-match") {
            let there = there.ok_or(NO_KEY)?;
            if !lists(wanted, &there.etag) {
                return Err(CONDITION);
            }
        }
        let digest = hex::encode(Sha256::digest(&bytes));
        let (tag, _) = digest.split_at_checked(32).unwrap_or((&digest, ""));
        let etag = format!("\"{tag}\"");
        let kind = text(headers, "content-type").unwrap_or("binary/octet-stream");
        let object = Object {
            bytes,
            etag: etag.clone(),
            kind: kind.to_owned(),
            modified: now,
        };
        objects.insert(key.to_owned(), object);
        Ok(etag)
    }

    /// The object, or `None` when the caller has this version (`If-None-Match`).
    pub fn get(
        &self,
        bucket: &str,
        key: &str,
        headers: &HeaderMap,
    ) -> Result<Option<&Object>, S3Error> {
        let object = self.bucket(bucket)?.get(key).ok_or(NO_KEY)?;
        if text(headers, "if-match").is_some_and(|wanted| !lists(wanted, &object.etag)) {
            return Err(CONDITION);
        }
        let known = text(headers, "if-none-match").is_some_and(|known| lists(known, &object.etag));
        Ok((!known).then_some(object))
    }

    /// Removes an object; one that is not there is removed as well.
    pub fn delete(&mut self, bucket: &str, key: &str) -> Result<(), S3Error> {
        let objects = self.0.get_mut(bucket).ok_or(NO_BUCKET)?;
        objects.remove(key);
        Ok(())
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// Whether a list of tags, or a star, means this one.
fn lists(list: &str, etag: &str) -> bool {
    list.split(',')
        .map(str::trim)
        .any(|one| one == "*" || one == etag || format!("\"{one}\"") == etag)
}
