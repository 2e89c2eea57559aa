//! The tenancy matrix: every route × everybody × own and foreign ids, made from the route table, so
//! that a new route can't be forgotten.

mod cast;
mod places;

use std::fmt::Write as _;

use reqwest::{Method, StatusCode};
use socialsync::config::Config;
use socialsync::database::Database;
use socialsync::parts::Parts;
use web::{Access, RouteInfo, RouteKind};

use crate::story::{Setup, Story};
use cast::{Cast, Who};

/// Routes that end the session of whoever uses them, or move it to another workspace: a caller who
/// may use them is not sent there, or the rest of the matrix would meet a stranger.
const ENDS_THE_CALLER: [&str; 10] = [
    "/api/auth/sessions/{id}",
    "/account/sessions/{id}/end",
    "/api/auth/logout",
    "/api/auth/change-password",
    "/api/workspaces/{id}/switch",
    "/sign-out",
    "/workspaces/switch",
    "/workspaces",
    "/account/password",
    "/invitations/accept",
];

/// Streams that never end.
const STREAMS: [&str; 1] = ["/events"];

#[tokio::test(flavor = "multi_thread")]
async fn every_route_lets_in_whom_it_should_and_shows_nobody_a_foreign_thing() {
    let story = Story::begin_with(Setup {
        settings: vec![(
            "SOCIALSYNC_ANONYMOUS_REQUESTS_PER_MINUTE",
            "100000".to_owned(),
        )],
        ..Setup::default()
    })
    .await;
    let cast = Cast::gather(&story).await;
    let routes = table(&story).await;
    let mut wrong = String::new();
    // First what must not work: it changes nothing, and the other workspace stays as it is.
    let before = cast.fingerprint(&story, cast.theirs).await;
    for route in &routes {
        for who in &cast.everybody {
            try_foreign(&story, &cast, route, who, &mut wrong).await;
        }
    }
    let after = cast.fingerprint(&story, cast.theirs).await;
    assert_eq!(before, after, "somebody changed a foreign workspace");
    // Then what works: reading before writing, the weakest first.
    for writes in [false, true] {
        for route in routes
            .iter()
            .filter(|route| (route.method != Method::GET) == writes)
        {
            for who in cast.everybody.iter().filter(|who| !who.of_theirs) {
                try_own(&story, &cast, route, who, &mut wrong).await;
            }
        }
    }
    let after = cast.fingerprint(&story, cast.theirs).await;
    assert_eq!(before, after, "somebody changed a foreign workspace");
    for who in cast.everybody.iter().filter(|who| who.of_theirs) {
        for route in &routes {
            try_own(&story, &cast, route, who, &mut wrong).await;
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    assert!(routes.len() > 80, "only {} routes", routes.len());
    story.end().await;
}

/// The table of the product's routes.
pub async fn table(story: &Story) -> Vec<RouteInfo> {
    let config = Config::from_source(story.source()).unwrap();
    let database = Database::open(&config).await.unwrap();
    let parts = Parts::build(&config, database.db.clone(), kernel::Clock::System).unwrap();
    let (_stop, stopped) = tokio::sync::watch::channel(false);
    let routes = socialsync::router::routes(&parts, stopped).table().to_vec();
    database.close().await;
    routes
        .into_iter()
        .filter(|route| !STREAMS.contains(&route.path.as_str()))
        .collect()
}

/// A thing of another workspace is not there for anybody.
async fn try_foreign(story: &Story, cast: &Cast, route: &RouteInfo, who: &Who, wrong: &mut String) {
    if route.access == Access::Public || !route.path.contains('{') {
        return;
    }
    let theirs = if who.of_theirs {
        cast.ours
    } else {
        cast.theirs
    };
    let path = places::fill(story, cast, &route.path, theirs, who).await;
    let status = send(story, cast, route, &path, who).await;
    let fits = match admits(route, who) {
        Admits::No(refusal) => refusal.contains(&status.as_u16()),
        // A form may be refused before anything is looked up.
        Admits::Yes if route.method == Method::GET => status == StatusCode::NOT_FOUND,
        Admits::Yes => matches!(status.as_u16(), 404 | 400 | 415 | 422),
        Admits::ButNotAKey => matches!(status.as_u16(), 403 | 404 | 400 | 415 | 422),
    };
    if !fits {
        writeln!(
            wrong,
            "foreign  {} {path} as {}: {status}",
            route.method, who.name
        )
        .unwrap();
    }
}

/// What is one's own is there for those who may.
async fn try_own(story: &Story, cast: &Cast, route: &RouteInfo, who: &Who, wrong: &mut String) {
    let admitted = admits(route, who);
    let leaves = route.method != Method::GET && ENDS_THE_CALLER.contains(&route.path.as_str());
    if leaves && !matches!(admitted, Admits::No(_)) {
        return;
    }
    let ours = if who.of_theirs {
        cast.theirs
    } else {
        cast.ours
    };
    let path = places::fill(story, cast, &route.path, ours, who).await;
    let status = send(story, cast, route, &path, who).await;
    let code = status.as_u16();
    let fits = match admitted {
        Admits::No(refusal) => refusal.contains(&code),
        Admits::ButNotAKey => code < 500 && code != 401,
        Admits::Yes if route.access == Access::Public => code < 500,
        Admits::Yes if route.kind == RouteKind::Api && route.method == Method::GET => code == 200,
        Admits::Yes if route.method == Method::GET => code < 400 || code == 404 || code == 422,
        // Bodies are empty, and what was deleted by one is gone for the next.
        Admits::Yes => code < 500 && code != 401 && code != 403,
    };
    // Rules beyond roles: an admin may not touch owners.
    let above = code == 403 && who.name != "owner" && route.path.contains("members/{id}");
    if !fits && !above {
        writeln!(
            wrong,
            "own      {} {path} as {}: {status}",
            route.method, who.name
        )
        .unwrap();
    }
}

/// What the table says of a caller.
enum Admits {
    Yes,
    /// What has to do with a person's own account is nothing for a key.
    ButNotAKey,
    /// Refused, with one of these.
    No(&'static [u16]),
}

fn admits(route: &RouteInfo, who: &Who) -> Admits {
    let stranger: &[u16] = match route.kind {
        RouteKind::Page => &[303, 307, 302],
        RouteKind::Api | RouteKind::Raw => &[401],
    };
    match (route.access, who.token.is_some()) {
        (Access::Public, _) => Admits::Yes,
        (_, false) => Admits::No(stranger),
        (Access::SignedIn, true) if who.is_key => Admits::No(&[403]),
        (Access::SignedIn, true) => Admits::Yes,
        (Access::Member(needed), true) => match who.role {
            Some(role) if role >= needed && who.is_key => Admits::ButNotAKey,
            Some(role) if role >= needed => Admits::Yes,
            // Who has no seat is led to where there is one to be had.
            None if route.kind == RouteKind::Page => Admits::No(&[303]),
            _ => Admits::No(&[403]),
        },
    }
}

async fn send(story: &Story, cast: &Cast, route: &RouteInfo, path: &str, who: &Who) -> StatusCode {
    let mut request = cast
        .client
        .request(route.method.clone(), format!("{}{path}", story.url));
    if let Some(token) = &who.token {
        request = request.bearer_auth(token);
    }
    if route.method != Method::GET {
        request = match route.kind {
            RouteKind::Page => request.form(&[("nothing", "")]),
            RouteKind::Api | RouteKind::Raw => request.json(&serde_json::json!({})),
        };
    }
    request.send().await.unwrap().status()
}
