//! Why a call has no useful answer.

use crate::error::{ErrorClass, PlatformError};

/// The request or its answer was lost on the way.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// No connection: the request provably never left.
    #[error("no connection: {0}")]
    NotSent(String),
    /// No answer in time; the request may have been carried out.
    #[error("no answer in time")]
    TimedOut,
    /// The connection broke; the request may have been carried out.
    #[error("the connection broke: {0}")]
    Lost(String),
    /// The answer is larger than what was asked for.
    #[error("the answer is too large")]
    TooLarge,
}

impl TransportError {
    /// Sorts an error of the HTTP client. The address is left out: it can hold a token.
    pub(super) fn of(error: reqwest::Error) -> Self {
        let error = error.without_url();
        if error.is_connect() || error.is_builder() {
            Self::NotSent(chain(&error))
        } else if error.is_timeout() {
            Self::TimedOut
        } else {
            Self::Lost(chain(&error))
        }
    }
}

/// The error and its causes in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

/// A read or an idempotent write that did not succeed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The platform said no.
    #[error("the platform refused the call")]
    Platform(#[source] Box<PlatformError>),
    /// Nothing was heard.
    #[error("the platform could not be reached")]
    Transport(#[from] TransportError),
    /// A success without what it should hold.
    #[error("the platform's answer lacks {0}")]
    Incomplete(&'static str),
    /// A link that points to none of the platform's hosts; the token was not sent there.
    #[error("the link points outside the platform")]
    ForeignHost,
}

impl CallError {
    /// What it means for the work at hand.
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Platform(error) => error.class(),
            Self::Transport(TransportError::TooLarge) | Self::ForeignHost => ErrorClass::Rejected,
            Self::Transport(_) => ErrorClass::Transient,
            Self::Incomplete(_) => ErrorClass::Unknown,
        }
    }

    /// What the platform said, if it spoke.
    pub fn platform(&self) -> Option<&PlatformError> {
        match self {
            Self::Platform(error) => Some(error),
            _ => None,
        }
    }

    /// What happened and what to do, for people.
    pub fn for_people(&self) -> &'static str {
        match self {
            Self::Platform(error) => error.for_people(),
            Self::Transport(TransportError::TooLarge) => "The file is larger than allowed.",
            Self::Transport(_) => {
                "The platform could not be reached. Please check the connection and try again."
            }
            Self::Incomplete(_) => {
                "The platform answered in a way that was not understood. The details are in the log."
            }
            Self::ForeignHost => "The file lies outside the platform and was not fetched.",
        }
    }
}

impl From<PlatformError> for CallError {
    fn from(error: PlatformError) -> Self {
        Self::Platform(Box::new(error))
    }
}
