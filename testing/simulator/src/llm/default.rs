//! What the model answers without a rule: it searches, quotes what it found, or hands over.

use serde_json::{Map, Value, json};

use crate::json::{id_of, text_at};
use crate::llm::request::ChatRequest;
use crate::llm::script::{Respond, ScriptedCall};

/// Words with which people ask for a person.
const HUMAN: &[&str] = &[
    "human",
    "real person",
    "someone real",
    "humain",
    "vraie personne",
    "conseiller",
    "humano",
    "una persona",
    "agente",
];
const SEARCH_TOOLS: &[&str] = &["search_knowledge", "find_answers"];

/// The sensible answer to `request`.
pub fn respond(request: &ChatRequest<'_>) -> Respond {
    let asked = request.last_user();
    let lower = asked.to_lowercase();
    if request.tool("escalate").is_some() && HUMAN.iter().any(|word| lower.contains(word)) {
        return escalate(request, "The customer asks for a person.", "human");
    }
    let results = request.tool_results();
    let search = SEARCH_TOOLS
        .iter()
        .find(|name| request.tool(name).is_some());
    if let (Some(search), true) = (search, results.is_empty()) {
        let parameter = first_parameter(request.tool(search), &["query", "question", "text"]);
        return call(search, json!({ parameter: asked }));
    }
    let found = results.iter().find_map(|result| first_passage(result));
    match found {
        Some((source, text)) if request.tool("answer").is_some() => {
            let text: String = text.chars().take(600).collect();
            let mut arguments = json!({
                "text": text,
                "language": language_of(&asked),
                "confidence": 0.92,
                "sources": [source],
            });
            keep_known(request.tool("answer"), &mut arguments);
            call("answer", arguments)
        }
        Some((_, text)) => said(text),
        None if request.tool("escalate").is_some() => {
            escalate(request, "The knowledge holds no answer to this.", "unknown")
        }
        None => said("Thank you for your message. How can I help?".into()),
    }
}

fn said(text: String) -> Respond {
    Respond {
        content: Some(text),
        ..Respond::default()
    }
}

fn call(name: &str, arguments: Value) -> Respond {
    let call = ScriptedCall {
        name: name.to_owned(),
        arguments,
    };
    Respond {
        tool_calls: vec![call],
        ..Respond::default()
    }
}

/// Escalates with a reason the tool's schema allows.
fn escalate(request: &ChatRequest<'_>, sentence: &str, wanted: &str) -> Respond {
    let schema = request.tool("escalate");
    let allowed: Vec<&str> = schema
        .and_then(|tool| tool.pointer("/parameters/properties/reason/enum"))
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let near: &[&str] = match wanted {
        "human" => &["human", "person", "customer", "request"],
        _ => &["unknown", "no_answer", "knowledge", "other"],
    };
    let reason = near
        .iter()
        .find_map(|part| allowed.iter().find(|reason| reason.contains(part)))
        .or(allowed.first())
        .copied()
        .unwrap_or(sentence);
    let mut arguments = Map::new();
    arguments.insert("reason".into(), reason.into());
    let properties = schema
        .and_then(|tool| tool.pointer("/parameters/properties"))
        .and_then(Value::as_object);
    for name in properties.into_iter().flat_map(Map::keys) {
        if matches!(name.as_str(), "summary" | "note" | "details" | "message") {
            arguments.insert(name.clone(), sentence.into());
        }
    }
    call("escalate", Value::Object(arguments))
}

/// The name of the tool's main parameter.
fn first_parameter(tool: Option<&Value>, liked: &[&str]) -> String {
    let properties = tool
        .and_then(|tool| tool.pointer("/parameters/properties"))
        .and_then(Value::as_object);
    let Some(properties) = properties else {
        return "query".into();
    };
    liked
        .iter()
        .find(|name| properties.contains_key(**name))
        .map(|name| (*name).to_owned())
        .or_else(|| properties.keys().next().cloned())
        .unwrap_or_else(|| "query".into())
}

