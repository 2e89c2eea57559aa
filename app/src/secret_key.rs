//! The instance's secret key: from the settings, or made once and kept in the data folder. The
//! database remembers which key its secrets are sealed with, so that no process works with another.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use db::Db;
use kernel::{Secret, SecretKey};

use crate::config::Config;
use crate::files;

/// What is sealed in the database.
const WORD: &str = "open";
/// What the seal is bound to.
const PLACE: &str = "key_check";

/// What is wrong when the database knows another key.
pub const OTHER_KEY: &str = "SOCIALSYNC_SECRET_KEY is not the key that the secrets in this database \
    are sealed with; set that one (where the setting was absent it is in the file secret-key of the \
    data folder), or put it behind the new one and a comma";

/// The key in force; made where there is none yet.
pub fn load(config: &Config) -> anyhow::Result<SecretKey> {
    match look(config)? {
        Some(key) => Ok(key),
        None => read(&make(&config.data_dir)?),
    }
}

/// The key in force, if there is one.
pub fn look(config: &Config) -> anyhow::Result<Option<SecretKey>> {
    let text = match &config.secret_key {
        Some(text) => Some(text.clone()),
        None => kept(&config.data_dir)?,
    };
    text.map(|text| read(&text)).transpose()
}

/// The key of a setting: several texts, the newest first, separated by commas.
pub fn read(text: &Secret) -> anyhow::Result<SecretKey> {
    let texts: Vec<Secret> = text
        .expose()
        .split(',')
        .map(|part| Secret::new(part.trim()))
        .collect();
    SecretKey::from_texts(texts.iter()).context("SOCIALSYNC_SECRET_KEY can't be used")
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

fn place(folder: &Path) -> PathBuf {
    folder.join("secret-key")
}

fn kept(folder: &Path) -> anyhow::Result<Option<Secret>> {
    let path = place(folder);
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(Some(Secret::new(text.trim()))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => bail!(
            "the secret key in {} can't be read ({error}); give the file to the user that runs \
             socialsync, or set SOCIALSYNC_SECRET_KEY",
            path.display()
        ),
    }
}

fn make(folder: &Path) -> anyhow::Result<Secret> {
    files::make_data_folder(folder)?;
    let path = place(folder);
    let text = hex::encode(rand::random::<[u8; 32]>());
    files::write_private_once(&path, text.as_bytes())
        .with_context(|| format!("the secret key can't be kept in {}", path.display()))?;
    Ok(Secret::new(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Source;

    fn config(folder: &Path) -> Config {
        let folder = folder.display().to_string();
        Config::from_source(&Source::default().with("SOCIALSYNC_DATA_DIR", folder)).unwrap()
    }

    #[test]
    fn the_key_is_made_once_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        assert!(look(&config).unwrap().is_none(), "looking makes nothing");
        let first = load(&config).unwrap();
        let sealed = first.seal(&Secret::new("word"), "here").unwrap();
        assert!(load(&config).unwrap().open(&sealed, "here").is_ok());
        assert_eq!(kept(folder.path()).unwrap().unwrap().expose().len(), 64);
    }

    #[test]
    fn a_file_that_can_not_be_read_is_told_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(place(folder.path())).unwrap();
        let said = load(&config(folder.path())).unwrap_err().to_string();
        assert!(said.contains("can't be read"), "{said}");
        assert!(said.ends_with("or set SOCIALSYNC_SECRET_KEY"), "{said}");
    }
}
