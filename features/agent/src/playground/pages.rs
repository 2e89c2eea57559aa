//! The page of the playground. Without JavaScript the form answers with the whole page; with it the
//! answers come as they are written.

use askama::Template;
use axum::extract::{DefaultBodyLimit, State};
use axum::handler::Handler;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use db::{DbResult, TenantTx};
use futures::future::join_all;
use kernel::{Limit, Role};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use web::i18n::Message;
use web::ui::{FieldErrors, Frame, Shell};
use web::{Access, Form, Html, Member, Problem, Query, Routes, member_shell};

use super::{Told, Turn, thread};
use crate::Agent;
use crate::decision::Outcome;
use crate::rehearse::stream::{self, Teller};
use crate::rehearse::{News, Rehearsal, Trace, Variant, VariantError};
use crate::settings::versions::{self, Version};
use crate::settings::{Mode, Stored};
use crate::why;

/// The largest form: a long talk with its passages, in bytes.
const LARGEST: usize = 4 << 20;
/// How many versions there are to choose from.
const VERSIONS: u16 = 100;
/// The names of the sides, as the form and the stream know them.
const SIDES: [&str; 2] = ["a", "b"];

pub(crate) fn routes() -> Routes<Agent> {
    let agent = Access::Member(Role::Agent);
    let roomy = DefaultBodyLimit::max(LARGEST);
    Routes::new()
        .page(Method::GET, "/agent/playground", agent, show)
        .page(Method::POST, "/agent/playground", agent, say.layer(roomy))
}

/// What is chosen and typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Typed {
    message: String,
    /// The talk so far, as JSON.
    turns: String,
    version_a: String,
    model_a: String,
    version_b: String,
    model_b: String,
    /// Set by the page's script: the answers are wanted as they are written.
    stream: String,
}

/// A version to choose.
struct Choice {
    value: String,
    label: String,
}

#[derive(Template)]
#[template(path = "playground_turn.html")]
struct TurnView {
    shell: Frame,
    turn: Turn,
}

impl TurnView {
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

#[derive(Template)]
#[template(path = "playground.html")]
struct Playground {
    shell: Shell,
    typed: Typed,
    turns: Vec<TurnView>,
    choices: Vec<Choice>,
    errors: FieldErrors,
}

impl Playground {
    async fn new(
        tx: &mut TenantTx,
        shell: Shell,
        typed: Typed,
        turns: Vec<Turn>,
    ) -> DbResult<Self> {
        let versions = versions::list(tx, None, Limit::new(VERSIONS)).await?.items;
        let view = |turn| TurnView {
            shell: shell.frame.clone(),
            turn,
        };
        Ok(Self {
            turns: turns.into_iter().map(view).collect(),
            choices: versions.iter().map(|one| choice(&shell, one)).collect(),
            errors: FieldErrors::default(),
            typed,
            shell,
        })
    }
}

fn choice(shell: &Shell, version: &Version) -> Choice {
    let number = Message::new(shell.locale, "agent.versions.number").with("n", version.version);
    let label = if version.note.is_empty() {
        number.to_string()
    } else {
        format!("{number} · {}", version.note)
    };
    Choice {
        value: version.version.to_string(),
        label,
    }
}

/// The settings of one side: a version by its number, else those in force; with another model
/// where one is named.
fn variant(version: &str, model: &str) -> Variant {
    let mut changes = Map::new();
    if !model.trim().is_empty() {
        changes.insert("model".to_owned(), json!(model.trim()));
    }
    Variant {
        version: version.parse().ok(),
        changes,
    }
}

impl Typed {
    fn variants(&self) -> Vec<Variant> {
        let mut all = vec![variant(&self.version_a, &self.model_a)];
        if !self.version_b.is_empty() {
            all.push(variant(&self.version_b, &self.model_b));
        }
        all
    }

