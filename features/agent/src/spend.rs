//! What models cost: a ledger of every call, its sums by day and month, and the budget.

mod asked;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use chrono_tz::Tz;
use db::{DbResult, TenantTx};
use kernel::{Limit, Page, RunId, UsageId};
use llm::Usage;
use serde::{Deserialize, Serialize};

use crate::settings::{Budget, Settings, Stored};
use crate::store;
pub(crate) use asked::Asked;

/// The stretch of time that a budget is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// A day in the workspace's time zone.
    Day,
    /// A month in the workspace's time zone.
    Month,
}

impl Period {
    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
        }
    }

    /// The first day of the one that this instant is in.
    pub(crate) fn start(self, time_zone: &str, now: DateTime<Utc>) -> NaiveDate {
        let zone: Tz = time_zone.parse().unwrap_or(Tz::UTC);
        let day = now.with_timezone(&zone).date_naive();
        match self {
            Self::Day => day,
            Self::Month => day.with_day(1).unwrap_or(day),
        }
    }
}

/// What models cost in a stretch of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Sum {
    /// How often a model was asked.
    pub calls: i32,
    /// Calls whose price nobody knows; they are not in the sum.
    pub unpriced: i32,
    /// What the others cost, in millionths of a US dollar.
    pub micro_usd: i64,
}

/// What models cost today and this month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Spend {
    /// Today.
    pub day: Sum,
    /// This month.
    pub month: Sum,
    /// The budget that is spent, when one is.
    pub spent: Option<Period>,
}

/// What models cost a workspace so far.
pub async fn so_far(tx: &mut TenantTx, stored: &Stored, now: DateTime<Utc>) -> DbResult<Spend> {
    let start = |period: Period| period.start(&stored.time_zone, now);
    let (day, month) = (start(Period::Day), start(Period::Month));
    let (day, month) = store::spend::sums(tx, day, month).await?;
    let spent = stored.settings.budget.spent(&day, &month);
    Ok(Spend { day, month, spent })
}

impl Budget {
    /// The budget that is spent, when one is.
    pub(crate) fn spent(&self, day: &Sum, month: &Sum) -> Option<Period> {
        let over = |most: Option<i64>, sum: &Sum| most.is_some_and(|most| sum.micro_usd >= most);
        if over(self.monthly_micro_usd, month) {
            return Some(Period::Month);
        }
        over(self.daily_micro_usd, day).then_some(Period::Day)
    }
}

/// Who says what a call cost.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum PriceSource {
    /// The provider's answer.
    Provider,
    /// The workspace's own prices.
    Manual,
    /// The provider's list of prices.
    List,
    /// Nobody.
    Unknown,
}

impl PriceSource {
    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Provider => "provider",
            Self::Manual => "manual",
            Self::List => "list",
            Self::Unknown => "unknown",
        }
    }
}

/// What a call cost, and who says so: the provider, else the workspace's prices, else the
/// provider's list.
pub(crate) fn price(
    settings: &Settings,
    models: [&str; 2],
    usage: &Usage,
    listed: Option<&llm::Prices>,
) -> (Option<i64>, PriceSource) {
    if let Some(cost) = usage.micro_usd(None) {
        return (Some(cost), PriceSource::Provider);
    }
    let own = models.iter().find_map(|model| settings.prices.get(*model));
    if let Some(own) = own {
        return (usage.micro_usd(Some(&own.prices())), PriceSource::Manual);
    }
    match listed {
        Some(listed) => (usage.micro_usd(Some(listed)), PriceSource::List),
        None => (None, PriceSource::Unknown),
    }
}

/// A call to a model, as it is written down.
#[derive(Clone, Debug)]
pub(crate) struct Call<'a> {
    pub(crate) run: Option<RunId>,
    /// `answer`, `moderation`, `rehearsal`, `judge`, `faq_draft`.
    pub(crate) purpose: &'a str,
    /// The provider's host.
    pub(crate) provider: &'a str,
    pub(crate) model: &'a str,
    pub(crate) usage: Usage,
    pub(crate) micro_usd: Option<i64>,
    pub(crate) source: PriceSource,
    /// The class of the error, when there was no answer.
    pub(crate) error: Option<&'a str>,
}

