//! The tab of the writes to the platforms, with a person's word on those nobody can find out.

use askama::Template;
use axum::extract::State;
use axum::response::Redirect;
use channels::effects::{self, Effect, EffectState};
use http::{HeaderMap, Method};
use kernel::{EffectId, Page, Role};
use serde::Deserialize;
use web::ui::Shell;
use web::{Access, Html, ListQuery, Member, Path, Problem, Query, Routes, member_shell};

use super::Operations;
use super::tabs::{self, Chip};

#[derive(Template)]
#[template(path = "operations_effects.html")]
struct EffectsPage {
    shell: Shell,
    tab: &'static str,
    rows: Vec<Effect>,
    chips: Vec<Chip>,
    next: Option<String>,
}

impl EffectsPage {
    fn state_key(effect: &Effect) -> &'static str {
        tabs::state_key(effect.state.as_str())
    }

    fn tone(effect: &Effect) -> &'static str {
        tabs::tone(effect.state.as_str())
    }

    /// The sentence of one that failed.
    fn sentence(effect: &Effect) -> &str {
        let said = effect.error.as_deref().unwrap_or_default();
        if effect.state == EffectState::Failed {
            said
        } else {
            ""
        }
    }
}

#[derive(Deserialize)]
struct Wanted {
    state: Option<EffectState>,
}

pub(super) fn routes() -> Routes<Operations> {
    let admin = Access::Member(Role::Admin);
    Routes::new()
        .page(Method::GET, "/operations/effects", admin, show)
        .page(Method::POST, "/operations/effects/{id}/sent", admin, sent)
        .page(Method::POST, "/operations/effects/{id}/again", admin, again)
}

async fn show(
    State(operations): State<Operations>,
    member: Member,
    headers: HeaderMap,
    Query(query): Query<ListQuery>,
    Query(wanted): Query<Wanted>,
) -> Result<Html<EffectsPage>, Problem> {
    let (limit, before) = (query.limit(), query.after::<EffectId>()?);
    let mut tx = operations.db.tenant(&member.scope).await?;
    let found = effects::list(&mut tx, wanted.state, None, before, limit.probe()).await?;
    let page = Page::from_probe(found, limit, |effect| effect.id);
    let path = "/operations/effects";
    let of_state = wanted
        .state
        .map_or_else(String::new, |state| format!("&state={}", state.as_str()));
    Ok(Html(EffectsPage {
        shell: member_shell(&member, "operations", &headers),
        tab: "effects",
        rows: page.items,
        chips: tabs::chips(path, tabs::EFFECTS, wanted.state, EffectState::as_str, ""),
        next: tabs::next(path, &of_state, page.next_cursor),
    }))
}

async fn sent(
    State(operations): State<Operations>,
    member: Member,
    Path(id): Path<EffectId>,
) -> Result<Redirect, Problem> {
    let mut tx = operations.db.tenant(&member.scope).await?;
    effects::mark_sent(&mut tx, id, operations.channels.clock.now()).await?;
    tx.commit().await?;
    Ok(Redirect::to("/operations/effects"))
}

async fn again(
    State(operations): State<Operations>,
    member: Member,
    Path(id): Path<EffectId>,
) -> Result<Redirect, Problem> {
    let mut tx = operations.db.tenant(&member.scope).await?;
    effects::send_again(&mut tx, id, operations.channels.clock.now()).await?;
    tx.commit().await?;
    Ok(Redirect::to("/operations/effects"))
}
