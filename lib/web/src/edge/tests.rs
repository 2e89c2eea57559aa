//! What the router answers to whom.

use std::sync::Arc;

use axum::body::Body;
use db::{JobEnvelope, Membership};
use futures::FutureExt;
use futures::future::BoxFuture;
use http::request::Parts;
use kernel::{Role, UserId, WorkspaceId};
use serde::Deserialize;
use serde_json::{Value, json};
use tower::ServiceExt;
use utoipa_axum::routes;

use super::*;
use crate::{
    Access, Authenticate, Caller, Form, Json, ListQuery, Member, Path, Query, SignedIn,
    UserSummary, Via,
};

/// Takes `Bearer ROLE`, `Bearer homeless` and `Bearer key` (a viewer's key), and `Cookie: ROLE`.
struct Doorman;

impl Authenticate for Doorman {
    fn authenticate<'a>(
        &'a self,
        parts: &'a Parts,
    ) -> BoxFuture<'a, Result<Option<Caller>, Problem>> {
        let text = |name| {
            parts
                .headers
                .get(name)
                .and_then(|value| value.to_str().ok())
        };
        let bearer = text(header::AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer "));
        let found = bearer
            .map(|name| (name, Via::Bearer))
            .or_else(|| text(header::COOKIE).map(|name| (name, Via::Cookie)));
        let caller = found.and_then(|(name, via)| caller(name, via));
        async move { Ok(caller) }.boxed()
    }
}

fn caller(name: &str, via: Via) -> Option<Caller> {
    let role = match name {
        "key" => Some(Role::Viewer),
        "homeless" => None,
        other => Some(other.parse().ok()?),
    };
    let user = UserSummary {
        id: UserId::new(),
        name: "Camille".to_owned(),
        email: "camille@example.org".to_owned(),
        email_proven: true,
        locale: "fr".to_owned(),
        time_zone: String::new(),
        theme: String::new(),
    };
    Some(Caller {
        user: (name != "key").then_some(user),
        session: None,
        via: if name == "key" { Via::ApiKey } else { via },
        csrf: Some("token".to_owned()),
        membership: role.map(|role| Membership {
            scope: serde_json::from_value::<JobEnvelope>(json!({"workspace": WorkspaceId::new()}))
                .unwrap()
                .scope(),
            role,
            workspace_name: "Atelier".to_owned(),
        }),
        workspaces: Vec::new(),
    })
}

#[derive(Deserialize, utoipa::ToSchema)]
struct Note {
    text: String,
    size: Option<u8>,
}

#[utoipa::path(get, path = "/api/notes", params(ListQuery), responses((status = 200, body = Vec<String>)))]
async fn list(_: Member, Query(query): Query<ListQuery>) -> Result<String, Problem> {
    let after: Option<u32> = query.after()?;
    Ok(format!("{} {after:?}", query.limit().get()))
}

#[utoipa::path(post, path = "/api/notes", request_body = Note, responses((status = 200)))]
async fn create(_: Member, Json(note): Json<Note>) -> String {
    format!("{} {:?}", note.text, note.size)
}

#[utoipa::path(get, path = "/api/notes/{id}", responses((status = 200)))]
async fn read(_: Member, Path(id): Path<kernel::MessageId>) -> String {
    id.to_string()
}

fn router() -> Router {
    let ok = async || "ok";
    let routes = Routes::new()
        .api(Access::Member(Role::Viewer), routes!(list))
        .api(Access::Member(Role::Agent), routes!(create))
        .api(Access::Member(Role::Viewer), routes!(read))
        .page(
            Method::GET,
            "/signed-in",
            Access::SignedIn,
            async |_: SignedIn| "ok",
        )
        .page(Method::GET, "/viewer", Access::Member(Role::Viewer), ok)
        .page(Method::GET, "/admin", Access::Member(Role::Admin), ok)
        .page(Method::POST, "/admin", Access::Member(Role::Admin), ok)
        .page(
            Method::POST,
            "/admin/{id}/end",
            Access::Member(Role::Admin),
            ok,
        )
        .page(Method::POST, "/form", Access::Public, ok)
        .page(Method::GET, "/public", Access::Public, ok)
        .page(
            Method::POST,
            "/public",
            Access::Public,
            async |_: Form<Note>| "ok",
        )
        .page(Method::GET, "/panic", Access::Public, panics)
        .raw(Method::POST, "/webhooks/x", Access::Public, ok);
    let edge = Edge {
        watcher: None,
        authenticator: Authenticator(Arc::new(Doorman)),
        limits: RateLimits::default(),
        simulator: None,
        cors_origins: vec![HeaderValue::from_static("https://shop.example")],
        trusted_hops: 0,
        https: true,
    };
    app(routes, edge)
}

async fn panics() -> &'static str {
    panic!("a test wants to see what happens")
}

