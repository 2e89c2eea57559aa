//! What the model may call. Its arguments are data: they are checked, and can't widen what the
//! run may see.

use kernel::FileId;
use knowledge::search::{Hit, Kind};
use llm::{Tool, ToolCall};
use serde::Deserialize;
use serde_json::json;

use crate::judge::{Draft, Proposal};
use crate::step::Passage;
use crate::words::plain;

/// The longest query of a search, in characters.
const LONGEST_QUERY: usize = 400;

/// How many documents one search names at most.
const MOST_DOCUMENTS: usize = 20;

/// The tools, as the model is told of them; about a public comment it may also say nothing.
pub(crate) fn offered(public: bool) -> Vec<Tool> {
    let mut tools = all();
    if public {
        tools.push(Tool {
            name: "leave",
            description: "Say nothing: the comment asks for no answer of the business.",
            parameters: json!({
                "type": "object",
                "properties": {"reason": {"type": "string"}},
                "required": ["reason"],
                "additionalProperties": false,
            }),
        });
    }
    tools
}

fn all() -> Vec<Tool> {
    let query = json!({
        "type": "object",
        "properties": {"query": {"type": "string", "description": "What to look for, in the customer's language"}},
        "required": ["query"],
        "additionalProperties": false,
    });
    vec![
        Tool {
            name: "search_knowledge",
            description: "Search the business's documents and FAQ entries for passages.",
            parameters: query.clone(),
        },
        Tool {
            name: "find_answers",
            description: "Search the FAQ entries only: answers the business wrote itself.",
            parameters: query,
        },
        Tool {
            name: "search_files",
            description: "Search certain documents only, by their names in the facts.",
            parameters: json!({
                "type": "object",
                "properties": {
                    "query": {"type": "string", "description": "What to look for, in the customer's language"},
                    "documents": {"type": "array", "items": {"type": "string"}, "description": "Names of documents"},
                },
                "required": ["query", "documents"],
                "additionalProperties": false,
            }),
        },
        Tool {
            name: "escalate",
            description: "Give the conversation to a person: the customer asks for one, is upset, or no passage answers.",
            parameters: json!({
                "type": "object",
                "properties": {"reason": {"type": "string"}},
                "required": ["reason"],
                "additionalProperties": false,
            }),
        },
        Tool {
            name: "answer",
            description: "Answer the customer. Every claim has to stand in the passages named as sources.",
            parameters: json!({
                "type": "object",
                "properties": {
                    "text": {"type": "string"},
                    "language": {"type": "string", "description": "Language tag of the text, such as en"},
                    "confidence": {"type": "number", "minimum": 0, "maximum": 1},
                    "sources": {"type": "array", "items": {"type": "string"}, "description": "Ids of passages, chk_…"},
                },
                "required": ["text", "language", "confidence", "sources"],
                "additionalProperties": false,
            }),
        },
    ]
}

/// Whether calling this tool ends the run.
pub(crate) fn is_final(name: &str, public: bool) -> bool {
    matches!(name, "answer" | "escalate") || (public && name == "leave")
}

/// Where a tool call looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shelf {
    /// Everywhere.
    All,
    /// Among the FAQ entries.
    Faq,
    /// In the documents of these names.
    Documents(Vec<String>),
}

/// A search that a tool call asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Search {
    pub(crate) query: String,
    pub(crate) shelf: Shelf,
}

impl Search {
    /// How many passages are looked through for those that belong to what was asked for.
    pub(crate) fn reach(&self, wanted: usize) -> usize {
        match self.shelf {
            Shelf::All => wanted,
            Shelf::Faq | Shelf::Documents(_) => wanted.saturating_mul(10),
        }
    }

    /// Whether a passage belongs to what was asked for; `named` are the documents that were.
    pub(crate) fn wants(&self, hit: &Hit, named: &[FileId]) -> bool {
        match self.shelf {
            Shelf::All => true,
            Shelf::Faq => hit.kind == Kind::Faq,
            Shelf::Documents(_) => hit.file.is_some_and(|file| named.contains(&file)),
        }
    }
}

