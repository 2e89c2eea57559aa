//! A run: from a claimed row to a decision. Steps that need no network are taken in one short
//! transaction; before a model is asked it is committed, so that nothing is held meanwhile.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use db::{Claim, DbResult, TenantTx};
use inbox::conversation::{self, Conversation, Owner};
use kernel::RunId;
use knowledge::language::Language;
use llm::{ChatRequest, Endpoint};

use crate::escalate::Mails;
use crate::gates::{self, Facts};
use crate::settings::{self, Stored};
use crate::step::{self, Next, Passage, Step, ToolResult};
use crate::store::runs::{self, End, Held, Undecided};
use crate::{Agent, hours, outcome, prompt, tools};

/// A run takes at most this long.
const LONGEST: Duration = Duration::from_secs(45);
/// A run that is begun more often than this breaks something each time.
const ATTEMPTS: i32 = 12;
/// A model that is busy or broken is asked again in this many claims.
const MODEL_ATTEMPTS: i32 = 3;
/// How many passages a search gives.
const PASSAGES: usize = 6;
/// How many messages of the thread the model sees.
const THREAD: u16 = 20;

/// A question to a model that the next step needs.
struct Question {
    endpoint: Endpoint,
    request: ChatRequest,
    within: Duration,
    ordinal: usize,
}

enum Progress {
    /// The claim no longer counts: somebody else has the run.
    Lost,
    /// The run ended or was given back.
    Ended(Mails),
    Ask(Box<Question>),
}

/// What a run works with.
pub(crate) struct Work {
    pub(crate) held: Held,
    pub(crate) conversation: Conversation,
    pub(crate) stored: Stored,
    pub(crate) steps: Vec<Step>,
    pub(crate) now: DateTime<Utc>,
}

