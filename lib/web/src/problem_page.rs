//! A problem as a person sees it: a page, or a word in the corner of the page that is open.

use askama::Template;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};
use kernel::Clock;

use crate::i18n::Message;
use crate::problem::REQUEST_ID;
use crate::routes::RouteKind;
use crate::ui::{Flash, Frame, Preferences, Shell, came_from};
use crate::{Caller, Html, Member, Problem, SimulatorUrl, Waiting, access, member_shell, waiting};

/// The page of somebody who is not signed in, or has no workspace.
#[derive(Template)]
#[template(path = "problem.html")]
struct OutsidePage {
    shell: Frame,
    said: Said,
}

/// The page of a member, with the sidebar.
#[derive(Template)]
#[template(path = "problem_inside.html")]
struct InsidePage {
    shell: Shell,
    said: Said,
}

/// What both say.
struct Said {
    status: u16,
    title: String,
    sentence: String,
    request_id: String,
    /// The page before.
    back: Option<String>,
}

#[derive(Template)]
#[template(path = "problem_toast.html")]
struct ProblemToast {
    shell: Frame,
    flash: Flash,
}

/// The page that says what went wrong, in the reader's language and with the way back.
pub(crate) async fn render(problem: &Problem, asked: &Parts) -> Response {
    let caller = reader(problem, asked).await;
    let shell = match &caller {
        Some(caller) => caller.frame(&asked.headers),
        None => Frame::new(
            Preferences::from_headers(&asked.headers),
            Clock::System.now(),
            "",
        ),
    };
    let mut response = if access::is_htmx(&asked.headers) {
        let flash = Flash::danger(sentence(problem, &shell));
        Html(ProblemToast { shell, flash }).into_response()
    } else {
        let said = Said {
            status: problem.status.as_u16(),
            title: title(problem.status, &shell).to_string(),
            sentence: sentence(problem, &shell),
            request_id: REQUEST_ID.try_with(Clone::clone).unwrap_or_default(),
            back: came_from(&asked.headers).filter(|back| back.as_str() != here(asked)),
        };
        match caller.and_then(|caller| seat(asked, caller)) {
            Some(mut member) => {
                member.waiting = waiting::for_page(RouteKind::Page, asked, &member).await;
                let shell = member_shell(&member, "", &asked.headers);
                Html(InsidePage { shell, said }).into_response()
            }
            None => Html(OutsidePage { shell, said }).into_response(),
        }
    };
    *response.status_mut() = problem.status;
    if let Some(seconds) = problem.retry_after {
        let headers = response.headers_mut();
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// Who reads the page. Where the trouble is that too much is asked, or that nothing can be asked,
/// nobody is looked up.
async fn reader(problem: &Problem, asked: &Parts) -> Option<Caller> {
    let unknown = matches!(
        problem.status,
        StatusCode::UNAUTHORIZED | StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
    );
    if unknown {
        return None;
    }
    access::authenticate(asked).await.ok().flatten()
}

fn seat(asked: &Parts, caller: Caller) -> Option<Member> {
    let membership = caller.membership.as_ref()?;
    Some(Member {
        scope: membership.scope,
        role: membership.role,
        simulator: asked.extensions.get::<SimulatorUrl>().cloned(),
        waiting: Waiting::default(),
        caller,
    })
}

fn here(asked: &Parts) -> &str {
    asked.uri.path_and_query().map_or("/", |path| path.as_str())
}

fn title(status: StatusCode, shell: &Frame) -> Message<'static> {
    match status {
        StatusCode::UNAUTHORIZED => shell.t("ui.problem.signed_out"),
        StatusCode::FORBIDDEN => shell.t("ui.problem.forbidden"),
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => shell.t("ui.problem.missing"),
        StatusCode::PAYLOAD_TOO_LARGE => shell.t("ui.problem.large"),
        StatusCode::TOO_MANY_REQUESTS => shell.t("ui.problem.often"),
        status if status.is_server_error() => shell.t("ui.problem.server"),
        _ => shell.t("ui.problem.refused"),
    }
}

fn sentence(problem: &Problem, shell: &Frame) -> String {
    let message = match problem.status {
        StatusCode::UNAUTHORIZED => shell.t("ui.error.signed_out"),
        StatusCode::FORBIDDEN if problem.code == "FORBIDDEN" => shell.t("ui.error.forbidden"),
        StatusCode::FORBIDDEN if problem.code == "CSRF_FAILED" => shell.t("ui.error.elsewhere"),
        StatusCode::FORBIDDEN if problem.code == access::NO_WORKSPACE => {
            shell.t("ui.error.no_workspace")
        }
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => shell.t("ui.error.missing"),
        StatusCode::PAYLOAD_TOO_LARGE => shell.t("ui.error.large"),
        StatusCode::TOO_MANY_REQUESTS => shell.t("ui.error.often"),
        StatusCode::UNPROCESSABLE_ENTITY if problem.code == "VALIDATION_FAILED" => {
            shell.t("ui.error.invalid")
        }
        status if status.is_server_error() => shell.t("ui.error.server"),
        _ => return problem.message.clone(),
    };
    message.to_string()
}
