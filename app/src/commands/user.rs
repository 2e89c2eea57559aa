//! `socialsync user create`: a person with a workspace, from the command line.

use std::io::BufRead as _;

use kernel::{Clock, Secret};

use crate::config::Config;
use crate::database::Database;
use crate::parts::Parts;
use crate::{secret_key, words};

/// Creates the person; the password is the first line of standard input.
pub async fn create(
    config: &Config,
    email: &str,
    name: &str,
    workspace: &str,
) -> anyhow::Result<()> {
    let mut password = String::new();
    std::io::stdin().lock().read_line(&mut password)?;
    let password = Secret::new(password.trim_end_matches(['\r', '\n']));
    let database = Database::open(config).await?;
    let parts = Parts::build(config, database.db.clone(), Clock::System)?;
    secret_key::check(&database.db, &parts.key).await?;
    let made = parts
        .accounts
        .create_user(email, &password, name, workspace)
        .await;
    database.close().await;
    let (user, scope) = made?;
    words::print(&format!("{user} in workspace {}", scope.workspace()));
    Ok(())
}
