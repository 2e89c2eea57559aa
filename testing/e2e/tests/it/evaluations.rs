//! Before a change of the agent is released it is played over questions, and what would change is
//! seen; what was released is returned from with one call.

mod judged;
mod limits;
mod released;
mod resumed;
mod sets;
mod tried;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::model_mode::{QUESTION, in_model_mode, passage};
use crate::story::Story;

/// What the second model answers, which nothing is the source of.
pub const CHEEKY: &str = "Yes, to Belgium and to the moon, for 77 euros.";

/// A shop with a model behind the agent, and another one that answers in its own way.
pub async fn with_two_models() -> Story {
    let story = in_model_mode().await;
    let source = passage(&story).await;
    story
        .model_answers(json!([{
            "model": "simulated/second", "after_tools": true, "match": "Belgium",
            "respond": {"tool_calls": [{"name": "answer", "arguments": {
                "text": CHEEKY, "language": "en", "confidence": 0.95, "sources": [source],
            }}]},
        }]))
        .await;
    story
}

/// A set of these lines.
pub async fn set_of(story: &Story, lines: &[Value]) -> String {
    let lines: Vec<String> = lines.iter().map(Value::to_string).collect();
    let new = json!({ "name": "Brought along", "jsonl": lines.join("\n") });
    let set = story.post("/api/evaluation-sets", &new).await;
    assert_eq!(set["kind"], "upload", "{set:#}");
    set["id"].as_str().unwrap().to_owned()
}

/// Two questions whose right answers are known.
pub async fn two_questions(story: &Story) -> String {
    let belgium = json!({
        "question": QUESTION,
        "expected": "Yes, we deliver to Belgium.",
    });
    let delivery = json!({ "question": "How long does delivery take?" });
    set_of(story, &[belgium, delivery]).await
}

/// Begins an evaluation.
pub async fn begin(story: &Story, body: Value) -> String {
    let begun = story.post("/api/evaluations", &body).await;
    begun["id"].as_str().unwrap().to_owned()
}

/// Begins one that tries the second model.
pub async fn try_the_second(story: &Story, set: &str) -> String {
    let candidate = json!({ "changes": { "model": "simulated/second" } });
    begin(story, json!({ "set_id": set, "candidate": candidate })).await
}

/// Waits until none is under way, and gives one back.
pub async fn ended(story: &Story, id: &str) -> Value {
    story
        .until("the evaluation ends", async || {
            let open = "SELECT (SELECT count(*) FROM evaluations WHERE state = 'running')
                 + (SELECT count(*) FROM jobs WHERE kind = 'run_evaluation' AND state IN ('pending', 'running'))";
            story.count(open).await == 0
        })
        .await;
    story.get(&format!("/api/evaluations/{id}")).await
}

/// The results of one, by a filter.
pub async fn results(story: &Story, id: &str, filter: &str) -> Vec<Value> {
    let list = story
        .get(&format!("/api/evaluations/{id}/results?{filter}"))
        .await;
    list["items"].as_array().unwrap().clone()
}

/// Does something to one.
pub async fn act(story: &Story, id: &str, what: &str) -> (StatusCode, Value) {
    let path = format!("/api/evaluations/{id}/{what}");
    story.ask(Method::POST, &path, Some(&json!({}))).await
}
