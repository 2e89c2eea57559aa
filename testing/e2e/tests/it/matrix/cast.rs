//! Who takes part: each role as a person and as a key, a person of another workspace, a person
//! whose seat was taken away, and nobody.

use kernel::{MembershipId, Role, WorkspaceId};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::story::{Story, account_of};
use crate::trials::{TRIALS, tried};

/// One caller.
pub struct Who {
    pub name: String,
    pub token: Option<String>,
    pub role: Option<Role>,
    pub is_key: bool,
    /// The seat is in the other workspace.
    pub of_theirs: bool,
    /// The person, where it is one.
    pub user: Option<Uuid>,
}

/// Two workspaces that hold one of everything, and callers.
pub struct Cast {
    pub ours: WorkspaceId,
    pub theirs: WorkspaceId,
    pub everybody: Vec<Who>,
    /// Follows no redirect.
    pub client: reqwest::Client,
}

impl Cast {
    pub async fn gather(story: &Story) -> Self {
        let ours = story.workspace();
        let mut everybody = vec![Who {
            name: "nobody".to_owned(),
            token: None,
            role: None,
            is_key: false,
            of_theirs: false,
            user: None,
        }];
        let stranger = person(story, "stranger").await;
        let theirs = workspace_of(story, &stranger).await;
        let unseated = person(story, "unseated").await;
        take_seats(story, unseated.1).await;
        everybody.push(who("unseated", unseated, None, false));
        everybody.push(who("stranger", stranger, Some(Role::Owner), true));
        for role in [Role::Viewer, Role::Agent, Role::Admin] {
            let one = person(story, role.as_str()).await;
            seat(story, ours, one.1, role).await;
            let path = format!("/api/workspaces/{ours}/switch");
            let (status, _) = ask(story, Method::POST, &path, &one.0, &json!({})).await;
            assert!(status.is_success(), "{role} can't switch: {status}");
            everybody.push(who(role.as_str(), one, Some(role), false));
        }
        for role in [Role::Viewer, Role::Agent, Role::Admin] {
            let body = json!({ "name": format!("matrix {role}"), "role": role });
            let key = story.post("/api/api-keys", &body).await;
            everybody.push(Who {
                name: format!("key of role {role}"),
                token: Some(key["key"].as_str().unwrap().to_owned()),
                role: Some(role),
                is_key: true,
                of_theirs: false,
                user: None,
            });
        }
        // Whom and what the callers may remove without harm.
        let spare = person(story, "spare").await;
        take_seats(story, spare.1).await;
        for workspace in [ours, theirs] {
            seat(story, workspace, spare.1, Role::Viewer).await;
        }
        story
            .post(
                "/api/api-keys",
                &json!({ "name": "spare", "role": "viewer" }),
            )
            .await;
        let owner = user_of(story, "story@socialsync.test").await;
        everybody.push(who(
            "owner",
            (story.token().to_owned(), owner),
            Some(Role::Owner),
            false,
        ));
        fill(story, theirs).await;
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        let cast = Self {
            ours,
            theirs,
            everybody,
            client,
        };
        cast.check_that_both_are_full(story).await;
        cast
    }

    /// All rows of a workspace in one number.
    pub async fn fingerprint(
        &self,
        story: &Story,
        workspace: WorkspaceId,
    ) -> Vec<(String, i64, String)> {
        let mut all = Vec::new();
        for table in tenant_tables(story).await {
            // When a session or key was used last is noted whatever the answer.
            let sql = format!(
                "SELECT count(*), md5(coalesce(string_agg(row::text, '|' ORDER BY row::text), ''))
                 FROM (SELECT to_jsonb(t) - 'last_used_at' - 'seen_at' - 'last_webhook_at' - 'last_checked_at'
                        - 'profile_checked_at' - 'picture_url' AS row
                       FROM {table} t WHERE workspace_id = $1) rows"
            );
            let (count, digest): (i64, String) = sqlx::query_as(sqlx::AssertSqlSafe(sql))
                .bind(workspace.uuid())
                .fetch_one(&story.tables)
                .await
                .unwrap();
            all.push((table, count, digest));
        }
        all
    }

    async fn check_that_both_are_full(&self, story: &Story) {
        for workspace in [self.ours, self.theirs] {
            for table in super::places::TABLES {
                let id = super::places::some_id(story, table, workspace).await;
                assert!(id.is_some(), "{table} holds nothing of {workspace}");
            }
        }
    }
}

/// Every table with a column `workspace_id`.
async fn tenant_tables(story: &Story) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT c.table_name::text FROM information_schema.columns c
         JOIN information_schema.tables t USING (table_schema, table_name)
         WHERE c.table_schema = 'public' AND c.column_name = 'workspace_id'
           AND t.table_type = 'BASE TABLE' AND c.table_name NOT IN ('sessions')
         ORDER BY 1",
    )
    .fetch_all(&story.tables)
    .await
    .unwrap()
}

fn who(name: &str, (token, user): (String, Uuid), role: Option<Role>, of_theirs: bool) -> Who {
    Who {
        name: name.to_owned(),
        token: Some(token),
        role,
        is_key: false,
        of_theirs,
        user: Some(user),
    }
}

/// Somebody new, with a workspace of their own; the access token and the person.
async fn person(story: &Story, name: &str) -> (String, Uuid) {
    let email = format!("{name}@matrix.test");
    let body = json!({
        "email": email, "password": "a long enough password", "name": name, "workspace": name
    });
    let answer: Value = story
        .http
        .post(format!("{}/api/auth/register", story.url))
        .json(&body)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let token = answer["access_token"].as_str();
    let token = token.unwrap_or_else(|| panic!("{answer}")).to_owned();
    (token, user_of(story, &email).await)
}

