//! What a text can be held back for.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A category of OpenAI's moderation (`omni-moderation`), or one that came later.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum ModerationCategory {
    /// Harassing language.
    Harassment,
    /// Harassment with a threat.
    HarassmentThreatening,
    /// Hate against a group.
    Hate,
    /// Hate with a threat.
    HateThreatening,
    /// Advice for wrongdoing.
    Illicit,
    /// Advice for wrongdoing with violence or weapons.
    IllicitViolent,
    /// Self-harm is shown or encouraged.
    SelfHarm,
    /// The writer means to harm himself.
    SelfHarmIntent,
    /// How to harm oneself.
    SelfHarmInstructions,
    /// Sexual content.
    Sexual,
    /// Sexual content with a minor.
    SexualMinors,
    /// Violence or death.
    Violence,
    /// Violence or death in detail.
    ViolenceGraphic,
    /// One that this client does not know, by the provider's name.
    Other(String),
}

impl ModerationCategory {
    const KNOWN: [(Self, &'static str); 13] = [
        (Self::Harassment, "harassment"),
        (Self::HarassmentThreatening, "harassment/threatening"),
        (Self::Hate, "hate"),
        (Self::HateThreatening, "hate/threatening"),
        (Self::Illicit, "illicit"),
        (Self::IllicitViolent, "illicit/violent"),
        (Self::SelfHarm, "self-harm"),
        (Self::SelfHarmIntent, "self-harm/intent"),
        (Self::SelfHarmInstructions, "self-harm/instructions"),
        (Self::Sexual, "sexual"),
        (Self::SexualMinors, "sexual/minors"),
        (Self::Violence, "violence"),
        (Self::ViolenceGraphic, "violence/graphic"),
    ];

    /// The provider's name for it.
    pub fn name(&self) -> &str {
        if let Self::Other(name) = self {
            return name;
        }
        let known = Self::KNOWN.iter().find(|(category, _)| category == self);
        known.map_or("", |(_, name)| name)
    }
}

impl From<String> for ModerationCategory {
    fn from(name: String) -> Self {
        let known = Self::KNOWN.into_iter().find(|(_, known)| *known == name);
        known.map_or(Self::Other(name), |(category, _)| category)
    }
}

impl From<ModerationCategory> for String {
    fn from(category: ModerationCategory) -> Self {
        category.name().to_owned()
    }
}

impl fmt::Display for ModerationCategory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back_whether_it_is_known_or_not() {
        for (category, name) in ModerationCategory::KNOWN {
            assert_eq!(ModerationCategory::from(name.to_owned()), category);
            assert_eq!(category.name(), name);
        }
        let other = ModerationCategory::from("new".to_owned());
        assert_eq!(other, ModerationCategory::Other("new".to_owned()));
        assert_eq!(other.to_string(), "new");
    }
}
