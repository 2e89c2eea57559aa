//! What a reader of the inbox wants to see, as the address says it. What the address says and
//! nobody knows is as if it were not said.

use kernel::{ConversationId, Cursor, Platform};
use serde::Deserialize;

use super::thread::{MOST_SHOWN, SHOWN};
use crate::conversation::{Owner, Status};
use crate::list::{Filter, Place};

/// Which conversations the list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Show {
    /// Those that go on.
    #[default]
    Open,
    /// Those of them that people answer.
    People,
    /// Those that are done.
    Resolved,
    /// All.
    All,
}

impl Show {
    pub(super) const ALL: [Self; 4] = [Self::Open, Self::People, Self::Resolved, Self::All];

    /// Its name in the address; what is shown anyway needs none.
    const fn name(self) -> &'static str {
        match self {
            Self::Open => "",
            Self::People => "people",
            Self::Resolved => "resolved",
            Self::All => "all",
        }
    }

    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::Open => "inbox.show.open",
            Self::People => "inbox.show.people",
            Self::Resolved => "inbox.show.resolved",
            Self::All => "inbox.show.all",
        }
    }
}

/// The query of the address.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Given {
    show: String,
    q: String,
    platform: String,
    after: String,
    current: String,
    count: String,
    pane: String,
    problem: String,
    seen: String,
}

/// What is to be shown.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "Given")]
pub(super) struct Wanted {
    pub(super) show: Show,
    pub(super) platform: Option<Platform>,
    /// A part of the customer's name.
    pub(super) q: String,
    /// The list goes on behind this.
    pub(super) after: Option<Place>,
    /// The conversation that is open beside the list.
    pub(super) current: Option<ConversationId>,
    /// How many messages of the thread are shown.
    pub(super) count: u16,
    /// A narrow screen shows what is beside the thread.
    pub(super) context: bool,
    /// Why something was not done, as the last part of a key of the catalogue.
    pub(super) problem: String,
    /// A person looks at the thread that is asked for.
    pub(super) seen: bool,
}

impl From<Given> for Wanted {
    fn from(given: Given) -> Self {
        let mut shows = Show::ALL.into_iter();
        let show = shows.find(|show| show.name() == given.show);
        Self {
            show: show.unwrap_or_default(),
            platform: given.platform.parse().ok(),
            q: given.q.trim().to_owned(),
            after: Cursor::from_text(given.after).key().ok(),
            current: given.current.parse().ok(),
            count: given
                .count
                .parse()
                .unwrap_or(SHOWN)
                .clamp(SHOWN, MOST_SHOWN),
            context: given.pane == "context",
            problem: given.problem,
            seen: given.seen == "true",
        }
    }
}

impl Default for Wanted {
    fn default() -> Self {
        Self::from(Given::default())
    }
}

impl Wanted {
    pub(super) fn filter(&self) -> Filter {
        let (status, owner) = match self.show {
            Show::Open => (Some(Status::Open), None),
            Show::People => (Some(Status::Open), Some(Owner::Human)),
            Show::Resolved => (Some(Status::Resolved), None),
            Show::All => (None, None),
        };
        Filter {
            status,
            owner,
            platform: self.platform,
            q: Some(self.q.clone()),
        }
    }

    /// The list from its top, with these filters.
    pub(super) fn with(&self, show: Show, platform: Option<Platform>) -> Self {
        Self {
            show,
            platform,
            after: None,
            ..self.clone()
        }
    }

    /// The list behind a place, or from its top.
    pub(super) fn behind(&self, after: Option<Place>) -> Self {
        Self {
            after,
            ..self.clone()
        }
    }

    /// An address that keeps the list as it is.
    pub(super) fn at(&self, path: &str) -> String {
        address(path, self.list())
    }

    /// The same for what is beside the thread, where it does not stand beside it.
    pub(super) fn context(&self, path: &str) -> String {
        let pane = ("pane", "context".to_owned());
        address(path, self.list().chain([pane]))
    }

    /// The same with a word about what was not done.
    pub(super) fn refused(&self, path: &str, problem: &str) -> String {
        let problem = ("problem", problem.to_owned());
        address(path, self.list().chain([problem]))
    }

    /// The address of the list alone, which says what is open beside it.
    pub(super) fn list_alone(&self) -> String {
        let current = self.current.map(|id| ("current", id.to_string()));
        address("/inbox/list", self.list().chain(current))
    }

    /// The address of a thread, or of a part of it, with this many messages.
    pub(super) fn thread(&self, path: &str, count: u16) -> String {
        let count = (count != SHOWN).then(|| ("count", count.to_string()));
        address(path, self.list().chain(count))
    }

    /// The filters but for the name, as fields of a query.
    pub(super) fn filters(&self) -> impl Iterator<Item = (&'static str, String)> {
        let platform = self.platform.map(Platform::as_str).unwrap_or_default();
        [("show", self.show.name()), ("platform", platform)]
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (name, value.to_owned()))
    }

    /// What the list shows, as fields of a query.
    fn list(&self) -> impl Iterator<Item = (&'static str, String)> {
        let q = Some(self.q.clone()).filter(|q| !q.is_empty());
        let after = self.after.as_ref().map(Cursor::of);
        let after = after.map(|after| after.as_str().to_owned());
        let given = [("q", q), ("after", after)];
        let given = given
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)));
        self.filters().chain(given)
    }
}

fn address(path: &str, query: impl Iterator<Item = (&'static str, String)>) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(query)
        .finish();
    if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{query}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Wanted {
        serde_json::from_value(
            url::form_urlencoded::parse(query.as_bytes())
                .map(|(name, value)| (name.into_owned(), value.into_owned().into()))
                .collect::<serde_json::Map<_, _>>()
                .into(),
        )
        .unwrap()
    }

    #[test]
    fn an_address_keeps_the_list_as_it_is() {
        let query = "show=people&platform=whatsapp&q=L%C3%A9a+M";
        assert_eq!(read(query).at("/inbox"), format!("/inbox?{query}"));
        let open = read(&format!("{query}&pane=context&problem=stale"));
        assert_eq!(open.at("/inbox/1"), format!("/inbox/1?{query}"));
        assert_eq!(read("").at("/inbox"), "/inbox");
    }

    #[test]
    fn what_nobody_knows_is_as_if_it_were_not_said() {
        let strange = read("show=later&platform=telegram&after=x&current=y&count=many&pane=z");
        assert_eq!(strange.at("/inbox"), "/inbox");
        assert_eq!(strange.count, SHOWN);
        assert_eq!(read("count=9").count, SHOWN);
        assert_eq!(read("count=60000").count, MOST_SHOWN);
    }

    #[test]
    fn the_list_alone_says_what_is_open_beside_it() {
        let id = ConversationId::new();
        let wanted = read(&format!("show=all&current={id}"));
        let address = format!("/inbox/list?show=all&current={id}");
        assert_eq!(wanted.list_alone(), address);
    }
}
