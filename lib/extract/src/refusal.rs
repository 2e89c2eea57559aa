//! Why a file gives no text.

use serde::{Deserialize, Serialize};

/// Why a file gives no text. It lies in the file: trying again changes nothing, except for
/// [`Refusal::TimedOut`] on a busy machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Refusal {
    /// The file is too large.
    #[error("The file is larger than {} MB. Divide it, or leave pictures out.", limit / (1024 * 1024))]
    TooLarge {
        /// The most bytes.
        limit: u64,
    },
    /// It is none of the kinds that can be read.
    #[error(
        "This is {looks_like}. PDF, Word (.docx), text, Markdown, HTML and CSV files can be read."
    )]
    UnknownKind {
        /// What it seems to be, with its article: `a spreadsheet (.xlsx)`.
        looks_like: String,
    },
    /// A password is needed to open it.
    #[error("The file is protected by a password. Save it without one and upload it again.")]
    PasswordProtected,
    /// It holds pictures of pages and no text.
    #[error(
        "There is no text in the file; it looks scanned. Run text recognition (OCR) on it and \
         upload the result."
    )]
    Scanned,
    /// It holds no words at all.
    #[error("There are no words in the file.")]
    NoText,
    /// It is broken, cut off, or not made as its kind must be.
    #[error("The file is damaged and can't be read. Open it where it was made and save it again.")]
    Damaged,
    /// It has more pages than are read.
    #[error("The file has more than {limit} pages. Divide it into smaller files.")]
    TooManyPages {
        /// The most pages.
        limit: u32,
    },
    /// Reading it would take more than a document may: it inflates too far, is nested too deeply,
    /// needs too much memory or holds too much.
    #[error("The file is too complex to be read. Save a simpler copy, or divide it.")]
    TooComplex,
    /// Reading it took too long.
    #[error("Reading the file took too long. Divide it, or save a simpler copy.")]
    TimedOut,
    /// Reading it failed in a way that nobody foresaw.
    #[error("Reading the file failed. Save it again, or in another form.")]
    Crashed,
}

impl Refusal {
    /// The stable name for programs and databases.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "too_large",
            Self::UnknownKind { .. } => "unknown_kind",
            Self::PasswordProtected => "password_protected",
            Self::Scanned => "scanned",
            Self::NoText => "no_text",
            Self::Damaged => "damaged",
            Self::TooManyPages { .. } => "too_many_pages",
            Self::TooComplex => "too_complex",
            Self::TimedOut => "timed_out",
            Self::Crashed => "crashed",
        }
    }

    pub(crate) fn unknown(looks_like: &str) -> Self {
        Self::UnknownKind {
            looks_like: looks_like.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_the_name_in_json() {
        let all = [
            Refusal::TooLarge { limit: 1 },
            Refusal::unknown("a picture"),
            Refusal::PasswordProtected,
            Refusal::Scanned,
            Refusal::NoText,
            Refusal::Damaged,
            Refusal::TooManyPages { limit: 1 },
            Refusal::TooComplex,
            Refusal::TimedOut,
            Refusal::Crashed,
        ];
        for refusal in all {
            let json = serde_json::to_value(&refusal).unwrap();
            assert_eq!(json["code"], refusal.code());
            assert_eq!(serde_json::from_value::<Refusal>(json).unwrap(), refusal);
        }
    }

    #[test]
    fn a_shop_owner_is_told_the_limit_in_megabytes() {
        let refusal = Refusal::TooLarge {
            limit: 10 * 1024 * 1024,
        };
        assert!(
            refusal
                .to_string()
                .starts_with("The file is larger than 10 MB.")
        );
    }
}
