//! A document is tried before it is put to use: until then nobody finds it but an evaluation that
//! tries it.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sqlx::{Postgres, Transaction};

use crate::documents::{PARKING, SCANNED, send, until_state, upload};
use crate::evaluations::{begin, ended, results, set_of};
use crate::story::{Story, is_an_error};

const QUESTION: &str = "Where is the free parking behind the workshop?";
pub const TRIALS: &str = "/api/knowledge/trials";

pub async fn tried(story: &Story, path: &str, name: &str, content: &str) -> Value {
    let (status, trial) = send(story, path, name, content.as_bytes()).await;
    assert_eq!(status, StatusCode::CREATED, "{trial}");
    trial
}

fn address(trial: &Value) -> String {
    format!("{TRIALS}/{}", trial["id"].as_str().unwrap())
}

async fn count(story: &Story, state: &str) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM document_trials WHERE state = $1")
        .bind(state)
        .fetch_one(&story.tables)
        .await
        .unwrap()
}

/// Waits until one trial is in this state.
pub async fn until(story: &Story, state: &str) {
    story
        .until(&format!("a trial is {state}"), async || {
            count(story, state).await == 1
        })
        .await;
}

async fn found(story: &Story) -> String {
    let path = format!("/api/knowledge/search?q={}", QUESTION.replace(' ', "%20"));
    story.get(&path).await["items"].to_string()
}

async fn act(story: &Story, method: Method, path: &str) -> (StatusCode, Value) {
    let body = (method == Method::POST).then(|| json!({}));
    story.ask(method, path, body.as_ref()).await
}

async fn use_it(story: &Story, trial: &Value) -> (StatusCode, Value) {
    act(story, Method::POST, &format!("{}/use", address(trial))).await
}

fn blobs(story: &Story) -> usize {
    let workspace = story.workspace().to_string();
    let kept = story.folder().join("blobs").join(workspace);
    std::fs::read_dir(kept.join("documents")).unwrap().count()
}

async fn play(story: &Story, trial: &Value) -> Value {
    let set = set_of(story, &[json!({ "question": QUESTION })]).await;
    let id = begin(story, json!({ "set_id": set, "document": trial["id"] })).await;
    let over = ended(story, &id).await;
    assert_eq!(over["state"], "done", "{over:#}");
    assert_eq!(over["document"]["trial"], trial["id"]);
    results(story, &id, "").await[0].clone()
}

/// All passages and vectors that are searched.
const SEARCHED: &str = "SELECT (SELECT count(*) FROM knowledge_chunks)
    + (SELECT count(*) FROM files) + (SELECT count(*) FROM file_versions)
    + (SELECT count(*) FROM knowledge_vectors)";

