//! WhatsApp Business Cloud API (`graph.facebook.com`).

pub mod act;
pub mod content;
pub mod events;
pub mod manage;
pub mod media;
pub mod number;
pub mod oauth;
pub mod route;
pub mod send;

/// Scopes of a full grant.
pub const SCOPES: &[&str] = &[
    "whatsapp_business_management",
    "whatsapp_business_messaging",
];
