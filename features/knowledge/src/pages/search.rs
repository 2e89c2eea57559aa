//! The search test, and by what is searched.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, Method};
use axum::response::Redirect;
use kernel::Role;
use serde::Deserialize;
use web::ui::Shell;
use web::{Access, Form, Html, Member, Problem, Query, Routes, member_shell};

use super::{Done, Tab};
use crate::Knowledge;
use crate::embed::{Embedder, Standing};
use crate::search::Hit;

/// How many hits the search test shows.
const SHOWN: usize = 8;
/// The model of Google that is offered.
const GEMINI: &str = "gemini-embedding-001";
/// The model of OpenAI that is offered, and the length of its vectors.
const OPENAI: (&str, usize) = ("text-embedding-3-small", 1536);

pub(super) fn routes() -> Routes<Knowledge> {
    let viewer = Access::Member(Role::Viewer);
    let admin = Access::Member(Role::Admin);
    Routes::new()
        .page(Method::GET, "/knowledge/search", viewer, show)
        .page(Method::POST, "/knowledge/search", admin, choose)
}

/// The search test.
#[derive(Template)]
#[template(path = "knowledge_search.html")]
struct Shown {
    shell: Shell,
    tab: Tab,
    query: String,
    hits: Vec<Hit>,
    standing: Standing,
    /// The embedders that can be chosen: value, words, whether it is chosen.
    choices: Vec<Choice>,
}

struct Choice {
    value: &'static str,
    key: &'static str,
    chosen: bool,
}

impl Shown {
    /// How much of the passages has vectors of the chosen embedder, 0 to 100.
    fn done(&self) -> i64 {
        (self.standing.embedded * 100)
            .checked_div(self.standing.passages)
            .unwrap_or(100)
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    q: String,
    #[serde(flatten)]
    done: Done,
}

/// What the form calls an embedder.
fn value(embedder: &Embedder) -> &'static str {
    match embedder {
        Embedder::Local => "local",
        Embedder::None => "none",
        Embedder::Gemini { .. } => "gemini",
        Embedder::Openai { .. } => "openai",
    }
}

fn named(value: &str) -> Option<Embedder> {
    Some(match value {
        "local" => Embedder::Local,
        "none" => Embedder::None,
        "gemini" => Embedder::Gemini {
            model: GEMINI.to_owned(),
        },
        "openai" => Embedder::Openai {
            model: OPENAI.0.to_owned(),
            dimensions: OPENAI.1,
        },
        _ => return None,
    })
}

async fn show(
    State(state): State<Knowledge>,
    member: Member,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Html<Shown>, Problem> {
    let hits = if asked.q.trim().is_empty() {
        Vec::new()
    } else {
        state.find(&member.scope, &asked.q, None, SHOWN).await?
    };
    let mut tx = state.db.tenant(&member.scope).await?;
    let standing = state.standing(&mut tx).await?;
    let chosen = value(&standing.embedder);
    let choices = [
        ("local", "knowledge.embedder.local"),
        ("gemini", "knowledge.embedder.gemini"),
        ("openai", "knowledge.embedder.openai"),
        ("none", "knowledge.embedder.none"),
    ];
    let choices = choices
        .into_iter()
        .filter(|(value, _)| {
            *value == chosen
                || named(value).is_some_and(|embedder| state.embeddings.offers(&embedder))
        })
        .map(|(value, key)| Choice {
            value,
            key,
            chosen: value == chosen,
        });
    let mut shell = member_shell(&member, "knowledge", &headers);
    asked.done.tell(&mut shell);
    Ok(Html(Shown {
        shell,
        tab: Tab::Search,
        query: asked.q,
        hits,
        choices: choices.collect(),
        standing,
    }))
}

#[derive(Deserialize)]
struct Chosen {
    embedder: String,
}

async fn choose(
    State(state): State<Knowledge>,
    member: Member,
    Form(chosen): Form<Chosen>,
) -> Result<Redirect, Problem> {
    let mut tx = state.db.tenant(&member.scope).await?;
    let standing = state.standing(&mut tx).await?;
    // One that is chosen already keeps its own model.
    if value(&standing.embedder) != chosen.embedder {
        let wanted = named(&chosen.embedder);
        state.choose_embedder(&mut tx, wanted).await?;
    }
    tx.commit().await?;
    Ok(Redirect::to("/knowledge/search?done=saved"))
}
