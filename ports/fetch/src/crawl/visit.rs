//! How far a crawl goes, and what it finds.

use std::time::Duration;

use url::Url;

use crate::{Caps, FetchError, Page};

/// How far a crawl goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most pages that are read.
    pub pages: usize,
    /// How many links a page may be away from the start.
    pub depth: u32,
    /// The most that is read altogether, in bytes.
    pub bytes: usize,
    /// How long the whole crawl may take.
    pub time: Duration,
    /// The pause between two requests; a site may ask for a longer one.
    pub delay: Duration,
    /// Whether the site's own list of pages is asked for.
    pub sitemap: bool,
    /// The most that is taken for one page.
    pub page: Caps,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            pages: 100,
            depth: 5,
            bytes: 50 * 1024 * 1024,
            time: Duration::from_mins(10),
            delay: Duration::from_millis(500),
            sitemap: true,
            page: Caps::default(),
        }
    }
}

/// What one address came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Visit {
    /// A page was read.
    Page(Page),
    /// A known page is still as it was.
    Unchanged(Url),
    /// An address was not read.
    LeftOut {
        /// The address.
        url: Url,
        /// Why not.
        reason: Reason,
    },
}

/// Why an address was left out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// `robots.txt` asks for it.
    #[error("The site asks programs not to read this page.")]
    Robots,
    /// A redirect leads to another site.
    #[error("The page leads to another site.")]
    OtherSite(Url),
    /// A file of a kind that holds no text.
    #[error("The file is not a page, text or PDF.")]
    Kind(String),
    /// It could not be fetched.
    #[error(transparent)]
    Failed(#[from] FetchError),
}

/// Why a crawl ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Everything that was found was looked at.
    Complete,
    /// As many pages as allowed were read, and there are more.
    Pages,
    /// As many bytes as allowed were read.
    Bytes,
    /// The time was up.
    Time,
    /// The site failed again and again, or asked to be left alone.
    Unwell,
}

/// How far a crawl is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Pages read or found unchanged.
    pub read: usize,
    /// Addresses that wait.
    pub waiting: usize,
    /// Bytes read.
    pub bytes: usize,
}
