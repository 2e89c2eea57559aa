//! `socialsync doctor`: checks what the product needs and says how to mend what is wrong. It changes
//! nothing: no schema is made, no key and no folder.

use std::path::Path;

use anyhow::bail;
use blob::BlobError;
use db::Db;

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
        mail(config),
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
    let outcome = if folder.exists() {
        // Nameless, so that nothing stays whatever happens.
        tempfile::tempfile_in(folder)
            .map(|_| format!("{} can be written", folder.display()))
            .map_err(|error| {
                format!(
                    "{} can't be written ({error}); set SOCIALSYNC_DATA_DIR to a folder of yours",
                    folder.display()
                )
            })
    } else {
        Ok(format!("{} is made by the first start", folder.display()))
    };
    Check {
        name: "data folder",
        outcome,
    }
}

fn key(config: &Config) -> Check {
    let outcome = match secret_key::look(config) {
        Ok(Some(_)) => Ok("it is there".to_owned()),
        Ok(None) => Ok("it is made by the first start and kept in the data folder".to_owned()),
        Err(error) => Err(format!("{error:#}")),
    };
    Check {
        name: "secret key",
        outcome,
    }
}

async fn database(config: &Config) -> Check {
    let outcome = match Database::look(config).await {
        Ok(Some(database)) => {
            let found = examine(config, &database.db).await;
            database.close().await;
            found.map_err(|error| format!("{error:#}"))
        }
        Ok(None) => Ok("a private PostgreSQL is made by the first start".to_owned()),
        Err(error) => Err(format!("{error:#}")),
    };
    Check {
        name: "database",
        outcome,
    }
}

/// What a database that answers has to have.
async fn examine(config: &Config, db: &Db) -> anyhow::Result<String> {
    db.check_extensions().await?;
    let state = db.migration_state().await?;
    let known = state.known;
    let Some(applied) = state.applied else {
        return Ok(format!(
            "it answers and is empty; a start, or socialsync migrate, makes the schema of version {known}"
        ));
    };
    if applied > known {
        bail!(
            "its schema is at version {applied} and this program knows {known}; start the newer \
             program that made it"
        );
    }
    if applied < known {
        return Ok(format!(
            "it answers; a start, or socialsync migrate, brings its schema from version {applied} to {known}"
        ));
    }
    if let Some(key) = secret_key::look(config)?
        && !secret_key::fits(db, &key).await?
    {
        bail!(secret_key::OTHER_KEY);
    }
    Ok(format!("it answers, its schema is at version {known}"))
}

fn mail(config: &Config) -> Check {
    let outcome = Ok(match &config.smtp_url {
        Some(_) => format!("they leave by SMTP_URL, from {}", config.mail_from),
        None => {
            "no SMTP_URL is set: they stay in the folder mail of the data folder, and operators \
                 read them at /dev/mail"
                .to_owned()
        }
    });
    Check {
        name: "mails",
        outcome,
    }
}

async fn files(config: &Config) -> Check {
    let place = match &config.files.s3 {
        Some(s3) => format!("the bucket {}", s3.bucket),
        None => format!("the folder blobs of {}", config.data_dir.display()),
    };
    if config.files.s3.is_none() && !config.data_dir.exists() {
        return Check {
            name: "files",
            outcome: Ok(format!("they will be kept in {place}")),
        };
    }
    let tried = match files::open(config, PROBE) {
        Ok(blobs) => blobs.probe().await.map_err(anyhow::Error::from),
        Err(error) => Err(error),
    };
    let outcome = tried
        .map(|()| {
            let kept = format!("they are kept in {place}, which takes and gives them back");
            // A database of one's own is how several machines share the work.
            if config.files.s3.is_none() && config.database_url.is_some() {
                kept + "; processes on other machines can't reach it: set S3_BUCKET, or share the \
                        folder, before you split the roles"
            } else {
                kept
            }
        })
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
    async fn looking_makes_nothing() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("data");
        let source = Source::default().with("SOCIALSYNC_DATA_DIR", folder.display().to_string());
        let config = Config::from_source(&source).unwrap();
        for check in [
            data_folder(&config.data_dir),
            key(&config),
            database(&config).await,
            files(&config).await,
        ] {
            let said = check.outcome.unwrap();
            assert!(
                said.contains("first start") || said.contains("will be"),
                "{said}"
            );
        }
        assert!(!folder.exists());
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
