//! A problem as a person sees it: a page, or a word in the corner of the page that is open.

use askama::Template;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use kernel::Clock;

use crate::problem::REQUEST_ID;
use crate::ui::{Flash, Frame, Preferences};
use crate::{Html, Problem, access};

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    shell: Frame,
    status: u16,
    sentence: String,
    request_id: String,
}

#[derive(Template)]
#[template(path = "problem_toast.html")]
struct ProblemToast {
    shell: Frame,
    flash: Flash,
}

/// The page that says what went wrong, in the reader's language.
pub(crate) fn render(problem: &Problem, request: &HeaderMap) -> Response {
    let preferences = Preferences::from_headers(request);
    let shell = Frame::new(preferences, Clock::System.now(), "");
    let sentence = sentence(problem, &shell);
    let html = if access::is_htmx(request) {
        let flash = Flash::danger(sentence);
        Html(ProblemToast { shell, flash }).into_response()
    } else {
        let page = ProblemPage {
            shell,
            status: problem.status.as_u16(),
            sentence,
            request_id: REQUEST_ID.try_with(Clone::clone).unwrap_or_default(),
        };
        Html(page).into_response()
    };
    let mut response = html;
    *response.status_mut() = problem.status;
    if let Some(seconds) = problem.retry_after {
        let headers = response.headers_mut();
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn sentence(problem: &Problem, shell: &Frame) -> String {
    let message = match problem.status {
        StatusCode::UNAUTHORIZED => shell.t("ui.error.signed_out"),
        StatusCode::FORBIDDEN if problem.code == "FORBIDDEN" => shell.t("ui.error.forbidden"),
        StatusCode::FORBIDDEN if problem.code == access::NO_WORKSPACE => {
            shell.t("ui.error.no_workspace")
        }
        StatusCode::NOT_FOUND => shell.t("ui.error.missing"),
        StatusCode::PAYLOAD_TOO_LARGE => shell.t("ui.error.large"),
        StatusCode::TOO_MANY_REQUESTS => shell.t("ui.error.often"),
        status if status.is_server_error() => shell.t("ui.error.server"),
        _ => return problem.message.clone(),
    };
    message.to_string()
}
