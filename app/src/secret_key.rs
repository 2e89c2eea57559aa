//! The instance's secret key: from the settings, or made once and kept in the data folder. The
//! database remembers which key its secrets are sealed with, so that no process works with another.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, bail};
use db::Db;
use kernel::{Secret, SecretKey};

use crate::config::Config;

/// What is sealed in the database.
const WORD: &str = "open";
/// What the seal is bound to.
const PLACE: &str = "key_check";

/// What is wrong when the database knows another key.
pub const OTHER_KEY: &str = "SOCIALSYNC_SECRET_KEY is not the key that the secrets in this database \
    are sealed with; set that one (where the setting was absent it is in the file secret-key of the \
    data folder), or put it behind the new one and a comma";

/// The key in force.
pub fn load(config: &Config) -> anyhow::Result<SecretKey> {
    let text = match &config.secret_key {
        Some(text) => text.clone(),
        None => kept(&config.data_dir)?,
    };
    let texts: Vec<Secret> = text
        .expose()
        .split(',')
        .map(|part| Secret::new(part.trim()))
        .collect();
    SecretKey::from_texts(texts.iter()).context("the setting SOCIALSYNC_SECRET_KEY is wrong")
}

/// Makes sure that this is the key of the database, which learns it from its first process. A key
/// that replaces another one, which is still at hand, becomes the one that is remembered.
pub async fn check(db: &Db, key: &SecretKey) -> anyhow::Result<()> {
    let fresh = key.seal(&Secret::new(WORD), PLACE)?;
    let mut tx = db.system().await?;
    let kept = tx.keep_key_check(&fresh).await?;
    if key.open(&kept, PLACE).is_err() {
        bail!(OTHER_KEY);
    }
    if kept.key_id != fresh.key_id {
        tx.renew_key_check(&fresh).await?;
    }
    Ok(tx.commit().await?)
}

/// Whether this is the key of the database, as far as it knows one. Changes nothing.
pub async fn fits(db: &Db, key: &SecretKey) -> anyhow::Result<bool> {
    let kept = db.system().await?.key_check().await?;
    Ok(kept.is_none_or(|kept| key.open(&kept, PLACE).is_ok()))
}

fn kept(folder: &Path) -> anyhow::Result<Secret> {
    let path = folder.join("secret-key");
    match std::fs::read_to_string(&path) {
        Ok(text) => return Ok(Secret::new(text.trim())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => bail!(
            "the secret key in {} can't be read ({error}); give the file to the user that runs \
             socialsync, or set SOCIALSYNC_SECRET_KEY",
            path.display()
        ),
    }
    std::fs::create_dir_all(folder)
        .with_context(|| format!("the data folder {} can't be made", folder.display()))?;
    let bytes: [u8; 32] = rand::random();
    let text = hex::encode(bytes);
    write_private(&path, &text)
        .with_context(|| format!("the secret key can't be kept in {}", path.display()))?;
    Ok(Secret::new(text))
}

/// Writes a file that only its owner may read, without replacing one that is there.
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)?.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_made_once_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let first = kept(folder.path()).unwrap();
        assert_eq!(first.expose().len(), 64);
        assert_eq!(kept(folder.path()).unwrap(), first);
    }
}