    fn talk(&self) -> Vec<Turn> {
        // What can't be read was not written by us: the talk begins anew.
        serde_json::from_str(&self.turns).unwrap_or_default()
    }
}

async fn show(
    State(agent): State<Agent>,
    member: Member,
    headers: HeaderMap,
    Query(typed): Query<Typed>,
) -> Result<Response, Problem> {
    let shell = member_shell(&member, "agent", &headers);
    let mut tx = agent.db.tenant(&member.scope).await?;
    let page = Playground::new(&mut tx, shell, typed, Vec::new()).await?;
    Ok(Html(page).into_response())
}

/// The settings of each side; none, and what is wrong, when a side has none.
async fn stored(tx: &mut TenantTx, typed: &Typed) -> Result<Vec<Stored>, VariantError> {
    let mut all = Vec::new();
    for variant in typed.variants() {
        all.push(variant.stored(tx).await?);
    }
    Ok(all)
}

/// What is wrong with what was typed, in the reader's words.
fn faults(typed: &Typed, shell: &Frame) -> FieldErrors {
    let mut errors = FieldErrors::default();
    match crate::rehearse::api::fault(&typed.message) {
        Some(_) if typed.message.trim().is_empty() => {
            errors.add("message", shell.t("playground.empty_message"));
        }
        Some(_) => errors.add("message", shell.t("playground.long_message")),
        None => {}
    }
    errors
}

async fn say(
    State(agent): State<Agent>,
    member: Member,
    headers: HeaderMap,
    Form(mut typed): Form<Typed>,
) -> Result<Response, Problem> {
    let shell = member_shell(&member, "agent", &headers);
    let turns = typed.talk();
    let mut errors = faults(&typed, &shell);
    let mut tx = agent.db.tenant(&member.scope).await?;
    let sides = match stored(&mut tx, &typed).await {
        Ok(sides) => sides,
        Err(VariantError::Db(error)) => return Err(error.into()),
        Err(_) => {
            errors.whole(shell.t("playground.no_settings"));
            Vec::new()
        }
    };
    if !errors.is_empty() {
        let mut page = Playground::new(&mut tx, shell, typed, turns).await?;
        page.errors = errors;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response());
    }
    drop(tx);
    let at = agent.clock.now();
    let rehearsals = sides
        .into_iter()
        .enumerate()
        .map(|(side, stored)| Rehearsal {
            stored,
            // What would be sent is the question here, whatever is let through at present.
            mode: Some(Mode::Auto),
            thread: thread(&turns, side),
            messages: vec![typed.message.clone()],
            language: None,
            at,
            beside: None,
            under: None,
        });
    let rehearsals: Vec<Rehearsal> = rehearsals.collect();
    if typed.stream.is_empty() {
        let played = rehearsals
            .into_iter()
            .map(|one| agent.rehearse(&member.scope, one));
        let traces: DbResult<Vec<Trace>> = join_all(played).await.into_iter().collect();
        let turns = with(turns, &typed.message, &traces?);
        typed.message.clear();
        typed.turns = serde_json::to_string(&turns).unwrap_or_default();
        let mut tx = agent.db.tenant(&member.scope).await?;
        let page = Playground::new(&mut tx, shell, typed, turns).await?;
        return Ok(Html(page).into_response());
    }
    let frame = shell.frame;
    let answer = stream::events(true, move |teller| async move {
        let played = rehearsals.into_iter().zip(SIDES).map(|(one, side)| {
            let (agent, scope, teller) = (&agent, &member.scope, &teller);
            async move {
                let mut listener = |news: News<'_>| teller.news(Some(side), news);
                agent.rehearse_aloud(scope, one, &mut listener).await
            }
        });
        let traces: DbResult<Vec<Trace>> = join_all(played).await.into_iter().collect();
        match traces {
            Ok(traces) => tell(&teller, frame, with(turns, &typed.message, &traces)),
            Err(error) => {
                tracing::warn!(%error, "a rehearsal was cut off");
                let text = frame.t("ui.error.server").to_string();
                teller.tell("problem", &json!({ "text": text }));
            }
        }
    });
    Ok(answer)
}

fn with(mut turns: Vec<Turn>, question: &str, traces: &[Trace]) -> Vec<Turn> {
    turns.push(Turn {
        question: question.trim().to_owned(),
        answers: traces.iter().map(Told::from).collect(),
    });
    turns
}

/// Tells how the newest turn looks, and the talk for the next one.
fn tell(teller: &Teller, frame: Frame, mut turns: Vec<Turn>) {
    let talk: Value = serde_json::to_string(&turns).unwrap_or_default().into();
    let Some(turn) = turns.pop() else {
        return;
    };
    let said: Vec<&str> = turn.answers.iter().filter_map(Told::said).collect();
    let said = said.join("\n");
    let view = TurnView { shell: frame, turn };
    match view.render() {
        Ok(html) => teller.tell("turn", &json!({"html": html, "turns": talk, "said": said})),
        Err(error) => tracing::error!(%error, "a turn can't be shown"),
    }
}
