//! Access tokens, authorisation codes, and which host honours which.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::errors::GraphError;
use crate::ids;
use crate::options::Platform;
use crate::world::World;

/// What a token speaks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Subject {
    /// The Instagram account with this professional id.
    Instagram(String),
    /// A Facebook user who granted these WhatsApp business accounts.
    Whatsapp(Vec<String>),
}

impl Subject {
    pub fn platform(&self) -> Platform {
        match self {
            Self::Instagram(_) => Platform::Instagram,
            Self::Whatsapp(_) => Platform::Whatsapp,
        }
    }
}

/// An access token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Token {
    pub subject: Subject,
    pub issued_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
    pub scopes: Vec<String>,
    /// Exchanged for the long life (and so refreshable on Instagram).
    pub long: bool,
    /// Why it is dead before its time: a subcode of 190.
    pub revoked: Option<u32>,
}

/// An authorisation code.
#[derive(Clone, Debug)]
pub struct Code {
    pub subject: Subject,
    pub redirect_uri: String,
    pub issued_at: DateTime<Utc>,
    pub scopes: Vec<String>,
}

/// How long a code can be exchanged.
pub const CODE_LIFE: TimeDelta = TimeDelta::hours(1);
/// The life of a long token.
pub const LONG_LIFE: TimeDelta = TimeDelta::days(60);

impl World {
    /// Makes a token for `subject`.
    pub fn issue_token(&mut self, subject: Subject, scopes: Vec<String>, long: bool) -> String {
        let prefix = match subject.platform() {
            Platform::Instagram => "IGAA",
            Platform::Whatsapp => "EAA",
        };
        let value = format!("{prefix}{}", ids::opaque(&mut self.rng, 120));
        let now = self.now();
        let life = if long { LONG_LIFE } else { TimeDelta::hours(1) };
        let token = Token {
            subject,
            issued_at: now,
            expires_at: Some(now + life),
            scopes,
            long,
            revoked: None,
        };
        self.tokens.insert(value.clone(), token);
        value
    }

    /// Makes a code for `subject`.
    pub fn issue_code(
        &mut self,
        subject: Subject,
        redirect_uri: String,
        scopes: Vec<String>,
    ) -> String {
        let value = format!("AQ{}", ids::opaque(&mut self.rng, 90));
        let issued_at = self.now();
        self.codes.insert(
            value.clone(),
            Code {
                subject,
                redirect_uri,
                issued_at,
                scopes,
            },
        );
        value
    }

    /// The token if `host` honours it now.
    pub fn authenticate(
        &self,
        host: Platform,
        presented: Option<&str>,
    ) -> Result<&Token, GraphError> {
        let http = token_status(host);
        let Some(presented) = presented else {
            return Err(GraphError::token(
                http,
                "An access token is required to request this resource.",
            ));
        };
        let parse = "Invalid OAuth access token - Cannot parse access token";
        let token = self
            .tokens
            .get(presented)
            .filter(|token| token.subject.platform() == host)
            .ok_or_else(|| GraphError::token(http, parse))?;
        if let Some(subcode) = token.revoked {
            return Err(GraphError::token(
                http,
                "Error validating access token: The session has been invalidated.",
            )
            .subcode(subcode));
        }
        if token.expires_at.is_some_and(|end| end <= self.now()) {
            return Err(GraphError::expired(http));
        }
        Ok(token)
    }
}

/// The HTTP status of code 190: WhatsApp's table says 401, the Instagram host answers 400.
pub fn token_status(host: Platform) -> u16 {
    match host {
        Platform::Instagram => 400,
        Platform::Whatsapp => 401,
    }
}
