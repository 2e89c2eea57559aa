//! What a simulated platform is started with.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Clock;

/// The two platforms the simulator plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Platform {
    /// Instagram messaging through Instagram Login (`graph.instagram.com`).
    Instagram,
    /// WhatsApp Business Cloud API (`graph.facebook.com`).
    Whatsapp,
}

impl Platform {
    /// The name used in paths and in the control API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Instagram => "instagram",
            Self::Whatsapp => "whatsapp",
        }
    }
}

/// An app of the developer console: what signs webhooks and takes part in OAuth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    /// The `client_id`.
    pub id: String,
    /// The `client_secret`, which is also the key of `X-Hub-Signature-256`.
    pub secret: String,
}

/// A professional Instagram account.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct InstagramSeed {
    /// The professional account id: what webhooks put in `entry[].id`.
    pub account_id: String,
    /// The app-scoped id, the `id` of `GET /me`.
    pub app_scoped_id: String,
    /// The handle without `@`.
    pub username: String,
    /// The display name.
    pub name: String,
    /// The secret that signs this account's webhooks; the app's when absent.
    #[serde(default)]
    pub app_secret: Option<String>,
    /// A long-lived token that works from the start.
    #[serde(default)]
    pub access_token: Option<String>,
    /// Whether webhook fields are subscribed from the start.
    #[serde(default)]
    pub subscribed: bool,
}

/// A WhatsApp business number.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WhatsAppSeed {
    /// The WhatsApp business account: what webhooks put in `entry[].id`.
    pub waba_id: String,
    /// The id of the number in paths and in `metadata`.
    pub phone_number_id: String,
    /// The number as digits, without `+`.
    pub display_number: String,
    /// The verified name.
    pub name: String,
    /// The secret that signs this account's webhooks; the app's when absent.
    #[serde(default)]
    pub app_secret: Option<String>,
    /// A system-user token (no expiry) that works from the start.
    #[serde(default)]
    pub access_token: Option<String>,
    /// Whether the app is subscribed to the business account from the start.
    #[serde(default)]
    pub subscribed: bool,
}

/// The simulated S3: who may use it, and what is there from the start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct S3Seed {
    /// The id of the one pair of keys.
    pub access_key_id: String,
    /// Its secret.
    pub secret_access_key: String,
    /// The region that signatures name.
    pub region: String,
    /// The buckets, empty.
    pub buckets: Vec<String>,
}

/// Where a platform's webhooks go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookTarget {
    /// The callback URL.
    pub url: String,
    /// What the GET handshake carries; without it no handshake is made.
    #[serde(default)]
    pub verify_token: Option<String>,
}

/// In which of the two recorded shapes Instagram answers the code exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenAnswer {
    /// `{"access_token", "user_id", "permissions": […]}`.
    Flat,
    /// `{"data": [{…, "permissions": "a,b"}]}`.
    Wrapped,
    /// One, then the other.
    Alternating,
}

/// Which of the platforms' rate limits are enforced.
///
/// Bursts are normal in tests, so only the conversation limit is on by default.
#[derive(Clone, Copy, Debug)]
pub struct Rates {
    /// Instagram: 2 calls per second and account on the conversations API.
    pub conversations: bool,
    /// Instagram: 100 sends per second and account; WhatsApp: 80 per second and number.
    pub sends: bool,
    /// WhatsApp: one message per 6 s to one person, burst of 45 (131056).
    pub pairs: bool,
    /// Calls per rolling hour that make 100 % in the usage headers; more are refused.
    pub hourly_calls: u32,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            conversations: true,
            sends: false,
            pairs: false,
            hourly_calls: 200_000,
        }
    }
}

/// How a failed webhook delivery is tried again.
#[derive(Clone, Copy, Debug)]
pub struct Redelivery {
    /// The pause before the second attempt; it doubles from there.
    pub first: Duration,
    /// The longest pause.
    pub cap: Duration,
    /// How long one attempt may take.
    pub timeout: Duration,
}

impl Default for Redelivery {
    fn default() -> Self {
        Self {
            first: Duration::from_millis(500),
            cap: Duration::from_secs(5),
            timeout: Duration::from_secs(10),
        }
    }
}

