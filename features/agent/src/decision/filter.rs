//! Which decisions are wanted.

use chrono::NaiveDate;
use kernel::{AccountId, ConversationId};
use serde::{Deserialize, Serialize};

use super::Outcome;
use crate::settings::Mode;

/// What people think, or that nobody said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MarkFilter {
    /// Marked right.
    Right,
    /// Marked wrong.
    Wrong,
    /// Not marked.
    None,
}

impl MarkFilter {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Right, Self::Wrong, Self::None];

    /// Its name in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Wrong => "wrong",
            Self::None => "none",
        }
    }
}

/// Which decisions are wanted; what is absent does not matter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// Of one conversation.
    pub conversation: Option<ConversationId>,
    /// With this outcome.
    pub outcome: Option<Outcome>,
    /// For this reason.
    pub reason: Option<String>,
    /// On this channel.
    pub account: Option<AccountId>,
    /// To be answered in this language.
    pub language: Option<String>,
    /// Made in this mode.
    pub mode: Option<Mode>,
    /// From this day on, in the workspace's time zone.
    pub from: Option<NaiveDate>,
    /// Up to this day, itself included.
    pub until: Option<NaiveDate>,
    /// Marked like this.
    pub mark: Option<MarkFilter>,
    /// With these words in the message or the answer.
    pub text: Option<String>,
}

impl Filter {
    /// The words as a pattern of SQL.
    pub(crate) fn pattern(&self) -> Option<String> {
        let text = self.text.as_deref()?.trim();
        let literal: String = text
            .chars()
            .filter(|letter| *letter != '\0')
            .flat_map(|letter| {
                let escape = matches!(letter, '\\' | '%' | '_').then_some('\\');
                escape.into_iter().chain([letter])
            })
            .collect();
        (!literal.is_empty()).then(|| format!("%{literal}%"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_looked_for_as_they_are() {
        let pattern = |text: &str| {
            let filter = Filter {
                text: Some(text.to_owned()),
                ..Filter::default()
            };
            filter.pattern()
        };
        assert_eq!(pattern(" 100% sure_\\ ").unwrap(), "%100\\% sure\\_\\\\%");
        assert_eq!(pattern("  "), None);
        assert_eq!(Filter::default().pattern(), None);
    }
}
