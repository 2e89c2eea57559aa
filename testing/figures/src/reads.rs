//! Pages and lists in a workspace with 100,000 conversations and 2 million messages.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::fill;
use crate::report::{Times, say, shown};
use rig::Rig;

const ROUNDS: usize = 300;
const WARM_UP: usize = 20;

/// Fills the workspace and reads it over HTTP, one request after another.
pub async fn run(binary: &Path) -> Result<()> {
    let rig = Rig::build(binary).await?;
    say("\n== reads: 100,000 conversations, 2,000,000 messages in one workspace");
    let began = Instant::now();
    fill::conversations(&rig.database_url, rig.fact("instagram_account_id")?).await?;
    say(&format!("  (filled in {})", shown(began.elapsed())));
    let product = rig.serve(&[]).await?;
    let token = rig.token(&product).await?;
    let cookie = cookie(&rig, &product.url).await?;
    let api = |path: &str| {
        rig.client
            .get(format!("{}{path}", product.url))
            .bearer_auth(&token)
    };
    let page = |path: &str| {
        rig.client
            .get(format!("{}{path}", product.url))
            .header("cookie", &cookie)
    };
    let first: Value = api("/api/conversations?limit=50")
        .send()
        .await?
        .error_for_status()?
        .json()
        .await?;
    let some = first
        .pointer("/items")
        .and_then(Value::as_array)
        .context("no list")?;
    let ids: Vec<&str> = some
        .iter()
        .filter_map(|one| one.get("id")?.as_str())
        .collect();
    let next = first
        .pointer("/next_cursor")
        .and_then(Value::as_str)
        .context("no next page")?;
    let conversation = |round: usize| ids.get(round % ids.len()).copied().unwrap_or_default();
    for (name, path) in [
        (
            "GET /api/conversations",
            "/api/conversations?limit=50".to_owned(),
        ),
        (
            "… the next page",
            format!("/api/conversations?limit=50&cursor={next}"),
        ),
        (
            "… found by name",
            "/api/conversations?limit=50&q=Person%2077".to_owned(),
        ),
        (
            "GET /api/conversations/{id}/messages",
            "/api/conversations/{id}/messages?limit=50".to_owned(),
        ),
    ] {
        measure(
            name,
            |round| api(&path.replace("{id}", conversation(round))),
        )
        .await?;
    }
    for (name, path) in [
        ("page /inbox", "/inbox"),
        ("… found by name", "/inbox?q=Person%2077"),
        ("page /inbox/{id}", "/inbox/{id}"),
    ] {
        measure(name, |round| {
            page(&path.replace("{id}", conversation(round)))
        })
        .await?;
    }
    product.stop()
}

async fn measure(name: &str, request: impl Fn(usize) -> reqwest::RequestBuilder) -> Result<()> {
    let mut times = Times::default();
    for round in 0..ROUNDS + WARM_UP {
        let began = Instant::now();
        let answer = request(round).send().await?;
        let status = answer.status();
        let body = answer.bytes().await?;
        ensure!(
            status.is_success(),
            "{name}: {status} {}",
            String::from_utf8_lossy(&body)
        );
        if round >= WARM_UP {
            times.push(began.elapsed());
        }
    }
    say(&format!("  {name}: {}", times.line()));
    Ok(())
}

/// Signs in as a browser does; the session's cookie.
async fn cookie(rig: &Rig, url: &str) -> Result<String> {
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()?;
    let form = [
        ("email", rig.fact("email")?),
        ("password", rig.fact("password")?),
    ];
    let answer = client
        .post(format!("{url}/sign-in"))
        .header("origin", url)
        .header("sec-fetch-site", "same-origin")
        .form(&form)
        .send()
        .await?;
    let set = answer.headers().get_all("set-cookie").iter();
    set.filter_map(|value| value.to_str().ok()?.split(';').next())
        .find(|pair| pair.starts_with("session="))
        .map(str::to_owned)
        .with_context(|| format!("no session ({})", answer.status()))
}
