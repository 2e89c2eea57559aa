//! What the schema promises about tenants (docs/TENANCY.md), asked of PostgreSQL's own catalogue, so
//! that a new table can't be forgotten.

use std::collections::BTreeMap;

use db::{Db, Options};
use sqlx::{PgPool, Row as _};

use crate::story::Server;

/// Tables that belong to no workspace, and why.
const OF_NOBODY: [(&str, &str); 10] = [
    ("_sqlx_migrations", "the schema's own history"),
    (
        "data_deletions",
        "a person asks the platform, not a workspace",
    ),
    ("key_check", "of the installation"),
    ("password_resets", "of a person"),
    ("processes", "of the installation"),
    ("refresh_tokens", "of a person"),
    ("schedule_ticks", "of the installation"),
    (
        "sessions",
        "of a person; workspace_id is where they look now",
    ),
    ("sign_in_attempts", "before anybody is known"),
    (
        "webhook_events",
        "raw bodies, before their accounts are known",
    ),
];

const POLICY: &str = "(workspace_id = ( SELECT current_workspace() AS current_workspace))";

async fn migrated() -> (Server, PgPool, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::open(folder.path()).await;
    let db = Db::connect(&Options::new(server.database())).await.unwrap();
    db.migrate().await.unwrap();
    db.close().await;
    let tables = PgPool::connect(server.database()).await.unwrap();
    (server, tables, folder)
}

async fn texts(tables: &PgPool, sql: &'static str) -> Vec<String> {
    sqlx::query_scalar(sql).fetch_all(tables).await.unwrap()
}

#[tokio::test]
async fn every_table_of_a_workspace_is_behind_the_one_policy() {
    let (_server, tables, _folder) = migrated().await;
    let rows = sqlx::query(
        "SELECT c.relname::text AS name, c.relrowsecurity AND c.relforcerowsecurity AS forced,
                EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'workspace_id') AS tenant,
                ARRAY(SELECT concat_ws('|', p.policyname, p.roles::text, p.cmd, p.permissive, p.qual, p.with_check)
                      FROM pg_policies p WHERE p.tablename = c.relname AND p.roles && '{socialsync_app,public}'::name[]) AS policies
         FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace",
    )
    .fetch_all(&tables)
    .await
    .unwrap();
    let reasons = BTreeMap::from(OF_NOBODY);
    let wanted = format!("tenant|{{socialsync_app}}|ALL|PERMISSIVE|{POLICY}|{POLICY}");
    let mut guarded = 0;
    for row in rows {
        let (name, tenant): (String, bool) = (row.get("name"), row.get("tenant"));
        if reasons.contains_key(name.as_str()) {
            continue;
        }
        let policies: Vec<String> = row.get("policies");
        if !tenant {
            // Seen through the workspaces that a person has a seat in.
            assert_eq!(
                name, "users",
                "{name} belongs to no workspace: say why in OF_NOBODY"
            );
            continue;
        }
        assert!(
            row.get::<bool, _>("forced"),
            "{name} has no forced row level security"
        );
        assert_eq!(policies, [wanted.as_str()], "the policy of {name}");
        guarded += 1;
    }
    assert!(guarded >= 24, "only {guarded} tables are guarded");
}

#[tokio::test]
async fn keys_of_tenant_tables_include_the_workspace() {
    let (_server, tables, _folder) = migrated().await;
    let without = texts(
        &tables,
        "SELECT format('%s: %s', k.conrelid::regclass, pg_get_constraintdef(k.oid))
         FROM pg_constraint k
         WHERE k.connamespace = 'public'::regnamespace
           AND k.conrelid::regclass::text NOT IN ('sessions')
           AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = k.conrelid AND a.attname = 'workspace_id')
           AND (k.contype = 'p' OR (k.contype = 'f' AND EXISTS (
                SELECT FROM pg_attribute a WHERE a.attrelid = k.confrelid AND a.attname = 'workspace_id')))
           AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = k.conrelid
                AND a.attname = 'workspace_id' AND a.attnum = ANY(k.conkey))",
    )
    .await;
    assert!(without.is_empty(), "{without:#?}");
}

