//! A worker that dies goes on where it stood; whoever stops an evaluation keeps what was found.

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{act, ended, results, set_of, try_the_second, two_questions, with_two_models};
use crate::model_mode::QUESTION;
use crate::story::is_an_error;

async fn finds_one(story: &crate::story::Story) {
    story
        .until("one question was played", async || {
            story.count("SELECT count(*) FROM evaluation_results").await == 1
        })
        .await;
}

/// Holds the model back at the second question.
async fn holds(story: &crate::story::Story) {
    let rule = json!([{ "match": "delivery take", "hold": true }]);
    story.model_answers(rule).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_dies_goes_on_where_it_stood_and_plays_nothing_twice() {
    let mut story = with_two_models().await;
    let set = two_questions(&story).await;
    holds(&story).await;
    let id = try_the_second(&story, &set).await;
    finds_one(&story).await;
    let about = |calls: &[Value], words: &str| {
        let said = calls
            .iter()
            .map(|call| call["request"]["messages"].to_string());
        said.filter(|said| said.contains(words)).count()
    };
    story.model_was_asked(6).await;
    story.dies_and_comes_back().await;
    story.model_answers(json!([])).await;
    story.release_the_model().await;
    let found = ended(&story, &id).await;
    assert_eq!(
        (&found["state"], &found["done"]),
        (&json!("done"), &json!(2))
    );
    assert_eq!(results(&story, &id, "").await.len(), 2);
    let calls = story.model_calls().await;
    assert_eq!(
        about(&calls, QUESTION),
        4,
        "the first question was paid for twice"
    );
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_evaluation_keeps_what_it_found_and_no_more() {
    let story = with_two_models().await;
    let set = two_questions(&story).await;
    holds(&story).await;
    let id = try_the_second(&story, &set).await;
    finds_one(&story).await;
    story.model_was_asked(6).await;
    let unfinished = act(&story, &id, "release").await;
    is_an_error(&unfinished, StatusCode::CONFLICT, "NOT_FINISHED");
    let (status, stopped) = act(&story, &id, "stop").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        (&stopped["state"], &stopped["ended"]),
        (&json!("stopped"), &json!("person"))
    );
    story.model_answers(json!([])).await;
    story.release_the_model().await;
    let found = ended(&story, &id).await;
    assert_eq!(found["done"], 1);
    assert_eq!(results(&story, &id, "").await.len(), 1);
    is_an_error(
        &act(&story, &id, "stop").await,
        StatusCode::CONFLICT,
        "ENDED",
    );
    is_an_error(
        &act(&story, &id, "release").await,
        StatusCode::CONFLICT,
        "NOT_FINISHED",
    );
    // It goes with its set.
    let path = format!("/api/evaluation-sets/{set}");
    let (status, _) = story.ask(reqwest::Method::DELETE, &path, None).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(story.count("SELECT count(*) FROM evaluations").await, 0);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_never_answers_is_not_asked_about_every_question() {
    let story = with_two_models().await;
    let lines: Vec<Value> = (0..8)
        .map(|number| json!({ "question": format!("{QUESTION} {number}") }))
        .collect();
    let set = set_of(&story, &lines).await;
    let broken = json!([{ "model": "simulated/second", "error": { "status": 401 } }]);
    story.model_answers(broken).await;
    let id = try_the_second(&story, &set).await;
    let found = ended(&story, &id).await;
    assert_eq!(
        (&found["state"], &found["ended"]),
        (&json!("stopped"), &json!("model"))
    );
    assert_eq!(
        (&found["done"], &found["summary"]["failed"]),
        (&json!(4), &json!(4))
    );
    let failed = &results(&story, &id, "verdict=failed").await[0];
    assert_eq!(failed["candidate"]["error"], "auth");
    assert_eq!(failed["baseline"]["error"], Value::Null);
    story.end().await;
}
