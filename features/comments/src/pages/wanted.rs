//! What a reader of the comments wants to see, as the address says it. What the address says and
//! nobody knows is as if it were not said.

use kernel::CommentId;
use serde::Deserialize;

use crate::comment::State;
use crate::list::Filter;

/// Which comments the list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Show {
    /// All.
    #[default]
    All,
    /// Those that a person should look at.
    Person,
    /// Those with a draft.
    Drafts,
}

impl Show {
    pub(super) const ALL: [Self; 3] = [Self::All, Self::Person, Self::Drafts];

    /// Its name in the address; what is shown anyway needs none.
    const fn name(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Person => "person",
            Self::Drafts => "drafts",
        }
    }

    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::All => "comments.show.all",
            Self::Person => "comments.show.person",
            Self::Drafts => "comments.show.drafts",
        }
    }

    const fn state(self) -> Option<State> {
        match self {
            Self::All => None,
            Self::Person => Some(State::NeedsPerson),
            Self::Drafts => Some(State::Suggested),
        }
    }
}

/// The query of the address.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Given {
    show: String,
    after: String,
    current: String,
    pane: String,
}

/// What is to be shown.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(from = "Given")]
pub(super) struct Wanted {
    pub(super) show: Show,
    /// The list goes on behind this.
    pub(super) after: Option<CommentId>,
    /// The comment that is open beside the list.
    pub(super) current: Option<CommentId>,
    /// A narrow screen shows what is beside the comment.
    pub(super) context: bool,
}

impl From<Given> for Wanted {
    fn from(given: Given) -> Self {
        let show = Show::ALL.into_iter().find(|it| it.name() == given.show);
        Self {
            show: show.unwrap_or_default(),
            after: given.after.parse().ok(),
            current: given.current.parse().ok(),
            context: given.pane == "context",
        }
    }
}

impl Wanted {
    pub(super) fn filter(&self) -> Filter {
        Filter {
            state: self.show.state(),
            post: None,
        }
    }

    /// The same with other comments, from the newest on.
    pub(super) fn with(&self, show: Show) -> Self {
        Self {
            show,
            after: None,
            ..self.clone()
        }
    }

    /// The same list, behind this comment.
    pub(super) fn behind(&self, after: Option<CommentId>) -> Self {
        Self {
            after,
            ..self.clone()
        }
    }

    /// A path of the comments with what the list shows.
    pub(super) fn at(&self, path: &str) -> String {
        self.address(path, &[])
    }

    /// The list alone, which knows the comment that is open.
    pub(super) fn list_alone(&self) -> String {
        let current = self.current.map(|id| id.to_string()).unwrap_or_default();
        self.address("/comments/list", &[("current", &current)])
    }

    /// What is beside the comment, on a narrow screen.
    pub(super) fn beside(&self, path: &str) -> String {
        self.address(path, &[("pane", "context")])
    }

    fn address(&self, path: &str, more: &[(&str, &str)]) -> String {
        let after = self.after.map(|id| id.to_string()).unwrap_or_default();
        let own = [("show", self.show.name()), ("after", after.as_str())];
        let fields = own.iter().chain(more);
        let query: Vec<String> = fields
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if query.is_empty() {
            path.to_owned()
        } else {
            format!("{path}?{}", query.join("&"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_reads_back_and_strange_words_are_as_if_they_were_not_said() {
        let id = CommentId::new();
        let given = Given {
            show: "person".to_owned(),
            after: id.to_string(),
            current: "nonsense".to_owned(),
            pane: "context".to_owned(),
        };
        let wanted = Wanted::from(given);
        let there = format!("/comments?show=person&after={id}");
        assert_eq!(wanted.at("/comments"), there);
        assert_eq!(wanted.current, None);
        assert!(wanted.context);
        assert_eq!(wanted.with(Show::All).at("/comments"), "/comments");
        let strange = Given {
            show: "\"><script>".to_owned(),
            ..Given::default()
        };
        assert_eq!(Wanted::from(strange).at("/comments"), "/comments");
    }
}
