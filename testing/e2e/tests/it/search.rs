//! Finding a conversation by the customer's name, handle or number, among few and among very many.

use sqlx::{Connection as _, PgConnection};

use crate::story::Story;

/// More people of one name than are listed one by one, and as many in a workspace of others.
const MANY: &str = "
SET session_replication_role = replica;
CREATE TEMPORARY TABLE people AS
    SELECT a.workspace_id, a.id AS account_id, n, gen_random_uuid() AS contact_id,
           now() - make_interval(mins => n) AS at
    FROM generate_series(1, 2000) AS n,
         (SELECT workspace_id, id FROM social_accounts WHERE platform = 'instagram'
          UNION ALL SELECT gen_random_uuid(), gen_random_uuid()) AS a;
INSERT INTO contacts (workspace_id, id, platform, name, username, first_seen_at, last_seen_at)
    SELECT workspace_id, contact_id, 'instagram', 'Zoé Dupont ' || n, 'zoe_' || n || '%', at, at FROM people;
INSERT INTO conversations (workspace_id, id, account_id, contact_id, status, owner, unread_count,
        badge, last_message_at, last_preview, last_direction, created_at)
    SELECT workspace_id, gen_random_uuid(), account_id, contact_id, 'open', 'ai', 0,
        'ai_replied', at, 'Hello', 'inbound', at FROM people";

async fn found(story: &Story, query: &str) -> Vec<String> {
    let page = story
        .get(&format!("/api/conversations?limit=100&{query}"))
        .await;
    let items = page["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["name"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_finds_its_conversations_newest_first_and_none_of_another_workspace() {
    let story = Story::begin().await;
    let mut tables = PgConnection::connect(story.database()).await.unwrap();
    sqlx::raw_sql(MANY).execute(&mut tables).await.unwrap();

    // One, by a part of the name, without regard to case.
    assert_eq!(found(&story, "q=DUPONT%201234").await, ["Zoé Dupont 1234"]);
    assert_eq!(found(&story, "q=zoe_77%25").await, ["Zoé Dupont 77"]);
    // Without regard to accents, here or there.
    assert_eq!(
        found(&story, "q=zoe%20dupont%201234").await,
        ["Zoé Dupont 1234"]
    );
    assert_eq!(
        found(&story, "q=D%C3%9BPONT%201234").await,
        ["Zoé Dupont 1234"]
    );
    assert_eq!(found(&story, "q=zoe%20dupont").await.len(), 100);
    // A few hundred: every name with 77 in it, newest first, once.
    let some = found(&story, "q=zoe_77").await;
    let wanted: Vec<String> = std::iter::once(77)
        .chain(770..780)
        .map(|n| format!("Zoé Dupont {n}"))
        .collect();
    assert_eq!(some, wanted);
    // More than are listed one by one.
    let first = found(&story, "q=dupont").await;
    assert_eq!(first.len(), 100);
    assert_eq!(first[0], "Zoé Dupont 1");
    assert_eq!(first[99], "Zoé Dupont 100");
    // The signs of a pattern stand for themselves, and what nobody is called finds nobody.
    assert!(found(&story, "q=zoe%25dupont").await.is_empty());
    assert!(found(&story, "q=zo__77").await.is_empty());
    assert!(found(&story, "q=nobody").await.is_empty());
    // The function that passes over the policy keeps to the workspace of the transaction.
    sqlx::query("SELECT set_config('socialsync.workspace', $1, false)")
        .bind(story.workspace().uuid().to_string())
        .execute(&mut tables)
        .await
        .unwrap();
    let seen: i64 = sqlx::query_scalar("SELECT count(*) FROM find_contacts('%dupont%', 10000)")
        .fetch_one(&mut tables)
        .await
        .unwrap();
    assert_eq!(seen, 2000);
    // Other filters hold beside it.
    assert!(
        found(&story, "q=dupont%2077&status=resolved")
            .await
            .is_empty()
    );
    assert!(found(&story, "q=dupont&platform=whatsapp").await.is_empty());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_a_search_follow_each_other() {
    let story = Story::begin().await;
    let mut tables = PgConnection::connect(story.database()).await.unwrap();
    sqlx::raw_sql(MANY).execute(&mut tables).await.unwrap();
    for (query, number) in [("dupont%201", 1111_usize), ("dupont", 2000)] {
        let mut names = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = story
                .get(&format!("/api/conversations?limit=100&q={query}{cursor}"))
                .await;
            let items = page["items"].as_array().unwrap();
            names.extend(items.iter().map(|item| item["id"].to_string()));
            let Some(next) = page["next_cursor"].as_str() else {
                break;
            };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(names.len(), number, "{query}");
        names.sort();
        names.dedup();
        assert_eq!(names.len(), number, "a conversation came twice");
    }
    story.end().await;
}
