//! Reading a page or a small site, politely.
//!
//! One request at a time with a pause between them, one host, what `robots.txt` leaves open, and
//! only pages, texts and PDF. Whoever reads the pages hands back the links that he found, so that
//! HTML is taken apart once.

mod canonical;
mod robots;
mod site;
mod sitemap;
mod visit;

pub use canonical::canonical;
pub use visit::{End, Limits, Progress, Reason, Visit};

use std::collections::{HashMap, VecDeque};

use tokio::time::Instant;
use url::Url;

use crate::fetcher::{Hop, REDIRECTS};
use crate::page::media_type;
use crate::{FetchError, Fetcher, Page, Validators};
use site::Site;

/// What is asked for, the better first.
const ACCEPT: &str = "text/html,application/xhtml+xml,text/markdown;q=0.9,text/plain;q=0.8,\
                      application/pdf;q=0.8,*/*;q=0.1";

/// The kinds of files that are read.
const KINDS: [&str; 5] = [
    "text/html",
    "application/xhtml+xml",
    "text/plain",
    "text/markdown",
    "application/pdf",
];

/// After so many failures in a row that may pass, the site is left alone.
const MOST_FAILURES: u32 = 5;

/// How many addresses may wait for each page that may be read.
const WAITING_PER_PAGE: usize = 20;

/// The longest URL that is followed, in bytes.
const LONGEST_URL: usize = 2_000;

/// A crawl under way. Ask for the [`next`](Self::next) visit until there is none, and tell it the
/// links of each page ([`follow`](Self::follow)).
#[derive(Debug)]
pub struct Crawl {
    fetcher: Fetcher,
    limits: Limits,
    /// The site, once the start has led to one.
    site: Option<Site>,
    /// Whether the start has been read, so that the site is settled.
    started: bool,
    waiting: VecDeque<Waiting>,
    /// Every address that waits or waited, with its distance from the start.
    seen: HashMap<Url, u32>,
    known: HashMap<Url, Validators>,
    deadline: Option<Instant>,
    /// Whether anything was asked, so that the next request waits.
    asked: bool,
    read: usize,
    bytes: usize,
    failures: u32,
    end: Option<End>,
}

#[derive(Debug)]
struct Waiting {
    url: Url,
    /// Redirects so far.
    hops: u8,
}

/// Crawls a whole site and keeps everything; `links` finds the links of a page.
pub async fn crawl(
    fetcher: &Fetcher,
    start: Url,
    limits: &Limits,
    links: impl Fn(&Page) -> Vec<Url>,
) -> (Vec<Visit>, End) {
    let mut crawl = Crawl::new(fetcher, start, *limits);
    let mut visits = Vec::new();
    while let Some(visit) = crawl.next().await {
        if let Visit::Page(page) = &visit {
            crawl.follow(&page.url, links(page));
        }
        visits.push(visit);
    }
    (visits, crawl.end().unwrap_or(End::Complete))
}

impl Crawl {
    /// A crawl of the site that `start` leads to. Nothing is asked yet.
    pub fn new(fetcher: &Fetcher, start: Url, limits: Limits) -> Self {
        let mut crawl = Self {
            fetcher: fetcher.clone(),
            limits,
            site: None,
            started: false,
            waiting: VecDeque::new(),
            seen: HashMap::new(),
            known: HashMap::new(),
            deadline: None,
            asked: false,
            read: 0,
            bytes: 0,
            failures: 0,
            end: None,
        };
        crawl.enqueue(canonical(&start), 0);
        crawl
    }

    /// The same with the pages that an earlier crawl read. They are visited too, also when no link
    /// leads to them, and come back as [`Visit::Unchanged`] when they are.
    #[must_use]
    pub fn knowing(mut self, pages: impl IntoIterator<Item = (Url, Validators)>) -> Self {
        self.known.extend(pages);
        self
    }

    /// The next visit; `None` once the crawl has ended. A call that is given up loses the address
    /// that it was at.
    pub async fn next(&mut self) -> Option<Visit> {
        let time = self.limits.time;
        let deadline = *self.deadline.get_or_insert_with(|| Instant::now() + time);
        loop {
            if self.end.is_some() {
                return None;
            }
            let Ok(visited) = tokio::time::timeout_at(deadline, self.step()).await else {
                self.end = Some(End::Time);
                return None;
            };
            if visited.is_some() {
                return visited;
            }
        }
    }

    /// Notes the links of a page that was read.
    pub fn follow(&mut self, from: &Url, links: impl IntoIterator<Item = Url>) {
        let Some(site) = &self.site else { return };
        let distance = self.seen.get(from).copied().unwrap_or_default() + 1;
        if distance > self.limits.depth {
            return;
        }
        let own: Vec<_> = links
            .into_iter()
            .filter_map(|link| site.own(&link))
            .collect();
        for link in own {
            self.enqueue(link, distance);
        }
    }

    /// Why it ended; `None` while it goes on.
    pub fn end(&self) -> Option<End> {
        self.end
    }