#[tokio::test(flavor = "multi_thread")]
async fn a_tried_document_is_found_by_its_evaluation_alone_until_it_is_put_to_use() {
    let story = Story::begin().await;
    let before = story.count(SEARCHED).await;
    let trial = tried(&story, TRIALS, "parking.md", PARKING).await;
    assert_eq!(trial["state"], "queued");
    until(&story, "ready").await;
    story.settle().await;
    let shown = story.get(&address(&trial)).await;
    assert_eq!(shown["trial"]["title"], "Parking");
    assert_eq!(shown["trial"]["passages"], 1);
    assert!(
        shown["passages"][0].to_string().contains("Potiers"),
        "{shown}"
    );
    assert_eq!(story.count(SEARCHED).await, before, "it counts somewhere");
    assert!(!found(&story).await.contains("Potiers"));

    let result = play(&story, &trial).await;
    assert!(!result["baseline"].to_string().contains("Potiers"));
    let best = &result["candidate"]["passages"][0];
    assert!(best.to_string().contains("Potiers"), "{result:#}");
    assert!(!found(&story).await.contains("Potiers"));

    let both = tokio::join!(use_it(&story, &trial), use_it(&story, &trial));
    let (won, lost) = if both.0.0 == StatusCode::OK {
        both
    } else {
        (both.1, both.0)
    };
    assert_eq!(won.0, StatusCode::OK, "{}", won.1);
    is_an_error(&lost, StatusCode::NOT_FOUND, "NOT_FOUND");
    until_state(&story, &won.1, "ready").await;
    assert!(found(&story).await.contains("Potiers"));
    assert_eq!(story.count("SELECT count(*) FROM document_trials").await, 0);
    let kept = "SELECT count(*) FROM files WHERE name = 'parking.md'";
    assert_eq!(story.count(kept).await, 1);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tried_version_stands_in_for_the_passages_that_it_would_replace() {
    let story = Story::begin().await;
    let document = upload(&story, "parking.md", PARKING).await;
    until_state(&story, &document, "ready").await;
    let id = document["id"].as_str().unwrap();
    let changed = PARKING.replace("Rue des Potiers", "Rue du Moulin");
    let path = format!("{TRIALS}?document={id}");
    let trial = tried(&story, &path, "parking.md", &changed).await;
    until(&story, "ready").await;
    let result = play(&story, &trial).await;
    let (baseline, candidate) = (&result["baseline"], &result["candidate"]);
    assert!(baseline.to_string().contains("Potiers"), "{result:#}");
    assert!(candidate.to_string().contains("Moulin"), "{result:#}");
    assert!(!candidate.to_string().contains("Potiers"), "{result:#}");
    assert!(found(&story).await.contains("Potiers"));
    let (status, used) = use_it(&story, &trial).await;
    assert_eq!(status, StatusCode::OK, "{used}");
    assert_eq!(
        (used["id"].as_str(), used["version"].as_i64()),
        (Some(id), Some(2))
    );
    until_state(&story, &used, "ready").await;
    let hits = found(&story).await;
    assert!(
        hits.contains("Moulin") && !hits.contains("Potiers"),
        "{hits}"
    );
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_put_to_use_says_why_and_stays() {
    let story = Story::begin().await;
    let document = upload(&story, "parking.md", PARKING).await;
    until_state(&story, &document, "ready").await;
    let again = send(&story, TRIALS, "again.md", PARKING).await;
    is_an_error(&again, StatusCode::CONFLICT, "DUPLICATE_DOCUMENT");

    let scan = tried(&story, TRIALS, "scan.pdf", SCANNED).await;
    until(&story, "failed").await;
    assert_eq!(
        story.get(&address(&scan)).await["trial"]["error"],
        "scanned"
    );
    is_an_error(
        &use_it(&story, &scan).await,
        StatusCode::CONFLICT,
        "NOT_READ",
    );
    let set = set_of(&story, &[json!({ "question": QUESTION })]).await;
    let body = json!({ "set_id": set, "document": scan["id"] });
    let refused = story
        .ask(Method::POST, "/api/evaluations", Some(&body))
        .await;
    assert!(
        refused.1["detail"]["fields"]["document"].is_string(),
        "{}",
        refused.1
    );

    // Its document goes, and somebody uploads the same.
    let path = format!("{TRIALS}?document={}", document["id"].as_str().unwrap());
    let version = tried(&story, &path, "new.md", "# Parking\n\nRue du Moulin.").await;
    until(&story, "ready").await;
    let gone = format!(
        "/api/knowledge/documents/{}",
        document["id"].as_str().unwrap()
    );
    act(&story, Method::DELETE, &gone).await;
    is_an_error(
        &use_it(&story, &version).await,
        StatusCode::CONFLICT,
        "DOCUMENT_GONE",
    );
    act(&story, Method::DELETE, &address(&version)).await;
    let new = tried(&story, TRIALS, "parking.md", PARKING).await;
    until(&story, "ready").await;
    let document = upload(&story, "parking.md", PARKING).await;
    until_state(&story, &document, "ready").await;
    is_an_error(
        &use_it(&story, &new).await,
        StatusCode::CONFLICT,
        "DUPLICATE_DOCUMENT",
    );
    assert_eq!(count(&story, "ready").await, 1, "it stays");
    for number in 0..18 {
        tried(&story, TRIALS, "many.md", &format!("# Number {number}")).await;
    }
    let full = send(&story, TRIALS, "more.md", "One more.").await;
    is_an_error(&full, StatusCode::CONFLICT, "TOO_MANY_TRIALS");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_discarded_trial_leaves_nothing_behind_and_a_dead_worker_reads_again() {
    let mut story = Story::begin().await;
    let before = blobs(&story);
    let trial = tried(&story, TRIALS, "parking.md", PARKING).await;
    until(&story, "ready").await;
    assert_eq!(blobs(&story), before + 1);
    let (status, _) = act(&story, Method::DELETE, &address(&trial)).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(blobs(&story), before);
    let again = act(&story, Method::DELETE, &address(&trial)).await;
    is_an_error(&again, StatusCode::NOT_FOUND, "NOT_FOUND");

    let held = hold_readers(&story).await;
    let trial = tried(&story, TRIALS, "parking.md", PARKING).await;
    until(&story, "reading").await;
    let (status, _) = act(&story, Method::DELETE, &address(&trial)).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    held.rollback().await.unwrap();
    story.settle().await;
    assert_eq!(blobs(&story), before);
    assert_eq!(story.count("SELECT count(*) FROM document_trials").await, 0);

    let held = hold_readers(&story).await;
    tried(&story, TRIALS, "parking.md", PARKING).await;
    until(&story, "reading").await;
    story.dies_and_comes_back().await;
    held.rollback().await.unwrap();
    until(&story, "ready").await;
    story.end().await;
}

/// Nobody ends the reading of a trial until this is dropped.
async fn hold_readers(story: &Story) -> Transaction<'static, Postgres> {
    sqlx::raw_sql(
        "CREATE OR REPLACE FUNCTION hold_readers() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN PERFORM pg_advisory_xact_lock_shared(4711); RETURN OLD; END $$;
         CREATE OR REPLACE TRIGGER hold_readers BEFORE DELETE ON jobs FOR EACH ROW
         WHEN (OLD.kind = 'read_trial') EXECUTE FUNCTION hold_readers()",
    )
    .execute(&story.tables)
    .await
    .unwrap();
    let mut held = story.tables.begin().await.unwrap();
    sqlx::query("SELECT pg_advisory_xact_lock(4711)")
        .execute(&mut *held)
        .await
        .unwrap();
    held
}
