//! "Why this answer": a decision's explanation, line by line, in the reader's language.

use serde_json::Value;
use web::Locale;
use web::i18n::{Message, hundredths};

use crate::decision::{Decision, Outcome};

/// A line of the explanation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// The colour of its dot.
    pub(crate) tone: &'static str,
    /// What was done.
    pub(crate) text: String,
    /// The particulars.
    pub(crate) note: String,
}

/// The message for a reason.
pub const fn reason_key(reason: &str) -> &'static str {
    match reason.as_bytes() {
        b"ai_off" => "agent.reason.ai_off",
        b"chats_off" => "agent.reason.chats_off",
        b"comments_off" => "agent.reason.comments_off",
        b"comment_gone" => "agent.reason.comment_gone",
        b"comment_hidden" => "agent.reason.comment_hidden",
        b"live_comment" => "agent.reason.live_comment",
        b"too_late" => "agent.reason.too_late",
        b"offensive_message" => "agent.reason.offensive_message",
        b"person_in_danger" => "agent.reason.person_in_danger",
        b"moderation_out" => "agent.reason.moderation_out",
        b"moderation_unavailable" => "agent.reason.moderation_unavailable",
        b"budget_spent" => "agent.reason.budget_spent",
        b"mode_off" => "agent.reason.mode_off",
        b"account_off" => "agent.reason.account_off",
        b"conversation_off" => "agent.reason.conversation_off",
        b"human_owns" => "agent.reason.human_owns",
        b"standby" => "agent.reason.standby",
        b"window_closed" => "agent.reason.window_closed",
        b"no_text" => "agent.reason.no_text",
        b"nothing_to_answer" => "agent.reason.nothing_to_answer",
        b"outside_hours" => "agent.reason.outside_hours",
        b"ignored_example" => "agent.reason.ignored_example",
        b"customer_asked_for_human" => "agent.reason.customer_asked_for_human",
        b"blocked_keyword" => "agent.reason.blocked_keyword",
        b"blocked_phrase" => "agent.reason.blocked_phrase",
        b"greeting" => "agent.reason.greeting",
        b"passage_found" => "agent.reason.passage_found",
        b"answer_found" => "agent.reason.answer_found",
        b"no_answer_found" => "agent.reason.no_answer_found",
        b"low_confidence" => "agent.reason.low_confidence",
        b"unsourced" => "agent.reason.unsourced",
        b"language_mismatch" => "agent.reason.language_mismatch",
        b"instructions_leaked" => "agent.reason.instructions_leaked",
        b"foreign_link" => "agent.reason.foreign_link",
        b"not_grounded" => "agent.reason.not_grounded",
        b"too_long" => "agent.reason.too_long",
        b"agent_asked_for_human" => "agent.reason.agent_asked_for_human",
        b"model_unavailable" => "agent.reason.model_unavailable",
        b"model_refused" | b"answer_unreadable" => "agent.reason.model_refused",
        b"limit_reached" => "agent.reason.limit_reached",
        b"superseded" => "agent.reason.superseded",
        b"human_replied" | b"native_replied" | b"owner_changed" | b"resolved" | b"stale" => {
            "agent.reason.person_was_faster"
        }
        _ => "agent.reason.other",
    }
}

/// The message for an outcome.
pub const fn outcome_key(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Answered => "agent.outcome.answered",
        Outcome::Suggested => "agent.outcome.suggested",
        Outcome::Escalated => "agent.outcome.escalated",
        Outcome::Silent => "agent.outcome.silent",
        Outcome::Shadowed => "agent.outcome.shadowed",
        Outcome::Failed => "agent.outcome.failed",
    }
}

/// The colour of an outcome.
pub const fn tone(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Answered => "ai",
        Outcome::Suggested | Outcome::Shadowed => "info",
        Outcome::Escalated | Outcome::Failed => "danger",
        Outcome::Silent => "neutral",
    }
}

fn cut(text: &str) -> String {
    let mut short: String = text.chars().take(60).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

fn list<'a>(told: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    told.get(key)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn share(value: &Value, key: &str, locale: Locale) -> String {
    let number = value.get(key).and_then(Value::as_f64).unwrap_or_default();
    hundredths(locale, number)
}

/// What is explained.
#[derive(Clone, Copy, Debug)]
pub struct Decided<'a> {
    /// What became of it.
    pub outcome: Outcome,
    /// Why, as a stable key.
    pub reason: &'a str,
    /// Rules tried, passages with scores, tool calls.
    pub explanation: &'a Value,
    /// How sure the agent was, 0 to 1.
    pub confidence: Option<f32>,
}

impl<'a> From<&'a Decision> for Decided<'a> {
    fn from(decision: &'a Decision) -> Self {
        Self {
            outcome: decision.outcome,
            reason: &decision.reason,
            explanation: &decision.explanation,
            confidence: decision.confidence,
        }
    }
}

