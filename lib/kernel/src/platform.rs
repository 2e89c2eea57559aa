//! The outside platforms.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Where a message comes from and goes to.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Platform {
    /// Instagram messaging, by Instagram Login.
    Instagram,
    /// WhatsApp Business Cloud API.
    Whatsapp,
}

/// A platform name that is not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown platform; known are instagram and whatsapp")]
pub struct UnknownPlatform;

impl Platform {
    /// Every platform.
    pub const ALL: [Self; 2] = [Self::Instagram, Self::Whatsapp];

    /// The name in paths, in the database and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Instagram => "instagram",
            Self::Whatsapp => "whatsapp",
        }
    }

    /// The name as people write it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Instagram => "Instagram",
            Self::Whatsapp => "WhatsApp",
        }
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Platform {
    type Err = UnknownPlatform;

    fn from_str(text: &str) -> Result<Self, UnknownPlatform> {
        Self::ALL
            .into_iter()
            .find(|p| p.as_str() == text)
            .ok_or(UnknownPlatform)
    }
}
