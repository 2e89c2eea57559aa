//! Ids for the variables of paths.

use kernel::WorkspaceId;
use uuid::Uuid;

use super::cast::{Cast, Who};
use crate::story::Story;

/// What stands before an id in a path, and the table that the id is of.
const IDS: &[(&str, &str)] = &[
    ("/api/conversations/", "conversations"),
    ("/api/instagram/messages/", "conversations"),
    ("/inbox/", "conversations"),
    ("/api/comments/", "comments"),
    ("/comments/", "comments"),
    ("/media/", "messages"),
    ("/api/messages/", "messages"),
    ("/api/contacts/", "contacts"),
    ("/contacts/", "contacts"),
    ("/api/channels/", "social_accounts"),
    ("/channels/", "social_accounts"),
    ("/api/decisions/", "ai_decisions"),
    ("/decisions/", "ai_decisions"),
    ("/api/ai-settings/versions/", "ai_settings_versions"),
    ("/agent/versions/", "ai_settings_versions"),
    ("/api/evaluation-sets/", "evaluation_sets"),
    ("/agent/evaluations/sets/", "evaluation_sets"),
    ("/api/evaluations/", "evaluations"),
    ("/agent/evaluations/", "evaluations"),
    ("/api/effects/", "effects"),
    ("/operations/effects/", "effects"),
    ("/operations/jobs/", "jobs"),
    ("/api/operations/jobs/", "jobs"),
    ("/operations/runs/", "agent_runs"),
    ("/api/operations/runs/", "agent_runs"),
    ("/api/invitations/", "invitations"),
    ("/settings/invitations/", "invitations"),
    ("/invitations/", "invitations"),
    ("/api/api-keys/", "api_keys"),
    ("/settings/api-keys/", "api_keys"),
    ("/api/members/", "memberships"),
    ("/settings/members/", "memberships"),
    ("/api/knowledge/documents/", "files"),
    ("/knowledge/documents/", "files"),
    ("/api/knowledge/faq/", "faq_qa"),
    ("/knowledge/faq/", "faq_qa"),
    ("/api/knowledge/trials/", "document_trials"),
    ("/knowledge/trials/", "document_trials"),
    ("/api/knowledge/sources/", "web_sources"),
    ("/knowledge/web/", "web_sources"),
    ("/api/knowledge-gaps/", "knowledge_gaps"),
    ("/knowledge/gaps/", "knowledge_gaps"),
    ("/api/suggestions/", "suggestions"),
    ("/api/notifications/", "notifications"),
    ("/notifications/", "notifications"),
];

/// The tables of [`IDS`].
pub const TABLES: &[&str] = &[
    "jobs",
    "agent_runs",
    "conversations",
    "contacts",
    "comments",
    "messages",
    "social_accounts",
    "ai_decisions",
    "ai_settings_versions",
    "evaluation_sets",
    "evaluations",
    "effects",
    "invitations",
    "api_keys",
    "memberships",
    "files",
    "faq_qa",
    "web_sources",
    "document_trials",
    "knowledge_gaps",
    "suggestions",
    "notifications",
];

/// The path with ids of this workspace. A path whose variables are not known here fails: say what
/// they stand for above.
pub async fn fill(
    story: &Story,
    cast: &Cast,
    path: &str,
    workspace: WorkspaceId,
    who: &Who,
) -> String {
    if path == "/api/knowledge/search" {
        return format!("{path}?q=delivery");
    }
    if !path.contains('{') {
        return path.to_owned();
    }
    let id = if path.starts_with("/api/workspaces/{id}") {
        workspace.uuid()
    } else if path.starts_with("/api/auth/sessions/") || path.starts_with("/account/sessions/") {
        session(story, cast, workspace, who).await
    } else if path.contains("/operations/journal/") {
        // No table of a workspace: who sees which body has a story of its own.
        Uuid::nil()
    } else if path.starts_with("/data-deletion/") || path.starts_with("/files/") {
        // Public, by a code that nobody can guess.
        Uuid::nil()
    } else {
        let known = IDS.iter().find(|(before, _)| path.starts_with(before));
        let (_, table) = known.unwrap_or_else(|| panic!("what does {path} stand for?"));
        // What another caller deleted is gone: any id does then.
        some_id(story, table, workspace)
            .await
            .unwrap_or(Uuid::nil())
    };
    let (before, rest) = path.split_once('{').unwrap();
    let (_, after) = rest.split_once('}').unwrap();
    // A second variable counts what the first one has.
    let filled = format!("{before}{id}{after}").replace("{number}", "1");
    assert!(!filled.contains('{'), "{path} has more than one variable");
    filled
}

/// Some row of a workspace; of Instagram where there are both.
pub async fn some_id(story: &Story, table: &str, workspace: WorkspaceId) -> Option<Uuid> {
    let (only, order) = match table {
        "conversations" => (
            "",
            "ORDER BY (SELECT platform FROM contacts c WHERE c.workspace_id = t.workspace_id
                       AND c.id = t.contact_id), id",
        ),
        "messages" => ("AND kind = 'image'", ""),
        "api_keys" => ("AND name = 'spare'", ""),
        "memberships" => (
            "AND (SELECT email LIKE 'spare%' FROM users u WHERE u.id = t.user_id)",
            "",
        ),
        _ => ("", "ORDER BY id"),
    };
    let sql = format!("SELECT id FROM {table} t WHERE workspace_id = $1 {only} {order} LIMIT 1");
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
        .bind(workspace.uuid())
        .fetch_optional(&story.tables)
        .await
        .unwrap()
}

/// A session of somebody else (foreign), or another one of the caller's own.
async fn session(story: &Story, cast: &Cast, workspace: WorkspaceId, who: &Who) -> Uuid {
    let own = (workspace == cast.theirs) == who.of_theirs;
    let sql = if own {
        "SELECT id FROM sessions WHERE user_id = $1 LIMIT 1"
    } else {
        "SELECT id FROM sessions WHERE user_id <> $1 LIMIT 1"
    };
    sqlx::query_scalar(sql)
        .bind(who.user.unwrap_or(Uuid::nil()))
        .fetch_optional(&story.tables)
        .await
        .unwrap()
        .unwrap_or(Uuid::nil())
}
