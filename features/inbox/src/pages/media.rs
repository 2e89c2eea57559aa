//! Files of messages, for pages and programs: asked for with the message's id, so that whoever may
//! not read the message gets nothing.

use axum::extract::State;
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_RANGE, CONTENT_SECURITY_POLICY,
    CONTENT_TYPE, ETAG, IF_NONE_MATCH, RANGE,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use channels::media::MediaError;
use kernel::MessageId;
use serde::Deserialize;
use web::{Member, Path, Problem, Query};

use crate::Inbox;
use crate::media::{self, File, OpenError, Shown};

/// A file can do nothing but be looked at, also when it is opened by itself.
const POLICY: &str = "default-src 'none'; img-src 'self'; media-src 'self'; \
    style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";

/// Which of the message's files.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Counted from 0 in the order of `details.attachments`; 1000 is the story it answers.
    #[serde(default)]
    place: i32,
}

pub(super) async fn file(
    inbox: State<Inbox>,
    member: Member,
    headers: HeaderMap,
    id: Path<MessageId>,
    wanted: Query<Wanted>,
) -> Result<Response, Problem> {
    handed_over(inbox, member, headers, id, wanted).await
}

/// The file of a message, by its content's own type.
pub(crate) async fn handed_over(
    State(inbox): State<Inbox>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<MessageId>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let file = media::open(&inbox, &member.scope, id, wanted.place).await?;
    Ok(answer(&file, &headers))
}

fn answer(file: &File, asked: &HeaderMap) -> Response {
    let tag = format!("\"{}\"", file.sha256);
    let mut headers = HeaderMap::new();
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    set(CONTENT_TYPE, &file.media_type);
    set(CONTENT_DISPOSITION, &disposition(file));
    set(CONTENT_SECURITY_POLICY, POLICY);
    set(ETAG, &tag);
    set(ACCEPT_RANGES, "bytes");
    // Kept by the browser, and asked for again each time: the right to see it may end.
    set(CACHE_CONTROL, "private, no-cache");
    set(
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    );
    let known = asked.get(IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
    if known.is_some_and(|known| known.contains(&tag)) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    let length = file.bytes.len();
    let range = asked.get(RANGE).and_then(|range| range.to_str().ok());
    let Some((first, last)) = range.and_then(|range| within(range, length)) else {
        return (StatusCode::OK, headers, file.bytes.clone()).into_response();
    };
    if let Ok(value) = HeaderValue::from_str(&format!("bytes {first}-{last}/{length}")) {
        headers.insert(CONTENT_RANGE, value);
    }
    let piece = file.bytes.slice(first..=last);
    (StatusCode::PARTIAL_CONTENT, headers, piece).into_response()
}

/// The first and last byte of a single range; none where the whole is the better answer.
fn within(range: &str, length: usize) -> Option<(usize, usize)> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    let end = length.checked_sub(1)?;
    let (first, last) = match (first.parse(), last.parse::<usize>()) {
        (Ok(first), Ok(last)) => (first, last.min(end)),
        (Ok(first), Err(_)) if last.is_empty() => (first, end),
        (Err(_), Ok(count)) if first.is_empty() => (length.saturating_sub(count), end),
        _ => return None,
    };
    (first <= last).then_some((first, last))
}

fn disposition(file: &File) -> String {
    let way = match media::shown(&file.media_type) {
        Shown::Inside => "inline",
        Shown::Apart => "attachment",
    };
    let stated = file.filename.as_deref().unwrap_or_default();
    let last = stated.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last.chars().filter(|c| !c.is_control()).take(100).collect();
    if name.trim().is_empty() {
        return way.to_owned();
    }
    let escape = |byte: u8| {
        if byte.is_ascii_alphanumeric() || b".-_".contains(&byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    let escaped: String = name.bytes().map(escape).collect();
    format!("{way}; filename*=UTF-8''{escaped}")
}

impl From<OpenError> for Problem {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::NotFound | OpenError::Blob(blob::BlobError::NotFound { .. }) => {
                Self::not_found()
            }
            OpenError::Platform(MediaError::Gone) => Self::new(
                StatusCode::NOT_FOUND,
                "MEDIA_GONE",
                "The platform no longer has this file.",
            ),
            OpenError::Platform(MediaError::TooLarge) => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "MEDIA_TOO_LARGE",
                "This file has more than 32 MB: look at it in the platform's own app.",
            ),
            OpenError::Platform(MediaError::Unavailable) => Self::unavailable(
                "The platform can't hand over this file at the moment. Try again later.",
            ),
            OpenError::Platform(MediaError::Database(error)) | OpenError::Database(error) => {
                error.into()
            }
            other @ (OpenError::Blob(_) | OpenError::Key(_)) => Self::internal(&other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str, media_type: &str) -> String {
        disposition(&File {
            media_type: media_type.to_owned(),
            bytes: bytes::Bytes::new(),
            sha256: String::new(),
            filename: Some(name.to_owned()),
        })
    }

    #[test]
    fn a_stated_name_breaks_out_of_nothing() {
        assert_eq!(named("", "image/png"), "inline");
        assert_eq!(
            named("../a\"\r\nSet-Cookie: x.pdf", "application/pdf"),
            "attachment; filename*=UTF-8''a%22Set-Cookie%3A%20x.pdf"
        );
        assert_eq!(
            named("é.png", "image/png"),
            "inline; filename*=UTF-8''%C3%A9.png"
        );
    }

    #[test]
    fn a_range_lies_within_the_file_or_is_none() {
        assert_eq!(within("bytes=0-", 10), Some((0, 9)));
        assert_eq!(within("bytes=2-4", 10), Some((2, 4)));
        assert_eq!(within("bytes=-3", 10), Some((7, 9)));
        assert_eq!(within("bytes=4-99", 10), Some((4, 9)));
        for none in [
            "bytes=10-",
            "bytes=5-2",
            "bytes=a-b",
            "items=1-2",
            "bytes=0-1,3-4",
        ] {
            assert_eq!(within(none, 10), None, "{none}");
        }
        assert_eq!(within("bytes=0-", 0), None);
    }
}
