//! What the list of decisions can be narrowed to, and to what it is.

use db::{DbResult, TenantTx};
use kernel::Cursor;
use url::form_urlencoded::Serializer;
use web::Locale;
use web::i18n::Message;

use crate::api::decisions::DecisionQuery;
use crate::decision::{MarkFilter, Outcome};
use crate::settings::Mode;
use crate::store;
use crate::why;

/// Something to choose.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) chosen: bool,
}

/// The fields of the filter.
pub(super) struct Filters {
    pub(super) outcomes: Vec<Choice>,
    pub(super) reasons: Vec<Choice>,
    pub(super) channels: Vec<Choice>,
    pub(super) languages: Vec<Choice>,
    pub(super) modes: Vec<Choice>,
    pub(super) marks: Vec<Choice>,
    pub(super) from: String,
    pub(super) until: String,
    pub(super) text: String,
    /// What is filtered by, as it stands in the address.
    chosen: Vec<(&'static str, String)>,
}

fn mode_key(mode: Mode) -> &'static str {
    match mode.as_str() {
        "off" => "agent.mode.off",
        "suggest" => "agent.mode.suggest",
        "auto" => "agent.mode.auto",
        _ => "decisions.mode_other",
    }
}

fn mark_key(mark: MarkFilter) -> &'static str {
    match mark {
        MarkFilter::Right => "decisions.marked_right",
        MarkFilter::Wrong => "decisions.marked_wrong",
        MarkFilter::None => "decisions.unmarked",
    }
}

/// What is filtered by, by the fields' names.
fn chosen(query: &DecisionQuery) -> Vec<(&'static str, String)> {
    let fields = [
        ("conversation", query.conversation.map(|id| id.to_string())),
        ("outcome", query.outcome.map(|o| o.as_str().to_owned())),
        ("reason", query.reason.clone()),
        ("channel", query.channel.map(|id| id.to_string())),
        ("language", query.language.clone()),
        ("mode", query.mode.map(|mode| mode.as_str().to_owned())),
        ("from", query.from.map(|day| day.to_string())),
        ("until", query.until.map(|day| day.to_string())),
        ("mark", query.mark.map(|mark| mark.as_str().to_owned())),
        ("text", query.text.clone()),
    ];
    let given = |(name, value): (&'static str, Option<String>)| Some((name, value?));
    fields.into_iter().filter_map(given).collect()
}

impl Filters {
    pub(super) async fn new(
        tx: &mut TenantTx,
        locale: Locale,
        query: &DecisionQuery,
    ) -> DbResult<Self> {
        let say = |key| Message::new(locale, key).to_string();
        let (reasons, languages) = store::decisions::seen(tx).await?;
        let channels = store::settings::channels(tx).await?;
        let choice = |value: &str, label: String, chosen: bool| Choice {
            value: value.to_owned(),
            label,
            chosen,
        };
        let mut reasons: Vec<Choice> = reasons
            .iter()
            .map(|reason| {
                let chosen = query.reason.as_deref() == Some(reason);
                choice(reason, say(why::reason_key(reason)), chosen)
            })
            .collect();
        reasons.sort_by(|a, b| a.label.cmp(&b.label));
        let of_language = |tag: &String| {
            let chosen = query.language.as_ref() == Some(tag);
            choice(tag, tag.clone(), chosen)
        };
        let filters = Self {
            outcomes: Outcome::ALL
                .into_iter()
                .map(|outcome| {
                    let chosen = query.outcome == Some(outcome);
                    choice(outcome.as_str(), say(why::outcome_key(outcome)), chosen)
                })
                .collect(),
            reasons,
            channels: channels
                .iter()
                .map(|channel| {
                    let chosen = query.channel == Some(channel.id);
                    choice(&channel.id.to_string(), channel.label(), chosen)
                })
                .collect(),
            languages: languages.iter().map(of_language).collect(),
            modes: Mode::ALL
                .into_iter()
                .map(|mode| {
                    let chosen = query.mode == Some(mode);
                    choice(mode.as_str(), say(mode_key(mode)), chosen)
                })
                .collect(),
            marks: MarkFilter::ALL
                .into_iter()
                .map(|mark| {
                    let chosen = query.mark == Some(mark);
                    choice(mark.as_str(), say(mark_key(mark)), chosen)
                })
                .collect(),
            from: query.from.map(|day| day.to_string()).unwrap_or_default(),
            until: query.until.map(|day| day.to_string()).unwrap_or_default(),
            text: query.text.clone().unwrap_or_default(),
            chosen: chosen(query),
        };
        Ok(filters)
    }

    /// Whether nothing is filtered out.
    pub(super) fn is_empty(&self) -> bool {
        self.chosen.is_empty()
    }

    /// Whether every outcome is wanted.
    pub(super) fn any_outcome(&self) -> bool {
        !self.outcomes.iter().any(|choice| choice.chosen)
    }

    /// Whether more is filtered by than the outcome.
    pub(super) fn is_narrow(&self) -> bool {
        self.chosen.iter().any(|(name, _)| *name != "outcome")
    }

    fn address(&self, also: &[(&str, &str)]) -> String {
        let mut query = Serializer::new(String::new());
        let replaced = |name: &str| also.iter().any(|(other, _)| *other == name);
        for (name, value) in self.chosen.iter().filter(|(name, _)| !replaced(name)) {
            query.append_pair(name, value);
        }
        for (name, value) in also.iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        format!("/decisions?{}", query.finish())
    }

    /// The address with another outcome, or with any.
    pub(super) fn with_outcome(&self, outcome: &str) -> String {
        self.address(&[("outcome", outcome)])
    }

    /// The address of the next page.
    pub(super) fn page(&self, cursor: &Cursor) -> String {
        self.address(&[("cursor", cursor.as_str())])
    }
}
