//! WhatsApp media: upload, where it is, download.

use bytes::Bytes;
use reqwest::multipart::{Form, Part};
use url::Url;

use super::failure::TransportError;
use super::{Access, CallError, MetaClient};
use crate::read::json::{id, text};

/// A file the platform keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaInfo {
    /// Where it can be fetched with the token, for 5 minutes.
    pub url: String,
    /// MIME type.
    pub mime_type: Option<String>,
    /// SHA-256 as stated.
    pub sha256: Option<String>,
    /// Bytes.
    pub size: Option<u64>,
}

/// A downloaded file. Untrusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// MIME type as the host states it.
    pub mime_type: Option<String>,
    /// The file.
    pub bytes: Bytes,
}

impl MetaClient {
    /// Uploads a file and answers its media id, valid for 30 days. A repeated upload only makes
    /// another id.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn whatsapp_upload(
        &self,
        access: &Access,
        phone_number_id: &str,
        filename: &str,
        mime_type: &str,
        bytes: Bytes,
    ) -> Result<String, CallError> {
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let file = Part::stream_with_length(bytes, length)
            .file_name(filename.to_owned())
            .mime_str(mime_type)
            .map_err(TransportError::of)?;
        let form = Form::new()
            .text("messaging_product", "whatsapp")
            .text("type", mime_type.to_owned())
            .part("file", file);
        let url = self.facebook(&[phone_number_id, "media"]);
        let request = self.post(access, url).multipart(form);
        let body = self
            .call("whatsapp_upload", &access.account_id, request)
            .await?;
        id(&body, "id").ok_or(CallError::Incomplete("a media id"))
    }

    /// Where a file is. Ids from webhooks live 7 days.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn whatsapp_media(
        &self,
        access: &Access,
        media_id: &str,
    ) -> Result<MediaInfo, CallError> {
        let request = self.get(access, self.facebook(&[media_id]));
        let body = self
            .call("whatsapp_media", &access.account_id, request)
            .await?;
        Ok(MediaInfo {
            url: text(&body, "url").ok_or(CallError::Incomplete("a link"))?,
            mime_type: text(&body, "mime_type"),
            sha256: text(&body, "sha256"),
            size: text(&body, "file_size").and_then(|size| size.parse().ok()),
        })
    }

    /// Fetches a file, up to `max_bytes`. On `object_gone` the link is too old: ask for a new one.
    ///
    /// # Errors
    /// [`CallError`]; a link to a strange host is refused before the token leaves.
    pub async fn whatsapp_download(
        &self,
        access: &Access,
        link: &str,
        max_bytes: usize,
    ) -> Result<Media, CallError> {
        let url = Url::parse(link).map_err(|_| CallError::ForeignHost)?;
        if !self.may_have_the_token(&url) {
            return Err(CallError::ForeignHost);
        }
        let request = self.get(access, url);
        let answer = self
            .exchange("whatsapp_download", &access.account_id, request, max_bytes)
            .await?;
        if !answer.is_success() {
            return Err(answer.error().into());
        }
        Ok(Media {
            mime_type: answer.content_type,
            bytes: answer.body,
        })
    }
}
