//! The form of the settings. Lists are typed one entry a line.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Platform, Secret};
use web::i18n::Message;
use web::ui::{FieldErrors, Shell};
use web::{Form, Html, Member, Problem, member_shell};

use crate::api::settings::key_change;
use crate::settings::{
    self, KeyChange, Keys, Mode, OutsideHours, Save, SaveError, Settings, Stored,
};
use crate::store::settings::{Channel, channels};
use crate::{Agent, Hours};

/// What is typed, by the fields' names.
type Typed = BTreeMap<String, String>;

#[derive(Template)]
#[template(path = "agent.html")]
struct AgentPage {
    shell: Shell,
    typed: Typed,
    errors: FieldErrors,
    channels: Vec<Channel>,
    has_key: bool,
    /// The model of this installation.
    installed_model: Option<String>,
}

impl AgentPage {
    fn value(&self, name: &str) -> &str {
        self.typed.get(name).map_or("", String::as_str)
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.value(name) == value
    }
}

impl Channel {
    /// The name of the field with its mode.
    fn field(&self) -> String {
        format!("mode_{}", self.id)
    }

    pub(super) fn label(&self) -> String {
        let platform = self.platform.parse().map_or("", Platform::label);
        format!("{platform} · {}", self.name)
    }
}

fn typed(settings: &Settings, channels: &[Channel]) -> Typed {
    let lines = |list: &[String]| list.join("\n");
    let hours = |h: &Hours| format!("{} {}-{}", h.day, h.from, h.to);
    let hours: Vec<String> = settings.business_hours.iter().map(hours).collect();
    let base_url = settings.base_url.as_ref().map(ToString::to_string);
    let fields = [
        ("mode", settings.mode.as_str().to_owned()),
        ("base_url", base_url.unwrap_or_default()),
        ("model", settings.model.clone()),
        ("fallback_models", lines(&settings.fallback_models)),
        ("temperature", settings.temperature.to_string()),
        ("top_p", settings.top_p.to_string()),
        ("max_output_tokens", settings.max_output_tokens.to_string()),
        ("instructions", settings.instructions.clone()),
        ("tone", settings.tone.clone()),
        ("language", settings.language.clone()),
        ("confidence", settings.confidence.to_string()),
        ("blocked_keywords", lines(&settings.blocked_keywords)),
        ("blocked_phrases", lines(&settings.blocked_phrases)),
        ("ignore_examples", lines(&settings.ignore_examples)),
        ("business_hours", hours.join("\n")),
        ("outside_hours", settings.outside_hours.as_str().to_owned()),
        ("notify_emails", lines(&settings.notify_emails)),
    ];
    let mut typed: Typed = fields
        .into_iter()
        .map(|(name, text)| (name.to_owned(), text))
        .collect();
    for (language, text) in &settings.escalation_notice {
        typed.insert(format!("notice_{language}"), text.clone());
    }
    for channel in channels {
        if let Some(mode) = settings.channel_modes.get(&channel.id) {
            typed.insert(channel.field(), mode.as_str().to_owned());
        }
    }
    typed
}

fn mode(text: &str) -> Option<Mode> {
    Mode::ALL.into_iter().find(|mode| mode.as_str() == text)
}

fn hours(line: &str) -> Option<Hours> {
    let (day, times) = line.split_once(' ')?;
    let (from, to) = times.trim().split_once('-')?;
    Some(Hours {
        day: day.trim().parse().ok()?,
        from: from.trim().to_owned(),
        to: to.trim().to_owned(),
    })
}

