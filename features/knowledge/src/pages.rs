//! The pages of the knowledge.

mod documents;
mod faq;
mod search;
mod sources;
mod trials;

pub use faq::{Fields as EntryFields, again as entry_again};
pub use trials::again as trial_again;

use axum::extract::Multipart;
use axum::http::StatusCode;
use bytes::Bytes;
use serde::Deserialize;
use web::ui::{Flash, Shell};
use web::{Problem, Routes};

use crate::Knowledge;
use crate::api::first_file;

/// The part of the knowledge that a page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// FAQ entries.
    Faq,
    /// Documents.
    Documents,
    /// Web pages and sites.
    Sources,
    /// What customers ask and nothing answers; the page is the agent's.
    Gaps,
    /// The search test.
    Search,
}

impl Tab {
    /// All of them, in their order.
    pub const ALL: [Self; 5] = [
        Self::Faq,
        Self::Documents,
        Self::Sources,
        Self::Gaps,
        Self::Search,
    ];

    /// Where it is.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Faq => "/knowledge",
            Self::Documents => "/knowledge/documents",
            Self::Sources => "/knowledge/web",
            Self::Gaps => "/knowledge/gaps",
            Self::Search => "/knowledge/search",
        }
    }

    /// The message with its name.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Faq => "knowledge.faq",
            Self::Documents => "knowledge.documents",
            Self::Sources => "knowledge.web",
            Self::Gaps => "gaps.title",
            Self::Search => "knowledge.search",
        }
    }
}

/// What was done on the page before, told once.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Done {
    done: String,
}

impl Done {
    fn tell(&self, shell: &mut Shell) {
        let key = match self.done.as_str() {
            "saved" => "knowledge.done.saved",
            "deleted" => "knowledge.done.deleted",
            _ => return,
        };
        shell.frame.flash = Some(Flash::ok(shell.t(key).to_string()));
    }
}

/// Why a file was not taken in.
enum Refused {
    /// It is said at the field, by this key and what stands in for its name.
    InWords(&'static str, String),
    /// It is nothing that another file would mend.
    Problem(Problem),
}

/// The file of a form.
async fn chosen_file(body: Multipart) -> Result<(String, Bytes), Refused> {
    let none = || Refused::InWords("knowledge.refused.none", String::new());
    let (name, content) = first_file(body).await.map_err(|problem| {
        if problem.status == StatusCode::PAYLOAD_TOO_LARGE {
            Refused::InWords("knowledge.refused.large", String::new())
        } else if problem.fields.contains_key("file") {
            none()
        } else {
            Refused::Problem(problem)
        }
    })?;
    // What a browser sends when no file was chosen.
    if name.is_empty() {
        return Err(none());
    }
    Ok((name, content))
}

/// The routes of the pages.
pub fn routes(state: Knowledge) -> Routes<()> {
    faq::routes()
        .merge(documents::routes())
        .merge(sources::routes())
        .merge(search::routes())
        .merge(trials::routes())
        .with_state(state)
}
