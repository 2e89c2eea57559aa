//! `ListObjectsV2`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use chrono::SecondsFormat;

use super::error::escape;
use super::objects::Object;

/// The most keys in one answer.
const MOST: usize = 1000;

/// The answer to a list: keys behind `start-after` or the token, which is the last key before.
pub fn answer(
    bucket: &str,
    objects: &BTreeMap<String, Object>,
    query: &BTreeMap<String, String>,
) -> String {
    let asked = |name: &str| query.get(name).map_or("", String::as_str);
    let (prefix, delimiter) = (asked("prefix"), asked("delimiter"));
    let after = match asked("continuation-token") {
        "" => asked("start-after"),
        token => token,
    };
    let most = asked("max-keys").parse().unwrap_or(MOST).min(MOST);
    let (mut contents, mut folders) = (String::new(), BTreeSet::new());
    let (mut count, mut last, mut more) = (0, None, false);
    let hits = objects
        .iter()
        .filter(|(key, _)| key.starts_with(prefix) && key.as_str() > after);
    for (key, object) in hits {
        let rest = key.strip_prefix(prefix).unwrap_or_default();
        let folder = (!delimiter.is_empty())
            .then(|| rest.split_once(delimiter))
            .flatten()
            .map(|(name, _)| format!("{prefix}{name}{delimiter}"));
        let counted = folder.as_ref().is_none_or(|name| !folders.contains(name));
        if counted && count == most {
            more = true;
            break;
        }
        count += usize::from(counted);
        last = Some(key);
        match folder {
            Some(name) => {
                folders.insert(name);
            }
            None => entry(&mut contents, key, object),
        }
    }
    let prefixes: Vec<String> = folders
        .iter()
        .map(|name| {
            let name = escape(name);
            format!("<CommonPrefixes><Prefix>{name}</Prefix></CommonPrefixes>")
        })
        .collect();
    let token = last.filter(|_| more).map_or_else(String::new, |key| {
        let key = escape(key);
        format!("<NextContinuationToken>{key}</NextContinuationToken>")
    });
    format!(
        "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>{}</Name>\
         <Prefix>{}</Prefix><KeyCount>{count}</KeyCount><MaxKeys>{most}</MaxKeys>\
         <IsTruncated>{more}</IsTruncated>{token}{contents}{}</ListBucketResult>",
        escape(bucket),
        escape(prefix),
        prefixes.concat(),
    )
}

fn entry(contents: &mut String, key: &str, object: &Object) {
    // Writing to a text never fails.
    let _ = write!(
        contents,
        "<Contents><Key>{}</Key><LastModified>{}</LastModified><ETag>{}</ETag><Size>{}</Size>\
         <StorageClass>STANDARD</StorageClass></Contents>",
        escape(key),
        object.modified.to_rfc3339_opts(SecondsFormat::Millis, true),
        object.etag.replace('"', "&quot;"),
        object.bytes.len(),
    );
}