#[tokio::test]
async fn the_roles_of_transactions_own_nothing_and_reach_no_further_than_they_should() {
    let (_server, tables, _folder) = migrated().await;
    let strong = texts(
        &tables,
        "SELECT rolname::text FROM pg_roles WHERE rolname LIKE 'socialsync\\_%'
           AND (rolsuper OR rolbypassrls OR rolcanlogin OR rolcreatedb OR rolcreaterole)",
    )
    .await;
    assert!(strong.is_empty(), "{strong:?} may do too much");
    let owned = texts(
        &tables,
        "SELECT relname::text FROM pg_class WHERE relowner::regrole::text LIKE 'socialsync\\_%'",
    )
    .await;
    assert!(
        owned.is_empty(),
        "{owned:?} are owned by a role of transactions"
    );
    let open = texts(
        &tables,
        "SELECT format('%s may %s %s', r, p, c.relname)
         FROM pg_class c, unnest('{socialsync_app,public}'::text[]) AS r,
              unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE}'::text[]) AS p
         WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
           AND NOT c.relrowsecurity AND has_table_privilege(r, c.oid, p)",
    )
    .await;
    assert!(open.is_empty(), "{open:#?}");
}

#[tokio::test]
async fn views_and_functions_lend_nobody_the_rights_of_their_owner() {
    let (_server, tables, _folder) = migrated().await;
    let views = texts(
        &tables,
        "SELECT relname::text FROM pg_class WHERE relkind IN ('v', 'm')
           AND relnamespace = 'public'::regnamespace
           AND NOT coalesce('security_invoker=true' = ANY(reloptions), false)",
    )
    .await;
    assert!(views.is_empty(), "{views:?} are not security_invoker");
    let functions = texts(
        &tables,
        "SELECT p.proname::text FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
           AND p.prosecdef AND NOT EXISTS (SELECT FROM unnest(p.proconfig) c WHERE c LIKE 'search_path=%')
           AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')",
    )
    .await;
    assert!(
        functions.is_empty(),
        "{functions:?} have no fixed search_path"
    );
}

#[tokio::test]
async fn plain_sql_in_a_tenants_transaction_reaches_its_own_rows_only() {
    let (_server, tables, _folder) = migrated().await;
    let (own, foreign) = (uuid::Uuid::new_v4(), uuid::Uuid::new_v4());
    for id in [own, foreign] {
        sqlx::query(
            "INSERT INTO workspaces (workspace_id, name, created_at) VALUES ($1, 'x', now())",
        )
        .bind(id)
        .execute(&tables)
        .await
        .unwrap();
    }
    let contact = "INSERT INTO contacts (workspace_id, id, platform, first_seen_at, last_seen_at)
                   VALUES ($1, gen_random_uuid(), 'instagram', now(), now())";
    sqlx::query(contact)
        .bind(foreign)
        .execute(&tables)
        .await
        .unwrap();
    let mut tx = tables.begin().await.unwrap();
    sqlx::raw_sql("SET LOCAL ROLE socialsync_app")
        .execute(&mut *tx)
        .await
        .unwrap();
    sqlx::query("SELECT set_config('socialsync.workspace', $1, true)")
        .bind(own.to_string())
        .execute(&mut *tx)
        .await
        .unwrap();
    sqlx::query(contact)
        .bind(own)
        .execute(&mut *tx)
        .await
        .unwrap();
    let seen: Vec<uuid::Uuid> = sqlx::query_scalar("SELECT workspace_id FROM contacts")
        .fetch_all(&mut *tx)
        .await
        .unwrap();
    assert_eq!(seen, [own]);
    for attempt in [
        "UPDATE contacts SET name = 'stolen' WHERE workspace_id = $1",
        "DELETE FROM contacts WHERE workspace_id = $1",
    ] {
        let done = sqlx::query(attempt)
            .bind(foreign)
            .execute(&mut *tx)
            .await
            .unwrap();
        assert_eq!(done.rows_affected(), 0, "{attempt}");
    }
    let refused = sqlx::query(contact).bind(foreign).execute(&mut *tx).await;
    assert!(
        refused.is_err(),
        "a row was written into a foreign workspace"
    );
    drop(tx);
    // Without a workspace there is nothing to see, also on a connection that had one before.
    let mut tx = tables.begin().await.unwrap();
    sqlx::raw_sql("SET LOCAL ROLE socialsync_app")
        .execute(&mut *tx)
        .await
        .unwrap();
    let seen: i64 = sqlx::query_scalar("SELECT count(*) FROM contacts")
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    assert_eq!(seen, 0);
}
