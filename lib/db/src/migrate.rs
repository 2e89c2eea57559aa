//! The schema and its versions.

use sqlx::migrate::Migrator;

use crate::Db;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// What the first migration creates.
const EXTENSIONS: [&str; 4] = ["vector", "pg_trgm", "btree_gin", "unaccent"];

/// Why the schema could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// A migration failed; the database is as it was before it.
    #[error("the database schema could not be brought up to date")]
    Failed(#[from] sqlx::migrate::MigrateError),
    /// The server lacks an extension that the schema needs.
    #[error(
        "the database server has no extension {name}: install {package} there (as Debian calls it), \
         then let a superuser run in this database: CREATE EXTENSION {name}"
    )]
    Extension {
        /// The extension.
        name: String,
        /// The package that has it.
        package: String,
    },
    /// The database could not be asked.
    #[error("the state of the database schema could not be read")]
    Unreadable(#[from] sqlx::Error),
}

/// How far a database's schema is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MigrationState {
    /// The newest version the database has.
    pub applied: Option<i64>,
    /// The newest version this program knows.
    pub known: i64,
}

impl Db {
    /// Brings the schema up to date. One process does it, the others wait.
    pub async fn migrate(&self) -> Result<(), MigrateError> {
        self.check_extensions().await?;
        MIGRATIONS.run(self.pool()).await?;
        Ok(())
    }

    /// Whether the server has the extensions that the schema needs.
    pub async fn check_extensions(&self) -> Result<(), MigrateError> {
        let missing: Option<(String, i32)> = sqlx::query_as(
            "SELECT wanted, current_setting('server_version_num')::int / 10000
             FROM unnest($1::text[]) AS wanted
             WHERE NOT EXISTS (SELECT FROM pg_available_extensions WHERE name = wanted) LIMIT 1",
        )
        .bind(EXTENSIONS.as_slice())
        .fetch_optional(self.pool())
        .await?;
        let Some((name, major)) = missing else {
            return Ok(());
        };
        let package = match name.as_str() {
            "vector" => format!("postgresql-{major}-pgvector"),
            _ => "postgresql-contrib".to_owned(),
        };
        Err(MigrateError::Extension { name, package })
    }

    /// How far the schema is.
    pub async fn migration_state(&self) -> Result<MigrationState, MigrateError> {
        let known = MIGRATIONS
            .iter()
            .map(|migration| migration.version)
            .max()
            .unwrap_or_default();
        let table =
            sqlx::query_scalar::<_, bool>("SELECT to_regclass('_sqlx_migrations') IS NOT NULL")
                .fetch_one(self.pool())
                .await?;
        let applied = if table {
            sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations WHERE success")
                .fetch_one(self.pool())
                .await?
        } else {
            None
        };
        Ok(MigrationState { applied, known })
    }
}
