//! Comments and mentions on Instagram.

use serde::Serialize;

/// A comment. Its author is the event's person.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Comment {
    /// Platform id.
    pub id: String,
    /// What it says.
    pub text: Option<String>,
    /// What it stands under.
    pub media: Option<CommentMedia>,
    /// The comment it answers.
    pub parent_id: Option<String>,
    /// Written under a live broadcast.
    pub live: bool,
    /// Written by the account itself: our own reply coming back.
    pub own: bool,
}

/// The post, reel, story, ad or broadcast under a comment.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CommentMedia {
    /// Media id.
    pub id: Option<String>,
    /// `FEED`, `REELS`, `STORY`, `AD`, `LIVE`, ….
    pub product_type: Option<String>,
    /// The ad.
    pub ad_id: Option<String>,
    /// Its title.
    pub ad_title: Option<String>,
    /// The post behind the ad.
    pub original_media_id: Option<String>,
}

/// The business was mentioned.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Mention {
    /// Where.
    pub media_id: Option<String>,
    /// In this comment; absent for a caption.
    pub comment_id: Option<String>,
}
