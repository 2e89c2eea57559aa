//! The journal's tab: bodies by state and platform, one body, sending through again.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use db::{JournalFilter, JournalRow, JournalState};
use http::{HeaderMap, Method};
use kernel::{Page, Platform, Role, WebhookEventId};
use serde::Deserialize;
use web::ui::{Shell, told};
use web::{Access, Html, ListQuery, Member, Path, Problem, Query, Routes, member_shell};

use super::Operations;
use super::tabs::{self, Chip};

#[derive(Template)]
#[template(path = "operations_journal.html")]
struct JournalPage {
    shell: Shell,
    tab: &'static str,
    operator: bool,
    rows: Vec<JournalRow>,
    chips: Vec<Chip>,
    platforms: Vec<Chip>,
    next: Option<String>,
}

impl JournalPage {
    fn state_key(state: &str) -> &'static str {
        tabs::state_key(state)
    }

    fn tone(state: &str) -> &'static str {
        tabs::tone(state)
    }
}

#[derive(Template)]
#[template(path = "operations_body.html")]
struct BodyPage {
    shell: Shell,
    tab: &'static str,
    row: JournalRow,
    text: Option<String>,
}

impl BodyPage {
    fn state_key(&self) -> &'static str {
        tabs::state_key(&self.row.state)
    }

    fn tone(&self) -> &'static str {
        tabs::tone(&self.row.state)
    }

    fn may_replay(&self) -> bool {
        matches!(self.row.state.as_str(), "parked" | "done")
    }
}

/// Which bodies are wanted.
#[derive(Clone, Copy, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Only those in this state: `pending`, `running`, `done`, `parked`.
    #[param(value_type = Option<String>)]
    state: Option<JournalState>,
    /// Only those of this platform.
    platform: Option<Platform>,
}

pub(super) fn routes() -> Routes<Operations> {
    let admin = Access::Member(Role::Admin);
    Routes::new()
        .page(Method::GET, "/operations/journal", admin, show)
        .page(Method::GET, "/operations/journal/{id}", admin, body)
        .page(
            Method::POST,
            "/operations/journal/replay",
            admin,
            replay_all,
        )
        .page(
            Method::POST,
            "/operations/journal/{id}/replay",
            admin,
            replay,
        )
}

/// A page of the journal as this member may see it.
pub(super) async fn list(
    operations: &Operations,
    member: &Member,
    query: &ListQuery,
    wanted: Wanted,
) -> Result<Page<JournalRow>, Problem> {
    let limit = query.limit();
    let filter = JournalFilter {
        viewer: operations.viewer(member),
        state: wanted.state,
        platform: wanted.platform,
        before: query.after::<WebhookEventId>()?,
        limit: limit.probe(),
    };
    let mut tx = operations.db.system().await?;
    let rows = tx.list_journal(filter).await?;
    Ok(Page::from_probe(rows, limit, |row| row.id))
}

/// Sends one body through again.
pub(super) async fn replay_one(
    operations: &Operations,
    member: &Member,
    id: WebhookEventId,
) -> Result<(), Problem> {
    let viewer = operations.viewer(member);
    let mut tx = operations.db.system().await?;
    let now = operations.channels.clock.now();
    if !tx.replay_journal(id, viewer, now).await? {
        return Err(Problem::not_found());
    }
    tx.commit().await?;
    Ok(())
}

/// Sends all parked bodies that this member may see through again.
pub(super) async fn replay_parked(
    operations: &Operations,
    member: &Member,
) -> Result<u64, Problem> {
    let viewer = operations.viewer(member);
    let mut tx = operations.db.system().await?;
    let now = operations.channels.clock.now();
    let replayed = tx.replay_parked(viewer, now).await?;
    tx.commit().await?;
    Ok(replayed)
}

async fn show(
    State(operations): State<Operations>,
    member: Member,
    headers: HeaderMap,
    Query(query): Query<ListQuery>,
    Query(wanted): Query<Wanted>,
) -> Result<Html<JournalPage>, Problem> {
    let page = list(&operations, &member, &query, wanted).await?;
    let path = "/operations/journal";
    let of_platform = wanted
        .platform
        .map_or_else(String::new, |platform| format!("&platform={platform}"));
    let of_state = wanted
        .state
        .map_or_else(String::new, |state| format!("&state={}", state.as_str()));
    let chips = tabs::chips(
        path,
        tabs::JOURNAL,
        wanted.state,
        JournalState::as_str,
        &of_platform,
    );
    let platforms = Platform::ALL.into_iter().map(|platform| Chip {
        href: format!("{path}?platform={platform}{of_state}"),
        key: platform.label(),
        chosen: wanted.platform == Some(platform),
    });
    Ok(Html(JournalPage {
        shell: member_shell(&member, "operations", &headers),
        tab: "journal",
        operator: operations.viewer(&member).operator,
        rows: page.items,
        chips,
        platforms: platforms.collect(),
        next: tabs::next(path, &format!("{of_state}{of_platform}"), page.next_cursor),
    }))
}

async fn body(
    State(operations): State<Operations>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<WebhookEventId>,
) -> Result<Html<BodyPage>, Problem> {
    let viewer = operations.viewer(&member);
    let mut tx = operations.db.system().await?;
    let row = tx.journal_row(id, viewer).await?;
    let row = row.ok_or_else(Problem::not_found)?;
    let bytes = tx.journal_body(id, viewer).await?;
    Ok(Html(BodyPage {
        shell: member_shell(&member, "operations", &headers),
        tab: "journal",
        row,
        text: bytes.map(|bytes| readable(&bytes)),
    }))
}

/// The bytes as text: indented when they are JSON.
fn readable(bytes: &[u8]) -> String {
    serde_json::from_slice::<serde_json::Value>(bytes)
        .and_then(|value| serde_json::to_string_pretty(&value))
        .unwrap_or_else(|_| String::from_utf8_lossy(bytes).into_owned())
}

async fn replay(
    State(operations): State<Operations>,
    member: Member,
    Path(id): Path<WebhookEventId>,
) -> Result<Response, Problem> {
    replay_one(&operations, &member, id).await?;
    Ok(told("ui.done.again", "/operations/journal"))
}

async fn replay_all(
    State(operations): State<Operations>,
    member: Member,
) -> Result<Response, Problem> {
    replay_parked(&operations, &member).await?;
    Ok(told("ui.done.again", "/operations/journal"))
}