async fn send(request: http::request::Builder, body: &str) -> Response {
    let request = request.body(Body::from(body.to_owned())).unwrap();
    router().oneshot(request).await.unwrap()
}

fn get(path: &str) -> http::request::Builder {
    Request::get(path)
}

fn post_json(path: &str) -> http::request::Builder {
    let request = Request::post(path).header("authorization", "Bearer agent");
    request.header("content-type", "application/json")
}

async fn status_for(path: &str, role: &str) -> u16 {
    let request = get(path).header("authorization", format!("Bearer {role}"));
    send(request, "").await.status().as_u16()
}

async fn text(response: Response) -> String {
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await;
    String::from_utf8(bytes.unwrap().to_vec()).unwrap()
}

async fn problem(response: Response) -> Value {
    let value: Value = serde_json::from_str(&text(response).await).unwrap();
    value["detail"].clone()
}

#[tokio::test]
async fn a_role_opens_what_needs_it_or_less() {
    for (path, role, expected) in [
        ("/public", "nobody", 200),
        ("/signed-in", "homeless", 200),
        ("/signed-in", "viewer", 200),
        ("/signed-in", "key", 403),
        ("/viewer", "homeless", 303),
        ("/viewer", "key", 200),
        ("/viewer", "viewer", 200),
        ("/admin", "agent", 403),
        ("/admin", "admin", 200),
        ("/admin", "owner", 200),
        ("/api/notes", "nobody", 401),
        ("/api/notes", "viewer", 200),
    ] {
        assert_eq!(status_for(path, role).await, expected, "{path} as {role}");
    }
}

