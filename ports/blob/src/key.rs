//! The name of a blob: `workspace/kind/id`.

use std::fmt;

use kernel::WorkspaceId;
use object_store::path::Path;

/// The longest kind or id, in characters.
const LONGEST: usize = 80;

/// The name of a blob. It can't lead out of its workspace: its parts have neither dots nor slashes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key(String);

/// A kind or id with characters that a key may not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{part:?} can't be part of a file key: 1 to 80 letters, digits, _ and - can")]
pub struct InvalidKey {
    /// The part.
    pub part: String,
}

impl Key {
    /// The blob `id` of a `kind` (such as `documents`) in a workspace.
    pub fn new(
        workspace: WorkspaceId,
        kind: &str,
        id: impl fmt::Display,
    ) -> Result<Self, InvalidKey> {
        let id = id.to_string();
        for part in [kind, &id] {
            let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
            if part.is_empty() || part.len() > LONGEST || !part.chars().all(allowed) {
                return Err(InvalidKey {
                    part: part.to_owned(),
                });
            }
        }
        Ok(Self(format!("{workspace}/{kind}/{id}")))
    }

    /// A blob to try the store with.
    pub(crate) fn probe(workspace: WorkspaceId) -> Self {
        Self(format!("{workspace}/probe/probe"))
    }

    /// The key as a text, for a column of a table.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn path(&self) -> Path {
        Path::from(self.0.as_str())
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_leads_out_of_its_workspace() {
        let workspace = WorkspaceId::new();
        for bad in [
            "",
            ".",
            "..",
            "../x",
            "a/b",
            "a\\b",
            "a%2fb",
            "a\0",
            "é",
            &"x".repeat(81),
        ] {
            assert!(Key::new(workspace, bad, "id").is_err(), "{bad:?}");
            assert!(Key::new(workspace, "kind", bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_key_reads_workspace_kind_id() {
        let workspace = WorkspaceId::new();
        let key = Key::new(workspace, "media", "med_1").unwrap();
        assert_eq!(key.as_str(), format!("{workspace}/media/med_1"));
        assert_eq!(key.path().as_ref(), key.as_str());
    }
}
