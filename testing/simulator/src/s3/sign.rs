//! Signature Version 4 of a request, as the store checks it.
//!
//! Amazon's page "Create a signed AWS API request": canonical request, text to sign, key.

use axum::http::HeaderMap;
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use super::error::{
    ACCESS_DENIED, MALFORMED_SIGNATURE, S3Error, UNKNOWN_KEY, WRONG_HASH, WRONG_SIGNATURE,
    WRONG_TIME,
};
use crate::options::S3Seed;

/// How far a request's time may be from the store's.
const SKEW: TimeDelta = TimeDelta::minutes(15);

/// What a signature covers.
pub struct Signed<'a> {
    pub method: &'a str,
    /// The path as it was sent, escapes and all.
    pub path: &'a str,
    /// The query as it was sent.
    pub query: &'a str,
    pub headers: &'a HeaderMap,
    pub body: &'a [u8],
}

/// Checks the signature of a request that arrived at `now`.
pub fn verify(seed: &S3Seed, signed: &Signed<'_>, now: DateTime<Utc>) -> Result<(), S3Error> {
    let header = |name: &str| {
        signed
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    let authorization = header("authorization").ok_or(ACCESS_DENIED)?;
    let given = Authorization::parse(authorization).ok_or(MALFORMED_SIGNATURE)?;
    if given.key_id != seed.access_key_id {
        return Err(UNKNOWN_KEY);
    }
    let stamp = header("x-amz-date").ok_or(ACCESS_DENIED)?;
    let at = NaiveDateTime::parse_from_str(stamp, "%Y%m%dT%H%M%SZ").map_err(|_| ACCESS_DENIED)?;
    if (at.and_utc() - now).abs() > SKEW {
        return Err(WRONG_TIME);
    }
    let scope = format!("{}/{}/s3/aws4_request", at.format("%Y%m%d"), seed.region);
    if given.scope != scope {
        return Err(MALFORMED_SIGNATURE);
    }
    let hash = header("x-amz-content-sha256").ok_or(ACCESS_DENIED)?;
    if hash != "UNSIGNED-PAYLOAD" && hash != hex::encode(Sha256::digest(signed.body)) {
        return Err(WRONG_HASH);
    }
    let request = canonical(signed, &given.headers, hash)?;
    let to_sign = format!(
        "AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{}",
        hex::encode(Sha256::digest(request))
    );
    let first = format!("AWS4{}", seed.secret_access_key).into_bytes();
    let key = scope
        .split('/')
        .fold(first, |key, part| hmac(&key, part.as_bytes()));
    if hex::encode(hmac(&key, to_sign.as_bytes())) == given.signature {
        Ok(())
    } else {
        Err(WRONG_SIGNATURE)
    }
}

/// The header `Authorization`, taken apart.
struct Authorization<'a> {
    key_id: &'a str,
    scope: &'a str,
    headers: Vec<&'a str>,
    signature: &'a str,
}

impl<'a> Authorization<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let fields = text.strip_prefix("AWS4-HMAC-SHA256")?;
        let field = |name: &str| {
            fields
                .split(',')
                .find_map(|field| field.trim().strip_prefix(name)?.strip_prefix('='))
        };
        let (key_id, scope) = field("Credential")?.split_once('/')?;
        Some(Self {
            key_id,
            scope,
            headers: field("SignedHeaders")?.split(';').collect(),
            signature: field("Signature")?,
        })
    }
}

fn canonical(signed: &Signed<'_>, names: &[&str], hash: &str) -> Result<String, S3Error> {
    // Whoever signs must sign these, or a stranger could change them.
    let must = signed
        .headers
        .keys()
        .map(axum::http::HeaderName::as_str)
        .filter(|name| *name == "host" || name.starts_with("x-amz-"));
    if !must.into_iter().all(|name| names.contains(&name)) {
        return Err(ACCESS_DENIED);
    }
    let headers: Vec<String> = names
        .iter()
        .map(|name| {
            let values: Vec<String> = signed
                .headers
                .get_all(*name)
                .iter()
                .map(|value| {
                    let text = String::from_utf8_lossy(value.as_bytes());
                    text.split_whitespace().collect::<Vec<_>>().join(" ")
                })
                .collect();
            format!("{name}:{}\n", values.join(","))
        })
        .collect();
    let mut query: Vec<(String, String)> = url::form_urlencoded::parse(signed.query.as_bytes())
        .map(|(name, value)| (escape(&name), escape(&value)))
        .collect();
    query.sort();
    let query: Vec<String> = query
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    Ok(format!(
        "{}\n{}\n{}\n{}\n{}\n{hash}",
        signed.method,
        signed.path,
        query.join("&"),
        headers.concat(),
        names.join(";"),
    ))
}

/// Everything escaped that is no unreserved character.
fn escape(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

fn hmac(key: &[u8], bytes: &[u8]) -> Vec<u8> {
    // HMAC takes keys of every length, so the error never happens.
    Hmac::<Sha256>::new_from_slice(key).map_or_else(
        |_| Vec::new(),
        |mut mac| {
            mac.update(bytes);
            mac.finalize().into_bytes().to_vec()
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// "GET Object" of Amazon's examples of signature calculations (S3 API reference, "Signature
    /// Calculations for the Authorization Header").
    fn example(signature: &str) -> HeaderMap {
        let empty = hex::encode(Sha256::digest(b""));
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,\
             SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature={signature}"
        );
        [
            ("host", "examplebucket.s3.amazonaws.com"),
            ("range", "bytes=0-9"),
            ("x-amz-content-sha256", empty.as_str()),
            ("x-amz-date", "20130524T000000Z"),
            ("authorization", authorization.as_str()),
        ]
        .into_iter()
        .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
        .collect::<Vec<(axum::http::HeaderName, axum::http::HeaderValue)>>()
        .into_iter()
        .collect()
    }

    const GOOD: &str = "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41";

    fn check(headers: &HeaderMap, path: &str, at: &str) -> Result<(), S3Error> {
        let seed = S3Seed {
            access_key_id: "AKIAIOSFODNN7EXAMPLE".into(),
            secret_access_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".into(),
            region: "us-east-1".into(),
            buckets: Vec::new(),
        };
        let signed = Signed {
            method: "GET",
            path,
            query: "",
            headers,
            body: b"",
        };
        verify(&seed, &signed, at.parse().unwrap())
    }

    #[test]
    fn amazons_own_example_is_good_and_any_change_is_not() {
        let soon = "2013-05-24T00:10:00Z";
        assert_eq!(check(&example(GOOD), "/test.txt", soon), Ok(()));
        assert_eq!(
            check(&example(GOOD), "/other.txt", soon),
            Err(WRONG_SIGNATURE)
        );
        let mut changed = example(GOOD);
        changed.insert("range", "bytes=0-99".parse().unwrap());
        assert_eq!(check(&changed, "/test.txt", soon), Err(WRONG_SIGNATURE));
        let late = "2013-05-24T00:16:00Z";
        assert_eq!(check(&example(GOOD), "/test.txt", late), Err(WRONG_TIME));
    }

    #[test]
    fn a_header_of_amazons_that_is_not_signed_is_refused() {
        let mut more = example(GOOD);
        more.insert("x-amz-acl", "public-read".parse().unwrap());
        let soon = "2013-05-24T00:10:00Z";
        assert_eq!(check(&more, "/test.txt", soon), Err(ACCESS_DENIED));
        more.remove("authorization");
        assert_eq!(check(&more, "/test.txt", soon), Err(ACCESS_DENIED));
    }
}
