//! What a platform's refusal means when it was about a comment.

use meta::client::SendOutcome;
use meta::{PlatformError, Problem};

use super::EffectKind;

/// The comment is there no longer.
pub const GONE: &str = "The comment is gone: it was deleted, or is hidden from this account.";

/// What happened and what to do, for people.
pub(super) const fn sentence(kind: EffectKind, error: &PlatformError) -> &'static str {
    match (kind, error.problem) {
        (EffectKind::ReplyComment | EffectKind::HideComment, Problem::ObjectGone) => GONE,
        (EffectKind::ReplyComment, Problem::BadRequest) => {
            "The platform did not accept this reply. A hidden comment, or one under a live video, can't be answered."
        }
        (EffectKind::HideComment, Problem::BadRequest) => {
            "The platform does not let this comment be hidden or shown."
        }
        _ => error.for_people(),
    }
}

/// There are comments on Instagram only.
pub(super) fn none_there() -> SendOutcome {
    SendOutcome::Refused(PlatformError {
        problem: Problem::CallRefused,
        message: "this platform has no comments".to_owned(),
        ..PlatformError::default()
    })
}
