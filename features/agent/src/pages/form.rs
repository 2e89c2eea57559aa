//! The form of the settings.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use kernel::{EvaluationId, Platform, Secret};
use serde::Deserialize;
use web::i18n::Message;
use web::ui::{FieldErrors, Shell, told};
use web::{Form, Html, Member, Problem, Query, member_shell};

use super::evaluations::try_on_past;
use super::money;
use super::typed::{Typed, read, typed};
use crate::Agent;
use crate::api::settings::key_change;
use crate::evaluation::comparison;
use crate::settings::{self, KeyChange, Keys, Save, SaveError, Stored};
use crate::spend::{self, Spend, Sum};
use crate::store::settings::{Channel, channels};

#[derive(Template)]
#[template(path = "agent.html")]
struct AgentPage {
    shell: Shell,
    typed: Typed,
    errors: FieldErrors,
    channels: Vec<Channel>,
    has_key: bool,
    has_moderation_key: bool,
    spend: Spend,
    /// The version that is changed.
    version: i32,
    /// The model of this installation.
    installed_model: Option<String>,
}

impl AgentPage {
    fn value(&self, name: &str) -> &str {
        self.typed.get(name).map_or("", String::as_str)
    }

    fn on(&self, name: &str) -> bool {
        self.typed.contains_key(name)
    }

    /// What models cost, in dollars.
    fn usd(sum: &Sum) -> String {
        money::shown(Some(sum.micro_usd))
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.value(name) == value
    }
}

impl Channel {
    /// The name of the field with its mode.
    pub(super) fn field(&self) -> String {
        format!("mode_{}", self.id)
    }

    pub(super) fn label(&self) -> String {
        let platform = self.platform.parse().map_or("", Platform::label);
        format!("{platform} · {}", self.name)
    }
}

/// What the form is filled with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filled {
    /// What this evaluation tried, `evl_…`; else what is stored.
    evaluation: Option<EvaluationId>,
}

/// The form with what is stored, or with what was tried.
pub(crate) async fn show(
    State(agent): State<Agent>,
    member: Member,
    headers: HeaderMap,
    Query(query): Query<Filled>,
) -> Result<Response, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    let stored = settings::load(&mut tx).await?;
    let spend = spend::so_far(&mut tx, &stored, agent.clock.now()).await?;
    let Stored {
        mut settings,
        key,
        moderation_key,
        mut version,
        ..
    } = stored;
    // What was tried and not released is edited further, on top of what it was compared with.
    if let Some(id) = query.evaluation {
        let found = comparison::load(&mut tx, id).await?;
        let (tried, sides) = found.ok_or_else(Problem::not_found)?;
        settings = sides.candidate;
        version = tried.baseline_version;
    }
    let channels = channels(&mut tx).await?;
    Ok(Html(AgentPage {
        shell: member_shell(&member, "agent", &headers),
        typed: typed(&settings, &channels),
        errors: FieldErrors::default(),
        channels,
        has_key: key.is_some(),
        has_moderation_key: moderation_key.is_some(),
        spend,
        version,
        installed_model: installed_model(&agent),
    })
    .into_response())
}

fn installed_model(agent: &Agent) -> Option<String> {
    agent.provider.as_ref().map(|found| found.model.clone())
}

/// Saves what was typed; with a mistake the page comes back with everything that was typed.
pub(crate) async fn save(
    State(agent): State<Agent>,
    member: Member,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    let channels = channels(&mut tx).await?;
    let present = settings::hold(&mut tx).await?;
    let spend = spend::so_far(&mut tx, &present, agent.clock.now()).await?;
    let (settings, unread) = read(&typed, &channels, present.settings.clone());
    let shell = member_shell(&member, "agent", &headers);
    let mut errors = FieldErrors::default();
    for field in unread {
        errors.add(
            field,
            Message::new(shell.locale, "agent.settings.unreadable"),
        );
    }
    for (field, sentence) in settings.problems() {
        errors.add(field, sentence);
    }
    if errors.is_empty() && typed.contains_key("try") {
        let key = |field: &str| typed.get(field).is_some_and(|key| !key.trim().is_empty());
        if key("api_key") || key("moderation_key") {
            errors.whole(shell.t("evaluations.error.key"));
        } else if let Some(begun) =
            try_on_past(&mut tx, &agent, &shell, &present, &settings, &mut errors).await?
        {
            tx.commit().await?;
            return Ok(begun);
        }
    } else if errors.is_empty() {
        let key = |field: &str, removal: &str| {
            let key = typed.get(field).filter(|key| !key.trim().is_empty());
            if typed.contains_key(removal) {
                return KeyChange::Remove;
            }
            key_change(key.map(|key| Secret::new(key.trim())))
        };
        let save = Save {
            keys: Keys {
                model: key("api_key", "remove_key"),
                moderation: key("moderation_key", "remove_moderation_key"),
            },
            expects: typed
                .get("version")
                .and_then(|version| version.parse().ok()),
            note: typed.get("note").map_or("", String::as_str),
            ..Save::of(&settings)
        };
        match settings::save(&mut tx, &agent, save).await {
            Ok(_) => {
                tx.commit().await?;
                return Ok(told("ui.done.saved", "/agent"));
            }
            Err(SaveError::Invalid(fields)) => {
                for (field, sentence) in fields {
                    errors.add(field, sentence);
                }
            }
            Err(error @ SaveError::Stale) => errors.whole(error),
            Err(error) => return Err(error.into()),
        }
    }
    let has_key = present.key.is_some();
    let mut typed = typed;
    typed.remove("api_key");
    typed.remove("moderation_key");
    let page = AgentPage {
        shell,
        typed,
        errors,
        channels,
        has_key,
        has_moderation_key: present.moderation_key.is_some(),
        spend,
        version: present.version,
        installed_model: installed_model(&agent),
    };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response())
}
