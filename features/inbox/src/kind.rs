//! What kind of thing a message is, for people: the platforms have more words for it than people.

/// A kind of message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Words.
    Text,
    /// A picture.
    Image,
    /// A film.
    Video,
    /// Sound.
    Audio,
    /// A document.
    File,
    /// A sticker.
    Sticker,
    /// A heart.
    Heart,
    /// A post or reel that was passed on.
    Share,
    /// An answer to a story of the business.
    StoryReply,
    /// The business is mentioned in a story.
    StoryMention,
    /// A tapped button, or a chosen line.
    Choice,
    /// A filled form.
    Form,
    /// A place.
    Location,
    /// Contact cards.
    Contacts,
    /// A cart.
    Order,
    /// Somebody came from an advertisement or a link.
    Referral,
    /// A note of the platform.
    System,
    /// A file that the phone app has not handed over yet.
    Pending,
    /// Taken back by its writer.
    Removed,
    /// Something that can't be shown.
    Unsupported,
}

impl Kind {
    /// The kind that a platform's word means.
    pub(crate) fn of(word: &str) -> Self {
        match word {
            "text" => Self::Text,
            "image" => Self::Image,
            "video" => Self::Video,
            "audio" | "voice" => Self::Audio,
            "file" | "document" => Self::File,
            "sticker" => Self::Sticker,
            "like_heart" => Self::Heart,
            "share" | "ig_post" | "reel" | "ig_reel" | "story" | "ig_story" | "media" => {
                Self::Share
            }
            "story_reply" => Self::StoryReply,
            "story_mention" => Self::StoryMention,
            "quick_reply" | "postback" | "button" | "interactive" => Self::Choice,
            "form" => Self::Form,
            "location" => Self::Location,
            "contacts" => Self::Contacts,
            "order" => Self::Order,
            "referral" => Self::Referral,
            "system" => Self::System,
            "media_placeholder" => Self::Pending,
            "removed" => Self::Removed,
            _ => Self::Unsupported,
        }
    }

    /// The icon.
    pub(crate) const fn glyph(self) -> &'static str {
        match self {
            Self::Text => "message-circle",
            Self::Image => "image",
            Self::Video => "video",
            Self::Audio => "mic",
            Self::File => "paperclip",
            Self::Sticker | Self::Heart => "star",
            Self::Share => "link",
            Self::StoryReply | Self::StoryMention => "circle-dot",
            Self::Choice => "circle-check",
            Self::Form => "list",
            Self::Location => "map-pin",
            Self::Contacts => "circle-user",
            Self::Order => "tag",
            Self::Referral => "arrow-right",
            Self::System => "info",
            Self::Pending => "clock",
            Self::Removed => "undo-2",
            Self::Unsupported => "circle-help",
        }
    }

    /// The key of its name.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Text => "inbox.kind.text",
            Self::Image => "inbox.kind.image",
            Self::Video => "inbox.kind.video",
            Self::Audio => "inbox.kind.audio",
            Self::File => "inbox.kind.file",
            Self::Sticker => "inbox.kind.sticker",
            Self::Heart => "inbox.kind.heart",
            Self::Share => "inbox.kind.share",
            Self::StoryReply => "inbox.kind.story_reply",
            Self::StoryMention => "inbox.kind.story_mention",
            Self::Choice => "inbox.kind.choice",
            Self::Form => "inbox.kind.form",
            Self::Location => "inbox.kind.location",
            Self::Contacts => "inbox.kind.contacts",
            Self::Order => "inbox.kind.order",
            Self::Referral => "inbox.kind.referral",
            Self::System => "inbox.kind.system",
            Self::Pending => "inbox.kind.pending",
            Self::Removed => "inbox.kind.removed",
            Self::Unsupported => "inbox.kind.unsupported",
        }
    }

    /// Whether its words say enough where there is little room.
    pub(crate) const fn is_words(self) -> bool {
        matches!(self, Self::Text | Self::Choice)
    }
}
