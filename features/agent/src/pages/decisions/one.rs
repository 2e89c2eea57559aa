//! One decision: what was asked, what was answered and why, what people think of it, and what would
//! be decided today.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use db::{DbResult, TenantTx};
use kernel::DecisionId;
use serde::Deserialize;
use web::ui::{FieldErrors, Shell, told};
use web::{Form, Html, Member, Path, Problem, member_shell};

use crate::Agent;
use crate::decision::mark::{self, Mark, MarkError, Marked, NewMark};
use crate::decision::replay::{Replay, ReplayError};
use crate::decision::{self, Decision, Outcome};
use crate::playground::Told;
use crate::rehearse::past::{self, Past};
use crate::rehearse::{Line, Speaker, Variant};
use crate::why;

/// How many messages from before the question are shown.
const BEFORE: usize = 6;

#[derive(Template)]
#[template(path = "decision.html")]
struct DecisionPage {
    shell: Shell,
    it: Decision,
    before: Vec<Line>,
    question: String,
    lines: Vec<why::Line>,
    form: MarkForm,
    errors: FieldErrors,
    /// What would be decided today, when that was asked for.
    now: Option<Told>,
    same: bool,
}

/// What is typed under a decision.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct MarkForm {
    /// `right`, `wrong`, `abstain`, or `clear`.
    mark: String,
    better: String,
}

impl MarkForm {
    fn of(marked: &Marked) -> Self {
        let mark = match marked.mark {
            Mark::Right => "right",
            Mark::Wrong if marked.should_abstain => "abstain",
            Mark::Wrong => "wrong",
        };
        Self {
            mark: mark.to_owned(),
            better: marked.better.clone(),
        }
    }

    /// What it says; none when the mark is taken back.
    fn read(&self) -> Option<NewMark> {
        let (mark, should_abstain) = match self.mark.as_str() {
            "right" => (Mark::Right, false),
            "wrong" => (Mark::Wrong, false),
            "abstain" => (Mark::Wrong, true),
            _ => return None,
        };
        // The field stays filled when somebody changes their mind.
        let better = if self.mark == "wrong" {
            self.better.clone()
        } else {
            String::new()
        };
        Some(NewMark {
            mark,
            better,
            should_abstain,
        })
    }
}

impl DecisionPage {
    async fn new(tx: &mut TenantTx, shell: Shell, decision: Decision) -> DbResult<Self> {
        let (conversation, message) = (decision.conversation_id, decision.message_id);
        let past = past::of_message(tx, conversation, message).await?;
        let question = past.question();
        let Past { mut thread, .. } = past;
        let skipped = thread.len().saturating_sub(BEFORE);
        Ok(Self {
            before: thread.split_off(skipped),
            question,
            lines: why::lines(&decision, shell.locale),
            form: decision.mark.as_ref().map(MarkForm::of).unwrap_or_default(),
            errors: FieldErrors::default(),
            now: None,
            same: false,
            it: decision,
            shell,
        })
    }

    fn is(&self, mark: &str) -> bool {
        self.form.mark == mark
    }

    fn is_customer(line: &Line) -> bool {
        line.from == Speaker::Customer
    }

    fn outcome(outcome: Outcome) -> &'static str {
        why::outcome_key(outcome)
    }

    fn reason(reason: &str) -> &'static str {
        why::reason_key(reason)
    }

    fn tone(outcome: Outcome) -> &'static str {
        why::tone(outcome)
    }
}

async fn page(
    agent: &Agent,
    member: &Member,
    headers: &HeaderMap,
    id: DecisionId,
) -> Result<DecisionPage, Problem> {
    let shell = member_shell(member, "decisions", headers);
    let mut tx = agent.db.tenant(&member.scope).await?;
    let found = decision::load(&mut tx, id).await?;
    let found = found.ok_or_else(Problem::not_found)?;
    Ok(DecisionPage::new(&mut tx, shell, found).await?)
}

pub(super) async fn show(
    State(agent): State<Agent>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<DecisionId>,
) -> Result<Response, Problem> {
    Ok(Html(page(&agent, &member, &headers, id).await?).into_response())
}

/// Says what one thinks of a decision, or takes it back.
pub(super) async fn mark(
    State(agent): State<Agent>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<DecisionId>,
    Form(form): Form<MarkForm>,
) -> Result<Response, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    let done = match form.read() {
        Some(new) => mark::set(&mut tx, id, new, agent.clock.now()).await,
        None => mark::clear(&mut tx, id).await,
    };
    match done {
        Ok(_) => {
            tx.commit().await?;
            Ok(told("ui.done.saved", &format!("/decisions/{id}")))
        }
        Err(MarkError::Invalid(mistakes)) => {
            drop(tx);
            let mut page = page(&agent, &member, &headers, id).await?;
            for (field, key) in mistakes {
                page.errors.add(field, page.shell.t(key));
            }
            page.form = form;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// Decides again with today's settings, and shows both.
pub(super) async fn replay(
    State(agent): State<Agent>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<DecisionId>,
) -> Result<Response, Problem> {
    let today = Variant::default();
    let replayed: Result<Replay, ReplayError> = agent.replay(&member.scope, id, &today).await;
    let Replay { now, same, .. } = replayed?;
    let mut page = page(&agent, &member, &headers, id).await?;
    page.now = Some(Told::from(&now));
    page.same = same;
    Ok(Html(page).into_response())
}
