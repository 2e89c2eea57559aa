//! The steps of a run, as they are kept: what each did and got, so that a run that was cut off
//! goes on behind the last one and nothing is paid for twice.

use kernel::{ChunkId, MessageId};
use knowledge::search::{Hit, Kind};
use serde::{Deserialize, Serialize};

use crate::gates::{Gate, Stop};
use crate::moderate::{Judged, Side};
use crate::settings::Mode;

/// A passage that was found in this run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Passage {
    /// The passage.
    pub chunk: ChunkId,
    /// Whether it is an FAQ entry.
    pub faq: bool,
    /// Where it stands: the document's title, or the entry's first phrasing.
    pub title: String,
    /// The headings above it.
    pub heading: String,
    /// Its words.
    pub content: String,
    /// Its language's tag.
    pub language: String,
    /// How sure the search is that it answers, 0 to 1.
    pub score: f32,
}

impl From<Hit> for Passage {
    fn from(hit: Hit) -> Self {
        Self {
            chunk: hit.chunk,
            faq: hit.kind == Kind::Faq,
            title: hit.title,
            heading: hit.heading,
            content: hit.content,
            language: hit.language.as_str().to_owned(),
            score: hit.score,
        }
    }
}

/// What a tool gave back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolResult {
    /// The id of the model's call.
    pub call: String,
    /// The tool's name.
    pub name: String,
    /// What was searched for.
    pub query: Option<String>,
    /// Why the call was not run.
    pub refused: Option<String>,
    /// What was found.
    pub passages: Vec<Passage>,
}

/// One step of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    /// Looked at the conversation and tried the rules.
    CheckConversationState {
        /// The epoch it works for.
        epoch: i64,
        /// The customer's messages it decides about.
        messages: Vec<MessageId>,
        /// What they say together.
        text: String,
        /// The customer's language, when it can be told.
        language: Option<String>,
        /// The mode on this account.
        mode: Mode,
        /// The settings' version.
        version: i32,
        /// Every rule that was tried.
        gates: Vec<Gate>,
        /// What the last of them wants.
        stop: Option<Stop>,
    },
    /// Had a text judged by a provider's moderation.
    Moderate {
        /// Whose text.
        side: Side,
        /// The text, when it is the agent's own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
        /// The judgement.
        judged: Option<Judged>,
        /// The class of the error, when there was none.
        error: Option<String>,
    },
    /// Searched what the business knows.
    RetrieveContext {
        /// What was searched for.
        query: String,
        /// What was found.
        passages: Vec<Passage>,
    },
    /// Asked the model.
    CallModel {
        /// What it answered.
        answer: Option<llm::Answer>,
        /// The class of the error, when it did not.
        error: Option<String>,
    },
    /// Ran the tools it wanted.
    RunTools {
        /// What they gave back, one for each call.
        results: Vec<ToolResult>,
    },
}

impl Step {
    /// The name of the step.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::CheckConversationState { .. } => "check_conversation_state",
            Self::Moderate { .. } => "moderate",
            Self::RetrieveContext { .. } => "retrieve_context",
            Self::CallModel { .. } => "call_model",
            Self::RunTools { .. } => "run_tools",
        }
    }
}

/// Calls of the model in one run, at most.
pub(crate) const MODEL_CALLS: usize = 4;
/// Calls of tools in one run, at most.
pub(crate) const TOOL_CALLS: usize = 6;
/// Tokens in one run, at most.
pub(crate) const TOKENS: i32 = 60_000;

/// What comes next in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    Check,
    /// What the customer wrote.
    Moderate,
    Retrieve,
    CallModel,
    RunTools,
    Decide,
}

/// What a run can do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ways {
    /// Whether there is a model to ask.
    pub(crate) model: bool,
    /// Whether there is a provider's moderation to ask.
    pub(crate) moderation: bool,
    /// Whether its time is over.
    pub(crate) late: bool,
    /// Whether it is about a public comment.
    pub(crate) public: bool,
}

/// What comes next, from the steps so far.
pub(crate) fn next(steps: &[Step], ways: Ways) -> Next {
    let Some(last) = steps.last() else {
        return Next::Check;
    };
    let ends = |answer: &llm::Answer| {
        let mut calls = answer.tool_calls.iter();
        answer.tool_calls.is_empty()
            || calls.any(|call| crate::tools::is_final(&call.name, ways.public))
    };
    match last {
        Step::CheckConversationState {
            stop: None, text, ..
        } if ways.moderation && !text.trim().is_empty() => Next::Moderate,
        Step::CheckConversationState { stop: None, .. } => Next::Retrieve,
        Step::Moderate {
            side: Side::Incoming,
            judged,
            ..
        } if !judged.as_ref().is_some_and(Judged::flags) => Next::Retrieve,
        Step::RetrieveContext { .. } | Step::RunTools { .. }
            if ways.model && !ways.late && !exhausted(steps) =>
        {
            Next::CallModel
        }
        Step::CallModel {
            answer: Some(answer),
            ..
        } if !ends(answer) => Next::RunTools,
        _ => Next::Decide,
    }
}

fn exhausted(steps: &[Step]) -> bool {
    let answers = || {
        steps.iter().filter_map(|step| match step {
            Step::CallModel { answer, .. } => Some(answer.as_ref()),
            _ => None,
        })
    };
    let tools: usize = answers().flatten().map(|a| a.tool_calls.len()).sum();
    let tokens: i32 = answers()
        .flatten()
        .map(|a| {
            a.usage
                .prompt_tokens
                .saturating_add(a.usage.completion_tokens)
        })
        .fold(0, i32::saturating_add);
    answers().count() >= MODEL_CALLS || tools >= TOOL_CALLS || tokens >= TOKENS
}

