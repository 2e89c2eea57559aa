//! The explanation that a decision keeps.

use serde_json::{Value, json};

use crate::doubt::Doubt;
use crate::judge::Draft;
use crate::run::Work;
use crate::step::{self, Step};
use crate::store::withdrawals::Overtaken;

/// What people see under "why".
pub(crate) fn explanation(
    work: &Work,
    draft: Option<&Draft>,
    doubts: &[Doubt],
    overtaken: &[Overtaken],
) -> Value {
    let steps = &work.steps;
    let used = |chunk| draft.is_some_and(|draft| draft.sources.contains(&chunk));
    let passages: Vec<Value> = step::passages(steps)
        .into_iter()
        .map(|p| {
            json!({"chunk": p.chunk, "title": p.title, "heading": p.heading, "faq": p.faq,
                   "language": p.language, "score": p.score, "used": used(p.chunk)})
        })
        .collect();
    let mut told = json!({
        "gates": [],
        "passages": passages,
        "calls": [],
        "tools": [],
        "superseded": overtaken.iter().map(|o| json!({"run": o.run, "reason": o.reason})).collect::<Vec<_>>(),
        "threshold": work.stored.settings.confidence,
        "settings_version": work.stored.version,
        "confidence": draft.map(|draft| draft.confidence),
        "doubts": doubts,
        "answer": draft.map(|draft| &draft.text),
        "answer_language": draft.and_then(|draft| draft.language.as_deref()),
    });
    let mut calls = Vec::new();
    let mut moderations = Vec::new();
    let mut tool_calls = Vec::new();
    let mut set = |key: &str, value: Value| {
        if let Some(object) = told.as_object_mut() {
            object.insert(key.to_owned(), value);
        }
    };
    for step in steps {
        match step {
            Step::CheckConversationState { gates, mode, language, .. } => {
                set("gates", json!(gates));
                set("mode", json!(mode));
                set("language", json!(language));
            }
            Step::Moderate { side, judged, error, .. } => moderations.push(json!({
                "side": side,
                "model": judged.as_ref().map(|j| &j.model),
                "flagged": judged.as_ref().map(|j| &j.flagged),
                "error": error,
            })),
            Step::RetrieveContext { query, .. } => set("query", json!(query)),
            Step::CallModel { answer, error } => calls.push(json!({
                "model": answer.as_ref().map(|a| &a.model),
                "usage": answer.as_ref().map(|a| &a.usage),
                "error": error,
            })),
            Step::RunTools { results } => tool_calls.extend(results.iter().map(|r| {
                json!({"name": r.name, "query": r.query, "refused": r.refused, "found": r.passages.len()})
            })),
        }
    }
    set("calls", Value::Array(calls));
    set("moderation", Value::Array(moderations));
    set("tools", Value::Array(tool_calls));
    told
}
