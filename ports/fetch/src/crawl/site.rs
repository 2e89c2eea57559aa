//! The one site of a crawl: what belongs to it, what it allows, how fast it may be asked.

use std::time::Duration;

use url::Url;

use super::Crawl;
use super::canonical::canonical;
use super::robots::Robots;
use super::sitemap::Sitemap;
use crate::{Caps, FetchError, Fetcher, PRODUCT, Page};

/// The largest `robots.txt`, in bytes. (RFC 9309 asks for 500 KiB at least.)
const LARGEST_ROBOTS: usize = 1024 * 1024;

/// The longest pause that a site is granted.
const LONGEST_DELAY: Duration = Duration::from_secs(10);

/// How many sitemaps are read.
const MOST_SITEMAPS: usize = 10;

/// How many addresses are taken from one.
const MOST_IN_SITEMAP: usize = 5_000;

/// Ends of the names of files that hold no text, not asked for.
const NO_TEXT: [&str; 30] = [
    "7z", "avi", "avif", "bmp", "css", "dmg", "doc", "docx", "eot", "exe", "gif", "gz", "ico",
    "jpeg", "jpg", "js", "json", "mov", "mp3", "mp4", "png", "ppt", "pptx", "svg", "webm", "webp",
    "woff", "woff2", "xlsx", "zip",
];

/// A site.
#[derive(Debug)]
pub(super) struct Site {
    home: Url,
    robots: Robots,
    /// Sitemaps that were not read yet.
    sitemaps: Vec<Url>,
    sitemaps_read: usize,
}

impl Site {
    /// Whether the URL is on this site: the same host, and the same port unless both have the
    /// usual one of their scheme.
    pub(super) fn holds(&self, url: &Url) -> bool {
        matches!(url.scheme(), "http" | "https")
            && url.host() == self.home.host()
            && url.port() == self.home.port()
    }

    /// A link in its one form if it leads to something on this site that may hold text.
    pub(super) fn own(&self, link: &Url) -> Option<Url> {
        if !self.holds(link) || ends_without_text(link) {
            return None;
        }
        let mut own = canonical(link);
        if own.port().is_none() {
            // Both schemes lead to one page; a site that wants the other one redirects.
            own.set_scheme(self.home.scheme()).ok()?;
        }
        Some(own)
    }

    /// Whether `robots.txt` leaves it open.
    pub(super) fn allows(&self, url: &Url) -> bool {
        self.robots.allow(url)
    }
}

fn ends_without_text(url: &Url) -> bool {
    let end = url.path().rsplit_once('.').map(|(_, end)| end);
    end.is_some_and(|end| NO_TEXT.iter().any(|one| one.eq_ignore_ascii_case(end)))
}

impl Crawl {
    /// Learns the wishes of the site that the URL is on, unless it is the one at hand.
    pub(super) async fn enter(&mut self, url: &Url) -> Result<(), FetchError> {
        let same = |site: &Site| site.holds(url) && (self.started || same_origin(&site.home, url));
        if self.site.as_ref().is_some_and(same) {
            return Ok(());
        }
        let home = url.join("/").map_err(|_| FetchError::NotHttp)?;
        self.pause().await;
        let robots = ask_robots(&self.fetcher, &home, self.limits.page).await?;
        let mut sitemaps: Vec<Url> = robots
            .sitemaps
            .iter()
            .filter_map(|text| home.join(text).ok())
            .collect();
        if sitemaps.is_empty() {
            sitemaps.extend(home.join("/sitemap.xml").ok());
        }
        self.site = Some(Site {
            home,
            robots,
            sitemaps,
            sitemaps_read: 0,
        });
        Ok(())
    }

    /// Waits until the next request is polite.
    pub(super) async fn pause(&mut self) {
        let wished = self.site.as_ref().and_then(|site| site.robots.delay);
        let wished = wished.unwrap_or_default().min(LONGEST_DELAY);
        if self.asked {
            tokio::time::sleep(self.limits.delay.max(wished)).await;
        }
        self.asked = true;
    }

    /// Reads the site's own list of its pages; each of its files once.
    pub(super) async fn read_sitemaps(&mut self) {
        while let Some(url) = self.next_sitemap() {
            self.pause().await;
            let answer = self.fetcher.get(&url, &self.limits.page).await;
            let Ok(Page { body, .. }) = answer else {
                continue;
            };
            let found = Sitemap::parse(&body, MOST_IN_SITEMAP);
            let Some(site) = &mut self.site else { return };
            site.sitemaps.extend(found.more);
            let pages: Vec<_> = found.pages.iter().filter_map(|url| site.own(url)).collect();
            for page in pages {
                self.enqueue(page, 1);
            }
        }
    }

    fn next_sitemap(&mut self) -> Option<Url> {
        let site = self.site.as_mut()?;
        loop {
            let url = site.sitemaps.pop()?;
            if site.sitemaps_read >= MOST_SITEMAPS {
                return None;
            }
            if site.holds(&url) && site.robots.allow(&url) {
                site.sitemaps_read += 1;
                return Some(url);
            }
        }
    }
}

fn same_origin(one: &Url, other: &Url) -> bool {
    one.origin() == other.origin()
}

/// Fetches `robots.txt`: without one everything is open, and while it can't be had nothing is
/// (RFC 9309, section 2.3.1), for the reason that it can't be had.
async fn ask_robots(fetcher: &Fetcher, home: &Url, caps: Caps) -> Result<Robots, FetchError> {
    let caps = Caps {
        body: LARGEST_ROBOTS,
        ..caps
    };
    let url = home
        .join("/robots.txt")
        .map_err(|_| FetchError::BadRedirect)?;
    match fetcher.get(&url, &caps).await {
        Ok(page) => Ok(Robots::parse(&String::from_utf8_lossy(&page.body), PRODUCT)),
        Err(FetchError::Status(429)) => Err(FetchError::Status(429)),
        Err(FetchError::Status(400..=499) | FetchError::TooManyRedirects) => Ok(Robots::none()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(home: &str) -> Site {
        Site {
            home: home.parse().unwrap(),
            robots: Robots::none(),
            sitemaps: Vec::new(),
            sitemaps_read: 0,
        }
    }

    #[test]
    fn a_site_is_one_host_in_both_schemes() {
        let site = site("https://shop.test/");
        let own = |link: &str| site.own(&link.parse().unwrap()).map(String::from);
        assert_eq!(own("http://SHOP.test/a#b").unwrap(), "https://shop.test/a");
        assert_eq!(
            own("https://shop.test/a.html").unwrap(),
            "https://shop.test/a.html"
        );
        for foreign in [
            "https://www.shop.test/",
            "https://shop.test:8443/",
            "https://shop.test.evil.test/",
            "mailto:us@shop.test",
            "https://shop.test/picture.JPG",
        ] {
            assert_eq!(own(foreign), None, "{foreign}");
        }
    }
}
