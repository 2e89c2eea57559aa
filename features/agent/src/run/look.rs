//! Looking: at the conversation and its rules, at what the business knows, and at what the model
//! wants to know.

use chrono::{DateTime, TimeDelta, Utc};
use db::{DbResult, TenantTx};
use inbox::conversation::Owner;
use knowledge::language::Language;

use super::Work;
use super::meaning::{Looked, Vectors, find};
use crate::gates::{self, Facts};
use crate::settings::Stored;
use crate::step::{self, Passage, Step, ToolResult};
use crate::store::runs::Undecided;
use crate::tools::Shelf;
use crate::{Agent, hours, store, tongue, tools};

/// How many passages a search gives.
const PASSAGES: usize = 6;

impl Agent {
    /// When the customer will have been quiet long enough; `None` when that is now.
    pub(super) fn still_writing(
        &self,
        work: &Work,
        undecided: &[Undecided],
    ) -> Option<DateTime<Utc>> {
        let quiet = TimeDelta::from_std(self.debounce).unwrap_or_default();
        let first = undecided.iter().map(|m| m.created_at).min()?;
        let last = undecided.iter().map(|m| m.created_at).max()?;
        // A talkative customer is answered all the same.
        let due = (last + quiet)
            .min(first + quiet * 5)
            .min(work.held.latest_at);
        (work.now < due).then_some(due)
    }
}

/// The first step: tries the rules. `known` is the language that the customer is known to speak;
/// `account_on` says whether the account is connected and its
/// automation switch is on.
pub(crate) fn check(
    work: &Work,
    undecided: &[Undecided],
    known: Option<&str>,
    account_on: bool,
) -> Step {
    let conversation = &work.conversation;
    let settings = &work.stored.settings;
    let mode = settings.mode_on(conversation.account_id);
    let texts: Vec<&str> = undecided
        .iter()
        .map(|m| m.text.trim())
        .filter(|t| !t.is_empty())
        .collect();
    let text = texts.join("\n");
    let kinds: Vec<String> = undecided.iter().map(|m| m.kind.clone()).collect();
    let (gates, stop) = gates::check(&Facts {
        settings,
        public: work.under.is_some(),
        mode,
        account_on,
        conversation_on: conversation.ai_enabled,
        owned_by_human: conversation.owner == Owner::Human,
        standby: conversation.standby,
        window_open: conversation.window(work.now).allows_automation(),
        business_open: hours::open(&settings.business_hours, &work.stored.time_zone, work.now),
        spent: work.spent,
        sees_pictures: work.sees_pictures,
        text: &text,
        kinds: &kinds,
    });
    Step::CheckConversationState {
        epoch: conversation.epoch,
        messages: undecided.iter().map(|m| m.id).collect(),
        language: Some(language(&text, known, &work.stored)),
        text,
        mode,
        version: work.stored.version,
        gates,
        stop,
    }
}

/// The language to answer in: the fixed one, else that of the words.
fn language(text: &str, known: Option<&str>, stored: &Stored) -> String {
    match stored.settings.language.as_str() {
        "auto" => tongue::of(text, known, &stored.locale),
        fixed => fixed.to_owned(),
    }
}

/// What was asked, and in which language to answer.
pub(crate) fn asked(steps: &[Step]) -> (String, Option<String>) {
    match steps.first() {
        Some(Step::CheckConversationState { text, language, .. }) => {
            (text.clone(), language.clone())
        }
        _ => (String::new(), None),
    }
}

/// Searches for what the customer asked.
pub(crate) async fn retrieve(
    tx: &mut TenantTx,
    steps: &[Step],
    vectors: &Vectors,
) -> DbResult<Looked<Step>> {
    let (query, language) = asked(steps);
    let wanted = language.as_deref().map(Language::from_tag);
    Ok(match find(tx, &query, wanted, PASSAGES, vectors).await? {
        Looked::Found(hits) => {
            let passages = hits.into_iter().map(Passage::from).collect();
            Looked::Found(Step::RetrieveContext { query, passages })
        }
        Looked::Needs(questions) => Looked::Needs(questions),
    })
}

/// Runs what the model asked for last.
pub(crate) async fn run_tools(
    tx: &mut TenantTx,
    steps: &[Step],
    vectors: &Vectors,
) -> DbResult<Looked<Step>> {
    let Some(Step::CallModel {
        answer: Some(answer),
        ..
    }) = steps.last()
    else {
        return Ok(Looked::Found(Step::RunTools {
            results: Vec::new(),
        }));
    };
    let (_, language) = asked(steps);
    let wanted = language.as_deref().map(Language::from_tag);
    let (mut results, mut needed) = (Vec::new(), Vec::new());
    for (at, call) in answer.tool_calls.iter().enumerate() {
        let asked = if at < step::TOOL_CALLS {
            tools::search(call)
        } else {
            Err("Too many calls.")
        };
        let mut result = ToolResult {
            call: call.id.clone(),
            name: call.name.chars().take(64).collect(),
            query: None,
            refused: None,
            passages: Vec::new(),
        };
        match asked {
            Ok(search) => {
                let named = match &search.shelf {
                    Shelf::All | Shelf::Faq => Vec::new(),
                    Shelf::Documents(names) => {
                        let documents = store::earlier::named_documents(tx).await?;
                        tools::named(names, documents)
                    }
                };
                let reach = search.reach(PASSAGES);
                let hits = match find(tx, &search.query, wanted, reach, vectors).await? {
                    Looked::Found(hits) => hits,
                    Looked::Needs(questions) => {
                        needed.extend(questions);
                        continue;
                    }
                };
                result.passages = hits
                    .into_iter()
                    .filter(|hit| search.wants(hit, &named))
                    .take(PASSAGES)
                    .map(Passage::from)
                    .collect();
                result.query = Some(search.query);
            }
            Err(sentence) => result.refused = Some(sentence.to_owned()),
        }
        results.push(result);
    }
    if !needed.is_empty() {
        return Ok(Looked::Needs(needed));
    }
    Ok(Looked::Found(Step::RunTools { results }))
}
