//! `socialsync doctor`: checks what the product needs and says how to mend what is wrong.

use std::path::Path;

use blob::BlobError;

use crate::config::Config;
use crate::database::Database;
use crate::{files, secret_key, words};

/// The largest file that is tried, in bytes.
const PROBE: u64 = 1024;

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
        files(config).await,
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

async fn files(config: &Config) -> Check {
    let place = match &config.files.s3 {
        Some(s3) => format!("the bucket {}", s3.bucket),
        None => format!("the folder blobs of {}", config.data_dir.display()),
    };
    let tried = match files::open(config, PROBE) {
        Ok(blobs) => blobs.probe().await.map_err(anyhow::Error::from),
        Err(error) => Err(error),
    };
    let outcome = tried
        .map(|()| format!("they are kept in {place}, which takes and gives them back"))
        .map_err(|error| {
            let mend = match (error.downcast_ref(), &config.files.s3) {
                (Some(BlobError::Refused(_)), _) => {
                    "check S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY and S3_REGION, and that the keys \
                     may read, write and delete"
                }
                (Some(BlobError::NoBucket(_)), _) => "make the bucket, or check S3_BUCKET",
                (_, Some(_)) => "check S3_ENDPOINT and S3_REGION",
                (_, None) => "set SOCIALSYNC_DATA_DIR to a folder of yours",
            };
            format!("{place}: {error}; {mend}")
        });
    Check {
        name: "files",
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

#[cfg(test)]
mod tests {
    use simulator::{Options, Simulator};

    use super::*;
    use crate::config::Source;

    #[tokio::test]
    async fn a_bucket_that_does_not_work_is_told_with_the_setting_to_check() {
        let sim = Simulator::start(Options::empty()).await.unwrap();
        let seed = Options::empty().s3;
        let source = Source::default()
            .with("S3_ENDPOINT", sim.s3_url())
            .with("S3_BUCKET", "socialsync")
            .with("S3_ACCESS_KEY_ID", seed.access_key_id)
            .with("S3_SECRET_ACCESS_KEY", seed.secret_access_key);
        let check = async |source: &Source| {
            let config = Config::from_source(source).unwrap();
            files(&config).await.outcome
        };
        let good = check(&source).await.unwrap();
        assert!(good.contains("the bucket socialsync"), "{good}");
        let wrong = source.clone().with("S3_SECRET_ACCESS_KEY", "guessed");
        let said = check(&wrong).await.unwrap_err();
        assert!(
            said.contains("refuses the keys; check S3_ACCESS_KEY_ID"),
            "{said}"
        );
        let wrong = source.with("S3_BUCKET", "elsewhere");
        let said = check(&wrong).await.unwrap_err();
        assert!(
            said.contains("make the bucket, or check S3_BUCKET"),
            "{said}"
        );
    }

    #[tokio::test]
    async fn a_folder_is_tried_too() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().display().to_string();
        let source = Source::default().with("SOCIALSYNC_DATA_DIR", path);
        let config = Config::from_source(&source).unwrap();
        assert!(files(&config).await.outcome.is_ok());
    }
}
