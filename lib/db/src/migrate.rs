//! The schema and its versions.

use sqlx::migrate::Migrator;

use crate::Db;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// Why the schema could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// A migration failed; the database is as it was before it.
    #[error("the database schema could not be brought up to date")]
    Failed(#[from] sqlx::migrate::MigrateError),
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
        MIGRATIONS.run(self.pool()).await?;
        Ok(())
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
