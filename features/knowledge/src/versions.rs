//! What changed from one version of a document to the next.

use db::TenantTx;
use kernel::FileId;
use serde::Serialize;
use similar::{ChangeTag, TextDiff};
use std::time::Duration;

use crate::document::DocumentError;
use crate::store::versions;

/// How many lines of the old text stand around a change.
const AROUND: usize = 2;
/// The most lines that are shown.
const MOST_LINES: usize = 2000;
/// How long two texts are compared before the rest is taken as replaced.
const PATIENCE: Duration = Duration::from_millis(500);

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = LineChange)]
pub enum Change {
    /// It stands in both versions.
    Same,
    /// It came with this version.
    Added,
    /// It is gone with this version.
    Removed,
    /// Lines that are the same in both were left out here.
    Gap,
}

/// A line of a comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = ComparedLine)]
pub struct Line {
    /// What became of it.
    pub change: Change,
    /// What it says.
    pub text: String,
}

/// A version beside the one before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = DocumentComparison)]
pub struct Comparison {
    /// Whether there is an earlier version to compare with, and both were read.
    pub comparable: bool,
    /// The lines that changed, with a few around them.
    pub lines: Vec<Line>,
}

/// Compares a version of a document with the one that was read before it, in a thread of its own.
pub async fn compare(
    tx: &mut TenantTx,
    id: FileId,
    number: i32,
) -> Result<Comparison, DocumentError> {
    let pair = versions::pair(tx, id, number).await?;
    let pair = pair.ok_or(DocumentError::NotFound)?;
    let (Some(before), Some(after)) = (pair.before, pair.after) else {
        return Ok(Comparison {
            comparable: false,
            lines: Vec::new(),
        });
    };
    let compared = tokio::task::spawn_blocking(move || lines(&before, &after)).await;
    Ok(Comparison {
        comparable: true,
        lines: compared.unwrap_or_default(),
    })
}

fn lines(before: &str, after: &str) -> Vec<Line> {
    let mut config = TextDiff::configure();
    config.timeout(PATIENCE);
    let diff = config.diff_lines(before, after);
    let mut lines: Vec<Line> = Vec::new();
    for (at, group) in diff.grouped_ops(AROUND).iter().enumerate() {
        if at > 0 {
            lines.push(Line {
                change: Change::Gap,
                text: String::new(),
            });
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let text = change.value().trim_end_matches(['\r', '\n']).to_owned();
            let change = match change.tag() {
                ChangeTag::Equal => Change::Same,
                ChangeTag::Insert => Change::Added,
                ChangeTag::Delete => Change::Removed,
            };
            lines.push(Line { change, text });
        }
    }
    lines.truncate(MOST_LINES);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_changed_is_shown_with_a_little_around_it() {
        let text = |price: &str| {
            let filler = "Same line.\n".repeat(20);
            format!("{filler}A vase costs {price} euros.\n{filler}")
        };
        let lines = lines(&text("30"), &text("35"));
        let shown: Vec<_> = lines.iter().map(|line| line.change).collect();
        let (same, gone, new) = (Change::Same, Change::Removed, Change::Added);
        assert_eq!(shown, [same, same, gone, new, same, same]);
        assert!(lines.iter().any(|line| line.text.contains("35")));
    }

    #[test]
    fn the_same_text_shows_nothing() {
        assert_eq!(lines("a\nb\n", "a\nb\n"), []);
    }
}
