//! The simulated platforms, and the client that calls them.

use std::time::Duration;

use kernel::Secret;
use meta::client::{
    InstagramContent, InstagramSend, ReplyMode, Timeouts, UsageObserver, WhatsAppContent,
    WhatsAppRecipient, WhatsAppSend,
};
use meta::{Access, MetaClient, MetaUrls, SendOutcome};
use simulator::{NewMessage, Options, Platform, Simulator};

pub const INSTAGRAM: &str = "17841400000000001";
pub const WABA: &str = "102290000000001";
pub const NUMBER: &str = "106540000000001";
pub const ANNA: &str = "1254001234567890";
pub const ANNA_NUMBER: &str = "32470000001";

pub async fn platforms() -> Simulator {
    Simulator::start(Options::default()).await.unwrap()
}

pub fn client(simulator: &Simulator) -> MetaClient {
    client_with(simulator, None)
}

pub fn client_with(simulator: &Simulator, on_usage: Option<UsageObserver>) -> MetaClient {
    let urls = MetaUrls::beside(
        &simulator.instagram_graph_url(),
        &simulator.facebook_graph_url(),
    );
    let timeouts = Timeouts {
        connect: Duration::from_secs(5),
        total: Duration::from_secs(2),
    };
    let mut builder = MetaClient::builder().urls(&urls).timeouts(timeouts);
    if let Some(observer) = on_usage {
        builder = builder.on_usage(observer);
    }
    builder.build().unwrap()
}

pub fn instagram() -> Access {
    Access {
        account_id: INSTAGRAM.to_owned(),
        token: Secret::new("IGAAsimulatedAtelierLumenLongLived"),
    }
}

pub fn whatsapp() -> Access {
    Access {
        account_id: NUMBER.to_owned(),
        token: Secret::new("EAAsimulatedAtelierLumenSystemUser"),
    }
}

/// Anna writes; the message's id.
pub fn anna_writes(simulator: &Simulator, platform: Platform) -> String {
    let (account, from) = match platform {
        Platform::Instagram => (INSTAGRAM, ANNA),
        Platform::Whatsapp => (NUMBER, ANNA_NUMBER),
    };
    let message = NewMessage {
        from: from.to_owned(),
        text: Some("Is it in stock?".to_owned()),
        ..NewMessage::default()
    };
    simulator
        .customer_writes(platform, account, &message)
        .unwrap()
}

pub fn to_anna(text: &str) -> InstagramSend {
    InstagramSend {
        to: ANNA.to_owned(),
        content: InstagramContent::Text(text.to_owned()),
        mode: ReplyMode::Standard,
    }
}

pub fn to_anna_on_whatsapp(text: &str) -> WhatsAppSend {
    WhatsAppSend {
        to: WhatsAppRecipient::Number(ANNA_NUMBER.to_owned()),
        content: WhatsAppContent::Text {
            body: text.to_owned(),
            preview_url: false,
        },
        reply_to: None,
        callback_data: Some("effect-1".to_owned()),
    }
}

pub fn confirmed(outcome: SendOutcome) -> String {
    match outcome {
        SendOutcome::Confirmed { provider_id, .. } => provider_id,
        other => panic!("{other:?}"),
    }
}