/// Writes a call down and adds it to the sums.
pub(crate) async fn record(
    tx: &mut TenantTx,
    stored: &Stored,
    call: &Call<'_>,
    now: DateTime<Utc>,
) -> DbResult<()> {
    store::spend::insert(tx, UsageId::new(), call, now).await?;
    for period in [Period::Day, Period::Month] {
        let start = period.start(&stored.time_zone, now);
        store::spend::add(tx, period, start, call).await?;
    }
    Ok(())
}

/// A call to a model, as lists show it.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Entry {
    /// Its id.
    pub id: UsageId,
    /// When.
    pub at: DateTime<Utc>,
    /// The run that asked.
    pub run_id: Option<RunId>,
    /// `answer`, `moderation`, `rehearsal`, `judge` or `faq_draft`.
    pub purpose: String,
    /// The provider's host.
    pub provider: String,
    /// The model that answered, or was asked in vain.
    pub model: String,
    /// Tokens it read.
    pub prompt_tokens: i32,
    /// Tokens it wrote.
    pub completion_tokens: i32,
    /// Tokens it read out of its cache.
    pub cached_tokens: i32,
    /// Tokens it wrote for itself.
    pub reasoning_tokens: i32,
    /// What it cost, in millionths of a US dollar; absent when nobody knows.
    pub micro_usd: Option<i64>,
    /// Who says so.
    pub price_source: PriceSource,
    /// The class of the error, when there was no answer.
    pub error: Option<String>,
}

/// The calls to models, the newest first.
pub async fn list(
    tx: &mut TenantTx,
    after: Option<(DateTime<Utc>, UsageId)>,
    limit: Limit,
) -> DbResult<Page<Entry>> {
    let rows = store::spend::list(tx, after, limit).await?;
    Ok(Page::from_probe(rows, limit, |entry| (entry.at, entry.id)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::ModelPrice;

    #[test]
    fn a_day_and_a_month_begin_where_the_business_is() {
        let now: DateTime<Utc> = "2026-11-30T23:30:00Z".parse().unwrap();
        let start = |period: Period| period.start("Europe/Paris", now).to_string();
        assert_eq!(start(Period::Day), "2026-12-01");
        assert_eq!(start(Period::Month), "2026-12-01");
        assert_eq!(Period::Month.start("UTC", now).to_string(), "2026-11-01");
    }

    #[test]
    fn a_budget_is_spent_when_its_sum_is_reached() {
        let sum = |micro_usd| Sum {
            micro_usd,
            ..Sum::default()
        };
        let budget = Budget {
            daily_micro_usd: Some(100),
            monthly_micro_usd: Some(1000),
            ..Budget::default()
        };
        assert_eq!(budget.spent(&sum(99), &sum(999)), None);
        assert_eq!(budget.spent(&sum(100), &sum(999)), Some(Period::Day));
        assert_eq!(budget.spent(&sum(0), &sum(1000)), Some(Period::Month));
        assert_eq!(Budget::default().spent(&sum(9), &sum(9)), None);
    }

    #[test]
    fn the_providers_word_goes_before_our_prices_and_those_before_the_list() {
        let mut usage = Usage {
            prompt_tokens: 1000,
            ..Usage::default()
        };
        let mut settings = Settings::default();
        let listed = ModelPrice {
            prompt: 1_000_000,
            ..ModelPrice::default()
        };
        let listed = listed.prices();
        let of = |settings: &Settings, usage: &Usage, listed| {
            price(settings, ["m", "m-2026"], usage, listed)
        };
        assert_eq!(of(&settings, &usage, None), (None, PriceSource::Unknown));
        let found = of(&settings, &usage, Some(&listed));
        assert_eq!(found, (Some(1000), PriceSource::List));
        let own = ModelPrice {
            prompt: 2_000_000,
            ..ModelPrice::default()
        };
        settings.prices.insert("m-2026".to_owned(), own);
        let found = of(&settings, &usage, Some(&listed));
        assert_eq!(found, (Some(2000), PriceSource::Manual));
        usage.cost_usd = Some("0.00005".to_owned());
        let found = of(&settings, &usage, Some(&listed));
        assert_eq!(found, (Some(50), PriceSource::Provider));
    }
}
