//! What a browser loads beside the pages: style sheet, scripts, fonts, icons.
//!
//! Everything is inside the binary. An address carries the hash of its content
//! (`/assets/app.3f9c….css`), so that browsers keep it for good and a new version has a new
//! address.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::LazyLock;

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use rust_embed::Embed;
use sha2::{Digest, Sha256};

/// The folder of the sources.
#[derive(Embed)]
#[folder = "assets"]
struct Sources;

/// Files served under another name than their own, vendored ones mostly.
const RENAMED: [(&str, &str); 5] = [
    ("htmx.js", "vendor/htmx/htmx.min.js"),
    ("inter-latin.woff2", "vendor/inter/inter-latin-wght-normal.woff2"),
    ("inter-latin-ext.woff2", "vendor/inter/inter-latin-ext-wght-normal.woff2"),
    ("icons.svg", "icons.svg"),
    ("favicon.svg", "favicon.svg"),
];

/// How a reference to another asset is written inside the style sheet.
const REFERENCE: &str = "asset:";

/// One file as it is served.
#[derive(Debug)]
pub struct Asset {
    /// Its address, with the hash of its content.
    pub url: String,
    mime: &'static str,
    etag: HeaderValue,
    plain: Bytes,
    gzip: Option<Bytes>,
}

static ASSETS: LazyLock<BTreeMap<String, Asset>> = LazyLock::new(collect);

/// The address of the asset called `name` (`"app.css"`, `"live.js"`).
///
/// An unknown name gives an address that answers 404; a test asks for every name that the
/// templates use.
pub fn asset(name: &str) -> &'static str {
    ASSETS.get(name).map_or("/assets/unknown", |asset| asset.url.as_str())
}

/// The names of all assets.
pub fn names() -> impl Iterator<Item = &'static str> {
    ASSETS.keys().map(String::as_str)
}

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
    let cache = if current { "public, max-age=31536000, immutable" } else { "no-cache" };
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
        .is_some_and(|value| value.split(',').any(|one| one.trim().split(';').next() == Some("gzip")))
}

/// `app.3f9c….css` → `app.css`.
fn without_hash(file: &str) -> String {
    match file.split('.').collect::<Vec<_>>().as_slice() {
        [stem, hash, extension] if hash.len() == HASH_LENGTH => format!("{stem}.{extension}"),
        _ => file.to_owned(),
    }
}

/// Length of the hash in an address, in hexadecimal digits.
const HASH_LENGTH: usize = 12;

fn collect() -> BTreeMap<String, Asset> {
    let mut assets = BTreeMap::new();
    for (name, source) in RENAMED {
        add(&mut assets, name, read(source));
    }
    for path in Sources::iter() {
        if let Some(name) = path.strip_prefix("js/") {
            add(&mut assets, name, read(&path));
        }
    }
    let sheet = style_sheet(&assets);
    add(&mut assets, "app.css", Bytes::from(sheet));
    assets
}

fn read(path: &str) -> Bytes {
    Sources::get(path).map(|file| Bytes::from(file.data.into_owned())).unwrap_or_default()
}

/// The style sheets in the order of their names, as one, with references resolved.
fn style_sheet(assets: &BTreeMap<String, Asset>) -> String {
    let mut paths: Vec<_> = Sources::iter().filter(|path| path.starts_with("css/")).collect();
    paths.sort();
    let mut sheet = String::new();
    for path in paths {
        sheet.push_str(&String::from_utf8_lossy(&read(&path)));
        sheet.push('\n');
    }
    for (name, asset) in assets {
        sheet = sheet.replace(&format!("\"{REFERENCE}{name}\""), &format!("\"{}\"", asset.url));
    }
    sheet
}

fn add(assets: &mut BTreeMap<String, Asset>, name: &str, plain: Bytes) {
    let hash = short_hash(&plain);
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, "bin"));
    let mime = match extension {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    };
    let gzip = (extension != "woff2").then(|| pack(&plain)).flatten();
    let etag = HeaderValue::from_str(&format!("\"{hash}\"")).unwrap_or(HeaderValue::from_static("\"\""));
    let url = format!("/assets/{stem}.{hash}.{extension}");
    assets.insert(name.to_owned(), Asset { url, mime, etag, plain, gzip });
}

fn short_hash(content: &[u8]) -> String {
    let mut text = String::new();
    for byte in Sha256::digest(content).iter().take(HASH_LENGTH / 2) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn pack(plain: &[u8]) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain).ok()?;
    encoder.finish().ok().map(Bytes::from)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use http::Request;
    use tower::ServiceExt;

    use super::*;

    async fn fetch(uri: &str, header: Option<(&str, &str)>) -> Response {
        let mut request = Request::get(uri);
        if let Some((name, value)) = header {
            request = request.header(name, value);
        }
        routes::<()>().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    }

    #[test]
    fn no_asset_is_empty() {
        for (name, asset) in ASSETS.iter() {
            assert!(!asset.plain.is_empty(), "{name} is empty");
        }
    }

    #[test]
    fn the_style_sheet_refers_to_hashed_addresses_only() {
        let sheet = String::from_utf8(ASSETS["app.css"].plain.to_vec()).unwrap();
        assert!(!sheet.contains(REFERENCE));
        assert!(sheet.contains(asset("inter-latin.woff2")));
    }

    #[tokio::test]
    async fn a_hashed_address_is_kept_for_good() {
        let answer = fetch(asset("app.css"), None).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
        assert_eq!(answer.headers()[header::CONTENT_TYPE], "text/css; charset=utf-8");
    }

    #[tokio::test]
    async fn an_old_hash_gets_the_present_file_without_being_kept() {
        let answer = fetch("/assets/app.000000000000.css", None).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-cache");
    }

    #[tokio::test]
    async fn text_is_packed_for_who_accepts_it() {
        let answer = fetch(asset("htmx.js"), Some(("accept-encoding", "br, gzip;q=0.8"))).await;
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
        assert_eq!(fetch("/assets/secret.css", None).await.status(), StatusCode::NOT_FOUND);
    }
}