/// The last step that says what the agent came up with: a moderation only says what is held against
/// it.
pub(crate) fn decisive(steps: &[Step]) -> Option<&Step> {
    let judges = |step: &&Step| matches!(step, Step::Moderate { .. });
    steps.iter().rev().find(|step| !judges(step))
}

/// What a provider's moderation said of one side; the error when it could not be asked.
pub(crate) fn moderation(steps: &[Step], wanted: Side) -> Option<Result<&Judged, &str>> {
    steps.iter().rev().find_map(|step| match step {
        Step::Moderate {
            side,
            judged,
            error,
            ..
        } if *side == wanted => Some(match judged {
            Some(judged) => Ok(judged),
            None => Err(error.as_deref().unwrap_or("unknown")),
        }),
        _ => None,
    })
}

/// Every passage that was found in this run, each once.
pub(crate) fn passages(steps: &[Step]) -> Vec<&Passage> {
    let mut all: Vec<&Passage> = Vec::new();
    for step in steps {
        let found: Vec<&Passage> = match step {
            Step::RetrieveContext { passages, .. } => passages.iter().collect(),
            Step::RunTools { results } => results.iter().flat_map(|r| &r.passages).collect(),
            _ => Vec::new(),
        };
        for passage in found {
            if !all.iter().any(|known| known.chunk == passage.chunk) {
                all.push(passage);
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    const WITH_MODEL: Ways = Ways {
        model: true,
        moderation: false,
        late: false,
        public: false,
    };

    fn check(stop: Option<Stop>) -> Step {
        Step::CheckConversationState {
            epoch: 1,
            messages: vec![MessageId::new()],
            text: "Do you ship?".to_owned(),
            language: Some("en".to_owned()),
            mode: Mode::Auto,
            version: 1,
            gates: Vec::new(),
            stop,
        }
    }

    fn call(tool: &str) -> Step {
        let tool_calls = vec![llm::ToolCall {
            id: "1".to_owned(),
            name: tool.to_owned(),
            arguments: "{}".to_owned(),
        }];
        Step::CallModel {
            answer: Some(llm::Answer {
                model: "m".to_owned(),
                text: String::new(),
                tool_calls,
                finish: llm::Finish::ToolCalls,
                refused: false,
                usage: llm::Usage::default(),
            }),
            error: None,
        }
    }

    #[test]
    fn a_run_goes_on_behind_its_last_step() {
        let retrieved = Step::RetrieveContext {
            query: String::new(),
            passages: Vec::new(),
        };
        let late = Ways {
            late: true,
            ..WITH_MODEL
        };
        let mut steps = Vec::new();
        assert_eq!(next(&steps, WITH_MODEL), Next::Check);
        steps.push(check(None));
        assert_eq!(next(&steps, WITH_MODEL), Next::Retrieve);
        steps.push(retrieved);
        assert_eq!(next(&steps, Ways::default()), Next::Decide);
        assert_eq!(next(&steps, late), Next::Decide);
        assert_eq!(next(&steps, WITH_MODEL), Next::CallModel);
        steps.push(call("search_knowledge"));
        assert_eq!(next(&steps, WITH_MODEL), Next::RunTools);
        steps.push(Step::RunTools {
            results: Vec::new(),
        });
        assert_eq!(next(&steps, WITH_MODEL), Next::CallModel);
        steps.push(call("answer"));
        assert_eq!(next(&steps, WITH_MODEL), Next::Decide);
        assert_eq!(next(&[check(Some(Stop::Greet))], WITH_MODEL), Next::Decide);
    }

    fn judged(side: Side, flagged: &[&str]) -> Step {
        Step::Moderate {
            side,
            text: None,
            judged: Some(Judged {
                model: "m".to_owned(),
                flagged: flagged.iter().map(|one| (*one).to_owned()).collect(),
            }),
            error: None,
        }
    }

    #[test]
    fn what_a_moderation_holds_against_a_customer_ends_the_search_and_its_failure_does_not() {
        let ways = Ways {
            moderation: true,
            ..WITH_MODEL
        };
        let mut steps = vec![check(None)];
        assert_eq!(next(&steps, ways), Next::Moderate);
        let failed = Step::Moderate {
            side: Side::Incoming,
            text: None,
            judged: None,
            error: Some("timeout".to_owned()),
        };
        for (step, expected) in [
            (judged(Side::Incoming, &[]), Next::Retrieve),
            (failed, Next::Retrieve),
            (judged(Side::Incoming, &["hate"]), Next::Decide),
            (judged(Side::Outgoing, &["hate"]), Next::Decide),
        ] {
            steps.push(step);
            assert_eq!(next(&steps, ways), expected);
            assert_eq!(decisive(&steps), steps.first());
            steps.pop();
        }
        assert_eq!(next(&[check(Some(Stop::Greet))], ways), Next::Decide);
    }

    #[test]
    fn a_model_that_only_ever_searches_is_stopped() {
        let mut steps = vec![
            check(None),
            Step::RetrieveContext {
                query: String::new(),
                passages: Vec::new(),
            },
        ];
        let mut calls = 0;
        while next(&steps, WITH_MODEL) == Next::CallModel {
            steps.extend([
                call("search_knowledge"),
                Step::RunTools {
                    results: Vec::new(),
                },
            ]);
            calls += 1;
        }
        assert_eq!(calls, MODEL_CALLS);
    }

    #[test]
    fn a_kept_step_reads_back() {
        for step in [check(Some(Stop::Greet)), call("answer")] {
            let json = serde_json::to_value(&step).unwrap();
            assert_eq!(serde_json::from_value::<Step>(json).unwrap(), step);
        }
    }
}
