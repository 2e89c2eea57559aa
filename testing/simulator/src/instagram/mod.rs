//! Instagram messaging and comments through Instagram Login (`graph.instagram.com`).

pub mod account;
pub mod act;
mod attached;
pub mod comment_acts;
pub mod comments;
pub mod content;
pub mod events;
pub mod oauth;
pub mod read;
pub mod route;
pub mod send;
pub mod subscribe;

/// Scopes of a full grant.
pub const SCOPES: &[&str] = &[
    "instagram_business_basic",
    "instagram_business_manage_messages",
    "instagram_business_manage_comments",
    "instagram_business_content_publish",
    "instagram_business_manage_insights",
];

/// Fields an account subscribed from the start gets.
pub const DEFAULT_FIELDS: &[&str] = &[
    "messages",
    "message_reactions",
    "messaging_postbacks",
    "messaging_seen",
    "message_edit",
    "messaging_referral",
    "comments",
    "live_comments",
];
