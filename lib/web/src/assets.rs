//! What a browser loads beside the pages: style sheet, scripts, fonts, icons.
//!
//! Everything is inside the binary. An address carries the hash of its content
//! (`/assets/app.3f9c….css`), so that browsers keep it for good and a new version has a new
//! address.

mod serve;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::LazyLock;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::HeaderValue;
use rust_embed::Embed;
use sha2::{Digest, Sha256};

pub use serve::routes;

/// The folder of the sources.
#[derive(Embed)]
#[folder = "assets"]
struct Sources;

/// The one script that is not a module.
const HTMX: &str = "htmx.js";

/// Files served under another name than their own, vendored ones mostly.
const RENAMED: [(&str, &str); 5] = [
    (HTMX, "vendor/htmx/htmx.min.js"),
    (
        "inter-latin.woff2",
        "vendor/inter/inter-latin-wght-normal.woff2",
    ),
    (
        "inter-latin-ext.woff2",
        "vendor/inter/inter-latin-ext-wght-normal.woff2",
    ),
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
    ASSETS
        .get(name)
        .map_or("/assets/unknown", |asset| asset.url.as_str())
}

/// The names of all assets.
pub fn names() -> impl Iterator<Item = &'static str> {
    ASSETS.keys().map(String::as_str)
}

/// Whether the asset of this name is an island, to be loaded as a module.
pub(crate) fn is_module(name: &str) -> bool {
    name != HTMX && name.rsplit_once('.').is_some_and(|(_, kind)| kind == "js")
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
    Sources::get(path)
        .map(|file| Bytes::from(file.data.into_owned()))
        .unwrap_or_default()
}

/// The style sheets in the order of their names, as one, with references resolved.
fn style_sheet(assets: &BTreeMap<String, Asset>) -> String {
    let mut paths: Vec<_> = Sources::iter()
        .filter(|path| path.starts_with("css/"))
        .collect();
    paths.sort();
    let mut sheet = String::new();
    for path in paths {
        sheet.push_str(&String::from_utf8_lossy(&read(&path)));
        sheet.push('\n');
    }
    for (name, asset) in assets {
        sheet = sheet.replace(
            &format!("\"{REFERENCE}{name}\""),
            &format!("\"{}\"", asset.url),
        );
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
    let etag =
        HeaderValue::from_str(&format!("\"{hash}\"")).unwrap_or(HeaderValue::from_static("\"\""));
    let url = format!("/assets/{stem}.{hash}.{extension}");
    assets.insert(
        name.to_owned(),
        Asset {
            url,
            mime,
            etag,
            plain,
            gzip,
        },
    );
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
    use super::*;

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
}
