//! The tab of the writes to the platforms, with a person's word on those nobody can find out.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use channels::effects::{self, Effect, EffectKind, EffectState, Request};
use http::{HeaderMap, Method};
use kernel::{EffectId, Page, Role};
use serde::Deserialize;
use web::ui::{Shell, told};
use web::{Access, Html, ListQuery, Member, Path, Problem, Query, Routes, member_shell};

use super::Operations;
use super::customers::Customers;
use super::tabs::{self, Chip};

#[derive(Template)]
#[template(path = "operations_effects.html")]
struct EffectsPage {
    shell: Shell,
    tab: &'static str,
    rows: Vec<Effect>,
    customers: Customers,
    chips: Vec<Chip>,
    kinds: Vec<Chip>,
    next: Option<String>,
}

impl EffectsPage {
    /// What the note under the title says: what is to be done, what failed, or what it is about.
    fn note(&self, effect: &Effect) -> String {
        if effect.resting {
            let key = match effect.kind {
                EffectKind::SendMessage => "operations.resting",
                EffectKind::ReplyComment | EffectKind::HideComment => "operations.resting_comment",
            };
            return self.shell.t(key).to_string();
        }
        let said = Self::sentence(effect);
        if !said.is_empty() {
            return said.to_owned();
        }
        match &effect.request {
            Request::Message(_) => self.shell.t(Self::title_key(effect)).to_string(),
            Request::ReplyComment(reply) => reply.text.clone(),
            Request::HideComment(hide) => hide.comment.clone(),
        }
    }

    /// What it does.
    fn title_key(effect: &Effect) -> &'static str {
        match &effect.request {
            Request::HideComment(wanted) if wanted.hide => "operations.effect.hide",
            Request::HideComment(_) => "operations.effect.show",
            _ => kind_key(effect.kind),
        }
    }

    /// What is hidden was not sent.
    fn state_key(effect: &Effect) -> &'static str {
        let sent = effect.kind != EffectKind::HideComment;
        match effect.state {
            EffectState::Confirmed if !sent => tabs::state_key("done"),
            EffectState::InFlight if !sent => tabs::state_key("running"),
            state => tabs::state_key(state.as_str()),
        }
    }

    fn happened_key(effect: &Effect) -> &'static str {
        match effect.kind {
            EffectKind::HideComment => "operations.was_done",
            _ => "operations.was_sent",
        }
    }

    fn again_key(effect: &Effect) -> &'static str {
        match effect.kind {
            EffectKind::HideComment => "operations.again",
            _ => "operations.send_again",
        }
    }

    fn tone(effect: &Effect) -> &'static str {
        tabs::tone(effect.state.as_str())
    }

    fn failed(effect: &Effect) -> bool {
        effect.state == EffectState::Failed
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
    kind: Option<EffectKind>,
}

fn kind_key(kind: EffectKind) -> &'static str {
    match kind {
        EffectKind::SendMessage => "operations.effect.send_message",
        EffectKind::ReplyComment => "operations.effect.reply_comment",
        EffectKind::HideComment => "operations.effect.hide_comment",
    }
}

/// The chips of the kinds; they keep the chosen state.
fn kind_chips(wanted: &Wanted, of_state: &str) -> Vec<Chip> {
    let chip = |kind: &EffectKind| Chip {
        href: format!("/operations/effects?kind={}{of_state}", kind.as_str()),
        key: kind_key(*kind),
        chosen: wanted.kind == Some(*kind),
    };
    EffectKind::ALL.iter().map(chip).collect()
}

pub(super) fn routes() -> Routes<Operations> {
    let admin = Access::Member(Role::Admin);
    Routes::new()
        .page(Method::GET, "/operations/effects", admin, show)
        .page(Method::POST, "/operations/effects/{id}/sent", admin, sent)
        .page(Method::POST, "/operations/effects/{id}/again", admin, again)
        .page(Method::POST, "/operations/effects/{id}/retry", admin, retry)
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
    let narrowed = effects::Wanted {
        state: wanted.state,
        kind: wanted.kind,
        conversation: None,
        before,
    };
    let found = effects::list(&mut tx, narrowed, limit.probe()).await?;
    let page = Page::from_probe(found, limit, |effect| effect.id);
    let about = page.items.iter().filter_map(|effect| effect.conversation);
    let customers = Customers::of(&mut tx, about).await?;
    let path = "/operations/effects";
    let of_state = wanted
        .state
        .map_or_else(String::new, |state| format!("&state={}", state.as_str()));
    let of_kind = wanted
        .kind
        .map_or_else(String::new, |kind| format!("&kind={}", kind.as_str()));
    Ok(Html(EffectsPage {
        shell: member_shell(&member, "operations", &headers),
        tab: "effects",
        rows: page.items,
        customers,
        chips: tabs::chips(
            path,
            tabs::EFFECTS,
            wanted.state,
            EffectState::as_str,
            &of_kind,
        ),
        kinds: kind_chips(&wanted, &of_state),
        next: tabs::next(path, &format!("{of_state}{of_kind}"), page.next_cursor),
    }))
}

async fn sent(
    State(operations): State<Operations>,
    member: Member,
    Path(id): Path<EffectId>,
) -> Result<Response, Problem> {
    let mut tx = operations.db.tenant(&member.scope).await?;
    effects::mark_sent(&mut tx, id, operations.channels.clock.now()).await?;
    tx.commit().await?;
    Ok(told("ui.done.noted", "/operations/effects"))
}

async fn again(
    State(operations): State<Operations>,
    member: Member,
    Path(id): Path<EffectId>,
) -> Result<Response, Problem> {
    let mut tx = operations.db.tenant(&member.scope).await?;
    effects::send_again(&mut tx, id, operations.channels.clock.now()).await?;
    tx.commit().await?;
    Ok(told("ui.done.again", "/operations/effects"))
}

async fn retry(
    State(operations): State<Operations>,
    member: Member,
    Path(id): Path<EffectId>,
) -> Result<Response, Problem> {
    let channels = &operations.channels;
    channels.retry_failed(&member.scope, id).await?;
    Ok(told("ui.done.again", "/operations/effects"))
}
