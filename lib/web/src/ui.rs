//! What every page shares: the shell around it, its helpers, and the gallery of its parts.
//!
//! A page is a struct with a `shell` field and a template that extends `shell.html` (signed in)
//! or `plain.html` (public). `README.md` of this crate shows one from end to end.

mod chart;
mod errors;
mod flash;
mod frame;
pub mod gallery;
mod nav;
mod person;
mod preferences;
pub mod samples;
mod shell;
mod theme;
mod time;
mod told;

pub use chart::{Sparkline, sparkline};
pub use errors::FieldErrors;
pub use flash::{Flash, Tone, Undo};
pub use frame::Frame;
pub use nav::{NAV, NavEntry, NavGroup, NavLink};
pub use person::{hue, initials};
pub(crate) use preferences::came_from;
pub use preferences::{Preferences, routes};
pub use shell::{NavFragment, Shell, WorkspaceLink};
pub use theme::Theme;
pub use time::TimeTag;
pub use told::told;
pub(crate) use told::{forget, heard};

/// Where the shell's own forms and links lead; the features that answer them use these names.
pub mod paths {
    /// POST: ends the session.
    pub const SIGN_OUT: &str = "/sign-out";
    /// POST with `workspace_id`: makes another of the person's workspaces the present one.
    pub const SWITCH_WORKSPACE: &str = "/workspaces/switch";
    /// GET: the person's workspaces, and how to come by one.
    pub const WORKSPACES: &str = "/workspaces";
    /// POST with any of `theme`, `locale`: keeps how the person wants to see the product.
    pub const PREFERENCES: &str = "/preferences";
    /// GET: the navigation alone, with fresh counts ([`NavFragment`](super::NavFragment)).
    pub const NAV: &str = "/nav";
    /// GET: the stream of change signals.
    pub const EVENTS: &str = "/events";
    /// The person's own page: name, password, sessions.
    pub const ACCOUNT: &str = "/account";
}

/// The workspace of samples: a fixed id, so that pictures stay the same.
const WORKSPACE_SAMPLE: kernel::WorkspaceId = kernel::WorkspaceId::from_uuid(
    uuid::Uuid::from_u128(0x0198_f2c4_a0b0_7c3e_9d5e_6f70_8192_0314),
);

#[cfg(test)]
mod contrast;
#[cfg(test)]
mod hygiene;
