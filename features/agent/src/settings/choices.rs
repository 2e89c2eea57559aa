//! What single settings may be.

use serde::{Deserialize, Serialize};

/// How far the agent goes on its own.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    sqlx::Type,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Mode {
    /// Nothing is drafted.
    Off,
    /// Answers are drafted and kept beside what people answer; nothing is sent or offered.
    Shadow,
    /// Drafts wait for a person.
    Suggest,
    /// Answers it is sure of are sent.
    Auto,
}

impl Mode {
    /// All of them, from the most careful one on.
    pub const ALL: [Self; 4] = [Self::Off, Self::Shadow, Self::Suggest, Self::Auto];

    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Shadow => "shadow",
            Self::Suggest => "suggest",
            Self::Auto => "auto",
        }
    }
}

/// What happens outside business hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutsideHours {
    /// The agent answers all the same.
    Answer,
    /// The agent is silent.
    Silent,
}

impl OutsideHours {
    /// The name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Silent => "silent",
        }
    }
}

/// How long answers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Length {
    /// A sentence or two.
    Short,
    /// A paragraph.
    Medium,
    /// As long as the question needs.
    Long,
}

impl Length {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Short, Self::Medium, Self::Long];

    /// The name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Short => "short",
            Self::Medium => "medium",
            Self::Long => "long",
        }
    }

    /// From how many characters on what a model wrote is not sent without a person.
    pub(crate) const fn most(self) -> usize {
        match self {
            Self::Short => 700,
            Self::Medium => 1500,
            Self::Long => 4000,
        }
    }
}

/// Whether the model is shown the pictures that customers send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Pictures {
    /// When the provider's list says that the model sees them.
    Auto,
    /// Always: the model sees them, though the provider does not say so.
    On,
    /// Never.
    Off,
}

impl Pictures {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Auto, Self::On, Self::Off];

    /// The name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::On => "on",
            Self::Off => "off",
        }
    }
}
