//! What a text is held back for.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a text is held back for, the milder first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Coarse, but aimed at nobody. A workspace may let it pass.
    Profanity,
    /// Meant to hurt a person.
    Insult,
    /// About sex.
    Sexual,
    /// A word that the workspace blocks itself.
    Blocked,
    /// Hate against a group of people.
    Slur,
    /// Harm to others is announced or wished.
    Threat,
    /// The writer may be in danger: a person has to look, and the text is no offence.
    SelfHarm,
}

impl Category {
    /// Every category, the milder first.
    pub const ALL: [Self; 7] = [
        Self::Profanity,
        Self::Insult,
        Self::Sexual,
        Self::Blocked,
        Self::Slur,
        Self::Threat,
        Self::SelfHarm,
    ];

    /// A stable word for records and lists.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Profanity => "profanity",
            Self::Insult => "insult",
            Self::Sexual => "sexual",
            Self::Blocked => "blocked",
            Self::Slur => "slur",
            Self::Threat => "threat",
            Self::SelfHarm => "self_harm",
        }
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_the_one_that_is_stored() {
        for category in Category::ALL {
            let stored = serde_json::to_value(category).unwrap();
            assert_eq!(stored, category.name());
        }
        assert!(Category::ALL.is_sorted());
    }
}
