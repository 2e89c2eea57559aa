//! A word to the person after something was done, with the way back where there is one.

/// What kind of news it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// Neither good nor bad.
    #[default]
    Neutral,
    /// It worked.
    Ok,
    /// It worked, with a but.
    Warn,
    /// It failed.
    Danger,
}

impl Tone {
    /// Its name in `data-tone`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Danger => "danger",
        }
    }

    /// The icon that stands for it.
    pub const fn icon(self) -> &'static str {
        match self {
            Self::Neutral => "info",
            Self::Ok => "circle-check",
            Self::Warn => "triangle-alert",
            Self::Danger => "octagon-alert",
        }
    }
}

/// How to take back what was just done: a form posted to `action`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undo {
    /// Where the form is posted.
    pub action: String,
    /// Its hidden fields.
    pub fields: Vec<(String, String)>,
}

/// A short message shown in the corner.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Flash {
    /// What kind of news it is.
    pub tone: Tone,
    /// The sentence, in the person's language.
    pub text: String,
    /// How to take it back.
    pub undo: Option<Undo>,
}

impl Flash {
    /// A word that something worked.
    pub fn ok(text: impl Into<String>) -> Self {
        Self {
            tone: Tone::Ok,
            text: text.into(),
            undo: None,
        }
    }

    /// A word that something failed.
    pub fn danger(text: impl Into<String>) -> Self {
        Self {
            tone: Tone::Danger,
            text: text.into(),
            undo: None,
        }
    }

    /// With a button that posts to `action` to take it back.
    #[must_use]
    pub fn with_undo(mut self, action: impl Into<String>) -> Self {
        self.undo = Some(Undo {
            action: action.into(),
            fields: Vec::new(),
        });
        self
    }
}
