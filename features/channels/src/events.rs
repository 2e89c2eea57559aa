//! What channels tell the features that come after them.

use chrono::{DateTime, Utc};
use kernel::{AccountId, Event, Platform};
use meta::WebhookEvent;

use crate::effects::Effect;

/// The names of all events of this feature, for the application's list of reactions.
pub const EVENTS: &[&str] = &[EntryReceived::NAME, EffectSettled::NAME];

/// One entry of a webhook body, for one connected account. Emitted in a transaction of its own; the
/// same entry can come again, so whatever follows must be idempotent.
#[derive(Clone, Debug)]
pub struct EntryReceived {
    /// The account it belongs to.
    pub account: AccountId,
    /// The platform.
    pub platform: Platform,
    /// When the body was committed to the journal.
    pub received_at: DateTime<Utc>,
    /// What happened, in the body's order.
    pub events: Vec<WebhookEvent>,
}

impl Event for EntryReceived {
    const NAME: &'static str = "channels.entry_received";
}

/// An effect changed its state; emitted in the transaction that changed it.
#[derive(Clone, Debug)]
pub struct EffectSettled {
    /// The effect as it is now.
    pub effect: Effect,
    /// What became of it.
    pub outcome: Outcome,
}

impl Event for EffectSettled {
    const NAME: &'static str = "channels.effect_settled";
}

/// What became of an effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It happened.
    Confirmed {
        /// The platform's id; absent when a person vouched for it.
        provider_id: Option<String>,
    },
    /// It did not happen and will not.
    Failed {
        /// The error class, as [`meta::ErrorClass::as_str`] names it.
        class: String,
        /// What happened and what to do, for people.
        sentence: String,
    },
    /// Nobody knows yet; the platform is being asked.
    Unknown,
    /// The rules no longer allow it; it was not sent.
    Cancelled {
        /// Why, as a stable key.
        reason: String,
    },
    /// It had failed, and a person has it tried again.
    Revived,
    /// Nobody knows and the platform can't tell: a person must say.
    Resting,
    /// It did not happen this time and is sent again by itself.
    Waiting {
        /// Not before then.
        until: DateTime<Utc>,
    },
}