async fn user_of(story: &Story, email: &str) -> Uuid {
    sqlx::query_scalar("SELECT id FROM users WHERE email = $1")
        .bind(email)
        .fetch_one(&story.tables)
        .await
        .unwrap()
}

async fn workspace_of(story: &Story, (_, user): &(String, Uuid)) -> WorkspaceId {
    let id: Uuid = sqlx::query_scalar("SELECT workspace_id FROM memberships WHERE user_id = $1")
        .bind(user)
        .fetch_one(&story.tables)
        .await
        .unwrap();
    WorkspaceId::from_uuid(id)
}

async fn take_seats(story: &Story, user: Uuid) {
    sqlx::query("DELETE FROM memberships WHERE user_id = $1")
        .bind(user)
        .execute(&story.tables)
        .await
        .unwrap();
}

async fn seat(story: &Story, workspace: WorkspaceId, user: Uuid, role: Role) {
    sqlx::query(
        "INSERT INTO memberships (workspace_id, id, user_id, role, created_at)
         VALUES ($1, $2, $3, $4, now())",
    )
    .bind(workspace.uuid())
    .bind(MembershipId::new().uuid())
    .bind(user)
    .bind(role.as_str())
    .execute(&story.tables)
    .await
    .unwrap();
}

async fn ask(
    story: &Story,
    method: Method,
    path: &str,
    token: &str,
    body: &Value,
) -> (reqwest::StatusCode, Value) {
    let answer = story
        .http
        .request(method, format!("{}{path}", story.url))
        .bearer_auth(token)
        .json(body)
        .send()
        .await
        .unwrap();
    let status = answer.status();
    (status, answer.json().await.unwrap_or_default())
}

/// One of everything: ours by the product's own ways, theirs as a copy under ids of its own.
async fn fill(story: &Story, theirs: WorkspaceId) {
    story
        .put(
            "/api/ai-settings",
            &json!({ "settings": { "mode": "suggest" } }),
        )
        .await;
    story
        .customer("instagram", "700100", "Do you deliver to Belgium?")
        .await;
    story.comment("880", "Do you deliver to Belgium?");
    story.settle().await;
    story
        .put(
            "/api/ai-settings",
            &json!({ "settings": { "mode": "auto" } }),
        )
        .await;
    story
        .customer("instagram", "700101", "Do you have gift cards?")
        .await;
    story.comment("881", "Do you have gift cards?");
    story
        .customer("whatsapp", "33600000101", "I want to talk to a human")
        .await;
    let picture = json!({ "from": "700102", "attachments": [{ "type": "image" }] });
    let path = format!("instagram/{}/messages", account_of("instagram"));
    story.sandbox(&path, &picture).await;
    story
        .customer("instagram", "700103", "Are dogs allowed in the shop?")
        .await;
    story.settle().await;
    story.post("/api/knowledge-gaps/refresh", &json!({})).await;
    story.settle().await;
    let invitation = json!({ "email": "guest@matrix.test", "role": "viewer" });
    story.post("/api/invitations", &invitation).await;
    // A site that nobody has: it is looked for once, and then it rests.
    let source = json!({ "url": "https://matrix.invalid/", "every": "never" });
    tried(
        story,
        TRIALS,
        "hours.md",
        "The workshop is open on Mondays.",
    )
    .await;
    let source = story.post("/api/knowledge/sources", &source).await;
    let path = format!("/api/knowledge/sources/{}", source["id"].as_str().unwrap());
    story
        .until("the site was looked for", async || {
            story.get(&path).await["source"]["state"] == "failed"
        })
        .await;
    // Two versions compared over one question.
    let set = crate::evaluations::set_of(story, &[json!({ "question": "Do you deliver?" })]).await;
    let changes = json!({ "changes": { "tone": "dry" } });
    let wanted = json!({ "set_id": set, "candidate": changes });
    let evaluation = crate::evaluations::begin(story, wanted).await;
    crate::evaluations::ended(story, &evaluation).await;
    let copy = include_str!("copy.sql")
        .replace("$ours", &format!("'{}'", story.workspace().uuid()))
        .replace("$theirs", &format!("'{}'", theirs.uuid()));
    sqlx::raw_sql(sqlx::AssertSqlSafe(copy))
        .execute(&story.tables)
        .await
        .unwrap();
    // Of a kind that nobody does, so that it stays.
    for workspace in [story.workspace(), theirs] {
        sqlx::query(
            "INSERT INTO jobs (workspace_id, id, kind, priority, payload, state, max_attempts,
                               due_at, created_at)
             VALUES ($1, uuidv7(), 'matrix', 1, '{}', 'failed', 1, now(), now())",
        )
        .bind(workspace.uuid())
        .execute(&story.tables)
        .await
        .unwrap();
    }
    // Whoever opens a workspace whose first steps are all done puts them away.
    sqlx::query("UPDATE workspaces SET first_steps_dismissed_at = now()")
        .execute(&story.tables)
        .await
        .unwrap();
    // The product may ask for the names of our contacts, and of their copies, meanwhile.
    sqlx::query("UPDATE contacts SET profile_checked_at = now(), name = 'x', username = 'x'")
        .execute(&story.tables)
        .await
        .unwrap();
}
