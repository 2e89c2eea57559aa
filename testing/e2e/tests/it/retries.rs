//! What failed is shown to admins, and tried again when one of them says so.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::story::{EMAIL, Setup, Story};

async fn retry(story: &Story, path: &str, id: &Value) -> (StatusCode, Value) {
    let path = format!("{path}/{}/retry", id.as_str().unwrap());
    story.ask(Method::POST, &path, Some(&json!({}))).await
}

/// The platform knows the customer under this id from now on; what failed is for it, too.
async fn customer_is(story: &Story, id: &str) {
    for sql in [
        "UPDATE contact_identities SET value = $1 WHERE kind = 'igsid'",
        "UPDATE effects SET request = jsonb_set(request, '{to,value}', to_jsonb($1::text))
         WHERE state = 'failed'",
    ] {
        sqlx::query(sql)
            .bind(id)
            .execute(&story.tables)
            .await
            .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_failed_is_sent_when_a_person_says_so_and_once() {
    let story = Story::begin().await;
    story
        .customer("instagram", "700600", "I want to talk to a human")
        .await;
    story.settle().await;
    let before = story.words_to("700600").len();
    let conversation = story.conversation_with("700600").await;
    customer_is(&story, "nobody").await;
    story.human_reply(&conversation, "Here I am").await;
    story.settle().await;
    customer_is(&story, "700600").await;
    let failed = story
        .get("/api/effects?state=failed&kind=send_message")
        .await;
    let effect = failed["items"][0].clone();
    assert_eq!(failed["items"].as_array().unwrap().len(), 1, "{failed}");
    let badge = |conversation: &Value| conversation["badge"].clone();
    assert_eq!(badge(&story.conversation_with("700600").await), "failed");
    // The platform names them once, and not after this.
    story
        .until("the name is known", async || {
            let unasked = "SELECT count(*) FROM contacts WHERE profile_checked_at IS NULL";
            story.count(unasked).await == 0
        })
        .await;
    sqlx::query("UPDATE contacts SET name = 'Noor Haddad'")
        .execute(&story.tables)
        .await
        .unwrap();
    let page = story.page("/operations/effects?kind=send_message").await;
    assert!(page.contains("/retry\""), "{page}");
    assert!(page.contains(">Noor Haddad · Instagram</a>"), "{page}");

    assert_eq!(retry(&story, "/api/effects", &effect["id"]).await.0, 200);
    story.settle().await;
    let words = story.words_to("700600");
    assert_eq!(words.len(), before + 1, "{words:?}");
    assert_eq!(words.last().unwrap(), "Here I am");
    assert_eq!(badge(&story.conversation_with("700600").await), "replied");
    let again = retry(&story, "/api/effects", &effect["id"]).await;
    assert_eq!(again.0, StatusCode::CONFLICT, "{}", again.1);
    story.end().await;
}

async fn failed_run(story: &mut Story, customer: &str) -> Value {
    story.with_a_model("auto").await;
    story
        .model_answers(json!([{ "hold": true, "times": 1 }]))
        .await;
    story
        .customer("instagram", customer, "Do you deliver to Belgium?")
        .await;
    story.model_was_asked(1).await;
    // It broke the process each time.
    sqlx::query("UPDATE agent_runs SET attempts = 12 WHERE state = 'running'")
        .execute(&story.tables)
        .await
        .unwrap();
    story.dies_and_comes_back().await;
    story.settle().await;
    let runs = story.get("/api/operations/runs?state=failed").await;
    assert_eq!(runs["items"].as_array().unwrap().len(), 1, "{runs}");
    runs["items"][0]["id"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_failed_is_decided_anew_and_leaves_one_decision() {
    let mut story = Story::begin().await;
    let run = failed_run(&mut story, "700601").await;
    assert_eq!(story.decision_about("Belgium").await["outcome"], "failed");
    assert_eq!(story.words_to("700601").len(), 0);
    assert_eq!(retry(&story, "/api/operations/runs", &run).await.0, 204);
    story.settle().await;
    assert_eq!(story.decision_about("Belgium").await["outcome"], "answered");
    assert_eq!(story.words_to("700601").len(), 1);
    let again = retry(&story, "/api/operations/runs", &run).await;
    assert_eq!(again.0, StatusCode::CONFLICT, "{}", again.1);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_whose_question_a_person_has_answered_is_not_tried_again() {
    let mut story = Story::begin().await;
    let run = failed_run(&mut story, "700602").await;
    let conversation = story.conversation_with("700602").await;
    story.human_reply(&conversation, "Yes, we do").await;
    story.settle().await;
    let refused = retry(&story, "/api/operations/runs", &run).await;
    assert_eq!(refused.0, StatusCode::CONFLICT, "{}", refused.1);
    story.settle().await;
    assert_eq!(story.words_to("700602"), ["Yes, we do"]);
    story.end().await;
}

/// A mail that nobody can read, of a workspace or of the installation.
async fn broken_mail(story: &Story, workspace: Option<uuid::Uuid>) {
    sqlx::query(
        "INSERT INTO jobs (workspace_id, id, kind, priority, payload, max_attempts, due_at, created_at)
         VALUES ($1, uuidv7(), 'send_mail', 0, '{}', 3, now(), now())",
    )
    .bind(workspace)
    .execute(&story.tables)
    .await
    .unwrap();
}

async fn failed_jobs(story: &Story) -> Vec<Value> {
    let page = story.get("/api/operations/jobs?state=failed").await;
    page["items"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_was_given_up_is_shown_with_its_reason_and_begins_anew() {
    let story = Story::begin().await;
    broken_mail(&story, Some(story.workspace().uuid())).await;
    broken_mail(&story, None).await;
    story.settle().await;
    let failed = failed_jobs(&story).await;
    assert_eq!(failed.len(), 1, "that of the installation is not ours");
    let why = failed[0]["error"].as_str().unwrap();
    assert!(why.contains("can't be read"), "{why}");
    assert_eq!(failed[0]["attempts"], 1);
    let counts = story.get("/api/operations/job-counts").await;
    let count = &counts["items"][0];
    assert_eq!(
        (&count["priority"], &count["rows"]),
        (&json!("high"), &json!(1))
    );
    let page = story.page("/operations/jobs?state=failed").await;
    assert!(
        page.contains(
            why.split(':')
                .next()
                .unwrap()
                .replace('\'', "&#39;")
                .as_str()
        ),
        "{page}"
    );
    assert!(page.contains("/retry\""), "{page}");
    let path = "/api/operations/jobs";
    assert_eq!(retry(&story, path, &failed[0]["id"]).await.0, 204);
    story.settle().await;
    assert_eq!(
        failed_jobs(&story).await.len(),
        1,
        "it is as broken as before"
    );
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_see_the_jobs_of_the_installation_and_its_schedule() {
    let story = Story::begin_with(Setup {
        settings: vec![("SOCIALSYNC_OPERATORS", EMAIL.to_owned())],
        ..Setup::default()
    })
    .await;
    broken_mail(&story, None).await;
    story.settle().await;
    let failed = failed_jobs(&story).await;
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0]["of_installation"], true);
    story
        .until("the schedule has ticked", async || {
            let ticks = story.get("/api/operations/schedule").await;
            ticks.to_string().contains("cleanup_old_data")
        })
        .await;
    let page = story.page("/operations/jobs").await;
    assert!(page.contains("cleanup_old_data"), "{page}");
    story.end().await;
}
