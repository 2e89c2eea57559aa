//! A rehearsal plays the agent's own steps, tells what every one found, and leaves nothing behind.

use serde_json::{Value, json};

use crate::model_mode::{QUESTION, in_model_mode};
use crate::story::{Story, is_an_error};

async fn rehearse(story: &Story, body: Value) -> Value {
    story.post("/api/agent/rehearsals", &body).await
}

/// How much there is of all that a real run leaves behind. Gaps are looked for by the clock.
async fn traces(story: &Story) -> i64 {
    story
        .count(
            "SELECT (SELECT count(*) FROM messages) + (SELECT count(*) FROM conversations)
                  + (SELECT count(*) FROM contacts) + (SELECT count(*) FROM agent_runs)
                  + (SELECT count(*) FROM ai_decisions) + (SELECT count(*) FROM effects)
                  + (SELECT count(*) FROM suggestions) + (SELECT count(*) FROM support_escalations)
                  + (SELECT count(*) FROM notifications)
                  + (SELECT count(*) FROM jobs WHERE kind <> 'find_knowledge_gaps')",
        )
        .await
}

/// What a decision explains, without what names the one run.
fn explained(mut told: Value) -> Value {
    for call in told["calls"].as_array_mut().unwrap() {
        call["usage"] = json!(null);
    }
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rehearsal_finds_what_a_real_message_finds_and_leaves_nothing_behind() {
    let story = Story::begin().await;
    for model in [false, true] {
        if model {
            story.with_a_model("auto").await;
        }
        for (number, question) in [
            QUESTION,
            "Hello!",
            "I want to talk to a human",
            "Thank you so much!",
            "Who won the cycling race in 1987?",
        ]
        .into_iter()
        .enumerate()
        {
            let before = traces(&story).await;
            let trace = rehearse(&story, json!({ "message": question })).await;
            assert_eq!(traces(&story).await, before, "something was left behind");
            let customer = format!("7003{}{number}", u8::from(model));
            assert!(story.words_to(&customer).is_empty());
            story.customer("instagram", &customer, question).await;
            story.settle().await;
            let decision = &story.decisions().await[0];
            assert_eq!(decision["message_text"], question);
            for field in ["outcome", "reason", "confidence"] {
                assert_eq!(trace[field], decision[field], "{question}: {trace:#}");
            }
            assert_eq!(
                explained(trace["explanation"].clone()),
                explained(decision["explanation"].clone()),
                "{question}"
            );
        }
    }
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rehearsal_says_what_it_read_used_and_cost() {
    let story = in_model_mode().await;
    let trace = rehearse(&story, json!({ "message": QUESTION, "mode": "suggest" })).await;
    assert_eq!(trace["outcome"], "suggested");
    assert_eq!(trace["model"], "simulated/first");
    assert_eq!(trace["model_calls"], 2);
    assert_eq!(trace["language"], "en");
    assert!(trace["prompt_tokens"].as_i64().unwrap() > 0);
    assert!(trace["completion_tokens"].as_i64().unwrap() > 0);
    let sources = trace["sources"].as_array().unwrap();
    let used: Vec<&Value> = sources.iter().filter(|one| one["used"] == true).collect();
    assert_eq!(used.len(), 1, "{sources:#?}");
    assert!(used[0]["content"].as_str().unwrap().contains("Belgium"));
    assert!(used[0]["score"].as_f64().unwrap() > 0.0);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_model_is_shown_what_was_said_before() {
    let story = in_model_mode().await;
    let thread = json!([
        {"from": "customer", "text": "Do you sell blue vases?"},
        {"from": "business", "text": "We do, from 40 euros."},
    ]);
    rehearse(&story, json!({ "message": QUESTION, "thread": thread })).await;
    let calls = story.model_calls().await;
    let messages = calls[0]["request"]["messages"].as_array().unwrap();
    let said: Vec<(&str, &str)> = messages
        .iter()
        .filter(|one| one["role"] != "system")
        .map(|one| {
            (
                one["role"].as_str().unwrap(),
                one["content"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        said,
        [
            ("user", "Do you sell blue vases?"),
            ("assistant", "We do, from 40 euros."),
            ("user", QUESTION),
        ]
    );
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_or_changes_that_nobody_saved_can_be_tried() {
    let story = in_model_mode().await;
    let saved = story.get("/api/ai-settings").await["version"].clone();
    story
        .put("/api/ai-settings", &json!({"mode": "off", "tone": "dry"}))
        .await;
    let ask = async |settings: Value| {
        rehearse(&story, json!({ "message": QUESTION, "settings": settings })).await
    };
    assert_eq!(ask(json!({})).await["reason"], "mode_off");
    let before = ask(json!({ "version": saved })).await;
    assert_eq!(before["outcome"], "answered", "{before:#}");
    assert_eq!(before["explanation"]["settings_version"], saved);
    let changes = json!({ "mode": "auto", "model": "simulated/second" });
    let tried = ask(json!({ "changes": changes })).await;
    assert_eq!(
        (&tried["outcome"], &tried["model"]),
        (&json!("answered"), &json!("simulated/second"))
    );
    assert_eq!(story.get("/api/ai-settings").await["mode"], "off");
    for (settings, field) in [
        (json!({ "version": 99 }), "settings.version"),
        (
            json!({ "changes": { "base_url": "http://elsewhere.test" } }),
            "settings.changes.base_url",
        ),
        (
            json!({ "changes": { "mood": "sunny" } }),
            "settings.changes.mood",
        ),
    ] {
        let body = json!({ "message": QUESTION, "settings": settings });
        let refused = story
            .ask(reqwest::Method::POST, "/api/agent/rehearsals", Some(&body))
            .await;
        assert_eq!(refused.0, 422);
        assert!(
            refused.1["detail"]["fields"][field].is_string(),
            "{refused:?}"
        );
    }
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_fails_is_named_and_the_passage_answers() {
    let story = in_model_mode().await;
    story
        .model_answers(json!([{"error": {"status": 401}}]))
        .await;
    let trace = rehearse(&story, json!({ "message": QUESTION })).await;
    assert_eq!(trace["error"], "auth");
    assert_eq!(trace["reason"], "passage_found");
    story.end().await;
}

/// The events of a stream: name and data.
fn events(body: &str) -> Vec<(&str, Value)> {
    body.split("\n\n")
        .filter_map(|event| {
            let (name, data) = event.strip_prefix("event: ")?.split_once("\ndata: ")?;
            Some((name, serde_json::from_str(data).unwrap()))
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_comes_as_it_is_written() {
    let story = in_model_mode().await;
    let request = story
        .http
        .post(format!("{}/api/agent/rehearsals", story.url))
        .bearer_auth(story.token())
        .json(&json!({ "message": QUESTION, "stream": true }));
    let answer = request.send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    let body = answer.text().await.unwrap();
    let events = events(&body);
    let steps: Vec<&str> = events
        .iter()
        .filter(|(name, _)| *name == "step")
        .map(|(_, data)| data["step"].as_str().unwrap())
        .collect();
    assert_eq!(
        steps,
        [
            "check_conversation_state",
            "retrieve_context",
            "call_model",
            "run_tools",
            "call_model"
        ]
    );
    let words: Vec<&str> = events
        .iter()
        .filter(|(name, _)| *name == "words")
        .map(|(_, data)| data["text"].as_str().unwrap())
        .collect();
    assert!(words.len() > 2, "in one piece: {words:?}");
    let (last, trace) = events.last().unwrap();
    assert_eq!(*last, "trace");
    assert_eq!(words.concat(), trace["text"].as_str().unwrap());
    assert_eq!(trace["outcome"], "answered");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_rehearsed_is_refused_in_words() {
    let story = Story::begin().await;
    for (body, field) in [
        (json!({ "message": " " }), "message"),
        (json!({ "message": "a".repeat(4001) }), "message"),
        (
            json!({ "message": "Hi", "thread": vec![json!({"from": "customer", "text": "Hi"}); 41] }),
            "thread",
        ),
    ] {
        let refused = story
            .ask(reqwest::Method::POST, "/api/agent/rehearsals", Some(&body))
            .await;
        is_an_error(
            &refused,
            reqwest::StatusCode::UNPROCESSABLE_ENTITY,
            "VALIDATION_FAILED",
        );
        assert!(refused.1["detail"]["fields"][field].is_string());
    }
    story.end().await;
}
