//! `socialsync migrate`: brings the schema up to date.

use crate::config::Config;
use crate::database::Database;
use crate::words;

/// Opens the database, which brings its schema up to date, and says which version it has.
pub async fn run(config: &Config) -> anyhow::Result<()> {
    let database = Database::open(config).await?;
    let state = database.db.migration_state().await?;
    words::print(&format!(
        "The database schema is at version {}.",
        state.known
    ));
    database.close().await;
    Ok(())
}
