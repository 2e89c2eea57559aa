//! What is sent.

use serde::{Deserialize, Serialize};

/// One mail to one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// An address, or `Name <address>`.
    pub to: String,
    /// The subject; line breaks and other control characters become spaces.
    pub subject: String,
    /// The text for readers without HTML.
    pub text: String,
    /// The same as HTML.
    pub html: Option<String>,
    /// What makes this mail one and the same when it is sent again, such as the id of its effect:
    /// letters, digits, `_`, `-` and `.`, at most 120 of them.
    pub message_id: String,
}
