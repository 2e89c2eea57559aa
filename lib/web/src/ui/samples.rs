//! Whole pages as pictures: real components, invented people.
//!
//! They show what the parts look like together; the pages themselves are in the features.

use askama::Template;
use chrono::{DateTime, TimeDelta, Utc};

use super::{FieldErrors, Flash, Frame, Shell};

/// A conversation in the list.
#[derive(Debug, Clone)]
pub struct SampleConversation {
    /// The customer.
    pub name: &'static str,
    /// The last message.
    pub preview: &'static str,
    /// When it came.
    pub at: DateTime<Utc>,
    /// What is the matter with it.
    pub state: SampleState,
    /// The one being read.
    pub current: bool,
    /// Something in it is not read.
    pub unread: bool,
}

/// The state of a conversation, as a badge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SampleState {
    /// The AI answered.
    Replied,
    /// A person is asked for.
    Escalated,
    /// A person owes an answer.
    Waiting,
    /// Done.
    Resolved,
}

impl SampleState {
    /// The tone of the badge.
    pub const fn tone(self) -> &'static str {
        match self {
            Self::Replied => "ai",
            Self::Escalated => "danger",
            Self::Waiting => "warn",
            Self::Resolved => "ok",
        }
    }

    /// The key of its name.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Replied => "inbox.state.replied",
            Self::Escalated => "inbox.state.escalated",
            Self::Waiting => "inbox.state.waiting",
            Self::Resolved => "inbox.state.resolved",
        }
    }
}

/// The inbox with one conversation open.
#[derive(Debug, Clone, Template)]
#[template(path = "samples/inbox.html")]
pub struct SampleInbox {
    /// The shell.
    pub shell: Shell,
    /// The list.
    pub conversations: Vec<SampleConversation>,
    /// When the first message came.
    pub began: DateTime<Utc>,
    /// When the reply window closes.
    pub closes: DateTime<Utc>,
    /// The share answered by the AI, a value a day.
    pub shares: Vec<f64>,
}

impl SampleInbox {
    /// The inbox of the pictures.
    pub fn sample() -> Self {
        let mut shell = Shell::sample();
        shell.pane = "thread";
        let now = shell.now;
        let row = |name, preview, minutes, state| SampleConversation {
            name,
            preview,
            at: now - TimeDelta::minutes(minutes),
            state,
            current: name == "Léa Moreau",
            unread: state == SampleState::Escalated,
        };
        Self {
            shell,
            conversations: vec![
                row(
                    "Léa Moreau",
                    "Do you ship the linen jacket to Belgium?",
                    2,
                    SampleState::Replied,
                ),
                row(
                    "Kwame Osei",
                    "This is the third time I ask for a refund.",
                    9,
                    SampleState::Escalated,
                ),
                row(
                    "Aiko Sato",
                    "Thank you, it arrived today!",
                    24,
                    SampleState::Resolved,
                ),
                row(
                    "Rafael Braga",
                    "Is the workshop on Saturday still open?",
                    62,
                    SampleState::Waiting,
                ),
                row("Nora Petit", "Photo", 190, SampleState::Replied),
                row(
                    "Tom Weiss",
                    "Where can I see my order?",
                    1500,
                    SampleState::Resolved,
                ),
            ],
            began: now - TimeDelta::minutes(4),
            closes: now + TimeDelta::hours(21),
            shares: vec![
                0.2, 0.29, 0.24, 0.4, 0.36, 0.52, 0.47, 0.63, 0.57, 0.69, 0.65, 0.8, 0.76, 0.88,
            ],
        }
    }
}

/// A public page.
#[derive(Debug, Clone, Template)]
#[template(path = "samples/sign_in.html")]
pub struct SamplePlain {
    /// The frame.
    pub shell: Frame,
    /// What is wrong with the form.
    pub errors: FieldErrors,
}

impl SamplePlain {
    /// A sign-in that failed once.
    pub fn sample() -> Self {
        let mut shell = Frame::sample();
        shell.flash = Some(Flash::ok("Your password was changed."));
        let mut errors = FieldErrors::default();
        errors.whole("This e-mail and password do not belong together.");
        Self { shell, errors }
    }
}
