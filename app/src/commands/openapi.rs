//! `socialsync openapi`: the description of the REST API.

use kernel::Clock;

use crate::config::Config;
use crate::database::Database;
use crate::parts::Parts;
use crate::{router, words};

/// Prints the OpenAPI document as JSON.
pub async fn run(config: &Config) -> anyhow::Result<()> {
    let database = Database::open(config).await?;
    let parts = Parts::build(config, database.db.clone(), Clock::System)?;
    let (_, document, _) =
        router::routes(&parts, tokio::sync::watch::channel(false).1).into_parts();
    words::print(&web::docs::describe(document).to_pretty_json()?);
    database.close().await;
    Ok(())
}
