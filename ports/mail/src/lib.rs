//! Mail to people, by SMTP or into a folder that the `/dev/mail` page shows.

mod compose;
mod folder;
mod job;
mod mail;
mod send;
mod smtp;

pub use folder::StoredMail;
pub use job::SendMail;
pub use mail::Mail;
pub use send::{MailerError, SendError};

use std::path::PathBuf;

use kernel::{Clock, Secret};
use lettre::message::Mailbox;

/// Sends mail from one address, over the one road that the settings chose.
#[derive(Debug, Clone)]
pub struct Mailer {
    from: Mailbox,
    clock: Clock,
    road: Road,
}

#[derive(Debug, Clone)]
enum Road {
    Smtp(smtp::Smtp),
    Folder(folder::Folder),
}

impl Mailer {
    /// Mail over SMTP. `url` is `smtps://user:password@host`, or `smtp://host?tls=required`
    /// (STARTTLS); plain `smtp://host` is for a relay on the same machine. `from` is an address or
    /// `Name <address>`.
    pub fn smtp(url: &Secret, from: &str, clock: Clock) -> Result<Self, MailerError> {
        Ok(Self {
            from: sender(from)?,
            clock,
            road: Road::Smtp(smtp::Smtp::new(url)?),
        })
    }

    /// Mail as `.eml` files in `folder`, which is made with the first one.
    pub fn folder(
        folder: impl Into<PathBuf>,
        from: &str,
        clock: Clock,
    ) -> Result<Self, MailerError> {
        Ok(Self {
            from: sender(from)?,
            clock,
            road: Road::Folder(folder::Folder::new(folder)),
        })
    }

    /// Sends one mail. With the same `message_id` again, a folder keeps one, and receivers over
    /// SMTP recognise the copy.
    pub async fn send(&self, mail: &Mail) -> Result<(), SendError> {
        let sent_at = self.clock.now();
        let message = compose::compose(&self.from, mail, sent_at)?;
        match &self.road {
            Road::Smtp(smtp) => smtp.send(message).await,
            Road::Folder(folder) => folder.store(mail, sent_at, &message.formatted()).await,
        }
    }

    /// Whether mails really leave; if not, [`Mailer::outbox`] has them.
    pub fn delivers(&self) -> bool {
        matches!(self.road, Road::Smtp(_))
    }

    /// The newest `limit` mails kept in the folder, newest first; none when they really leave.
    pub async fn outbox(&self, limit: usize) -> std::io::Result<Vec<StoredMail>> {
        match &self.road {
            Road::Smtp(_) => Ok(Vec::new()),
            Road::Folder(folder) => folder.newest(limit).await,
        }
    }
}

fn sender(from: &str) -> Result<Mailbox, MailerError> {
    from.parse().map_err(|source| MailerError::From {
        address: from.to_owned(),
        source,
    })
}
