//! A model may be asked which answer is better. It never makes a comparison fail.

use serde_json::{Value, json};

use super::{begin, ended, results, set_of, with_two_models};
use crate::model_mode::QUESTION;
use crate::story::Story;

/// Judges by the answer of the second model, in whichever place it stands.
async fn judged(story: &Story, rules: Value) -> (Value, Value) {
    story.model_answers(rules).await;
    let set = set_of(story, &[json!({ "question": QUESTION })]).await;
    let candidate = json!({ "changes": { "model": "simulated/second" } });
    let wanted = json!({ "set_id": set, "candidate": candidate, "judge": "simulated/judge" });
    let id = begin(story, wanted).await;
    let found = ended(story, &id).await;
    assert_eq!(found["state"], "done", "{found:#}");
    (results(story, &id, "").await[0].clone(), found)
}

fn says(better: &str, times: u32) -> Value {
    let arguments = json!({ "better": better, "why": "It says more." });
    json!({ "model": "simulated/judge", "times": times,
            "respond": { "tool_calls": [{ "name": "verdict", "arguments": arguments }] } })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_judge_decides_when_it_says_the_same_in_both_orders() {
    let story = with_two_models().await;
    let source = crate::model_mode::passage(&story).await;
    let answer = json!({ "model": "simulated/second", "after_tools": true, "respond": {
        "tool_calls": [{ "name": "answer", "arguments": {
            "text": "Certainly, just order.", "language": "en", "confidence": 0.9, "sources": [source],
        } }] } });
    let with = |first: &str, second: &str| json!([says(first, 1), says(second, 1), answer.clone()]);
    let (result, found) = judged(&story, with("b", "a")).await;
    assert_eq!(result["verdict"], "better", "{result:#}");
    assert_eq!(result["judged"]["better"], "candidate");
    assert_eq!(result["judged"]["why"], "It says more.");
    assert_eq!(found["judge"], "simulated/judge");
    let (result, _) = judged(&story, with("a", "b")).await;
    assert_eq!(result["verdict"], "worse");
    // It contradicts itself: what the rules say stands.
    let (result, _) = judged(&story, with("a", "a")).await;
    assert_eq!(result["verdict"], "different", "{result:#}");
    assert_eq!(result["judged"]["better"], "same");
    let calls = story
        .count("SELECT count(*) FROM ai_usage WHERE purpose = 'judge'")
        .await;
    assert_eq!(calls, 6, "each is in the ledger");
    // It fails, and nothing else does.
    let broken = json!({ "model": "simulated/judge", "error": { "status": 401 } });
    let (result, _) = judged(&story, json!([broken, answer.clone()])).await;
    assert_eq!(result["verdict"], "different");
    assert_eq!(result["judged"], Value::Null);
    story.end().await;
}
