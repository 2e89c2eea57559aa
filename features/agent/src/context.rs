//! What the agent knows beside the words: the business, this customer, the day. Nothing of anybody
//! else.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use db::{DbResult, TenantTx};
use inbox::conversation::Conversation;
use kernel::Platform;
use serde_json::{Value, json};

use crate::comment::Under;
use crate::hours;
use crate::settings::{Settings, Stored};
use crate::store;
use crate::store::earlier::Earlier;
use crate::template::{self, Variable};

/// How many documents are named to the model.
const DOCUMENTS: i64 = 60;
/// How many exchanges from before the visible thread are named.
const EARLIER: i64 = 5;
/// The longest question of before, in characters.
const LONGEST_QUESTION: usize = 160;

/// The facts around a conversation.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    /// The business's name.
    pub(crate) business: String,
    /// The customer's name; empty when only a number or an id is known.
    pub(crate) customer: String,
    /// Where they write.
    pub(crate) channel: Platform,
    /// The language to answer in, as far as it is known.
    pub(crate) language: Option<String>,
    /// Since when the customer is known.
    pub(crate) since: Option<DateTime<Utc>>,
    /// The time.
    pub(crate) now: DateTime<Utc>,
    /// The workspace's time zone.
    pub(crate) time_zone: String,
    /// Whether the business is open now.
    pub(crate) open: bool,
    /// The documents that can be searched by name.
    pub(crate) documents: Vec<String>,
    /// What was asked in this conversation before what the model sees of it, the newest first.
    pub(crate) earlier: Vec<Earlier>,
    /// What a public comment stands under.
    pub(crate) under: Option<Under>,
}

impl Context {
    /// What is known without a look at anything else.
    pub(crate) fn of(
        stored: &Stored,
        conversation: &Conversation,
        language: Option<&str>,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            business: stored.business.clone(),
            customer: name_of(conversation),
            channel: conversation.platform(),
            language: language.map(str::to_owned),
            since: Some(conversation.first_seen_at),
            now,
            time_zone: stored.time_zone.clone(),
            open: hours::open(&stored.settings.business_hours, &stored.time_zone, now),
            documents: Vec::new(),
            earlier: Vec::new(),
            under: None,
        }
    }

    /// The same about a public comment that stands under this.
    pub(crate) fn under(mut self, under: Option<Under>) -> Self {
        self.under = under;
        self
    }

    /// The same with what can be looked into, and with what was asked in the conversation before
    /// this instant.
    pub(crate) async fn widened(
        mut self,
        tx: &mut TenantTx,
        conversation: &Conversation,
        before: Option<DateTime<Utc>>,
    ) -> DbResult<Self> {
        self.documents = store::earlier::documents(tx, DOCUMENTS).await?;
        if let Some(before) = before {
            self.earlier = store::earlier::before(tx, conversation.id, before, EARLIER).await?;
        }
        Ok(self)
    }

    fn local(&self) -> DateTime<Tz> {
        let zone: Tz = self.time_zone.parse().unwrap_or(Tz::UTC);
        self.now.with_timezone(&zone)
    }

    /// What a variable of the instructions stands for.
    pub(crate) fn value(&self, settings: &Settings, variable: Variable) -> String {
        let local = self.local();
        match variable {
            Variable::BusinessName => self.business.clone(),
            Variable::CustomerName => self.customer.clone(),
            Variable::Channel => self.channel.label().to_owned(),
            Variable::Language => match settings.language.as_str() {
                "auto" => self.language.clone().unwrap_or_else(|| "auto".to_owned()),
                fixed => fixed.to_owned(),
            },
            Variable::Tone => settings.tone.clone(),
            Variable::Today => local.format("%Y-%m-%d").to_string(),
            Variable::Weekday => local.format("%A").to_string(),
            Variable::Time => local.format("%H:%M").to_string(),
            Variable::OpeningHours => hours::in_words(&settings.business_hours),
        }
    }

    /// A text of the settings with its variables filled.
    pub(crate) fn filled(&self, settings: &Settings, text: &str) -> String {
        template::filled(text, |variable| self.value(settings, variable))
    }

    /// What an answer may say beside what its sources say.
    pub(crate) fn sayable(&self, settings: &Settings) -> String {
        let local = self.local();
        let hours = hours::in_words(&settings.business_hours);
        let day = local.format("%A, %-d %B %Y, %Y-%m-%d");
        let caption = self.under.as_ref().map_or("", |under| &under.caption);
        let day = day.to_string();
        let all: [&str; 5] = [&self.business, &self.customer, &hours, &day, caption];
        all.join("\n")
    }

    /// The facts as the model is told of them: data.
    pub(crate) fn told(&self, settings: &Settings) -> Value {
        let date = |at: &DateTime<Utc>| at.format("%Y-%m-%d").to_string();
        let local = self.local();
        let earlier: Vec<Value> = self
            .earlier
            .iter()
            .map(|one| {
                let asked: String = one.asked.chars().take(LONGEST_QUESTION).collect();
                json!({"date": date(&one.at), "asked": asked, "outcome": one.outcome})
            })
            .collect();
        let mut told = json!({
            "business": self.business,
            "customer": {
                "name": self.customer,
                "channel": self.channel.label(),
                "language": self.language,
                "known_since": self.since.as_ref().map(date),
            },
            "now": local.format("%A, %Y-%m-%d %H:%M").to_string(),
            "open_now": self.open,
            "opening_hours": hours::in_words(&settings.business_hours),
            "documents": self.documents,
            "earlier_in_this_conversation": earlier,
        });
        if let (Some(under), Some(facts)) = (&self.under, told.as_object_mut()) {
            let post = json!({"kind": under.kind, "caption": under.caption});
            facts.insert("post".to_owned(), post);
            if !under.answers.is_empty() {
                let answers = Value::String(under.answers.clone());
                facts.insert("the_comment_answers_this_comment".to_owned(), answers);
            }
        }
        told
    }
}

/// The customer's name, where it is one and not a number.
fn name_of(conversation: &Conversation) -> String {
    let name = conversation.name.trim();
    let is_id = name == conversation.phone || !name.chars().any(char::is_alphabetic);
    if is_id {
        String::new()
    } else {
        name.to_owned()
    }
}
