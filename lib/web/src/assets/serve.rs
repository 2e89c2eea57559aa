//! The route that hands assets to browsers.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderMap, HeaderValue, StatusCode, header};

use super::{ASSETS, HASH_LENGTH};

/// The route that serves the assets: `/assets/{file}`.
pub fn routes<S: Clone + Send + Sync + 'static>() -> axum::Router<S> {
    axum::Router::new().route("/assets/{file}", get(serve))
}

async fn serve(Path(file): Path<String>, request: HeaderMap) -> Response {
    let Some(asset) = ASSETS.get(&without_hash(&file)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    // An older page may still ask for an older hash: it gets the present file, to be asked again.
    let current = asset.url.strip_prefix("/assets/") == Some(file.as_str());
    let cache = if current {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let mut headers = HeaderMap::new();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::ETAG, asset.etag.clone());
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if request.get(header::IF_NONE_MATCH) == Some(&asset.etag) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.mime));
    match &asset.gzip {
        Some(packed) if accepts_gzip(&request) => {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            (headers, packed.clone()).into_response()
        }
        _ => (headers, asset.plain.clone()).into_response(),
    }
}

fn accepts_gzip(request: &HeaderMap) -> bool {
    request
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| {
            value
                .split(',')
                .any(|one| one.trim().split(';').next() == Some("gzip"))
        })
}

/// `app.3f9c….css` → `app.css`.
fn without_hash(file: &str) -> String {
    match file.split('.').collect::<Vec<_>>().as_slice() {
        [stem, hash, extension] if hash.len() == HASH_LENGTH => format!("{stem}.{extension}"),
        _ => file.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use http::Request;
    use tower::ServiceExt;

    use super::*;
    use crate::assets::asset;

    async fn fetch(uri: &str, header: Option<(&str, &str)>) -> Response {
        let mut request = Request::get(uri);
        if let Some((name, value)) = header {
            request = request.header(name, value);
        }
        routes::<()>()
            .oneshot(request.body(Body::empty()).unwrap())
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn a_hashed_address_is_kept_for_good() {
        let answer = fetch(asset("app.css"), None).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(
            answer.headers()[header::CACHE_CONTROL],
            "public, max-age=31536000, immutable"
        );
        assert_eq!(
            answer.headers()[header::CONTENT_TYPE],
            "text/css; charset=utf-8"
        );
    }

    #[tokio::test]
    async fn an_old_hash_gets_the_present_file_without_being_kept() {
        let answer = fetch("/assets/app.000000000000.css", None).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-cache");
    }

    #[tokio::test]
    async fn text_is_packed_for_who_accepts_it() {
        let answer = fetch(
            asset("htmx.js"),
            Some(("accept-encoding", "br, gzip;q=0.8")),
        )
        .await;
        assert_eq!(answer.headers()[header::CONTENT_ENCODING], "gzip");
        let answer = fetch(asset("htmx.js"), None).await;
        assert!(!answer.headers().contains_key(header::CONTENT_ENCODING));
    }

    #[tokio::test]
    async fn an_unchanged_file_is_not_sent_again() {
        let etag = ASSETS["icons.svg"].etag.to_str().unwrap().to_owned();
        let answer = fetch("/assets/icons.svg", Some(("if-none-match", &etag))).await;
        assert_eq!(answer.status(), StatusCode::NOT_MODIFIED);
    }

    #[tokio::test]
    async fn an_unknown_file_is_not_found() {
        assert_eq!(
            fetch("/assets/secret.css", None).await.status(),
            StatusCode::NOT_FOUND
        );
    }
}