/// The lines of a decision.
pub(crate) fn lines<'a>(decision: impl Into<Decided<'a>>, locale: Locale) -> Vec<Line> {
    let decision = decision.into();
    let told = decision.explanation;
    let say = |key| Message::new(locale, key);
    let line = |tone, text: String, note: String| Line { tone, text, note };
    let mut lines = Vec::new();
    let stopped = list(told, "gates").find(|gate| gate.get("passed") == Some(&Value::Bool(false)));
    let checked = say("agent.why.checked").to_string();
    match stopped {
        Some(gate) => lines.push(line("warn", checked, cut(text(gate, "found")))),
        None if list(told, "gates").next().is_some() => {
            lines.push(line("", checked, say("agent.why.no_match").to_string()));
        }
        None => {}
    }
    if list(told, "superseded").next().is_some() {
        let text = say("agent.why.superseded").to_string();
        let note = say("agent.reason.superseded").to_string();
        lines.push(line("warn", text, note));
    }
    let queries = [text(told, "query")].into_iter();
    let searches = list(told, "tools").map(|tool| text(tool, "query"));
    for query in queries.chain(searches).filter(|query| !query.is_empty()) {
        lines.push(line(
            "",
            say("agent.why.searched").to_string(),
            format!("“{}”", cut(query)),
        ));
    }
    for passage in list(told, "passages").filter(|p| p.get("used") == Some(&Value::Bool(true))) {
        let what = say("agent.why.read")
            .with("title", cut(text(passage, "title")))
            .to_string();
        let heading = cut(text(passage, "heading"));
        let note = [heading, share(passage, "score", locale)]
            .into_iter()
            .filter(|part| !part.is_empty());
        lines.push(line("", what, note.collect::<Vec<_>>().join(" · ")));
    }
    for call in list(told, "calls") {
        let failed = !text(call, "error").is_empty();
        let note = if failed {
            text(call, "error")
        } else {
            text(call, "model")
        };
        let tone = if failed { "danger" } else { "" };
        lines.push(line(
            tone,
            say("agent.why.asked_model").to_string(),
            note.to_owned(),
        ));
    }
    for doubt in list(told, "doubts") {
        let why = say(reason_key(text(doubt, "reason"))).to_string();
        let found = cut(text(doubt, "found"));
        let note = [why, found].into_iter().filter(|part| !part.is_empty());
        lines.push(line(
            "warn",
            say("agent.why.doubted").to_string(),
            note.collect::<Vec<_>>().join(": "),
        ));
    }
    let end = match (decision.outcome, decision.confidence) {
        (Outcome::Answered | Outcome::Suggested | Outcome::Shadowed, Some(confidence)) => {
            say("agent.why.confidence")
                .with("confidence", hundredths(locale, confidence.into()))
                .with("threshold", share(told, "threshold", locale))
                .with("outcome", say(outcome_key(decision.outcome)))
                .to_string()
        }
        (outcome, _) => say(outcome_key(outcome)).to_string(),
    };
    let tone = match decision.outcome {
        Outcome::Answered | Outcome::Suggested | Outcome::Shadowed => "",
        Outcome::Escalated | Outcome::Failed => "danger",
        Outcome::Silent => "muted",
    };
    lines.push(line(
        tone,
        end,
        say(reason_key(decision.reason)).to_string(),
    ));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use kernel::{ConversationId, DecisionId, MessageId};
    use serde_json::json;

    #[test]
    fn an_answer_tells_its_way_from_the_rules_to_the_confidence() {
        let decision = Decision {
            id: DecisionId::new(),
            message_id: MessageId::new(),
            conversation_id: ConversationId::new(),
            run_id: None,
            outcome: Outcome::Answered,
            reason: "passage_found".to_owned(),
            explanation: json!({
                "gates": [{"gate": "mode", "passed": true}],
                "query": "ship Belgium",
                "passages": [
                    {"title": "Delivery policy", "heading": "", "score": 0.91, "used": true},
                    {"title": "Returns", "heading": "", "score": 0.2, "used": false},
                ],
                "threshold": 0.7,
            }),
            confidence: Some(0.91),
            reply_message_id: None,
            created_at: DateTime::UNIX_EPOCH,
            message_text: String::new(),
            contact_name: String::new(),
            account_id: kernel::AccountId::new(),
            mark: None,
        };
        let lines = lines(&decision, Locale::En);
        assert_eq!(lines.len(), 4);
        assert_eq!(lines[1].note, "“ship Belgium”");
        assert!(lines[2].text.contains("Delivery policy"));
        assert!(lines[3].text.contains("0.91") && lines[3].text.contains("0.70"));
    }
}
