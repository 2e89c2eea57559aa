//! `socialsync doctor`: checks what the product needs and says how to mend what is wrong.

use std::path::Path;

use crate::config::Config;
use crate::database::Database;
use crate::{secret_key, words};

/// One check: what was looked at, and how to mend it when it is wrong.
struct Check {
    name: &'static str,
    outcome: Result<String, String>,
}

/// Runs every check. True when all is well.
pub async fn run(config: &Config) -> bool {
    let checks = [
        data_folder(&config.data_dir),
        key(config),
        database(config).await,
        signatures(config),
        responsible(config),
    ];
    for check in &checks {
        match &check.outcome {
            Ok(found) => words::print(&format!("ok    {}: {found}", check.name)),
            Err(mend) => words::print(&format!("WRONG {}: {mend}", check.name)),
        }
    }
    checks.iter().all(|check| check.outcome.is_ok())
}

fn data_folder(folder: &Path) -> Check {
    let probe = folder.join(".doctor");
    let outcome = std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&probe, b"x"))
        .and_then(|()| std::fs::remove_file(&probe))
        .map(|()| format!("{} can be written", folder.display()))
        .map_err(|error| {
            format!(
                "{} can't be written ({error}); set SOCIALSYNC_DATA_DIR to a folder of yours",
                folder.display()
            )
        });
    Check {
        name: "data folder",
        outcome,
    }
}

fn key(config: &Config) -> Check {
    let outcome = secret_key::load(config)
        .map(|_| "the secret key is there".to_owned())
        .map_err(|error| {
            format!("{error:#}; set SOCIALSYNC_SECRET_KEY to at least 32 random characters")
        });
    Check {
        name: "secret key",
        outcome,
    }
}

async fn database(config: &Config) -> Check {
    let outcome = match Database::open(config).await {
        Ok(database) => {
            let state = database.db.migration_state().await;
            database.close().await;
            state
                .map(|state| format!("it answers, its schema is at version {}", state.known))
                .map_err(|error| format!("{error}; run: socialsync migrate"))
        }
        Err(error) => Err(format!("{error:#}; check DATABASE_URL")),
    };
    Check {
        name: "database",
        outcome,
    }
}

fn signatures(config: &Config) -> Check {
    let set = [
        (
            "INSTAGRAM_APP_SECRET",
            config.instagram_app_secret.is_some(),
        ),
        ("WHATSAPP_APP_SECRET", config.whatsapp_app_secret.is_some()),
        ("WEBHOOK_VERIFY_TOKEN", config.verify_token.is_some()),
    ];
    let missing: Vec<&str> = set
        .iter()
        .filter(|(_, there)| !there)
        .map(|(name, _)| *name)
        .collect();
    let outcome = if missing.is_empty() {
        Ok("the secrets for webhooks are set".to_owned())
    } else {
        Err(format!(
            "{} not set; without it the platform's webhooks are refused. The values stand in the \
             app's dashboard at the platform",
            missing.join(", ")
        ))
    };
    Check {
        name: "webhooks",
        outcome,
    }
}

/// Platforms and people want to read who is responsible, wherever the product is reached by others.
fn responsible(config: &Config) -> Check {
    let front = &config.front;
    let named = front.operator_name.is_some() && front.privacy_email.is_some();
    let outcome = if named {
        Ok("the privacy policy says who is responsible".to_owned())
    } else if config.public_url.scheme() == "https" {
        Err(
            "the privacy policy names nobody; set SOCIALSYNC_OPERATOR_NAME and \
             SOCIALSYNC_PRIVACY_EMAIL, which the platforms ask for before they let an app be used"
                .to_owned(),
        )
    } else {
        Ok("the privacy policy names nobody yet".to_owned())
    };
    Check {
        name: "privacy policy",
        outcome,
    }
}
