//! What people type at a comment, and what an open page gets back.

use askama::Template;
use kernel::CommentReplyId;
use web::ui::Shell;

/// What was typed, and why it was not taken.
#[derive(Debug, Default)]
pub(super) struct Typed {
    pub(super) reply: String,
    pub(super) draft: Option<String>,
    pub(super) problem: Option<&'static str>,
}

/// Why something was not done; it is shown above the words, which stay.
#[derive(Template)]
#[template(path = "comments_problem.html")]
pub(super) struct ProblemPart {
    shell: Shell,
    problem: Option<&'static str>,
}

impl ProblemPart {
    pub(super) fn of(shell: &Shell, problem: Option<&'static str>) -> Self {
        Self {
            shell: shell.clone(),
            problem,
        }
    }
}

/// The field that names the answer, so that a form that is sent twice is one answer.
#[derive(Template)]
#[template(path = "comments_once.html")]
pub(super) struct OncePart {
    once: CommentReplyId,
}

impl OncePart {
    pub(super) fn fresh() -> Self {
        Self {
            once: CommentReplyId::new(),
        }
    }
}

/// What an open page gets when the answer was taken: the name of the next one.
#[derive(Template)]
#[template(path = "comments_taken.html")]
pub(super) struct TakenPart {
    once: OncePart,
}

impl TakenPart {
    pub(super) fn fresh() -> Self {
        Self {
            once: OncePart::fresh(),
        }
    }
}