#[tokio::test]
async fn a_page_leads_who_has_no_seat_to_where_there_is_one_to_be_had() {
    let asked = || get("/viewer").header("authorization", "Bearer homeless");
    let answer = send(asked(), "").await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert_eq!(answer.headers()[header::LOCATION], "/workspaces");
    // Inside a page that is open, a redirect would land in the middle of it.
    let answer = send(asked().header("hx-request", "true"), "").await;
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_page_leads_a_stranger_to_the_sign_in_and_back() {
    let answer = send(get("/viewer?state=open"), "").await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let next = "/sign-in?next=%2Fviewer%3Fstate%3Dopen";
    assert_eq!(answer.headers()[header::LOCATION], next);
    let fragment = send(get("/viewer").header("hx-request", "true"), "").await;
    assert_eq!(fragment.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_cookie_needs_proof_of_origin_to_change_something() {
    let post = || Request::post("/admin").header("cookie", "admin");
    assert_eq!(send(post(), "").await.status(), StatusCode::FORBIDDEN);
    for (name, value) in [("x-csrf-token", "token"), ("sec-fetch-site", "same-origin")] {
        assert_eq!(
            send(post().header(name, value), "").await.status(),
            StatusCode::OK
        );
    }
    let webhook = Request::post("/webhooks/x").header("sec-fetch-site", "cross-site");
    assert_eq!(send(webhook, "").await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_problem_has_one_form_and_names_its_request() {
    let answer = send(
        get("/api/nothing").header("x-request-id", "req-12345678"),
        "",
    )
    .await;
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    assert_eq!(answer.headers()["x-request-id"], "req-12345678");
    assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
    let detail = problem(answer).await;
    assert_eq!(detail["error_code"], "NOT_FOUND");
    assert_eq!(detail["request_id"], "req-12345678");
    assert_eq!(detail["fields"], json!({}));
    let at = detail["timestamp"].as_str().unwrap();
    assert!(chrono::DateTime::parse_from_rfc3339(at).is_ok());
}

#[tokio::test]
async fn a_panic_is_answered() {
    let answer = send(get("/panic"), "").await;
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let detail = problem(answer).await;
    assert_eq!(detail["error_code"], "INTERNAL_ERROR");
    assert_ne!(detail["request_id"], "");
}

#[tokio::test]
async fn a_reader_sees_a_problem_as_a_page_in_their_language() {
    let request = get("/nothing").header("accept", "text/html");
    let answer = send(request.header("accept-language", "fr"), "").await;
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    let page = text(answer).await;
    assert!(page.contains("<html lang=\"fr\""), "{page}");
}

#[tokio::test]
async fn a_member_sees_a_problem_inside_the_shell_with_the_way_back() {
    let request = get("/nothing").header("accept", "text/html");
    let request = request.header("cookie", "viewer");
    let request = request.header("referer", "http://shop.lan/viewer?x=1");
    let page = text(send(request, "").await).await;
    // The account's own language, and not the browser's.
    assert!(page.contains("<html lang=\"fr\""), "{page}");
    assert!(page.contains("Camille") && page.contains("class=\"nav-item\""));
    assert!(page.contains("<h1>Rien ici</h1>"), "{page}");
    assert!(page.contains("href=\"/viewer?x=1\""), "{page}");
    let forbidden = get("/admin").header("cookie", "viewer");
    let answer = send(forbidden.header("accept", "text/html"), "").await;
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    assert!(text(answer).await.contains("class=\"nav-item\""));
}

#[tokio::test]
async fn the_address_of_a_form_leads_to_the_page_it_stands_on() {
    for (path, page) in [("/admin/7/end", "/admin"), ("/form", "/")] {
        let answer = send(get(path), "").await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        assert_eq!(answer.headers()[header::LOCATION], page);
    }
    let webhook = send(get("/webhooks/x"), "").await;
    assert_eq!(webhook.status(), StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_body_that_does_not_fit_is_told_field_by_field() {
    let answer = send(post_json("/api/notes"), "{").await;
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
    assert_eq!(problem(answer).await["error_code"], "MALFORMED_JSON");
    for (body, field) in [
        (r#"{"text": 5}"#, "text"),
        ("{}", "text"),
        (r#"{"text": "a", "size": 900}"#, "size"),
        (r#"["a", 9]"#, "body"),
    ] {
        let answer = send(post_json("/api/notes"), body).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let detail = problem(answer).await;
        assert_eq!(detail["error_code"], "VALIDATION_FAILED");
        assert!(detail["fields"][field].is_string(), "{body}: {detail}");
    }
    let large = format!("{{\"text\": \"{}\"}}", "a".repeat(BODY_LIMIT));
    let answer = send(post_json("/api/notes"), &large).await;
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(problem(answer).await["error_code"], "TOO_LARGE");
}

#[tokio::test]
async fn a_list_takes_its_own_cursors_and_no_others() {
    let own = kernel::Cursor::of(&7_u32);
    let ask =
        |query: String| get(&format!("/api/notes{query}")).header("authorization", "Bearer viewer");
    let answer = send(ask(format!("?limit=900&cursor={}", own.as_str())), "").await;
    assert_eq!(text(answer).await, "100 Some(7)");
    assert_eq!(text(send(ask(String::new()), "").await).await, "50 None");
    let large = send(ask("?limit=70000".to_owned()), "").await;
    assert_eq!(text(large).await, "100 None");
    for query in [
        "?cursor=%25%25",
        "?cursor=eyJ9",
        "?limit=many",
        "?limit=0",
        "?limit=-1",
    ] {
        let answer = send(ask(query.to_owned()), "").await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{query}");
    }
    assert_eq!(status_for("/api/notes/not-an-id", "viewer").await, 404);
}

#[tokio::test]
async fn the_api_describes_itself() {
    let document = text(send(get(docs::OPENAPI_PATH), "").await).await;
    let document: Value = serde_json::from_str(&document).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let create = &document["paths"]["/api/notes"]["post"];
    assert_eq!(create["security"][0], json!({"bearer": []}));
    let schemas = &document["components"]["schemas"];
    assert!(schemas["Problem"].is_object() && schemas["Note"].is_object());
    let page = text(send(get(docs::DOCS_PATH), "").await).await;
    assert!(page.contains("/api/notes/{id}") && page.contains("schema-Note"));
}

#[tokio::test]
async fn an_address_learns_what_is_left_of_its_allowance() {
    let request = get("/api/notes").header("authorization", "Bearer viewer");
    let answer = send(request, "").await;
    assert_eq!(answer.headers()["x-ratelimit-limit"], "600");
    assert_eq!(answer.headers()["x-ratelimit-remaining"], "599");
}

#[tokio::test]
async fn a_browser_that_came_by_https_stays_there() {
    let answer = send(get("/public"), "").await;
    let stay = &answer.headers()[header::STRICT_TRANSPORT_SECURITY];
    assert_eq!(stay, "max-age=31536000");
}

#[tokio::test]
async fn a_script_of_a_listed_site_names_its_workspace_and_reads_its_allowance() {
    let preflight = Request::builder()
        .method("OPTIONS")
        .uri("/api/notes")
        .header("origin", "https://shop.example")
        .header("access-control-request-method", "POST");
    let answer = send(preflight, "").await;
    let allowed = answer.headers()["access-control-allow-headers"]
        .to_str()
        .unwrap();
    assert!(allowed.contains("x-workspace-id"), "{allowed}");
    let request = get("/api/notes").header("origin", "https://shop.example");
    let answer = send(request.header("authorization", "Bearer viewer"), "").await;
    let exposed = answer.headers()["access-control-expose-headers"]
        .to_str()
        .unwrap();
    for name in [
        "x-ratelimit-limit",
        "x-ratelimit-remaining",
        "x-ratelimit-reset",
        "idempotent-replayed",
    ] {
        assert!(exposed.contains(name), "{name}: {exposed}");
    }
}

#[test]
fn methods_that_strangers_make_up_count_as_one() {
    assert_eq!(known(&Method::PATCH), "PATCH");
    for made_up in ["SPAM1", "SPAM2", "get"] {
        assert_eq!(known(&made_up.parse().unwrap()), "other");
    }
}
