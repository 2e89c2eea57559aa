//! The settings as a form has them: lists one entry a line, money in dollars.

use std::collections::BTreeMap;

use super::money;
use crate::Hours;
use crate::settings::{Budget, Length, Mode, OutsideHours, Pictures, Settings, WhenSpent};
use crate::store::settings::Channel;

/// What is typed, by the fields' names.
pub(super) type Typed = BTreeMap<String, String>;

/// The settings as they are typed.
pub(super) fn typed(settings: &Settings, channels: &[Channel]) -> Typed {
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
        ("allowed_links", lines(&settings.allowed_links)),
        ("system_prompt", settings.system_prompt.clone()),
        ("answer_length", settings.answer_length.as_str().to_owned()),
        ("pictures", settings.pictures.as_str().to_owned()),
        (
            "budget_daily",
            money::shown(settings.budget.daily_micro_usd),
        ),
        (
            "budget_monthly",
            money::shown(settings.budget.monthly_micro_usd),
        ),
        ("when_spent", settings.budget.when_spent.as_str().to_owned()),
        ("prices", money::price_list(&settings.prices)),
        ("switches", "on".to_owned()),
    ];
    let mut typed: Typed = fields
        .into_iter()
        .map(|(name, text)| (name.to_owned(), text))
        .collect();
    for (language, text) in &settings.escalation_notice {
        typed.insert(format!("notice_{language}"), text.clone());
    }
    let switches = [
        ("ai_control_enabled", settings.ai_control_enabled),
        ("ai_enabled_for_chats", settings.ai_enabled_for_chats),
        ("ai_enabled_for_comments", settings.ai_enabled_for_comments),
    ];
    for (name, on) in switches {
        if on {
            typed.insert(name.to_owned(), "on".to_owned());
        }
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
pub(super) fn read(
    typed: &Typed,
    channels: &[Channel],
    present: Settings,
) -> (Settings, Vec<&'static str>) {
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
    let mut amount = |name: &'static str| {
        money::read(text(name)).unwrap_or_else(|()| {
            unread.push(name);
            None
        })
    };
    let budget = Budget {
        daily_micro_usd: amount("budget_daily"),
        monthly_micro_usd: amount("budget_monthly"),
        when_spent: WhenSpent::ALL
            .into_iter()
            .find(|one| one.as_str() == text("when_spent"))
            .unwrap_or(present.budget.when_spent),
    };
    let prices = money::read_price_list(&lines("prices")).unwrap_or_else(|| {
        unread.push("prices");
        BTreeMap::new()
    });
    // A box that is not ticked is not sent.
    let switched = |name: &str, now: bool| match typed.get("switches") {
        Some(_) => typed.contains_key(name),
        None => now,
    };
    let settings = Settings {
        ai_control_enabled: switched("ai_control_enabled", present.ai_control_enabled),
        ai_enabled_for_chats: switched("ai_enabled_for_chats", present.ai_enabled_for_chats),
        ai_enabled_for_comments: switched(
            "ai_enabled_for_comments",
            present.ai_enabled_for_comments,
        ),
        allowed_links: lines("allowed_links"),
        system_prompt: text("system_prompt").to_owned(),
        answer_length: Length::ALL
            .into_iter()
            .find(|one| one.as_str() == text("answer_length"))
            .unwrap_or(present.answer_length),
        pictures: Pictures::ALL
            .into_iter()
            .find(|one| one.as_str() == text("pictures"))
            .unwrap_or(present.pictures),
        budget,
        prices,
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
    };
    (settings, unread)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::ModelPrice;
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
            ai_enabled_for_comments: false,
            allowed_links: vec!["shop.example".to_owned()],
            system_prompt: "You are Lumi.".to_owned(),
            answer_length: Length::Long,
            pictures: Pictures::Off,
            budget: Budget {
                daily_micro_usd: Some(1_500_000),
                monthly_micro_usd: None,
                when_spent: WhenSpent::Silent,
            },
            prices: BTreeMap::from([(
                "a/b".to_owned(),
                ModelPrice {
                    prompt: 250_000,
                    completion: 2_000_000,
                    cached_prompt: Some(25_000),
                },
            )]),
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
        typed.insert("budget_daily".to_owned(), "much".to_owned());
        typed.insert("prices".to_owned(), "a/b free".to_owned());
        assert_eq!(
            read(&typed, &[], Settings::default()).1,
            ["temperature", "business_hours", "budget_daily", "prices"]
        );
    }
}
