//! What everybody may see: what the product is, and what it does with people's data.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use http::{HeaderMap, Method};
use kernel::Clock;
use web::ui::{Frame, Preferences};
use web::{Access, Html, MaybeCaller, Routes};

use crate::config::FrontSettings;

/// When the words of the privacy policy changed last.
const PRIVACY_CHANGED: Option<NaiveDate> = NaiveDate::from_ymd_opt(2026, 11, 24);

/// What these pages need.
#[derive(Clone, Debug)]
pub struct Front {
    /// Who runs the installation.
    pub settings: FrontSettings,
    /// Where instants come from.
    pub clock: Clock,
}

/// The routes.
pub fn routes(front: Front) -> Routes<()> {
    Routes::new()
        .page(Method::GET, "/", Access::Public, landing)
        .page(Method::GET, "/privacy", Access::Public, privacy)
        .with_state(front)
}

#[derive(Template)]
#[template(path = "landing.html")]
struct LandingPage {
    shell: Frame,
}

#[derive(Template)]
#[template(path = "privacy.html")]
struct PrivacyPage {
    shell: Frame,
    /// Who runs the installation, where it is said.
    operator: Option<String>,
    /// The address to write to, where there is one.
    contact: Option<String>,
    changed: DateTime<Utc>,
}

/// Who works here goes to work; everybody else reads what this is.
async fn landing(
    State(front): State<Front>,
    MaybeCaller(caller): MaybeCaller,
    headers: HeaderMap,
) -> Response {
    if caller.is_some() {
        return Redirect::to("/inbox").into_response();
    }
    let shell = Frame::new(Preferences::from_headers(&headers), front.clock.now(), "");
    Html(LandingPage { shell }).into_response()
}

async fn privacy(
    State(front): State<Front>,
    MaybeCaller(caller): MaybeCaller,
    headers: HeaderMap,
) -> Response {
    let now = front.clock.now();
    let shell = match caller {
        Some(caller) => caller.frame(&headers),
        None => Frame::new(Preferences::from_headers(&headers), now, ""),
    };
    let changed = PRIVACY_CHANGED.map_or(now, |day| day.and_time(NaiveTime::MIN).and_utc());
    Html(PrivacyPage {
        shell,
        operator: front.settings.operator_name,
        contact: front.settings.privacy_email,
        changed,
    })
    .into_response()
}
