//! Web pages and sites become documents, stay true, and lead nowhere that is not public.

use kernel::SourceId;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::story::{Setup, Story, is_an_error};

/// A product that may read the simulated site, though it is on this machine.
async fn beside_the_site() -> Story {
    Story::begin_with(Setup {
        settings: vec![("SOCIALSYNC_FETCH_ALLOW", "{simulator_host}".to_owned())],
        ..Setup::default()
    })
    .await
}

/// Has a page of the simulated site, or all that it leads to, read.
async fn name(story: &Story, path: &str, whole_site: bool, most_pages: u16) -> Value {
    let wanted = json!({
        "url": format!("{}/{path}", story.simulator.url()),
        "whole_site": whole_site,
        "most_pages": most_pages,
        "every": "week",
    });
    story.post("/api/knowledge/sources", &wanted).await
}

fn address(source: &Value) -> String {
    format!("/api/knowledge/sources/{}", source["id"].as_str().unwrap())
}

/// The source once it was read, or could not be.
pub async fn read(story: &Story, source: &Value) -> Value {
    let id: SourceId = source["id"].as_str().unwrap().parse().unwrap();
    story
        .until("the source was read", async || {
            let state: String = sqlx::query_scalar("SELECT state FROM web_sources WHERE id = $1")
                .bind(id.uuid())
                .fetch_one(&story.tables)
                .await
                .unwrap();
            state == "ready" || state == "failed"
        })
        .await;
    story.get(&address(source)).await
}

/// The simulated site, or so much of it, read.
pub async fn read_site(story: &Story, most_pages: u16) -> Value {
    let source = name(story, "site/", true, most_pages).await;
    read(story, &source).await["source"].clone()
}

/// The paths of the pages that a list of a report names.
fn paths(report: &Value, list: &str) -> Vec<String> {
    let pages = report[list].as_array().unwrap().iter();
    let mut paths: Vec<String> = pages
        .map(|page| {
            let url = page["url"].as_str().unwrap();
            url.split_once("/site/")
                .map_or(url, |(_, path)| path)
                .to_owned()
        })
        .collect();
    paths.sort();
    paths
}

async fn found(story: &Story, question: &str) -> String {
    let path = format!("/api/knowledge/search?q={}", question.replace(' ', "%20"));
    story.get(&path).await["items"][0]["content"].to_string()
}

