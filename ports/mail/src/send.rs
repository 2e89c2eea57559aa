//! Why a mail was not sent, in the terms that decide about another attempt.

use std::io;

/// Why a [`crate::Mailer`] can't be made of its settings.
#[derive(Debug, thiserror::Error)]
pub enum MailerError {
    /// The sender is not an address.
    #[error("{address:?} is not a mail address to send from")]
    From {
        /// As given.
        address: String,
        /// What is wrong.
        #[source]
        source: lettre::address::AddressError,
    },
    /// The URL of the mail server can't be used. It may hold a password and is not shown.
    #[error(
        "SMTP_URL can't be used; it looks like smtps://user:password@mail.example.com or \
         smtp://mail.example.com:587?tls=required"
    )]
    Url(#[source] lettre::transport::smtp::Error),
}

/// Why a mail was not sent.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// It will never be sent as it is: the address or the content is refused.
    #[error("the mail is refused: {reason}")]
    Permanent {
        /// What the server, or we, said.
        reason: String,
    },
    /// Nothing was sent; another attempt may succeed.
    #[error("the mail server can't take the mail now: {reason}")]
    Transient {
        /// What the server or the connection said.
        reason: String,
    },
    /// The connection broke when the server may already have had the mail.
    #[error("it is unknown whether the mail was sent: {reason}")]
    Unknown {
        /// What broke.
        reason: String,
    },
    /// The folder could not be written.
    #[error("the mail could not be written to its folder")]
    Folder(#[source] io::Error),
}

impl SendError {
    /// Whether another attempt can't send the mail twice and may help.
    pub fn may_retry(&self) -> bool {
        matches!(self, Self::Transient { .. } | Self::Folder(_))
    }
}
