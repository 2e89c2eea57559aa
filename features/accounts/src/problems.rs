//! What the errors of the verbs are to callers over HTTP.

use http::StatusCode;
use web::Problem;

use crate::api_keys::ApiKeyError;
use crate::invitations::InvitationError;
use crate::members::MemberError;
use crate::passwords::PasswordError;
use crate::profile::ProfileError;
use crate::refresh::RefreshError;
use crate::register::RegisterError;
use crate::sessions::SessionError;
use crate::sign_in::SignInError;
use crate::workspaces::WorkspaceError;

fn unauthorized(code: &'static str, error: impl std::fmt::Display) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, code, sentence(error))
}

fn gone(code: &'static str, error: impl std::fmt::Display) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, code, sentence(error))
}

/// An error's own words as a sentence.
fn sentence(error: impl std::fmt::Display) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => format!("{}{}.", first.to_uppercase(), letters.as_str()),
        None => text,
    }
}

impl From<RegisterError> for Problem {
    fn from(error: RegisterError) -> Self {
        match error {
            RegisterError::Invalid(broken) => Self::invalid(broken.fields()),
            RegisterError::EmailTaken => Self::conflict("EMAIL_TAKEN", sentence(&error)),
            RegisterError::Invitation => gone("INVITATION_INVALID", &error),
            RegisterError::Db(inner) => inner.into(),
            RegisterError::Hash(_) => Self::internal(&error),
        }
    }
}

impl From<SignInError> for Problem {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Refused => unauthorized("INVALID_CREDENTIALS", &error),
            SignInError::TooMany { retry_after } => Self {
                code: "TOO_MANY_ATTEMPTS",
                message: sentence(&error),
                ..Self::too_many(retry_after)
            },
            SignInError::Db(inner) => inner.into(),
            SignInError::Hash(_) => Self::internal(&error),
        }
    }
}

impl From<SessionError> for Problem {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::Unknown => Self::not_found(),
            SessionError::Db(inner) => inner.into(),
            SessionError::Token(_) => Self::internal(&error),
        }
    }
}

impl From<RefreshError> for Problem {
    fn from(error: RefreshError) -> Self {
        match error {
            RefreshError::Invalid => unauthorized("REFRESH_TOKEN_INVALID", &error),
            RefreshError::Reused => unauthorized("REFRESH_TOKEN_REUSED", &error),
            RefreshError::Db(inner) => inner.into(),
            RefreshError::Sealing(_) | RefreshError::Token(_) => Self::internal(&error),
        }
    }
}

impl From<PasswordError> for Problem {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Invalid(broken) => Self::invalid(broken.fields()),
            PasswordError::Link => gone("RESET_TOKEN_INVALID", &error),
            PasswordError::Current => Self::invalid([("current_password", "is wrong")]),
            PasswordError::TooMany { retry_after } => Self {
                code: "TOO_MANY_ATTEMPTS",
                message: sentence(&error),
                ..Self::too_many(retry_after)
            },
            PasswordError::Db(inner) => inner.into(),
            PasswordError::Hash(_) => Self::internal(&error),
        }
    }
}

impl From<ProfileError> for Problem {
    fn from(error: ProfileError) -> Self {
        match error {
            ProfileError::Invalid(broken) => Self::invalid(broken.fields()),
            ProfileError::Unknown => Self::not_found(),
            ProfileError::Db(inner) => inner.into(),
        }
    }
}

impl From<WorkspaceError> for Problem {
    fn from(error: WorkspaceError) -> Self {
        match error {
            WorkspaceError::Invalid(broken) => Self::invalid(broken.fields()),
            WorkspaceError::Unknown => Self::not_found(),
            WorkspaceError::Db(inner) => inner.into(),
        }
    }
}

impl From<MemberError> for Problem {
    fn from(error: MemberError) -> Self {
        match error {
            MemberError::Unknown => Self::not_found(),
            MemberError::LastOwner => Self::conflict("LAST_OWNER", sentence(&error)),
            MemberError::NotAllowed => Self::forbidden(sentence(&error)),
            MemberError::Db(inner) => inner.into(),
        }
    }
}

impl From<InvitationError> for Problem {
    fn from(error: InvitationError) -> Self {
        match error {
            InvitationError::Invalid(broken) => Self::invalid(broken.fields()),
            InvitationError::Member => Self::conflict("ALREADY_A_MEMBER", sentence(&error)),
            InvitationError::NotAllowed => Self::forbidden(sentence(&error)),
            InvitationError::Unknown => Self::not_found(),
            InvitationError::OtherAddress => Self {
                code: "OTHER_ADDRESS",
                ..Self::forbidden(sentence(&error))
            },
            InvitationError::Db(inner) => inner.into(),
        }
    }
}

impl From<ApiKeyError> for Problem {
    fn from(error: ApiKeyError) -> Self {
        match error {
            ApiKeyError::Invalid(broken) => Self::invalid(broken.fields()),
            ApiKeyError::NotAllowed => Self::forbidden(sentence(&error)),
            ApiKeyError::Unknown => Self::not_found(),
            ApiKeyError::Db(inner) => inner.into(),
        }
    }
}
