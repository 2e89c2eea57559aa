//! What can go wrong with the database, told apart as far as callers need it.

/// A result of the database.
pub type DbResult<T> = Result<T, DbError>;

/// A database error.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// It can't be reached, or has no connection to spare.
    #[error("the database can't be reached")]
    Unavailable(#[source] sqlx::Error),
    /// A unique rule was broken; carries the rule's name.
    #[error("the row exists already ({0})")]
    Duplicate(String),
    /// A row that was referred to does not exist; carries the rule's name.
    #[error("the row refers to one that does not exist ({0})")]
    Missing(String),
    /// What followed from an event failed, so nothing was changed.
    #[error("the reaction to {event} failed")]
    Reaction {
        /// The event's name.
        event: &'static str,
        /// What failed.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// An event that the list of reactions does not name.
    #[error("no reaction is listed for {0}")]
    Unlisted(&'static str),
    /// A text holds a character that can't be stored (NUL).
    #[error("the text holds a character that can't be stored")]
    Unstorable,
    /// Stored data that can't be understood.
    #[error("stored data can't be read: {0}")]
    Corrupt(String),
    /// Anything else.
    #[error("the database refused")]
    Other(#[source] sqlx::Error),
}

impl DbError {
    /// Whether it is a broken unique rule of this name.
    pub fn is_duplicate(&self, rule: &str) -> bool {
        matches!(self, Self::Duplicate(name) if name == rule)
    }

    /// Whether trying again later can help.
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        if let sqlx::Error::Database(inner) = &error {
            let rule = inner.constraint().unwrap_or_default().to_owned();
            if inner.is_unique_violation() {
                return Self::Duplicate(rule);
            }
            if inner.is_foreign_key_violation() {
                return Self::Missing(rule);
            }
            // A NUL in a text, or its escape in JSON.
            if matches!(inner.code().as_deref(), Some("22021" | "22P05")) {
                return Self::Unstorable;
            }
            // 57P0x: the server is shutting down or starting; 53xxx: out of resources.
            let code = inner.code().unwrap_or_default();
            if code.starts_with("57P") || code.starts_with("53") {
                return Self::Unavailable(error);
            }
            return Self::Other(error);
        }
        match error {
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Self::Unavailable(error),
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => {
                Self::Corrupt(error.to_string())
            }
            other => Self::Other(other),
        }
    }
}
