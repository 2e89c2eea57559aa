//! What the product tells its members by itself: a bell with a count, and a list.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{
    AccountId, ConversationId, EscalationId, Limit, NotificationId, Page, Platform, Role, UserId,
};
use serde::{Deserialize, Serialize};

use crate::store;

/// The name of the change signal.
const CHANGED: &str = "notifications-changed";

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum News {
    /// A conversation waits for a person.
    Escalation {
        /// The conversation.
        conversation_id: ConversationId,
        /// The escalation.
        escalation_id: EscalationId,
        /// The customer's name.
        contact: String,
        /// Where they write.
        platform: Platform,
        /// `request` when the customer asked, `rule` when a setting says so, `unsure` when the
        /// agent did not know, `failure` when something broke.
        category: String,
        /// Why, as a stable key.
        reason: String,
    },
    /// Comments under an account's posts wait for a person.
    Comments {
        /// The account.
        account_id: AccountId,
        /// Where it is.
        platform: Platform,
        /// The account's name.
        name: String,
    },
    /// A platform no longer lets the product act for an account.
    ChannelLost {
        /// The account.
        account_id: AccountId,
        /// Where it is.
        platform: Platform,
        /// The account's name.
        name: String,
    },
    /// What models may cost is spent.
    BudgetSpent {
        /// The budget's stretch of time: `day` or `month`.
        period: String,
    },
}

impl News {
    /// Its name in the database and the API.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Escalation { .. } => "escalation",
            Self::Comments { .. } => "comments",
            Self::ChannelLost { .. } => "channel_lost",
            Self::BudgetSpent { .. } => "budget_spent",
        }
    }

    /// What it is about. Once that is dealt with, nobody has to be told any more.
    pub fn subject(&self) -> String {
        match self {
            Self::Escalation {
                conversation_id, ..
            } => conversation_id.to_string(),
            Self::Comments { account_id, .. } => comments_of(*account_id),
            Self::ChannelLost { account_id, .. } => account_id.to_string(),
            Self::BudgetSpent { period } => format!("budget_{period}"),
        }
    }

    /// The page where a person deals with it.
    pub fn link(&self) -> String {
        match self {
            Self::Escalation {
                conversation_id, ..
            } => format!("/inbox/{conversation_id}"),
            Self::Comments { .. } => "/comments?show=person".to_owned(),
            Self::ChannelLost { .. } => "/channels".to_owned(),
            Self::BudgetSpent { .. } => "/agent".to_owned(),
        }
    }

    /// The least role that is told.
    const fn concerns(&self) -> Role {
        match self {
            Self::Escalation { .. } | Self::Comments { .. } => Role::Agent,
            Self::ChannelLost { .. } | Self::BudgetSpent { .. } => Role::Admin,
        }
    }
}

/// The subject of news of comments under an account's posts.
pub fn comments_of(account: AccountId) -> String {
    format!("comments_{account}")
}

/// News for one member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Notification {
    /// Its id.
    pub id: NotificationId,
    /// What happened.
    pub news: News,
    /// The page of the product where a person deals with it.
    pub link: String,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// When the member saw it, or somebody dealt with it.
    pub read_at: Option<DateTime<Utc>>,
}

/// Where a list goes on.
pub type Place = (DateTime<Utc>, NotificationId);

/// Tells every member whom it concerns. It takes the place of what they have not read yet about the
/// same subject.
pub async fn tell(tx: &mut TenantTx, news: &News, now: DateTime<Utc>) -> DbResult<()> {
    let roles = Role::ALL.into_iter();
    let roles: Vec<_> = roles
        .filter(|role| *role >= news.concerns())
        .map(|role| role.as_str().to_owned())
        .collect();
    store::notifications::add(tx, &roles, news, now).await?;
    tx.signal(CHANGED);
    Ok(())
}

/// Somebody dealt with the subject: it is news to nobody any more.
pub async fn settle(tx: &mut TenantTx, subject: &str, now: DateTime<Utc>) -> DbResult<()> {
    let settled = store::notifications::settle(tx, subject, now).await?;
    changed(tx, settled);
    Ok(())
}

/// The subject is gone: nobody is told of it, and nobody was.
pub async fn forget(tx: &mut TenantTx, subject: &str) -> DbResult<()> {
    let gone = store::notifications::forget(tx, subject).await?;
    changed(tx, gone);
    Ok(())
}

/// A member's notifications, the newest first.
pub async fn list(
    tx: &mut TenantTx,
    user: UserId,
    only_unread: bool,
    after: Option<Place>,
    limit: Limit,
) -> DbResult<Page<Notification>> {
    let rows = store::notifications::list(tx, user, only_unread, after, limit).await?;
    Ok(Page::from_probe(rows, limit, |one| {
        (one.created_at, one.id)
    }))
}

/// How many notifications a member has not seen; at most 100 are counted.
pub async fn unread(tx: &mut TenantTx, user: UserId) -> DbResult<u32> {
    let count = store::notifications::unread(tx, user).await?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// The member has seen this one. Answers what it said; none when they have no such notification.
pub async fn see(
    tx: &mut TenantTx,
    user: UserId,
    id: NotificationId,
    now: DateTime<Utc>,
) -> DbResult<Option<News>> {
    let Some((news, fresh)) = store::notifications::see(tx, user, id, now).await? else {
        return Ok(None);
    };
    changed(tx, u64::from(fresh));
    Ok(Some(news))
}

/// The member has seen for themselves what this is about.
pub async fn see_about(
    tx: &mut TenantTx,
    user: UserId,
    subject: &str,
    now: DateTime<Utc>,
) -> DbResult<()> {
    let seen = store::notifications::see_about(tx, user, subject, now).await?;
    changed(tx, seen);
    Ok(())
}

/// The member has seen all there is. Answers how many were new.
pub async fn see_all(tx: &mut TenantTx, user: UserId, now: DateTime<Utc>) -> DbResult<u64> {
    let seen = store::notifications::see_all(tx, user, now).await?;
    changed(tx, seen);
    Ok(seen)
}

fn changed(tx: &mut TenantTx, rows: u64) {
    if rows > 0 {
        tx.signal(CHANGED);
    }
}
