//! What became of a write that must not be done twice.

use serde_json::Value;

use super::call::Answer;
use super::failure::{CallError, TransportError};
use crate::error::PlatformError;

/// The four ends of sending, as the effect ledger tells them apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendOutcome {
    /// The platform took it.
    Confirmed {
        /// Its id of the message.
        provider_id: String,
        /// WhatsApp: the number it was sent to. In Brazil and Mexico it can differ from the one
        /// that was dialled.
        wa_id: Option<String>,
        /// WhatsApp: the business-scoped id it was sent to.
        user_id: Option<String>,
    },
    /// An answer that proves that nothing happened.
    Refused(PlatformError),
    /// It may have happened: find out before anything is tried again.
    Unknown(UnknownCause),
    /// Provably never written: may be tried again.
    NotSent {
        /// Why there was no connection.
        cause: String,
    },
}

/// Why nobody knows whether it happened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnknownCause {
    /// No answer in time.
    #[error("no answer in time")]
    TimedOut,
    /// The connection broke.
    #[error("the connection broke: {0}")]
    ConnectionLost(String),
    /// The platform failed on its side, perhaps after the deed.
    #[error("the platform failed")]
    ServerError(#[source] PlatformError),
    /// An answer that says neither yes nor no.
    #[error("the answer (HTTP {0}) was not understood")]
    Unclear(u16),
}

impl SendOutcome {
    /// Whether the same message may be sent again by itself: nothing happened, and the reason
    /// passes. An unknown outcome never may.
    pub const fn may_be_repeated(&self) -> bool {
        match self {
            Self::NotSent { .. } => true,
            Self::Refused(error) => error.class().passes_by_itself(),
            Self::Confirmed { .. } | Self::Unknown(_) => false,
        }
    }

    /// Decides what the end of an exchange means. `provider_id` finds the id in a success.
    pub(super) fn of(
        exchange: Result<Answer, TransportError>,
        confirmed: impl FnOnce(&Value) -> Option<Self>,
    ) -> Self {
        let answer = match exchange {
            Ok(answer) => answer,
            Err(error) => return Self::lost(error),
        };
        if answer.is_success() {
            return answer
                .json()
                .as_ref()
                .and_then(confirmed)
                .unwrap_or(Self::Unknown(UnknownCause::Unclear(answer.status)));
        }
        if answer.status < 400 {
            return Self::Unknown(UnknownCause::Unclear(answer.status));
        }
        Self::answered(answer.error())
    }

    /// The end of a write that may be repeated and did not succeed.
    pub fn of_failure(error: CallError) -> Self {
        match error {
            CallError::Platform(error) => Self::answered(*error),
            CallError::Transport(error) => Self::lost(error),
            CallError::Incomplete(_) => Self::Unknown(UnknownCause::Unclear(200)),
            CallError::ForeignHost => Self::NotSent {
                cause: error.to_string(),
            },
        }
    }

    fn lost(error: TransportError) -> Self {
        match error {
            TransportError::NotSent(cause) => Self::NotSent { cause },
            TransportError::TimedOut => Self::Unknown(UnknownCause::TimedOut),
            TransportError::Lost(cause) => Self::Unknown(UnknownCause::ConnectionLost(cause)),
            TransportError::TooLarge => {
                Self::Unknown(UnknownCause::ConnectionLost("too large".to_owned()))
            }
        }
    }

    fn answered(error: PlatformError) -> Self {
        if error.proves_nothing_happened() {
            Self::Refused(error)
        } else {
            Self::Unknown(UnknownCause::ServerError(error))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(status: u16, body: &'static str) -> SendOutcome {
        SendOutcome::of(Ok(Answer::for_test(status, body)), |body| {
            Some(SendOutcome::Confirmed {
                provider_id: body.get("id")?.as_str()?.to_owned(),
                wa_id: None,
                user_id: None,
            })
        })
    }

    #[test]
    fn a_success_counts_only_with_its_id() {
        assert!(matches!(
            outcome(200, r#"{"id":"m"}"#),
            SendOutcome::Confirmed { .. }
        ));
        for body in ["", "{}", r#"{"id":"#, "<html>"] {
            assert_eq!(
                outcome(200, body),
                SendOutcome::Unknown(UnknownCause::Unclear(200))
            );
        }
        assert_eq!(
            outcome(302, ""),
            SendOutcome::Unknown(UnknownCause::Unclear(302))
        );
    }

    #[test]
    fn a_refusal_proves_that_nothing_happened_and_a_server_error_does_not() {
        for (status, body) in [
            (400, r#"{"error":{"code":4}}"#),
            (400, r#"{"error":{"code":1}}"#),
            (403, r#"{"error":{"code":10,"error_subcode":2534022}}"#),
            (500, r#"{"error":{"code":131057}}"#),
            (429, ""),
        ] {
            assert!(
                matches!(outcome(status, body), SendOutcome::Refused(_)),
                "{status} {body}"
            );
        }
        for (status, body) in [
            (500, r#"{"error":{"code":1}}"#),
            (503, r#"{"error":{"code":2}}"#),
            (500, r#"{"error":{"code":131000}}"#),
            (500, r#"{"error":{"code":131016}}"#),
            (502, "<html>bad gateway</html>"),
            (504, ""),
            (408, ""),
        ] {
            let unknown = matches!(
                outcome(status, body),
                SendOutcome::Unknown(UnknownCause::ServerError(_))
            );
            assert!(unknown, "{status} {body}");
        }
    }

    #[test]
    fn only_a_missing_connection_is_safe_to_repeat() {
        let of = |error| SendOutcome::of(Err(error), |_| None);
        let not_sent = of(TransportError::NotSent("dns".to_owned()));
        assert!(matches!(not_sent, SendOutcome::NotSent { .. }));
        assert_eq!(
            of(TransportError::TimedOut),
            SendOutcome::Unknown(UnknownCause::TimedOut)
        );
        assert!(matches!(
            of(TransportError::Lost(String::new())),
            SendOutcome::Unknown(_)
        ));
    }
}
