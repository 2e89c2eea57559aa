//! Everything that can be wrong, each with its class, its key and its sentence.

use std::time::Duration;

use super::ErrorClass;
use super::ErrorClass::{Permission, Policy, RateLimited, Rejected, Token, Transient};

macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident, $class:expr, $key:literal, $sentence:literal;)*) => {
        /// A thing that can be wrong at the platform.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        pub enum Problem {
            $($(#[$doc])* #[doc = $sentence] $name,)*
        }

        impl Problem {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// What it means for the work at hand.
            pub const fn class(self) -> ErrorClass {
                match self { $(Self::$name => $class,)* }
            }

            /// A stable key, for columns and translations.
            pub const fn key(self) -> &'static str {
                match self { $(Self::$name => $key,)* }
            }

            /// What happened and what to do, for people.
            pub const fn for_people(self) -> &'static str {
                match self { $(Self::$name => $sentence,)* }
            }
        }
    };
}

problems! {
    #[default]
    Unknown, ErrorClass::Unknown, "unknown",
        "The platform refused this for a reason it does not explain. The details are in the log.";

    Temporary, Transient, "temporary",
        "The platform has a problem of its own at the moment. This is tried again by itself.";
    NumberUpgrading, Transient, "number_upgrading",
        "WhatsApp is raising the throughput of this number. This is tried again in a few minutes.";

    AppLimit, RateLimited, "app_limit",
        "This installation has used its hourly allowance of calls. Sending goes on when it is renewed.";
    AccountLimit, RateLimited, "account_limit",
        "This account has used its allowance of calls. Sending goes on when it is renewed.";
    PairLimit, RateLimited, "pair_limit",
        "Too many messages went to this one person in a short time. The next is sent in a few seconds.";
    RegistrationWait, RateLimited, "registration_wait",
        "WhatsApp asks to wait 5 minutes before this number is registered again.";

    TokenExpired, Token, "token_expired",
        "The connection has expired. Please connect the account again.";
    InvalidToken, Token, "token_invalid",
        "The platform no longer accepts the connection. Please connect the account again.";
    PasswordChanged, Token, "password_changed",
        "The account's password was changed, which ends the connection. Please connect it again.";
    AppRemoved, Token, "app_removed",
        "The account removed this app in its settings. Please connect it again.";
    Checkpoint, Token, "checkpoint",
        "The platform wants the owner to confirm something. Sign in to the account there first, then connect it again.";
    LoginUnconfirmed, Token, "login_unconfirmed",
        "The account is not confirmed. Confirm it at the platform first, then connect it again.";
    RoleLost, Token, "role_lost",
        "The person who connected this account no longer manages its Page. Somebody who does must connect it again.";
    LoginFailed, Token, "login_failed",
        "The sign-in could not be completed: the code was used before or is too old. Please start again.";

    WindowClosed, ErrorClass::WindowClosed, "window_closed",
        "The time to answer freely has passed. It opens again when the customer writes.";

    BadRequest, Rejected, "bad_request",
        "The platform did not accept the content of this message.";
    ObjectGone, Rejected, "object_gone",
        "What this was about does not exist any more, or is hidden from this account.";
    PersonUnreachable, Rejected, "person_unreachable",
        "This person can not be reached by this account: blocked, gone, or not using the app.";
    ThreadGone, Rejected, "thread_gone",
        "The conversation was archived or deleted at the platform.";
    ConsentMissing, Rejected, "consent_missing",
        "The platform shows a profile only after the person has written.";
    Duplicate, Rejected, "duplicate",
        "The platform took this for a repetition and did not publish it again.";
    PrivateReplyUsed, Rejected, "private_reply_used",
        "A comment can be answered privately once, within 7 days, while it exists.";
    EngagementHeld, Rejected, "engagement_held",
        "WhatsApp held this back because this person gets much marketing. Not before 24 hours have passed.";
    MarketingStopped, Rejected, "marketing_stopped",
        "This person does not want marketing messages from this business.";
    Experiment, Rejected, "experiment",
        "WhatsApp left this person out of marketing messages as part of an experiment.";
    UnsupportedMessage, Rejected, "unsupported_message",
        "This kind of message is not supported there.";
    MediaFailed, Rejected, "media_failed",
        "The picture or file could not be fetched or was not accepted.";
    BsuidRefused, Rejected, "user_id_refused",
        "This kind of message needs the person's phone number.";
    TemplateBroken, Rejected, "template_broken",
        "The template does not exist, or its parameters do not match.";
    TemplatePaused, Rejected, "template_paused",
        "The template is paused or disabled because of its quality.";
    CallRefused, Rejected, "call_refused",
        "The platform does not offer this for this account.";

    MissingPermission, Permission, "missing_permission",
        "The account did not grant this permission. Please connect it again and allow everything that is asked.";
    NotRegistered, Permission, "not_registered",
        "The number is not registered, or its display name is not approved. See the number's page at the platform.";
    TestListOnly, Permission, "test_list_only",
        "This test number can write only to people on its list.";
    PaymentMissing, Permission, "payment_missing",
        "The platform has no valid payment method or accepted terms for this account.";

    PolicyBlock, Policy, "policy_block",
        "The platform blocked this for a while because of its policies. A person should look at the account.";
    AccountLocked, Policy, "account_locked",
        "The account is locked because of a policy. A person must appeal at the platform.";
    AccountRestricted, Policy, "account_restricted",
        "The account may not write to people in this country.";
    SpamLimit, Policy, "spam_limit",
        "The platform limits this account because messages were blocked or reported. Stop campaigns and look at the quality rating.";
}

impl Problem {
    /// How long to wait when the platform does not say.
    pub const fn usual_wait(self) -> Option<Duration> {
        match self {
            // 1 message in 6 seconds to one person; the documented pause is 4^n seconds.
            Self::PairLimit => Some(Duration::from_secs(6)),
            Self::RegistrationWait => Some(Duration::from_mins(5)),
            // Limits: 2, 4, 8 … 60 minutes; the caller doubles it.
            Self::NumberUpgrading | Self::AppLimit | Self::AccountLimit => {
                Some(Duration::from_mins(2))
            }
            _ => None,
        }
    }

    /// Whether it names a refusal, so that nothing happened whatever the HTTP status was.
    pub(super) const fn is_refusal(self) -> bool {
        match self.class() {
            Transient => matches!(self, Self::NumberUpgrading),
            ErrorClass::Unknown => false,
            _ => true,
        }
    }
}
