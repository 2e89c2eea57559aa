//! Posts of the account: what comments stand under.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{Access, CallError, MetaClient};
use crate::read::Stamp;
use crate::read::json::{at, id, text};

/// A post, reel or story.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InstagramMedia {
    /// Platform id.
    pub id: String,
    /// The words under it.
    pub caption: Option<String>,
    /// Its address for people.
    pub permalink: Option<String>,
    /// `IMAGE`, `VIDEO` or `CAROUSEL_ALBUM`.
    pub media_type: Option<String>,
    /// `FEED`, `REELS`, `STORY`, `AD`, ….
    pub product_type: Option<String>,
    /// When it was published.
    pub created_at: Option<DateTime<Utc>>,
}

impl MetaClient {
    /// One post.
    ///
    /// # Errors
    /// [`CallError`]; one that was deleted answers as `object_gone`.
    pub async fn instagram_media(
        &self,
        access: &Access,
        media_id: &str,
    ) -> Result<InstagramMedia, CallError> {
        let mut url = self.instagram(&[media_id]);
        url.query_pairs_mut().append_pair(
            "fields",
            "id,caption,permalink,media_type,media_product_type,timestamp",
        );
        let request = self.get(access, url);
        let body = self
            .call("instagram_media", &access.account_id, request)
            .await?;
        media(&body).ok_or(CallError::Incomplete("a media id"))
    }
}

fn media(item: &Value) -> Option<InstagramMedia> {
    Some(InstagramMedia {
        id: id(item, "id")?,
        caption: text(item, "caption").filter(|caption| !caption.is_empty()),
        permalink: text(item, "permalink"),
        media_type: text(item, "media_type"),
        product_type: text(item, "media_product_type"),
        created_at: Stamp::read(at(item, "timestamp")).map(|stamp| stamp.at),
    })
}
