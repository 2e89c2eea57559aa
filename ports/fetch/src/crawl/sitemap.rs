//! Sitemaps (sitemaps.org protocol 0.9): a site's own list of its pages.

use quick_xml::Reader;
use quick_xml::events::Event;
use url::Url;

/// What a file of this kind holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Sitemap {
    /// Addresses of pages.
    pub(super) pages: Vec<Url>,
    /// Addresses of more sitemaps.
    pub(super) more: Vec<Url>,
}

impl Sitemap {
    /// Reads a sitemap or an index of sitemaps, at most `limit` addresses; what comes after
    /// something unreadable is left out.
    pub(super) fn parse(xml: &[u8], limit: usize) -> Self {
        let mut found = Self::default();
        let mut reader = Reader::from_reader(xml);
        let (mut inside, mut in_index) = (false, false);
        let (mut text, mut buffer) = (String::new(), Vec::new());
        while found.pages.len() + found.more.len() < limit {
            match reader.read_event_into(&mut buffer) {
                Ok(Event::Start(start)) => match start.local_name().as_ref() {
                    b"sitemapindex" => in_index = true,
                    b"loc" => {
                        inside = true;
                        text.clear();
                    }
                    _ => {}
                },
                Ok(Event::Text(piece)) if inside => {
                    text.push_str(&String::from_utf8_lossy(&piece));
                }
                Ok(Event::CData(piece)) if inside => {
                    text.push_str(&String::from_utf8_lossy(&piece));
                }
                Ok(Event::GeneralRef(name)) if inside => match name.resolve_char_ref() {
                    Ok(Some(letter)) => text.push(letter),
                    _ => text.push_str(entity(&name)),
                },
                Ok(Event::End(end)) if end.local_name().as_ref() == b"loc" => {
                    inside = false;
                    if let Ok(url) = text.trim().parse() {
                        let list = if in_index {
                            &mut found.more
                        } else {
                            &mut found.pages
                        };
                        list.push(url);
                    }
                }
                Ok(Event::Eof) | Err(_) => break,
                Ok(_) => {}
            }
            buffer.clear();
        }
        found
    }
}

/// The entities that the protocol asks to be used in addresses.
fn entity(name: &[u8]) -> &'static str {
    match name {
        b"amp" => "&",
        b"apos" => "'",
        b"quot" => "\"",
        b"gt" => ">",
        b"lt" => "<",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn urls(list: &[Url]) -> Vec<&str> {
        list.iter().map(Url::as_str).collect()
    }

    #[test]
    fn pages_and_more_sitemaps_are_told_apart() {
        let xml = br#"<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
            <url><loc> https://shop.test/a?b=1&amp;c=2&#x26;d=3 </loc><lastmod>2026-01-01</lastmod></url>
            <url><loc><![CDATA[https://shop.test/d&e]]></loc></url><url><loc>nonsense</loc></url></urlset>"#;
        let found = Sitemap::parse(xml, 10);
        assert_eq!(
            urls(&found.pages),
            ["https://shop.test/a?b=1&c=2&d=3", "https://shop.test/d&e"]
        );
        let xml =
            b"<sitemapindex><sitemap><loc>https://shop.test/m.xml</loc></sitemap></sitemapindex>";
        let found = Sitemap::parse(xml, 10);
        assert_eq!(urls(&found.more), ["https://shop.test/m.xml"]);
        assert!(found.pages.is_empty());
    }

    #[test]
    fn an_endless_or_broken_list_ends() {
        let many = "<urlset>".to_owned() + &"<url><loc>https://shop.test/</loc></url>".repeat(50);
        assert_eq!(Sitemap::parse(many.as_bytes(), 7).pages.len(), 7);
        let broken = b"<urlset><url><loc>https://shop.test/a</loc></url><url></wrong>";
        assert_eq!(Sitemap::parse(broken, 7).pages.len(), 1);
        assert_eq!(Sitemap::parse(b"\xff<\x00", 7), Sitemap::default());
    }

    #[test]
    fn no_entity_unfolds() {
        let xml = br#"<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>
            <urlset><url><loc>https://shop.test/&b;</loc></url></urlset>"#;
        assert_eq!(urls(&Sitemap::parse(xml, 7).pages), ["https://shop.test/"]);
    }
}
