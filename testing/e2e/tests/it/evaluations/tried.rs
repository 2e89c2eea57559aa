//! An entry of the FAQ is tried over questions before it is kept: what it would answer is seen, and
//! nobody else finds it meanwhile.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{act, begin, ended, results, set_of};
use crate::story::{Story, is_an_error};

const ENGRAVE: &str = "Do you engrave names on lamps?";
const ANSWER: &str = "Yes, a name on a lamp is engraved within a week.";

async fn questions(story: &Story) -> String {
    let lines = [
        json!({ "question": ENGRAVE }),
        json!({ "question": "How long does delivery take?" }),
    ];
    set_of(story, &lines).await
}

fn verdict_about<'a>(results: &'a [Value], question: &str) -> &'a Value {
    let found = results.iter().find(|one| one["question"] == question);
    found.unwrap_or_else(|| panic!("{question}: {results:#?}"))
}

async fn found(story: &Story, question: &str) -> String {
    let path = format!("/api/knowledge/search?q={}", question.replace(' ', "%20"));
    story.get(&path).await["items"].to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_entry_is_tried_kept_and_taken_back() {
    let story = Story::begin().await;
    let set = questions(&story).await;
    let draft = json!({ "questions": [ENGRAVE], "answer": ANSWER });
    let id = begin(
        &story,
        json!({ "set_id": set, "entry": { "draft": draft } }),
    )
    .await;
    let tried = ended(&story, &id).await;
    assert_eq!(tried["state"], "done", "{tried:#}");
    assert_eq!(tried["entry"]["draft"]["answer"], ANSWER);
    let all = results(&story, &id, "").await;
    let engraved = verdict_about(&all, ENGRAVE);
    assert_eq!(engraved["baseline"]["outcome"], "escalated", "{engraved:#}");
    assert_eq!(engraved["candidate"]["outcome"], "answered", "{engraved:#}");
    assert_eq!(engraved["candidate"]["text"], ANSWER);
    let delivery = verdict_about(&all, "How long does delivery take?");
    assert_eq!(delivery["verdict"], "same", "{delivery:#}");
    assert!(
        !found(&story, ENGRAVE).await.contains(ANSWER),
        "nobody kept it"
    );

    let (status, kept) = act(&story, &id, "release").await;
    assert_eq!(status, StatusCode::OK, "{kept:#}");
    assert!(kept["released_entry"].as_str().unwrap().starts_with("faq_"));
    assert!(kept["released_version"].is_null());
    assert!(found(&story, ENGRAVE).await.contains(ANSWER));
    is_an_error(
        &act(&story, &id, "release").await,
        StatusCode::CONFLICT,
        "RELEASED",
    );
    let (status, back) = act(&story, &id, "return").await;
    assert_eq!(status, StatusCode::OK, "{back:#}");
    assert!(back["released_entry"].is_null());
    assert!(!found(&story, ENGRAVE).await.contains(ANSWER));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_entry_is_played_instead_of_the_one_that_is_kept() {
    let story = Story::begin().await;
    let before = json!({ "questions": [ENGRAVE], "answer": "No, we never engrave a lamp." });
    let entry = story.post("/api/knowledge/faq", &before).await;
    let entry = entry["id"].as_str().unwrap();
    let set = questions(&story).await;
    let body = |answer: &str, enabled: bool| {
        let draft = json!({ "questions": [ENGRAVE], "answer": answer, "enabled": enabled });
        json!({ "set_id": set, "entry": { "id": entry, "draft": draft } })
    };
    // Resting it takes its answer away.
    let id = begin(&story, body("No, we never engrave a lamp.", false)).await;
    ended(&story, &id).await;
    let all = results(&story, &id, "").await;
    let engraved = verdict_about(&all, ENGRAVE);
    assert_eq!(engraved["baseline"]["outcome"], "answered", "{engraved:#}");
    assert_eq!(
        engraved["candidate"]["outcome"], "escalated",
        "{engraved:#}"
    );
    let id = begin(&story, body(ANSWER, true)).await;
    ended(&story, &id).await;
    let all = results(&story, &id, "").await;
    let engraved = verdict_about(&all, ENGRAVE);
    assert_eq!(engraved["candidate"]["text"], ANSWER, "{engraved:#}");
    assert_eq!(engraved["baseline"]["text"], "No, we never engrave a lamp.");
    // Somebody changes it meanwhile: nothing is written over that.
    let meanwhile = json!({ "questions": [ENGRAVE], "answer": "Only brass lamps." });
    story
        .put(&format!("/api/knowledge/faq/{entry}"), &meanwhile)
        .await;
    is_an_error(
        &act(&story, &id, "release").await,
        StatusCode::CONFLICT,
        "ENTRY_CHANGED",
    );
    assert!(found(&story, ENGRAVE).await.contains("Only brass lamps."));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_tried_is_named() {
    let story = Story::begin().await;
    let set = questions(&story).await;
    let draft = json!({ "questions": [ENGRAVE], "answer": ANSWER });
    let foreign = "faq_01890a5d-ac96-774b-bcce-b302099a8057";
    for (body, field) in [
        (
            json!({ "entry": { "draft": { "questions": [], "answer": ANSWER } } }),
            "entry.draft.questions",
        ),
        (
            json!({ "entry": { "id": foreign, "draft": draft } }),
            "entry.id",
        ),
        (
            json!({ "entry": { "draft": draft }, "candidate": { "changes": { "tone": "dry" } } }),
            "entry",
        ),
    ] {
        let mut body = body;
        body["set_id"] = json!(set);
        let refused = story
            .ask(Method::POST, "/api/evaluations", Some(&body))
            .await;
        is_an_error(
            &refused,
            StatusCode::UNPROCESSABLE_ENTITY,
            "VALIDATION_FAILED",
        );
        assert!(
            refused.1["detail"]["fields"][field].is_string(),
            "{}",
            refused.1
        );
    }
    story.end().await;
}
