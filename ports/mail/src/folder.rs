//! Mail that stays on this machine: an `.eml` file that any mail program opens, and a `.json` file
//! for the listing.

use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tokio::fs;
use tokio::io::AsyncWriteExt as _;

use crate::{Mail, SendError};

/// A mail in the folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredMail {
    /// Its message id, and the name of its `.eml` file.
    pub id: String,
    /// Whom it is for.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub text: String,
    /// When it would have left.
    pub sent_at: DateTime<Utc>,
}

#[derive(Debug, Clone)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Keeps a mail; one with the same id is kept already and stays as it is.
    pub(crate) async fn store(
        &self,
        mail: &Mail,
        sent_at: DateTime<Utc>,
        eml: &[u8],
    ) -> Result<(), SendError> {
        let listing = self.0.join(format!("{}.json", mail.message_id));
        if fs::try_exists(&listing).await.map_err(SendError::Folder)? {
            return Ok(());
        }
        let entry = StoredMail {
            id: mail.message_id.clone(),
            to: mail.to.clone(),
            subject: mail.subject.clone(),
            text: mail.text.clone(),
            sent_at,
        };
        let json =
            serde_json::to_vec_pretty(&entry).map_err(|error| SendError::Folder(error.into()))?;
        self.make().await.map_err(SendError::Folder)?;
        let eml_path = self.0.join(format!("{}.eml", mail.message_id));
        write(&eml_path, eml).await.map_err(SendError::Folder)?;
        // The listing comes last and whole: who reads it finds the other file too.
        let fresh = listing.with_extension("json.new");
        write(&fresh, &json).await.map_err(SendError::Folder)?;
        fs::rename(&fresh, &listing)
            .await
            .map_err(SendError::Folder)
    }

    async fn make(&self) -> io::Result<()> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        builder.mode(0o700);
        builder.create(&self.0).await
    }

    pub(crate) async fn newest(&self, limit: usize) -> io::Result<Vec<StoredMail>> {
        let mut entries = match fs::read_dir(&self.0).await {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut mails: Vec<StoredMail> = Vec::new();
        while let Some(entry) = entries.next_entry().await? {
            let path = entry.path();
            if path
                .extension()
                .is_some_and(|extension| extension == "json")
            {
                mails.push(serde_json::from_slice(&fs::read(path).await?)?);
            }
        }
        mails.sort_by(|a, b| b.sent_at.cmp(&a.sent_at).then_with(|| b.id.cmp(&a.id)));
        mails.truncate(limit);
        Ok(mails)
    }
}

/// Writes a file that only its owner may read: mails hold links that open accounts.
async fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    options.mode(0o600);
    let mut file = options.open(path).await?;
    file.write_all(content).await?;
    file.flush().await
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use kernel::{Clock, ManualClock};

    use super::*;
    use crate::Mailer;

    fn mail(message_id: &str) -> Mail {
        Mail {
            to: "Ana <ana@example.com>".to_owned(),
            subject: "Réinitialiser".to_owned(),
            text: "https://example.com/reset/1".to_owned(),
            html: None,
            message_id: message_id.to_owned(),
        }
    }

    #[tokio::test]
    async fn mails_are_listed_newest_first_and_once() {
        let place = tempfile::tempdir().unwrap();
        let clock = ManualClock::starting_at(DateTime::UNIX_EPOCH);
        let outbox = place.path().join("mail");
        let mailer =
            Mailer::folder(&outbox, "shop@example.com", Clock::Manual(clock.clone())).unwrap();
        assert!(mailer.outbox(10).await.unwrap().is_empty());
        for id in ["m1", "m2", "m2", "m3"] {
            mailer.send(&mail(id)).await.unwrap();
            clock.advance(Duration::from_secs(1));
        }
        let listed = mailer.outbox(2).await.unwrap();
        assert_eq!(
            listed
                .iter()
                .map(|mail| mail.id.as_str())
                .collect::<Vec<_>>(),
            ["m3", "m2"]
        );
        assert_eq!(mailer.outbox(10).await.unwrap().len(), 3);
        assert_eq!(listed[0].subject, "Réinitialiser");
        assert_eq!(listed[0].text, "https://example.com/reset/1");
        let eml = std::fs::read_to_string(outbox.join("m3.eml")).unwrap();
        assert!(eml.contains("To: Ana <ana@example.com>"), "{eml}");
        assert!(!mailer.delivers());
        #[cfg(unix)]
        for (path, mode) in [(outbox.clone(), 0o700), (outbox.join("m3.eml"), 0o600)] {
            use std::os::unix::fs::PermissionsExt as _;
            let found = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(found & 0o777, mode, "{}", path.display());
        }
    }
}
