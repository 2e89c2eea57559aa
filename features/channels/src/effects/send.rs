//! One write to a platform.

use db::Scope;
use kernel::{MediaId, Platform};
use meta::client::{
    HumanAuthor, InstagramContent, InstagramSend, MediaSource, ReplyMode, SendOutcome,
    WhatsAppContent, WhatsAppRecipient, WhatsAppSend,
};
use meta::{Access, CallError, PlatformError, Problem};

use super::{Body, Effect, RecipientKind};
use crate::Channels;
use crate::accounts::Account;

impl Channels {
    /// Sends what the effect says, once.
    pub(super) async fn send(
        &self,
        scope: &Scope,
        effect: &Effect,
        account: &Account,
        access: &Access,
    ) -> SendOutcome {
        match account.platform {
            Platform::Instagram => self.send_on_instagram(scope, effect, access).await,
            Platform::Whatsapp => self.send_on_whatsapp(scope, effect, account, access).await,
        }
    }

    async fn send_on_instagram(
        &self,
        scope: &Scope,
        effect: &Effect,
        access: &Access,
    ) -> SendOutcome {
        let request = &effect.request;
        let content = match &request.body {
            Body::Text { text } => InstagramContent::Text(text.clone()),
            Body::Image { url, .. } => InstagramContent::ImageUrl(url.clone()),
            Body::Upload {
                file, media_type, ..
            } => match self.link_to(scope.workspace(), *file, media_type) {
                Some(link) => InstagramContent::ImageUrl(link),
                None => return lost_file(),
            },
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

    async fn send_on_whatsapp(
        &self,
        scope: &Scope,
        effect: &Effect,
        account: &Account,
        access: &Access,
    ) -> SendOutcome {
        let request = &effect.request;
        let content = match &request.body {
            Body::Text { text } => WhatsAppContent::Text {
                body: text.clone(),
                preview_url: true,
            },
            Body::Image { url, caption } => WhatsAppContent::Image {
                source: MediaSource::Link(url.clone()),
                caption: caption.clone(),
            },
            Body::Upload {
                file,
                media_type,
                caption,
            } => {
                let handed = self.hand_over(scope, account, access, *file, media_type);
                match handed.await {
                    Ok(id) => WhatsAppContent::Image {
                        source: MediaSource::Id(id),
                        caption: caption.clone(),
                    },
                    Err(outcome) => return *outcome,
                }
            }
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

    /// Hands WhatsApp a file, before the message itself; its id of the file. Whatever goes wrong
    /// here, no message was sent, and a file that is handed over twice does no harm.
    async fn hand_over(
        &self,
        scope: &Scope,
        account: &Account,
        access: &Access,
        file: MediaId,
        media_type: &str,
    ) -> Result<String, Box<SendOutcome>> {
        let Some(bytes) = self.file(scope.workspace(), file).await else {
            return Err(Box::new(lost_file()));
        };
        let number = &account.external_id;
        let name = file.to_string();
        let upload = self
            .meta
            .whatsapp_upload(access, number, &name, media_type, bytes);
        upload.await.map_err(|error| {
            Box::new(match error {
                CallError::Platform(error) => SendOutcome::Refused(*error),
                other => SendOutcome::NotSent {
                    cause: other.to_string(),
                },
            })
        })
    }
}

/// The file is here no longer.
fn lost_file() -> SendOutcome {
    SendOutcome::Refused(PlatformError {
        problem: Problem::MediaFailed,
        message: "the file is not kept here".to_owned(),
        ..PlatformError::default()
    })
}
