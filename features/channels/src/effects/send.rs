//! One write to a platform.

use kernel::Platform;
use meta::Access;
use meta::client::{
    HumanAuthor, InstagramContent, InstagramSend, MediaSource, ReplyMode, SendOutcome,
    WhatsAppContent, WhatsAppRecipient, WhatsAppSend,
};

use super::{Body, Effect, RecipientKind};
use crate::Channels;
use crate::accounts::Account;

impl Channels {
    /// Sends what the effect says, once.
    pub(super) async fn send(
        &self,
        effect: &Effect,
        account: &Account,
        access: &Access,
    ) -> SendOutcome {
        let request = &effect.request;
        match account.platform {
            Platform::Instagram => {
                let content = match &request.body {
                    Body::Text { text } => InstagramContent::Text(text.clone()),
                    Body::Image { url, .. } => InstagramContent::ImageUrl(url.clone()),
                };
                let mode = request.human_agent.map_or(ReplyMode::Standard, |author| {
                    ReplyMode::HumanAgent(HumanAuthor::new(author))
                });
                let send = InstagramSend {
                    to: request.to.value.clone(),
                    content,
                    mode,
                };
                self.meta.instagram_send(access, &send).await
            }
            Platform::Whatsapp => {
                let content = match &request.body {
                    Body::Text { text } => WhatsAppContent::Text {
                        body: text.clone(),
                        preview_url: true,
                    },
                    Body::Image { url, caption } => WhatsAppContent::Image {
                        source: MediaSource::Link(url.clone()),
                        caption: caption.clone(),
                    },
                };
                let to = match request.to.kind {
                    RecipientKind::UserId => WhatsAppRecipient::UserId(request.to.value.clone()),
                    RecipientKind::WaId | RecipientKind::Igsid => {
                        WhatsAppRecipient::Number(request.to.value.clone())
                    }
                };
                let send = WhatsAppSend {
                    to,
                    content,
                    reply_to: None,
                    callback_data: Some(effect.id.to_string()),
                };
                self.meta
                    .whatsapp_send(access, &account.external_id, &send)
                    .await
            }
        }
    }
}
