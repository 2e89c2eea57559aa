//! The pages themselves.

use std::fmt::Write as _;

use bytes::Bytes;

use super::Changes;

pub const HTML: &str = "text/html; charset=utf-8";
const MARKDOWN: &str = "text/markdown; charset=utf-8";
const PDF: &str = "application/pdf";
const PNG: &str = "image/png";

/// Path below `/site/`, kind and content.
const PAGES: [(&str, &str, &[u8]); 11] = [
    ("", HTML, include_bytes!("pages/index.html")),
    ("delivery", HTML, include_bytes!("pages/delivery.html")),
    ("workshops", HTML, include_bytes!("pages/workshops.html")),
    ("wholesale", HTML, include_bytes!("pages/wholesale.html")),
    ("fr/", HTML, include_bytes!("pages/fr-index.html")),
    (
        "fr/ateliers",
        HTML,
        include_bytes!("pages/fr-ateliers.html"),
    ),
    ("staff/rota", HTML, include_bytes!("pages/staff-rota.html")),
    ("unlinked", HTML, include_bytes!("pages/unlinked.html")),
    ("kiln.md", MARKDOWN, include_bytes!("pages/kiln.md")),
    ("glazes.pdf", PDF, include_bytes!("pages/glazes.pdf")),
    ("vase.png", PNG, include_bytes!("../assets/vase.png")),
];

/// What the site's own list names, beside what was added since.
const LISTED: [&str; 8] = [
    "",
    "delivery",
    "workshops",
    "wholesale",
    "fr/",
    "fr/ateliers",
    "staff/rota",
    "unlinked",
];

/// Kind and content of a page.
pub fn page(path: &str) -> Option<(&'static str, Bytes)> {
    PAGES
        .iter()
        .find(|(known, _, _)| *known == path)
        .map(|(_, kind, body)| (*kind, Bytes::from_static(body)))
}

/// A week of a calendar that goes on for ever.
pub fn calendar(week: u32) -> String {
    let next = week.saturating_add(1);
    format!(
        "<!doctype html><html lang=\"en\"><title>Week {week}</title><h1>Week {week}</h1>\
         <p>Nothing is planned yet.</p><a href=\"/site/calendar/{next}\">Next week</a></html>"
    )
}

/// The site's own list of its pages.
pub fn sitemap(base: &str, changes: &Changes) -> String {
    let kept = LISTED
        .iter()
        .copied()
        .filter(|path| !matches!(changes.get(*path), Some(None)));
    let added = changes
        .iter()
        .filter(|(path, page)| page.is_some() && !LISTED.contains(&path.as_str()))
        .map(|(path, _)| path.as_str());
    let mut list = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for path in kept.chain(added) {
        // Writing to a text never fails.
        let _ = writeln!(list, "<url><loc>{base}/site/{path}</loc></url>");
    }
    list + "</urlset>\n"
}