    /// How far it is.
    pub fn progress(&self) -> Progress {
        Progress {
            read: self.read,
            waiting: self.waiting.len(),
            bytes: self.bytes,
        }
    }

    fn enqueue(&mut self, url: Url, distance: u32) {
        let full = self.waiting.len() >= self.limits.pages.saturating_mul(WAITING_PER_PAGE);
        if full || url.as_str().len() > LONGEST_URL || self.seen.contains_key(&url) {
            return;
        }
        self.seen.insert(url.clone(), distance);
        self.waiting.push_back(Waiting { url, hops: 0 });
    }

    /// One address, or the next part of what has to happen before it.
    async fn step(&mut self) -> Option<Visit> {
        if self.started && self.limits.sitemap {
            self.read_sitemaps().await;
        }
        self.end = if self.waiting.is_empty() {
            Some(End::Complete)
        } else if self.read >= self.limits.pages {
            Some(End::Pages)
        } else if self.bytes >= self.limits.bytes {
            Some(End::Bytes)
        } else {
            None
        };
        if self.end.is_some() {
            return None;
        }
        let next = self.waiting.pop_front()?;
        let left_out = |reason| {
            Some(Visit::LeftOut {
                url: next.url.clone(),
                reason,
            })
        };
        if let Err(error) = self.enter(&next.url).await {
            return left_out(error.into());
        }
        if !self
            .site
            .as_ref()
            .is_some_and(|site| site.allows(&next.url))
        {
            return left_out(Reason::Robots);
        }
        self.pause().await;
        let looked = self.look(&next.url).await;
        self.judge(&looked);
        match looked {
            Ok(Looked::Page(page)) => {
                self.read += 1;
                self.bytes = self.bytes.saturating_add(page.body.len());
                self.start_is_read();
                Some(Visit::Page(page))
            }
            Ok(Looked::Unchanged) => {
                self.read += 1;
                self.start_is_read();
                Some(Visit::Unchanged(next.url))
            }
            Ok(Looked::Kind(kind)) => left_out(Reason::Kind(kind)),
            Ok(Looked::Moved(target)) => self.redirect(next, canonical(&target)),
            Err(error) => left_out(error.into()),
        }
    }

    async fn look(&self, url: &Url) -> Result<Looked, FetchError> {
        let nothing = Validators::default();
        let known = self.known.get(url).unwrap_or(&nothing);
        let look = async {
            let opened = match self.fetcher.open(url, known, ACCEPT).await? {
                Hop::Moved(target) => return Ok(Looked::Moved(target)),
                Hop::Unchanged => return Ok(Looked::Unchanged),
                Hop::Opened(opened) => opened,
            };
            // What has no kind is for the reader to judge.
            let kind = opened.page.content_type.as_deref().map(media_type);
            match kind {
                Some(kind) if !KINDS.contains(&kind.as_str()) => Ok(Looked::Kind(kind)),
                _ => opened.read(self.limits.page.body).await.map(Looked::Page),
            }
        };
        let timed = tokio::time::timeout(self.limits.page.time, look).await;
        timed.unwrap_or(Err(FetchError::TooSlow))
    }

    /// A site that only fails, or says that it is too much, is left alone.
    fn judge(&mut self, looked: &Result<Looked, FetchError>) {
        match looked {
            Err(FetchError::Status(429)) => self.failures = MOST_FAILURES,
            Err(error) if error.is_passing() => self.failures += 1,
            _ => self.failures = 0,
        }
        if self.failures >= MOST_FAILURES {
            self.end = Some(End::Unwell);
        }
    }

    /// Goes after a redirect: at once when it stays on the site, and anywhere while the start is
    /// still on its way (`shop.test` leads to `www.shop.test`).
    fn redirect(&mut self, from: Waiting, target: Url) -> Option<Visit> {
        let left_out = |reason| {
            Some(Visit::LeftOut {
                url: from.url.clone(),
                reason,
            })
        };
        if from.hops >= REDIRECTS {
            return left_out(FetchError::TooManyRedirects.into());
        }
        let stays = self.site.as_ref().is_some_and(|site| site.holds(&target));
        if self.started && !stays {
            return left_out(Reason::OtherSite(target));
        }
        let distance = self.seen.get(&from.url).copied().unwrap_or_default();
        if self.seen.contains_key(&target) {
            // A circle at the start; else the page is read under that address.
            return (!self.started)
                .then(|| left_out(FetchError::TooManyRedirects.into()))
                .flatten();
        }
        self.seen.insert(target.clone(), distance);
        self.waiting.push_front(Waiting {
            url: target,
            hops: from.hops + 1,
        });
        None
    }

    fn start_is_read(&mut self) {
        if self.started {
            return;
        }
        self.started = true;
        let Some(site) = &self.site else { return };
        let mut known: Vec<_> = self.known.keys().filter_map(|url| site.own(url)).collect();
        known.sort();
        for url in known {
            self.enqueue(url, 1);
        }
    }
}

/// What one request came to.
enum Looked {
    Page(Page),
    Unchanged,
    Moved(Url),
    Kind(String),
}