/// How busily the scripted customers of the demo write.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// The mean pause between two customers' opening messages.
    pub between: Duration,
    /// How many conversations are opened before the customers fall silent; `None` is endless.
    pub conversations: Option<u32>,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            between: Duration::from_secs(12),
            conversations: None,
        }
    }
}

/// Everything the simulator can be told at start.
#[derive(Clone, Debug)]
pub struct Options {
    /// Drives fault decisions and the scripted customers (ids are random).
    pub seed: u64,
    /// The platforms' time.
    pub clock: Clock,
    /// The address under which others reach the simulator; the listener's own when absent.
    pub public_url: Option<String>,
    /// The app of Instagram Login (its secret differs from the Facebook app's).
    pub instagram_app: App,
    /// The Facebook app that WhatsApp hangs on.
    pub whatsapp_app: App,
    /// Accounts that exist from the start.
    pub instagram_accounts: Vec<InstagramSeed>,
    /// Numbers that exist from the start.
    pub whatsapp_numbers: Vec<WhatsAppSeed>,
    /// The simulated S3.
    pub s3: S3Seed,
    /// Where Instagram's webhooks go, without a handshake.
    pub instagram_webhook: Option<WebhookTarget>,
    /// Where WhatsApp's webhooks go, without a handshake.
    pub whatsapp_webhook: Option<WebhookTarget>,
    /// The shape of Instagram's code exchange answer.
    pub token_answer: TokenAnswer,
    /// The limits in force.
    pub rates: Rates,
    /// How failed deliveries come again.
    pub redelivery: Redelivery,
    /// How many waiting updates of one account may share a POST (Meta: up to 1000).
    pub webhook_batch: usize,
    /// WhatsApp: report a closed window as a later `failed` status instead of refusing the call.
    pub late_window_errors: bool,
    /// WhatsApp: report `delivered` by itself after `sent`.
    pub auto_delivered: bool,
    /// Where the platforms' memory is kept between runs; without it a new start knows nobody.
    pub state_file: Option<PathBuf>,
    /// Scripted customers that write by themselves.
    pub customers: Option<Pace>,
}

impl Options {
    /// A platform without accounts, to be filled over the control API.
    pub fn empty() -> Self {
        Self {
            seed: 1,
            clock: Clock::real(),
            public_url: None,
            instagram_app: App {
                id: "1300000000000001".into(),
                secret: "instagram-app-secret".into(),
            },
            whatsapp_app: App {
                id: "1400000000000001".into(),
                secret: "whatsapp-app-secret".into(),
            },
            instagram_accounts: Vec::new(),
            whatsapp_numbers: Vec::new(),
            s3: S3Seed {
                access_key_id: "AKIASIMULATED".into(),
                secret_access_key: "simulated-secret-access-key".into(),
                region: "us-east-1".into(),
                buckets: vec!["socialsync".into()],
            },
            instagram_webhook: None,
            whatsapp_webhook: None,
            token_answer: TokenAnswer::Alternating,
            rates: Rates::default(),
            redelivery: Redelivery::default(),
            webhook_batch: 1,
            late_window_errors: false,
            auto_delivered: true,
            state_file: None,
            customers: None,
        }
    }
}

impl Default for Options {
    /// One Instagram account and one WhatsApp number of the shop "Atelier Lumen", with tokens.
    fn default() -> Self {
        Self {
            instagram_accounts: vec![InstagramSeed {
                account_id: "17841400000000001".into(),
                app_scoped_id: "24000000000000001".into(),
                username: "atelier.lumen".into(),
                name: "Atelier Lumen".into(),
                app_secret: None,
                access_token: Some("IGAAsimulatedAtelierLumenLongLived".into()),
                subscribed: false,
            }],
            whatsapp_numbers: vec![WhatsAppSeed {
                waba_id: "102290000000001".into(),
                phone_number_id: "106540000000001".into(),
                display_number: "3226290001".into(),
                name: "Atelier Lumen".into(),
                app_secret: None,
                access_token: Some("EAAsimulatedAtelierLumenSystemUser".into()),
                subscribed: false,
            }],
            ..Self::empty()
        }
    }
}
