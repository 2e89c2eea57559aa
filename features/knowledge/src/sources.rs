//! Web pages and small sites that are read into documents, once or again and again.

mod change;
mod obstacle;
mod read;

use chrono::{DateTime, TimeDelta, Utc};
use db::{DbError, TenantTx};
use kernel::{FileId, SourceId};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::document::{Document, State};
use crate::store::sources::NewSource;
use crate::store::{files, sources, versions};

pub use change::{Change, change};
pub(crate) use obstacle::words as obstacle_words;
pub use read::{ReadSource, give_up};

/// The most pages of one site.
pub const MOST_PAGES: i32 = 500;
/// How many pages of a site are read unless somebody says.
pub const USUAL_PAGES: i32 = 50;
/// The most links that a page may be away from the first.
pub const DEEPEST: i32 = 10;
/// How many links a page may be away unless somebody says.
pub const USUAL_DEPTH: i32 = 3;
/// The longest address, in bytes.
const LONGEST_URL: usize = 2000;
/// The most pages of a source that its page shows.
const MOST_LISTED: i64 = 500;

/// How often a source is read again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ReadEvery)]
pub enum Every {
    /// Only when somebody asks.
    Never,
    /// Each day.
    Day,
    /// Each week.
    #[default]
    Week,
    /// Each thirty days.
    Month,
}

impl Every {
    /// All of them, the rarest first.
    pub const ALL: [Self; 4] = [Self::Never, Self::Month, Self::Week, Self::Day];

    /// The name in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    pub(crate) fn from_name(name: &str) -> Self {
        match name {
            "day" => Self::Day,
            "week" => Self::Week,
            "month" => Self::Month,
            _ => Self::Never,
        }
    }

    /// The key of its words.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Never => "knowledge.every.never",
            Self::Day => "knowledge.every.day",
            Self::Week => "knowledge.every.week",
            Self::Month => "knowledge.every.month",
        }
    }

    /// When it is read next after `now`.
    pub fn after(self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let days = match self {
            Self::Never => return None,
            Self::Day => 1,
            Self::Week => 7,
            Self::Month => 30,
        };
        now.checked_add_signed(TimeDelta::days(days))
    }
}

/// A page that a reading speaks of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = SourcePage)]
pub struct Mention {
    /// Where it stands.
    pub url: String,
    /// Its document, when there is one.
    #[serde(default)]
    pub document: Option<FileId>,
    /// Why it was left out, in words.
    #[serde(default)]
    pub reason: Option<String>,
    /// The same as a stable name, such as `robots` or `not_found`.
    #[serde(default)]
    pub obstacle: Option<String>,
    /// What the name is about, such as a host or a status.
    #[serde(default)]
    pub about: Option<String>,
}

impl Mention {
    fn of(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            document: None,
            reason: None,
            obstacle: None,
            about: None,
        }
    }
}

/// What a reading of a source found, beside what the one before had found. Each list names at most
/// 200 pages; the numbers count all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = SourceReport)]
pub struct Report {
    /// Pages that are new.
    pub added: Vec<Mention>,
    /// Pages that say something else than before.
    pub changed: Vec<Mention>,
    /// Pages that are gone.
    pub removed: Vec<Mention>,
    /// Pages that were not taken, with the reason.
    pub left_out: Vec<Mention>,
    /// How many pages are as they were.
    pub unchanged: i32,
    /// Whether there was more than may be read.
    pub more: bool,
}

/// A web page or site.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
#[schema(as = WebSource)]
pub struct Source {
    /// Its id.
    pub id: SourceId,
    /// Where reading begins.
    pub url: String,
    /// Whether the pages of the same host that it leads to are read too.
    pub whole_site: bool,
    /// The most pages that are read.
    pub most_pages: i32,
    /// How many links a page may be away from the first.
    pub depth: i32,
    /// How often it is read again.
    pub every: Every,
    /// How far it is.
    pub state: State,
    /// Why it could not be read, in words.
    pub error: Option<String>,
    /// Pages looked at by the reading that goes on, or by the last one.
    pub pages_read: i32,
    /// Pages that are waited for.
    pub pages_waiting: i32,
    /// How many documents it gave.
    pub documents: i64,
    /// What the last reading found.
    pub report: Option<Report>,
    /// When it was named.
    pub created_at: DateTime<Utc>,
    /// When the last reading ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// When it is read again.
    pub next_at: Option<DateTime<Utc>>,
}

/// What somebody wants to be read.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewWebSource)]
pub struct Wanted {
    /// Where reading begins: `https://example.org/help`.
    pub url: String,
    /// Whether the pages of the same host that it leads to are read too.
    #[serde(default)]
    pub whole_site: bool,
    /// The most pages that are read, 1 to 500; 50 unless given.
    #[serde(default)]
    pub most_pages: Option<i32>,
    /// How many links a page may be away from the first, 0 to 10; 3 unless given.
    #[serde(default)]
    pub depth: Option<i32>,
    /// How often it is read again; each week unless given.
    #[serde(default)]
    pub every: Every,
}

/// Why a source was not taken, shown or changed. The texts are for people.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// It is no address of a page.
    #[error("Write the whole address of the page, such as https://example.org/help.")]
    NoAddress,
    /// A user name or a password stands in the address.
    #[error("The address holds a user name or a password. Leave it out.")]
    Credentials,
    /// More pages than may be read, or none.
    #[error("Between 1 and 500 pages can be read.")]
    Pages,
    /// Farther than may be read.
    #[error("Pages can be up to 10 links away.")]
    Depth,
    /// The address is there already.
    #[error("This address is read already.")]
    Duplicate,
    /// It waits or is being read.
    #[error("It is being read at the moment.")]
    Busy,
    /// There is no such source.
    #[error("There is no such page or site.")]
    NotFound,
    /// The database failed.
    #[error("The page could not be kept.")]
    Db(#[from] DbError),
}