/// Drops arguments that the tool's schema doesn't know.
fn keep_known(tool: Option<&Value>, arguments: &mut Value) {
    let properties = tool
        .and_then(|tool| tool.pointer("/parameters/properties"))
        .and_then(Value::as_object);
    if let (Some(known), Some(arguments)) = (properties, arguments.as_object_mut()) {
        arguments.retain(|name, _| known.contains_key(name));
    }
}

/// The first passage of a tool's answer: its id and its text.
fn first_passage(result: &str) -> Option<(String, String)> {
    let value: Value = serde_json::from_str(result).ok()?;
    let first = match &value {
        Value::Array(list) => list.first()?,
        Value::Object(fields) => fields
            .values()
            .find_map(|inner| inner.as_array().and_then(|list| list.first()))?,
        _ => return None,
    };
    let text = ["/answer", "/text", "/content", "/passage", "/excerpt"]
        .iter()
        .find_map(|at| text_at(first, at))?;
    let id = ["id", "chunk_id", "source_id", "source"]
        .iter()
        .find_map(|name| first.get(*name).and_then(id_of))?;
    Some((id, text.to_owned()))
}

/// English, French or Spanish, by the small words.
fn language_of(text: &str) -> &'static str {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower
        .split(|letter: char| !letter.is_alphabetic())
        .filter(|word| !word.is_empty())
        .collect();
    let count = |list: &[&str]| words.iter().filter(|word| list.contains(*word)).count();
    let french = count(&[
        "le", "la", "les", "des", "vous", "est", "une", "bonjour", "je", "votre", "quels", "et",
        "pour", "avez", "êtes", "vos",
    ]);
    let spanish = count(&[
        "el", "los", "hola", "qué", "una", "es", "para", "envían", "tienen", "mi", "cuál", "puedo",
        "hacen", "y", "está", "horario",
    ]);
    let english = count(&[
        "the", "do", "you", "is", "my", "a", "are", "can", "what", "hello", "hi", "to", "i",
    ]);
    if french > english && french >= spanish {
        "fr"
    } else if spanish > english {
        "es"
    } else {
        "en"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tools() -> Value {
        let tool = |name: &str, properties: Value| {
            json!({"type": "function",
                   "function": {"name": name, "parameters": {"properties": properties}}})
        };
        json!([
            tool("search_knowledge", json!({"query": {}})),
            tool(
                "answer",
                json!({"text": {}, "language": {}, "confidence": {}, "sources": {}})
            ),
            tool(
                "escalate",
                json!({"reason": {"enum": ["asked_for_human", "unknown_answer"]}})
            ),
        ])
    }

    fn answer(messages: Value) -> ScriptedCall {
        let body = json!({"messages": messages, "tools": tools()});
        respond(&ChatRequest::new(&body)).tool_calls.remove(0)
    }

    #[test]
    fn it_searches_then_quotes_the_first_passage_with_its_source() {
        let asked = json!({"role": "user", "content": "Quels sont vos horaires ?"});
        let first = answer(json!([asked]));
        assert_eq!(first.name, "search_knowledge");
        assert_eq!(first.arguments["query"], "Quels sont vos horaires ?");
        let found = r#"{"results":[{"id":"chk_1","text":"De 10 h à 18 h."}]}"#;
        let second = answer(json!([asked, {"role": "tool", "content": found}]));
        assert_eq!(second.name, "answer");
        assert_eq!(second.arguments["sources"], json!(["chk_1"]));
        assert_eq!(second.arguments["language"], "fr");
    }

    #[test]
    fn it_hands_over_when_nothing_was_found_or_a_person_is_wanted() {
        let asked = json!({"role": "user", "content": "Where is my order?"});
        let empty = answer(json!([asked, {"role": "tool", "content": r#"{"results":[]}"#}]));
        assert_eq!(empty.arguments["reason"], "unknown_answer");
        let human = answer(json!([{"role": "user", "content": "I want to talk to a human"}]));
        assert_eq!(
            (human.name.as_str(), &human.arguments["reason"]),
            ("escalate", &json!("asked_for_human"))
        );
    }
}
