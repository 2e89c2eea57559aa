//! The versions of the settings, and what each changed.

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use kernel::SettingsVersionId;
use serde_json::Value;
use web::i18n::Message;
use web::ui::{Shell, told};
use web::{Html, ListQuery, Locale, Member, Path, Problem, Query, member_shell};

use super::labels::label_key;
use crate::Agent;
use crate::settings;
use crate::settings::versions::{self, Change, Full, Version};

#[derive(Template)]
#[template(path = "versions.html")]
struct VersionsPage {
    shell: Shell,
    rows: Vec<Version>,
    /// The version in force.
    present: i32,
    next: Option<String>,
}

/// The versions, the newest first.
pub(crate) async fn list(
    State(agent): State<Agent>,
    member: Member,
    headers: HeaderMap,
    Query(query): Query<ListQuery>,
) -> Result<Response, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    let present = settings::load(&mut tx).await?.version;
    let page = versions::list(&mut tx, query.after()?, query.limit()).await?;
    let next = page.next_cursor;
    Ok(Html(VersionsPage {
        shell: member_shell(&member, "agent", &headers),
        rows: page.items,
        present,
        next: next.map(|cursor| format!("/agent/versions?cursor={}", cursor.as_str())),
    })
    .into_response())
}

/// A setting that changed, for reading.
pub(crate) struct Changed {
    pub(crate) label: String,
    pub(crate) before: String,
    pub(crate) after: String,
}

impl Changed {
    /// What changed, with the settings' names in a language.
    pub(super) fn all(locale: Locale, changes: &[Change]) -> Vec<Self> {
        let changed = changes.iter().map(|change| Self {
            label: Message::new(locale, label_key(&change.field)).to_string(),
            before: shown(&change.before),
            after: shown(&change.after),
        });
        changed.collect()
    }
}

#[derive(Template)]
#[template(path = "version.html")]
struct VersionPage {
    shell: Shell,
    version: Version,
    changes: Vec<Changed>,
    /// Whether it is the one in force.
    holds: bool,
}

/// A setting's value for reading: lists one entry a line, nothing as nothing.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().map(shown).collect::<Vec<_>>().join("\n"),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| format!("{name}: {}", shown(value)))
            .collect::<Vec<_>>()
            .join("\n"),
        other => other.to_string(),
    }
}

impl VersionsPage {
    fn holds(&self, row: &Version) -> bool {
        row.version == self.present
    }

    fn label(field: &str) -> &'static str {
        label_key(field)
    }
}

impl VersionPage {
    fn new(shell: Shell, full: Full, present: i32) -> Self {
        Self {
            changes: Changed::all(shell.locale, &full.changes),
            holds: full.version.version == present,
            version: full.version,
            shell,
        }
    }

    /// Where it is compared with the version in force.
    fn comparison(&self) -> String {
        format!("/agent/evaluations?candidate={}#new", self.version.version)
    }
}

/// One version, and what it changed.
pub(crate) async fn show(
    State(agent): State<Agent>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<SettingsVersionId>,
) -> Result<Response, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    let present = settings::load(&mut tx).await?.version;
    let full = versions::load(&mut tx, id).await?;
    let full = full.ok_or_else(Problem::not_found)?;
    let shell = member_shell(&member, "agent", &headers);
    Ok(Html(VersionPage::new(shell, full, present)).into_response())
}

/// Returns to a version of before.
pub(crate) async fn restore(
    State(agent): State<Agent>,
    member: Member,
    Path(id): Path<SettingsVersionId>,
) -> Result<Response, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    settings::restore(&mut tx, &agent, id, "").await?;
    tx.commit().await?;
    Ok(told("ui.done.in_force", "/agent/versions"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_value_is_shown_as_a_person_reads_it() {
        assert_eq!(shown(&json!(["a", "b"])), "a\nb");
        assert_eq!(shown(&json!({"fr": "Un instant."})), "fr: Un instant.");
        assert_eq!(shown(&json!(null)), "");
        assert_eq!(shown(&json!(0.3)), "0.3");
    }
}
