//! What other features may react to.

use kernel::{CommentId, Event};

/// Somebody commented under a post.
#[derive(Clone, Copy, Debug)]
pub struct CommentReceived {
    /// The comment.
    pub comment: CommentId,
}

impl Event for CommentReceived {
    const NAME: &'static str = "comments.comment_received";
}

/// The names of all events of this feature.
pub const EVENTS: &[&str] = &[CommentReceived::NAME];