impl Agent {
    /// Works on a claimed run until it ended, was given back, or belongs to somebody else.
    pub async fn handle(&self, claim: Claim) {
        let Err(error) = self.work(&claim).await else {
            return;
        };
        tracing::warn!(run = %RunId::from_uuid(claim.id), error = %telemetry(&error), "a run was cut off");
        // A row that stays claimed by a living process would wait for ever.
        while let Err(error) = self.give_back(&claim).await {
            tracing::debug!(%error, "a run can't be given back yet");
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    async fn work(&self, claim: &Claim) -> DbResult<()> {
        loop {
            let mut tx = self.db.tenant(&claim.scope).await?;
            match self.advance(&mut tx, claim).await? {
                Progress::Lost => return Ok(()),
                Progress::Ended(mails) => {
                    tx.commit().await?;
                    mails.send(&self.mailer).await;
                    return Ok(());
                }
                Progress::Ask(question) => {
                    tx.commit().await?;
                    if !self.ask(claim, &question).await? {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// Takes every step up to the next question or the end.
    async fn advance(&self, tx: &mut TenantTx, claim: &Claim) -> DbResult<Progress> {
        let id = RunId::from_uuid(claim.id);
        // The conversation first, as everybody who holds both does.
        let Some(conversation) = runs::conversation_of(tx, id).await? else {
            return Ok(Progress::Lost);
        };
        let Some(conversation) = conversation::lock(tx, conversation).await? else {
            return Ok(Progress::Lost);
        };
        let Some(held) = runs::hold(tx, claim).await? else {
            return Ok(Progress::Lost);
        };
        let mut work = Work {
            held,
            conversation,
            stored: settings::load(tx).await?,
            steps: runs::steps(tx, id).await?,
            now: self.clock.now(),
        };
        if runs::newer_waits(tx, work.conversation.id).await? {
            end(tx, &work, "superseded", "newer_run").await?;
            return Ok(Progress::Ended(Mails::none()));
        }
        if work.held.attempts > ATTEMPTS {
            outcome::fail(tx, &work).await?;
            return Ok(Progress::Ended(Mails::none()));
        }
        if let Some(Step::CheckConversationState { epoch, .. }) = work.steps.first()
            && *epoch != work.conversation.epoch
        {
            return moved_on(tx, &work).await;
        }
        loop {
            let uses_model = work.stored.settings.uses_model();
            let late = late(&work.held, work.now);
            match step::next(&work.steps, uses_model, late) {
                Next::Check => {
                    let undecided = runs::undecided(tx, work.conversation.id).await?;
                    if undecided.is_empty() {
                        end(tx, &work, "done", "nothing_new").await?;
                        return Ok(Progress::Ended(Mails::none()));
                    }
                    if let Some(due) = self.still_writing(&work, &undecided) {
                        runs::put_back(tx, id, due, false).await?;
                        return Ok(Progress::Ended(Mails::none()));
                    }
                    let checked = check(tx, &work, &undecided).await?;
                    self.keep(tx, &mut work, checked).await?;
                }
                Next::Retrieve => {
                    let (query, language) = asked(&work.steps);
                    let wanted = language.as_deref().map(Language::from_tag);
                    let hits = knowledge::search::search(tx, &query, wanted, PASSAGES).await?;
                    let passages = hits.into_iter().map(Passage::from).collect();
                    self.keep(tx, &mut work, Step::RetrieveContext { query, passages })
                        .await?;
                }
                Next::RunTools => {
                    let results = run_tools(tx, &work.steps).await?;
                    self.keep(tx, &mut work, Step::RunTools { results }).await?;
                }
                Next::CallModel => {
                    return Ok(Progress::Ask(Box::new(self.question(tx, &work).await?)));
                }
                Next::Decide => {
                    let mails = outcome::decide(tx, &work, &self.public_url).await?;
                    return Ok(Progress::Ended(mails));
                }
            }
        }
    }

    /// When the customer will have been quiet long enough; `None` when that is now.
    fn still_writing(&self, work: &Work, undecided: &[Undecided]) -> Option<DateTime<Utc>> {
        let quiet = TimeDelta::from_std(self.debounce).unwrap_or_default();
        let first = undecided.iter().map(|m| m.created_at).min()?;
        let last = undecided.iter().map(|m| m.created_at).max()?;
        // A talkative customer is answered all the same.
        let due = (last + quiet)
            .min(first + quiet * 5)
            .min(work.held.latest_at);
        (work.now < due).then_some(due)
    }

    async fn keep(&self, tx: &mut TenantTx, work: &mut Work, step: Step) -> DbResult<()> {
        let times = (work.now, self.clock.now());
        runs::keep_step(tx, work.held.id, work.steps.len(), &step, times).await?;
        work.now = times.1;
        work.steps.push(step);
        Ok(())
    }

    async fn question(&self, tx: &mut TenantTx, work: &Work) -> DbResult<Question> {
        let settings = &work.stored.settings;
        let thread = inbox::thread::recent(tx, work.conversation.id, THREAD).await?;
        let (_, language) = asked(&work.steps);
        let spent = (work.now - work.held.leased_at)
            .to_std()
            .unwrap_or_default();
        let base_url = settings.base_url.clone();
        Ok(Question {
            endpoint: Endpoint {
                base_url: base_url.unwrap_or_else(|| self.public_url.clone()),
                key: settings::open_key(tx, &self.key, &work.stored),
            },
            request: prompt::request(settings, language.as_deref(), &thread, &work.steps),
            within: LONGEST.saturating_sub(spent),
            ordinal: work.steps.len(),
        })
    }

    /// Asks the model and keeps what it said. `false`: the run was given back or lost.
    async fn ask(&self, claim: &Claim, question: &Question) -> DbResult<bool> {
        let began = self.clock.now();
        let answered = self
            .llm
            .chat(&question.endpoint, &question.request, question.within)
            .await;
        let ended = self.clock.now();
        let mut tx = self.db.tenant(&claim.scope).await?;
        let Some(held) = runs::hold(&mut tx, claim).await? else {
            return Ok(false);
        };
        let step = match answered {
            Ok(answer) => {
                runs::add_usage(&mut tx, held.id, &answer.model, &answer.usage).await?;
                Step::CallModel {
                    answer: Some(answer),
                    error: None,
                }
            }
            Err(error) if error.is_passing() && held.attempts < MODEL_ATTEMPTS => {
                let wait = match error {
                    llm::Error::RateLimited {
                        retry_after: Some(wait),
                    } => wait.min(LONGEST),
                    _ => Duration::from_secs(2),
                };
                drop(tx);
                self.give_back_after(claim, wait).await?;
                return Ok(false);
            }
            Err(error) => Step::CallModel {
                answer: None,
                error: Some(error.class().to_owned()),
            },
        };
        runs::keep_step(&mut tx, held.id, question.ordinal, &step, (began, ended)).await?;
        tx.commit().await?;
        Ok(true)
    }

    async fn give_back(&self, claim: &Claim) -> DbResult<()> {
        self.give_back_after(claim, Duration::from_secs(1)).await
    }

    /// Gives a run back to be claimed again, unless a newer one waits already.
    async fn give_back_after(&self, claim: &Claim, wait: Duration) -> DbResult<()> {
        let mut tx = self.db.tenant(&claim.scope).await?;
        let id = RunId::from_uuid(claim.id);
        let Some(conversation) = runs::conversation_of(&mut tx, id).await? else {
            return Ok(());
        };
        conversation::lock(&mut tx, conversation).await?;
        let Some(held) = runs::hold(&mut tx, claim).await? else {
            return Ok(());
        };
        let now = self.clock.now();
        if runs::newer_waits(&mut tx, conversation).await? {
            runs::finish(&mut tx, held.id, &ending("superseded", "newer_run"), now).await?;
        } else {
            let due = now + TimeDelta::from_std(wait).unwrap_or_default();
            runs::put_back(&mut tx, held.id, due, true).await?;
        }
        tx.commit().await
    }
}

/// An error and what caused it, in one line.
fn telemetry(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |e| e.source());
    causes.fold(error.to_string(), |line, cause| format!("{line}: {cause}"))
}

fn late(held: &Held, now: DateTime<Utc>) -> bool {
    (now - held.leased_at)
        .to_std()
        .is_ok_and(|spent| spent >= LONGEST)
}

fn ending<'a>(state: &'a str, reason: &'a str) -> End<'a> {
    End {
        state,
        outcome: None,
        reason,
        language: None,
        confidence: None,
        answer: None,
        error: None,
    }
}

async fn end(tx: &mut TenantTx, work: &Work, state: &str, reason: &str) -> DbResult<()> {
    runs::finish(tx, work.held.id, &ending(state, reason), work.now).await
}

/// Something happened since the run looked at the conversation. When it was the customer, it looks
/// again; when it was a person, the agent has nothing to say any more.
async fn moved_on(tx: &mut TenantTx, work: &Work) -> DbResult<Progress> {
    let cause = match work.conversation.epoch_cause.as_str() {
        "human_reply" => "human_replied",
        "native_reply" => "native_replied",
        "owner" => "owner_changed",
        "resolved" => "resolved",
        _ => {
            runs::forget_steps(tx, work.held.id).await?;
            runs::put_back(tx, work.held.id, work.now, true).await?;
            tx.wake(db::Ledger::Runs);
            return Ok(Progress::Ended(Mails::none()));
        }
    };
    outcome::silence(tx, work, cause).await?;
    Ok(Progress::Ended(Mails::none()))
}

/// The first step: looks at the conversation and tries the rules.
async fn check(tx: &mut TenantTx, work: &Work, undecided: &[Undecided]) -> DbResult<Step> {
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
        mode,
        account_on: runs::account_on(tx, conversation.id).await?,
        conversation_on: conversation.ai_enabled,
        owned_by_human: conversation.owner == Owner::Human,
        standby: conversation.standby,
        window_open: conversation.window(work.now).allows_automation(),
        business_open: hours::open(&settings.business_hours, &work.stored.time_zone, work.now),
        text: &text,
        kinds: &kinds,
    });
    runs::begin(
        tx,
        work.held.id,
        conversation.epoch,
        mode,
        work.stored.version,
    )
    .await?;
    Ok(Step::CheckConversationState {
        epoch: conversation.epoch,
        messages: undecided.iter().map(|m| m.id).collect(),
        language: language(&text, conversation.language.as_deref(), &settings.language),
        text,
        mode,
        version: work.stored.version,
        gates,
        stop,
    })
}

/// The language to answer in: the fixed one, else that of the words; a message of few words proves
/// little, so what is known about the customer comes first there.
fn language(text: &str, known: Option<&str>, fixed: &str) -> Option<String> {
    if fixed != "auto" {
        return Some(fixed.to_owned());
    }
    let few = text.split_whitespace().count() < 3;
    match known {
        Some(known) if few => Some(known.to_owned()),
        _ if text.is_empty() => known.map(str::to_owned),
        _ => Some(Language::of(text).as_str().to_owned()),
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

/// Runs what the model asked for last.
async fn run_tools(tx: &mut TenantTx, steps: &[Step]) -> DbResult<Vec<ToolResult>> {
    let Some(Step::CallModel {
        answer: Some(answer),
        ..
    }) = steps.last()
    else {
        return Ok(Vec::new());
    };
    let (_, language) = asked(steps);
    let wanted = language.as_deref().map(Language::from_tag);
    let mut results = Vec::new();
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
                let hits = knowledge::search::search(tx, &search.query, wanted, PASSAGES).await?;
                result.passages = hits
                    .into_iter()
                    .filter(|hit| search.wants(hit))
                    .map(Passage::from)
                    .collect();
                result.query = Some(search.query);
            }
            Err(sentence) => result.refused = Some(sentence.to_owned()),
        }
        results.push(result);
    }
    Ok(results)
}
