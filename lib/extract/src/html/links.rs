//! Where a page leads, and what it says about itself to programs.

use std::collections::HashSet;

use url::Url;

use super::dom::Dom;

/// The most links of a page.
const MOST: usize = 5000;

/// What a page says to programs.
pub(super) struct Head {
    /// From where its relative links lead.
    base: Option<Url>,
    pub(super) canonical: Option<Url>,
    pub(super) index: bool,
    follow: bool,
}

pub(super) fn head(dom: &Dom, own: Option<&Url>) -> Head {
    let declared = dom.all("base").find_map(|base| dom.attribute(base, "href"));
    let base = declared
        .and_then(|href| resolved(own, href))
        .or_else(|| own.cloned());
    let canonical = dom
        .all("link")
        .find(|link| has_word(dom.attribute(*link, "rel"), "canonical"))
        .and_then(|link| resolved(base.as_ref(), dom.attribute(link, "href")?));
    let robots: String = dom
        .all("meta")
        .filter(|meta| {
            dom.attribute(*meta, "name")
                .is_some_and(|name| name.eq_ignore_ascii_case("robots"))
        })
        .filter_map(|meta| dom.attribute(meta, "content"))
        .collect::<Vec<_>>()
        .join(",")
        .to_ascii_lowercase();
    let says = |word: &str| robots.split(',').any(|part| part.trim() == word);
    Head {
        index: !says("noindex") && !says("none"),
        follow: !says("nofollow") && !says("none"),
        base,
        canonical,
    }
}

/// The links that may be followed.
pub(super) fn all(dom: &Dom, head: &Head) -> Vec<Url> {
    if !head.follow {
        return Vec::new();
    }
    let mut seen = HashSet::new();
    dom.below(Dom::ROOT, |_| false)
        .into_iter()
        .filter(|id| matches!(dom.name(*id), Some("a" | "area")))
        .filter(|id| !has_word(dom.attribute(*id, "rel"), "nofollow"))
        .filter_map(|id| resolved(head.base.as_ref(), dom.attribute(id, "href")?))
        .filter(|url| seen.insert(url.clone()))
        .take(MOST)
        .collect()
}

fn has_word(attribute: Option<&str>, word: &str) -> bool {
    attribute.is_some_and(|words| {
        words
            .split_whitespace()
            .any(|other| other.eq_ignore_ascii_case(word))
    })
}

fn resolved(base: Option<&Url>, href: &str) -> Option<Url> {
    let mut url = Url::options().base_url(base).parse(href.trim()).ok()?;
    url.set_fragment(None);
    matches!(url.scheme(), "http" | "https").then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;

    #[test]
    fn links_lead_from_the_base_each_once_and_without_fragments() {
        let html = "<base href='/shop/'><a href=a>1</a><a href='a#b'>2</a>\
            <a href='mailto:x@example.org'>3</a><a href='https://other.example/x'>4</a>\
            <a rel='x nofollow' href=secret>5</a><a href='javascript:alert(1)'>6</a>";
        let dom = Dom::parse(html, &Limits::default()).unwrap();
        let own = Url::parse("https://example.org/here").unwrap();
        let links = all(&dom, &head(&dom, Some(&own)));
        let links: Vec<&str> = links.iter().map(Url::as_str).collect();
        assert_eq!(
            links,
            ["https://example.org/shop/a", "https://other.example/x"]
        );
    }

    #[test]
    fn a_page_may_ask_that_no_link_be_followed() {
        let html = "<meta name=robots content='index, NOFOLLOW'><a href=http://a.example/>1</a>";
        let dom = Dom::parse(html, &Limits::default()).unwrap();
        assert!(all(&dom, &head(&dom, None)).is_empty());
    }
}