/// The documents among these whose names, in plain words, hold one of the wanted ones.
pub(crate) fn named(wanted: &[String], documents: Vec<(FileId, String)>) -> Vec<FileId> {
    let is_wanted = |name: &str| {
        let name = plain(name);
        wanted.iter().any(|one| name.contains(one.as_str()))
    };
    let named = documents.into_iter().filter(|(_, name)| is_wanted(name));
    named.map(|(id, _)| id).collect()
}

#[derive(Deserialize)]
struct Query {
    query: String,
    #[serde(default)]
    documents: Vec<String>,
}

/// Reads a call of a search tool; the error is told to the model.
pub(crate) fn search(call: &ToolCall) -> Result<Search, &'static str> {
    if !matches!(
        call.name.as_str(),
        "search_knowledge" | "find_answers" | "search_files"
    ) {
        return Err("There is no such tool.");
    }
    let arguments = call
        .parsed()
        .map_err(|_| "The arguments are not a JSON object.")?;
    let Query { query, documents } =
        serde_json::from_value(arguments).map_err(|_| "A query has to be given, as text.")?;
    let query: String = query.trim().chars().take(LONGEST_QUERY).collect();
    if query.is_empty() {
        return Err("The query is empty.");
    }
    let names = documents
        .iter()
        .take(MOST_DOCUMENTS)
        .map(|name| plain(name));
    let names: Vec<String> = names.filter(|name| !name.trim().is_empty()).collect();
    let shelf = match call.name.as_str() {
        "find_answers" => Shelf::Faq,
        "search_files" if names.is_empty() => return Err("Name the documents to search."),
        "search_files" => Shelf::Documents(names),
        _ => Shelf::All,
    };
    Ok(Search { query, shelf })
}

#[derive(Deserialize)]
struct Answer {
    text: String,
    #[serde(default)]
    language: String,
    #[serde(default)]
    confidence: f32,
    #[serde(default)]
    sources: Vec<String>,
}

