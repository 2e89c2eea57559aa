//! What models may cost.

use serde::{Deserialize, Serialize};

/// What the agent does once the budget is spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WhenSpent {
    /// Nothing is said.
    Silent,
    /// No model is asked; the passage that answers is offered to a person.
    Suggest,
}

impl WhenSpent {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Silent, Self::Suggest];

    /// The name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Silent => "silent",
            Self::Suggest => "suggest",
        }
    }
}

/// What models may cost, in millionths of a US dollar. Days and months are those of the workspace's
/// time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Budget {
    /// In a day; absent means without end.
    pub daily_micro_usd: Option<i64>,
    /// In a month; absent means without end.
    pub monthly_micro_usd: Option<i64>,
    /// What happens once either is spent.
    pub when_spent: WhenSpent,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            daily_micro_usd: None,
            monthly_micro_usd: None,
            when_spent: WhenSpent::Suggest,
        }
    }
}

impl Budget {
    /// Whether there is a limit at all.
    pub fn is_set(&self) -> bool {
        self.daily_micro_usd.is_some() || self.monthly_micro_usd.is_some()
    }
}