/// The present settings with what was typed; a field that can't be read is named.
fn read(typed: &Typed, channels: &[Channel], present: Settings) -> (Settings, Vec<&'static str>) {
    let text = |name: &str| typed.get(name).map_or("", |text| text.trim());
    let lines = |name: &str| -> Vec<String> {
        let lines = text(name).lines().map(str::trim);
        lines
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let mut unread = Vec::new();
    let mut number = |name: &'static str| -> f32 {
        text(name).replace(',', ".").parse().unwrap_or_else(|_| {
            unread.push(name);
            0.0
        })
    };
    let (temperature, top_p, confidence) =
        (number("temperature"), number("top_p"), number("confidence"));
    let base_url = Some(text("base_url"))
        .filter(|url| !url.is_empty())
        .map(str::parse)
        .transpose();
    if base_url.is_err() {
        unread.push("base_url");
    }
    let max_output_tokens = text("max_output_tokens").parse();
    if max_output_tokens.is_err() {
        unread.push("max_output_tokens");
    }
    let listed = lines("business_hours");
    let business_hours: Vec<Hours> = listed.iter().filter_map(|line| hours(line)).collect();
    if business_hours.len() != listed.len() {
        unread.push("business_hours");
    }
    let notices = ["en", "fr", "es"].into_iter().filter_map(|language| {
        let notice = text(&format!("notice_{language}"));
        (!notice.is_empty()).then(|| (language.to_owned(), notice.to_owned()))
    });
    let modes = channels
        .iter()
        .filter_map(|c| Some((c.id, mode(text(&c.field()))?)));
    let silent = text("outside_hours") == OutsideHours::Silent.as_str();
    let settings = Settings {
        mode: mode(text("mode")).unwrap_or(Mode::Suggest),
        channel_modes: modes.collect(),
        base_url: base_url.unwrap_or_default(),
        model: text("model").to_owned(),
        fallback_models: lines("fallback_models"),
        temperature,
        top_p,
        max_output_tokens: max_output_tokens.unwrap_or_default(),
        instructions: text("instructions").to_owned(),
        tone: text("tone").to_owned(),
        language: text("language").to_owned(),
        confidence,
        blocked_keywords: lines("blocked_keywords"),
        blocked_phrases: lines("blocked_phrases"),
        ignore_examples: lines("ignore_examples"),
        business_hours,
        outside_hours: if silent {
            OutsideHours::Silent
        } else {
            OutsideHours::Answer
        },
        escalation_notice: notices.collect(),
        notify_emails: lines("notify_emails"),
        ..present
    };
    (settings, unread)
}

/// The form with what is stored.
pub(crate) async fn show(
    State(agent): State<Agent>,
    member: Member,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    let Stored { settings, key, .. } = settings::load(&mut tx).await?;
    let channels = channels(&mut tx).await?;
    Ok(Html(AgentPage {
        shell: member_shell(&member, "agent", &headers),
        typed: typed(&settings, &channels),
        errors: FieldErrors::default(),
        channels,
        has_key: key.is_some(),
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
    let (settings, unread) = read(&typed, &channels, present.settings);
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
    if errors.is_empty() {
        let typed_key = typed.get("api_key").filter(|key| !key.trim().is_empty());
        let key = match typed_key {
            _ if typed.contains_key("remove_key") => KeyChange::Remove,
            key => key_change(key.map(|key| Secret::new(key.trim()))),
        };
        let save = Save {
            keys: Keys {
                model: key,
                ..Keys::default()
            },
            note: typed.get("note").map_or("", String::as_str),
            ..Save::of(&settings)
        };
        match settings::save(&mut tx, &agent.clock, &agent.key, save).await {
            Ok(_) => {
                tx.commit().await?;
                return Ok(Redirect::to("/agent").into_response());
            }
            Err(SaveError::Invalid(fields)) => {
                for (field, sentence) in fields {
                    errors.add(field, sentence);
                }
            }
            Err(error) => return Err(error.into()),
        }
    }
    let has_key = present.key.is_some();
    let mut typed = typed;
    typed.remove("api_key");
    let page = AgentPage {
        shell,
        typed,
        errors,
        channels,
        has_key,
        installed_model: installed_model(&agent),
    };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::AccountId;

    #[test]
    fn what_the_form_shows_reads_back_as_the_same_settings() {
        let id = AccountId::new();
        let channels = [Channel {
            id,
            platform: "instagram".to_owned(),
            name: "shop".to_owned(),
        }];
        let settings = Settings {
            mode: Mode::Auto,
            channel_modes: BTreeMap::from([(id, Mode::Off)]),
            base_url: "https://openrouter.ai/api/v1".parse().ok(),
            model: "a/b".to_owned(),
            fallback_models: vec!["c/d".to_owned()],
            blocked_keywords: vec!["lawyer".to_owned(), "refund now".to_owned()],
            business_hours: vec![Hours {
                day: 1,
                from: "09:00".to_owned(),
                to: "18:00".to_owned(),
            }],
            outside_hours: OutsideHours::Silent,
            escalation_notice: BTreeMap::from([("fr".to_owned(), "Un instant.".to_owned())]),
            ..Settings::default()
        };
        assert_eq!(
            read(&typed(&settings, &channels), &channels, Settings::default()),
            (settings, Vec::new())
        );
    }

    #[test]
    fn a_field_that_can_not_be_read_is_named() {
        let mut typed = typed(&Settings::default(), &[]);
        typed.insert("temperature".to_owned(), "warm".to_owned());
        typed.insert("business_hours".to_owned(), "monday".to_owned());
        assert_eq!(
            read(&typed, &[], Settings::default()).1,
            ["temperature", "business_hours"]
        );
    }
}