/// Reads what the model ended with. `wanted` is the language the answer has to be in.
pub(crate) fn proposal(
    answer: &llm::Answer,
    found: &[&Passage],
    wanted: Option<&str>,
    public: bool,
) -> Proposal {
    let escalate = |reason: &str| Proposal::Escalate {
        reason: reason.to_owned(),
    };
    if answer.refused || answer.finish == llm::Finish::ContentFilter {
        return escalate("model_refused");
    }
    // When it does both, a person is the safer way.
    if answer.tool_calls.iter().any(|call| call.name == "escalate") {
        return escalate("agent_asked_for_human");
    }
    // So is silence where everybody reads.
    if public && answer.tool_calls.iter().any(|call| call.name == "leave") {
        return Proposal::Silent {
            reason: "nothing_to_answer".to_owned(),
        };
    }
    let Some(call) = answer.tool_calls.iter().find(|call| call.name == "answer") else {
        // Text without the contract: a draft without sources.
        return Proposal::Answer(Draft {
            text: answer.text.trim().to_owned(),
            language: None,
            confidence: 0.0,
            sources: Vec::new(),
            sourced: false,
            language_fits: true,
            quoted: false,
            reason: "answer_found",
        });
    };
    let Some(given) = call
        .parsed()
        .ok()
        .and_then(|arguments| serde_json::from_value::<Answer>(arguments).ok())
    else {
        return escalate("answer_unreadable");
    };
    let known = |id: &String| {
        let id = id.parse().ok()?;
        found
            .iter()
            .find(|passage| passage.chunk == id)
            .map(|passage| passage.chunk)
    };
    let sources: Vec<_> = given.sources.iter().filter_map(known).collect();
    let sourced = !sources.is_empty() && sources.len() == given.sources.len();
    let primary = |tag: &str| {
        tag.split(['-', '_'])
            .next()
            .unwrap_or_default()
            .to_lowercase()
    };
    let language_fits = wanted.is_none_or(|wanted| {
        given.language.is_empty() || primary(wanted) == primary(&given.language)
    });
    Proposal::Answer(Draft {
        text: given.text.trim().to_owned(),
        language: Some(given.language).filter(|tag| !tag.is_empty()),
        confidence: given.confidence.clamp(0.0, 1.0),
        sources,
        sourced,
        language_fits,
        quoted: false,
        reason: "answer_found",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::ChunkId;

    fn ended(name: &str, arguments: &str) -> llm::Answer {
        llm::Answer {
            model: "m".to_owned(),
            text: String::new(),
            tool_calls: vec![ToolCall {
                id: "1".to_owned(),
                name: name.to_owned(),
                arguments: arguments.to_owned(),
            }],
            finish: llm::Finish::ToolCalls,
            refused: false,
            usage: llm::Usage::default(),
        }
    }

    fn passage() -> Passage {
        Passage {
            chunk: ChunkId::new(),
            faq: false,
            title: String::new(),
            heading: String::new(),
            content: "…".to_owned(),
            language: "en".to_owned(),
            score: 0.9,
        }
    }

    #[test]
    fn an_invented_source_makes_an_answer_unsourced() {
        let passage = passage();
        let with = |source: ChunkId| {
            let arguments =
                json!({"text": "Yes.", "language": "en-GB", "confidence": 3, "sources": [source]});
            match proposal(
                &ended("answer", &arguments.to_string()),
                &[&passage],
                Some("en"),
                false,
            ) {
                Proposal::Answer(draft) => draft,
                other => panic!("{other:?}"),
            }
        };
        let good = with(passage.chunk);
        assert!(good.sourced && good.language_fits);
        assert!((good.confidence - 1.0).abs() < f32::EPSILON);
        assert!(!with(ChunkId::new()).sourced);
    }

    #[test]
    fn what_can_not_be_read_goes_to_a_person() {
        let reason = |answer| match proposal(&answer, &[], None, true) {
            Proposal::Escalate { reason } => reason,
            other => panic!("{other:?}"),
        };
        assert_eq!(reason(ended("answer", "{\"text\": ")), "answer_unreadable");
        assert_eq!(reason(ended("escalate", "{}")), "agent_asked_for_human");
    }

    #[test]
    fn a_tool_call_is_checked_before_it_is_run() {
        let call = |name: &str, arguments: &str| {
            search(&ended(name, arguments).tool_calls[0]).map(|search| search.shelf)
        };
        assert_eq!(
            call("find_answers", "{\"query\": \"ship\"}"),
            Ok(Shelf::Faq)
        );
        let named = "{\"query\": \"ship\", \"documents\": [\"Prices 2026\", \" \"]}";
        let documents = Shelf::Documents(vec![" prices 2026 ".to_owned()]);
        assert_eq!(call("search_files", named), Ok(documents));
        assert_eq!(call("search_knowledge", named), Ok(Shelf::All));
        assert!(call("search_files", "{\"query\": \"ship\"}").is_err());
        assert!(call("delete_everything", "{}").is_err());
        assert!(call("search_knowledge", "{\"query\": 7}").is_err());
        assert!(call("search_knowledge", "nonsense").is_err());
        assert!(call("search_knowledge", "{\"query\": \" \"}").is_err());
    }

    #[test]
    fn a_comment_may_be_left_and_a_message_may_not() {
        let left = ended("leave", "{\"reason\": \"praise\"}");
        let silent = Proposal::Silent {
            reason: "nothing_to_answer".to_owned(),
        };
        assert_eq!(proposal(&left, &[], None, true), silent);
        assert_ne!(proposal(&left, &[], None, false), silent);
        assert!(is_final("leave", true) && !is_final("leave", false));
        assert!(offered(true).iter().any(|tool| tool.name == "leave"));
        assert!(offered(false).iter().all(|tool| tool.name != "leave"));
    }
}