impl SourceError {
    /// The key of its words.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::NoAddress => "knowledge.source.no_address",
            Self::Credentials => "knowledge.source.credentials",
            Self::Pages => "knowledge.source.pages",
            Self::Depth => "knowledge.source.depth",
            Self::Duplicate => "knowledge.source.duplicate",
            Self::Busy => "knowledge.source.busy",
            Self::NotFound => "knowledge.source.not_found",
            Self::Db(_) => "knowledge.not_kept",
        }
    }
}

/// The address as it is kept: without its fragment; `https://` is set before one that has none.
fn address(text: &str) -> Result<Url, SourceError> {
    let text = text.trim();
    let text = if text.contains("://") {
        text.to_owned()
    } else {
        format!("https://{text}")
    };
    let url = Url::parse(&text).map_err(|_| SourceError::NoAddress)?;
    let host = url
        .host_str()
        .is_some_and(|host| host.contains('.') || host.contains(':'))
        || url.port().is_some();
    if !matches!(url.scheme(), "http" | "https") || !host || url.as_str().len() > LONGEST_URL {
        return Err(SourceError::NoAddress);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(SourceError::Credentials);
    }
    Ok(fetch::crawl::canonical(&url))
}

fn within_limits(most_pages: i32, depth: i32) -> Result<(), SourceError> {
    if !(1..=MOST_PAGES).contains(&most_pages) {
        return Err(SourceError::Pages);
    }
    if !(0..=DEEPEST).contains(&depth) {
        return Err(SourceError::Depth);
    }
    Ok(())
}

/// Takes a page or a site, and leaves it to a worker to read.
pub async fn create(
    tx: &mut TenantTx,
    wanted: &Wanted,
    now: DateTime<Utc>,
) -> Result<Source, SourceError> {
    let url = address(&wanted.url)?;
    let most_pages = wanted.most_pages.unwrap_or(USUAL_PAGES);
    let depth = wanted.depth.unwrap_or(USUAL_DEPTH);
    within_limits(most_pages, depth)?;
    let new = NewSource {
        id: SourceId::new(),
        url: url.as_str(),
        whole_site: wanted.whole_site,
        most_pages,
        depth,
        every: wanted.every,
        by: tx.scope().actor().user(),
        now,
    };
    if !sources::insert(tx, &new).await? {
        return Err(SourceError::Duplicate);
    }
    enqueue(tx, new.id, now).await?;
    load(tx, new.id).await
}

/// Leaves a source to a worker to read, not before `due`.
async fn enqueue(tx: &mut TenantTx, source: SourceId, due: DateTime<Utc>) -> Result<(), DbError> {
    tx.enqueue(&queue::job(&ReadSource { source }, due)?)
        .await?;
    tx.signal("knowledge-changed");
    Ok(())
}

/// The sources, newest first.
pub async fn list(tx: &mut TenantTx) -> Result<Vec<Source>, SourceError> {
    Ok(sources::list(tx).await?)
}

/// One source.
pub async fn load(tx: &mut TenantTx, id: SourceId) -> Result<Source, SourceError> {
    sources::find(tx, id).await?.ok_or(SourceError::NotFound)
}

/// The first 500 pages of a source by their addresses.
pub async fn pages(tx: &mut TenantTx, id: SourceId) -> Result<Vec<Document>, SourceError> {
    Ok(files::of_source(tx, id, MOST_LISTED).await?)
}

/// Has a source read now.
pub async fn read_now(
    tx: &mut TenantTx,
    id: SourceId,
    now: DateTime<Utc>,
) -> Result<Source, SourceError> {
    let source = load(tx, id).await?;
    if matches!(source.state, State::Queued | State::Reading) {
        return Err(SourceError::Busy);
    }
    sources::set_queued(tx, id).await?;
    enqueue(tx, id, now).await?;
    load(tx, id).await
}

/// Removes a source with all its pages. Tells what their contents were kept under, to be removed by
/// [`Knowledge::forget`](crate::Knowledge::forget) after the commit.
pub async fn delete(tx: &mut TenantTx, id: SourceId) -> Result<Vec<FileId>, SourceError> {
    let contents = versions::contents_of_source(tx, id).await?;
    if !sources::delete(tx, id).await? {
        return Err(SourceError::NotFound);
    }
    tx.signal("knowledge-changed");
    Ok(contents)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_completed_and_anything_else_is_refused() {
        let kept = |text| address(text).map(String::from);
        assert_eq!(
            kept(" example.org/help#top ").unwrap(),
            "https://example.org/help"
        );
        assert_eq!(
            kept("http://127.0.0.1:81/a").unwrap(),
            "http://127.0.0.1:81/a"
        );
        for wrong in [
            "",
            "help",
            "ftp://example.org/",
            "file:///etc/passwd",
            "javascript://a.b",
        ] {
            assert!(
                matches!(address(wrong), Err(SourceError::NoAddress)),
                "{wrong}"
            );
        }
        assert!(matches!(
            address("https://me:secret@example.org"),
            Err(SourceError::Credentials)
        ));
    }

    #[test]
    fn the_next_reading_is_set_by_how_often() {
        let now = DateTime::UNIX_EPOCH;
        assert_eq!(Every::Never.after(now), None);
        assert_eq!(Every::Week.after(now), Some(now + TimeDelta::days(7)));
    }
}