/// Sets what stands at a path of the simulated site; nothing for none.
pub async fn change(story: &Story, path: &str, html: Option<&str>) {
    let address = format!("{}/_sandbox/site/{path}", story.simulator.url());
    let request = match html {
        Some(html) => story.http.put(address).body(html.to_owned()),
        None => story.http.delete(address),
    };
    assert!(request.send().await.unwrap().status().is_success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_is_read_politely_and_read_again_with_what_changed() {
    let story = beside_the_site().await;
    let source = name(&story, "site/", true, 12).await;
    assert_eq!(source["state"], "queued");
    let view = read(&story, &source).await;
    let (site, report) = (&view["source"], &view["source"]["report"]);
    assert_eq!(site["state"], "ready", "{site}");
    let added = paths(report, "added");
    for wanted in ["", "delivery", "fr/", "glazes.pdf", "kiln.md", "wholesale"] {
        assert!(
            added.iter().any(|path| path == wanted),
            "{wanted}: {added:?}"
        );
    }
    let left_out = paths(report, "left_out");
    assert!(
        left_out.iter().any(|path| path == "staff/rota"),
        "{left_out:?}"
    );
    assert!(!added.iter().any(|path| path == "staff/rota"));
    let asked_not_to = report["left_out"].as_array().unwrap().iter();
    let asked_not_to: Vec<_> = asked_not_to
        .filter(|page| page["obstacle"] == "robots")
        .collect();
    assert!(!asked_not_to.is_empty(), "{report}");
    assert!(site["next_at"].is_string(), "{site}");
    story
        .until("every page was read", async || {
            let view = story.get(&address(&source)).await;
            let mut pages = view["documents"].as_array().unwrap().iter();
            pages.all(|page| page["state"] == "ready")
        })
        .await;
    let question = "what do shops pay for wholesale orders";
    assert!(
        found(&story, question)
            .await
            .contains("half of the retail price")
    );

    let page = "<html><title>For shops</title><main><h1>For shops</h1>\
        <p>Shops pay two thirds of the retail price of wholesale orders.</p></main></html>";
    change(&story, "wholesale", Some(page)).await;
    change(&story, "kiln.md", None).await;
    story
        .post(&format!("{}/read", address(&source)), &json!({}))
        .await;
    let busy = story
        .ask(
            Method::POST,
            &format!("{}/read", address(&source)),
            Some(&json!({})),
        )
        .await;
    is_an_error(&busy, StatusCode::CONFLICT, "BEING_READ");
    let view = read(&story, &source).await;
    let report = &view["source"]["report"];
    assert_eq!(paths(report, "changed"), ["wholesale"], "{report}");
    assert_eq!(paths(report, "removed"), ["kiln.md"], "{report}");
    assert_eq!(paths(report, "added"), [""; 0], "{report}");
    assert!(report["unchanged"].as_i64().unwrap() >= 4, "{report}");
    story
        .until("the new words are found", async || {
            found(&story, question).await.contains("two thirds")
        })
        .await;
    let document = report["changed"][0]["document"].as_str().unwrap();
    let changes = format!("/api/knowledge/documents/{document}/versions/2/changes");
    let changes = story.get(&changes).await.to_string();
    assert!(changes.contains("half of the retail") && changes.contains("two thirds"));

    let (status, _) = story.ask(Method::DELETE, &address(&source), None).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert!(!found(&story, question).await.contains("two thirds"));
    assert_eq!(
        story
            .count("SELECT count(*) FROM files WHERE source_id IS NOT NULL")
            .await,
        0
    );
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_inside_the_house_are_not_read_also_when_a_page_leads_there() {
    // The machine is not on the list here.
    let strict = Story::begin_with(Setup {
        settings: vec![("SOCIALSYNC_FETCH_ALLOW", "elsewhere.invalid:80".to_owned())],
        ..Setup::default()
    })
    .await;
    let source = name(&strict, "site/", true, 5).await;
    let failed = read(&strict, &source).await["source"].clone();
    assert_eq!(failed["state"], "failed", "{failed}");
    let error = failed["error"].as_str().unwrap();
    assert!(error.contains("is not on the public internet"), "{error}");
    for url in [
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://0x7f.1/",
    ] {
        let source = json!({ "url": url, "every": "never" });
        let source = strict.post("/api/knowledge/sources", &source).await;
        let failed = read(&strict, &source).await["source"].clone();
        assert_eq!(failed["state"], "failed", "{url}");
        assert_eq!(failed["documents"], 0);
    }
    for wrong in [
        "ftp://example.org/",
        "file:///etc/passwd",
        "help",
        "https://a:b@example.org/",
    ] {
        let wanted = json!({ "url": wrong });
        let refused = strict
            .ask(Method::POST, "/api/knowledge/sources", Some(&wanted))
            .await;
        is_an_error(
            &refused,
            StatusCode::UNPROCESSABLE_ENTITY,
            "VALIDATION_FAILED",
        );
    }
    strict.end().await;
    let story = beside_the_site().await;
    for lead in ["loopback", "decimal", "metadata", "file", "name"] {
        let source = name(&story, &format!("site/hostile/{lead}"), false, 1).await;
        let failed = read(&story, &source).await["source"].clone();
        assert_eq!(failed["state"], "failed", "{lead}: {failed}");
        assert_eq!(failed["documents"], 0, "{lead}");
    }
    let known = name(&story, "site/delivery", false, 1).await;
    assert_eq!(read(&story, &known).await["source"]["documents"], 1);
    let wanted = json!({ "url": known["url"] });
    let twice = story
        .ask(Method::POST, "/api/knowledge/sources", Some(&wanted))
        .await;
    is_an_error(&twice, StatusCode::CONFLICT, "DUPLICATE_SOURCE");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_that_was_being_read_when_the_product_died_is_read_to_its_end() {
    let mut story = beside_the_site().await;
    let source = name(&story, "site/", true, 8).await;
    story
        .until("the first pages are there", async || {
            story.get(&address(&source)).await["source"]["documents"].as_i64() >= Some(2)
        })
        .await;
    story.dies_and_comes_back().await;
    let view = read(&story, &source).await;
    assert_eq!(view["source"]["state"], "ready", "{view}");
    let pages = view["documents"].as_array().unwrap();
    let mut urls: Vec<_> = pages.iter().map(|page| page["url"].to_string()).collect();
    urls.sort();
    let count = urls.len();
    urls.dedup();
    assert_eq!(urls.len(), count, "a page is there twice");
    assert!(count >= 5, "{view}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_limits_of_a_site_can_be_changed_and_hold_from_the_next_reading_on() {
    let story = beside_the_site().await;
    let source = name(&story, "site/", false, 1).await;
    assert_eq!(read(&story, &source).await["source"]["documents"], 1);
    let path = address(&source);
    for (field, wrong) in [("most_pages", json!(0)), ("depth", json!(11))] {
        let refused = story
            .ask(Method::PATCH, &path, Some(&json!({field: wrong})))
            .await;
        is_an_error(
            &refused,
            StatusCode::UNPROCESSABLE_ENTITY,
            "VALIDATION_FAILED",
        );
        assert!(refused.1["detail"]["fields"][field].is_string());
    }
    let wider = json!({"whole_site": true, "most_pages": 3});
    let (status, changed) = story.ask(Method::PATCH, &path, Some(&wider)).await;
    assert_eq!(status, StatusCode::OK, "{changed}");
    assert_eq!(changed["most_pages"], 3);
    assert_eq!(changed["every"], "week", "what was left out stays");
    story.post(&format!("{path}/read"), &json!({})).await;
    let view = read(&story, &source).await;
    assert_eq!(view["source"]["documents"], 3, "{view}");
    assert_eq!(view["source"]["report"]["more"], true);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn why_a_page_was_left_out_is_told_in_the_readers_language() {
    let story = beside_the_site().await;
    let source = name(&story, "site/no-such-page", false, 1).await;
    let failed = read(&story, &source).await["source"].clone();
    let left_out = &failed["report"]["left_out"][0];
    assert_eq!(left_out["obstacle"], "not_found", "{failed}");
    assert_eq!(left_out["about"], "404");
    let id = source["id"].as_str().unwrap();
    for path in ["/knowledge/web", &format!("/knowledge/web/{id}")] {
        let page = story.page_in(path, "fr").await;
        assert!(
            page.contains("Il n’y a pas de page à cette adresse (statut 404)."),
            "{page}"
        );
    }
    story.end().await;
}
