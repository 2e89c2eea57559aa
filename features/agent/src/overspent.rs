//! Telling people that a budget is spent, once for each day and month.

use accounts::notifications::{self, News};
use db::{DbResult, TenantTx};

use crate::letter::{Letter, Stationery};
use crate::run::Work;
use crate::settings::WhenSpent;
use crate::store;

/// Tells the people of the workspace, unless they were told before.
pub(crate) async fn tell_once(
    tx: &mut TenantTx,
    work: &Work,
    stationery: Stationery<'_>,
) -> DbResult<()> {
    let Some(period) = work.spent else {
        return Ok(());
    };
    let start = period.start(&work.stored.time_zone, work.now);
    if !store::spend::note_told(tx, period, start, work.now).await? {
        return Ok(());
    }
    let news = News::BudgetSpent {
        period: period.as_str().to_owned(),
    };
    notifications::tell(tx, &news, work.now).await?;
    let follows = match work.stored.settings.budget.when_spent {
        WhenSpent::Silent => "The AI says nothing until then.",
        WhenSpent::Suggest => "Until then it asks no model and offers passages word for word.",
    };
    let base = stationery.public_url.as_str().trim_end_matches('/');
    let letter = Letter {
        subject: format!("The AI's budget of this {} is spent", period.as_str()),
        text: format!(
            "The AI of {} has spent its budget of this {}. {follows}\n\n{base}/agent\n",
            work.stored.business,
            period.as_str(),
        ),
        id: format!("budget-{}-{start}-{}", period.as_str(), tx.workspace()),
    };
    letter.post(tx, &work.stored, stationery, work.now).await
}
