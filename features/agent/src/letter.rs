//! Mails of the agent to the people of a workspace.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::SecretKey;
use mail::{Mail, SendMail};
use url::Url;

use crate::settings::Stored;
use crate::store;

/// What mails are made with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stationery<'a> {
    /// What they are sealed with until they are sent.
    pub(crate) key: &'a SecretKey,
    /// What their links begin with.
    pub(crate) public_url: &'a Url,
}

/// A mail to everybody who wants to know.
#[derive(Clone, Debug)]
pub(crate) struct Letter {
    pub(crate) subject: String,
    pub(crate) text: String,
    /// What it is about: nobody gets two of the same.
    pub(crate) id: String,
}

impl Letter {
    /// Leaves it behind for the addresses of the settings, else for the owners.
    pub(crate) async fn post(
        &self,
        tx: &mut TenantTx,
        stored: &Stored,
        stationery: Stationery<'_>,
        now: DateTime<Utc>,
    ) -> DbResult<()> {
        let chosen = stored.settings.notify_emails.clone();
        let to = if chosen.is_empty() {
            store::escalations::owners(tx).await?
        } else {
            chosen
        };
        for (at, to) in to.into_iter().enumerate() {
            let mail = Mail {
                to,
                subject: self.subject.clone(),
                text: self.text.clone(),
                html: None,
                message_id: format!("{}-{at}", self.id),
            };
            let job = SendMail::job(stationery.key, &mail, now)?;
            tx.enqueue(&job).await?;
        }
        Ok(())
    }
}
