//! The instance's secret key: from the settings, or made once and kept in the data folder.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;
use kernel::{Secret, SecretKey};

use crate::config::Config;

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

fn kept(folder: &Path) -> anyhow::Result<Secret> {
    let path = folder.join("secret-key");
    if let Ok(text) = std::fs::read_to_string(&path) {
        return Ok(Secret::new(text.trim()));
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
