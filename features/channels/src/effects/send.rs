//! One write to a platform.

use db::Scope;
use kernel::{MediaId, Platform};
use meta::client::{
    HumanAuthor, InstagramContent, InstagramSend, MediaSource, ReplyMode, SendOutcome,
    WhatsAppContent, WhatsAppRecipient, WhatsAppSend,
};
use meta::{Access, CallError, PlatformError, Problem};

use super::handle::Record;
use super::judge::judge;
use super::{Body, Effect, RecipientKind, Request, SendRequest, comments};
use crate::Channels;
use crate::accounts::Account;

impl Channels {
    /// Does what the effect says, once, and judges what came of it.
    pub(super) async fn attempt(
        &self,
        scope: &Scope,
        effect: &Effect,
        account: &Account,
        access: &Access,
    ) -> Record {
        let outcome = match (&effect.request, account.platform) {
            (Request::Message(message), Platform::Instagram) => {
                self.send_on_instagram(scope, message, access).await
            }
            (Request::Message(message), Platform::Whatsapp) => {
                let sent = self.send_on_whatsapp(scope, effect, message, account, access);
                sent.await
            }
            (Request::ReplyComment(reply), Platform::Instagram) => {
                let (comment, text) = (&reply.comment, &reply.text);
                self.meta
                    .instagram_reply_to_comment(access, comment, text)
                    .await
            }
            (Request::HideComment(wanted), Platform::Instagram) => {
                let done = self
                    .meta
                    .instagram_hide_comment(access, &wanted.comment, wanted.hide)
                    .await;
                match done {
                    // It makes nothing that has an id.
                    Ok(()) => return Record::done(None),
                    Err(error) => SendOutcome::of_failure(error),
                }
            }
            (Request::ReplyComment(_) | Request::HideComment(_), Platform::Whatsapp) => {
                comments::none_there()
            }
        };
        judge(effect, outcome, self.clock.now())
    }

    async fn send_on_instagram(
        &self,
        scope: &Scope,
        request: &SendRequest,
        access: &Access,
    ) -> SendOutcome {
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
        request: &SendRequest,
        account: &Account,
        access: &Access,
    ) -> SendOutcome {
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
