//! A member's notifications, for people.

use askama::Template;
use axum::extract::State;
use axum::response::Redirect;
use http::HeaderMap;
use kernel::{Limit, NotificationId};
use serde::Deserialize;
use web::i18n::Message;
use web::ui::Shell;
use web::{Html, ListQuery, Member, Path, Problem, Query, member_shell};

use crate::Accounts;
use crate::api::person;
use crate::notifications::{self, News, Notification};

/// How many are shown at a time.
const SHOWN: u16 = 30;

#[derive(Template)]
#[template(path = "notifications.html")]
struct NotificationsPage {
    shell: Shell,
    rows: Vec<Notification>,
    only_unread: bool,
    /// Whether there is anything to mark as read.
    unread: u32,
    /// This page, to fetch it again.
    here: String,
    first: Option<String>,
    next: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    show: String,
}

fn address(only_unread: bool, cursor: Option<&str>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if only_unread {
        query.append_pair("show", "unread");
    }
    if let Some(cursor) = cursor {
        query.append_pair("cursor", cursor);
    }
    let query = query.finish();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("/notifications{mark}{query}")
}

pub(crate) async fn show(
    State(accounts): State<Accounts>,
    member: Member,
    headers: HeaderMap,
    Query(query): Query<ListQuery>,
    Query(wanted): Query<Wanted>,
) -> Result<Html<impl Template>, Problem> {
    let user = person(&member.caller)?.id;
    let only_unread = wanted.show == "unread";
    let mut tx = accounts.db.tenant(&member.scope).await?;
    let (after, limit) = (query.after()?, Limit::new(SHOWN));
    let page = notifications::list(&mut tx, user, only_unread, after, limit).await?;
    let cursor = query.cursor.as_ref().map(kernel::Cursor::as_str);
    Ok(Html(NotificationsPage {
        shell: member_shell(&member, "notifications", &headers),
        rows: page.items,
        only_unread,
        unread: notifications::unread(&mut tx, user).await?,
        here: address(only_unread, cursor),
        first: cursor.map(|_| address(only_unread, None)),
        next: page
            .next_cursor
            .map(|next| address(only_unread, Some(next.as_str()))),
    }))
}

/// Leads to what a notification is about; it has been seen then.
pub(crate) async fn open(
    State(accounts): State<Accounts>,
    member: Member,
    Path(id): Path<NotificationId>,
) -> Result<Redirect, Problem> {
    let user = person(&member.caller)?.id;
    let mut tx = accounts.db.tenant(&member.scope).await?;
    let seen = notifications::see(&mut tx, user, id, accounts.clock.now()).await?;
    let news = seen.ok_or_else(Problem::not_found)?;
    tx.commit().await?;
    Ok(Redirect::to(&news.link()))
}

pub(crate) async fn read(
    State(accounts): State<Accounts>,
    member: Member,
    Path(id): Path<NotificationId>,
) -> Result<Redirect, Problem> {
    let user = person(&member.caller)?.id;
    let mut tx = accounts.db.tenant(&member.scope).await?;
    let seen = notifications::see(&mut tx, user, id, accounts.clock.now()).await?;
    seen.ok_or_else(Problem::not_found)?;
    tx.commit().await?;
    Ok(Redirect::to("/notifications"))
}

pub(crate) async fn read_all(
    State(accounts): State<Accounts>,
    member: Member,
) -> Result<Redirect, Problem> {
    let user = person(&member.caller)?.id;
    let mut tx = accounts.db.tenant(&member.scope).await?;
    notifications::see_all(&mut tx, user, accounts.clock.now()).await?;
    tx.commit().await?;
    Ok(Redirect::to("/notifications"))
}

impl NotificationsPage {
    fn title(&self, row: &Notification) -> Message<'static> {
        match &row.news {
            // A platform may tell the customer's name later, or never.
            News::Escalation { contact, .. } if contact.is_empty() => {
                self.shell.t("notifications.escalation_of_nobody")
            }
            News::Escalation { contact, .. } => self
                .shell
                .t("notifications.escalation")
                .with("contact", contact),
            News::Comments { name, .. } => {
                self.shell.t("notifications.comments").with("name", name)
            }
            News::ChannelLost { name, .. } => self
                .shell
                .t("notifications.channel_lost")
                .with("name", name),
            News::BudgetSpent { period } if period == "month" => {
                self.shell.t("notifications.budget_of_month")
            }
            News::BudgetSpent { .. } => self.shell.t("notifications.budget_of_day"),
        }
    }

    fn note(&self, row: &Notification) -> Message<'static> {
        let category = match &row.news {
            News::Escalation { category, .. } => category,
            News::Comments { .. } => return self.shell.t("notifications.comments_text"),
            News::ChannelLost { .. } => return self.shell.t("notifications.channel_lost_text"),
            News::BudgetSpent { .. } => return self.shell.t("notifications.budget_text"),
        };
        match category.as_str() {
            "request" => self.shell.t("notifications.request"),
            "rule" => self.shell.t("notifications.rule"),
            "failure" => self.shell.t("notifications.failure"),
            _ => self.shell.t("notifications.unsure"),
        }
    }

    fn platform(row: &Notification) -> &'static str {
        match &row.news {
            News::Escalation { platform, .. }
            | News::Comments { platform, .. }
            | News::ChannelLost { platform, .. } => platform.label(),
            News::BudgetSpent { .. } => "",
        }
    }

    fn icon(row: &Notification) -> &'static str {
        match &row.news {
            News::Escalation { .. } => "hand",
            News::Comments { .. } => "message-square-text",
            News::ChannelLost { .. } => "plug",
            News::BudgetSpent { .. } => "gauge",
        }
    }

    fn tone(row: &Notification) -> &'static str {
        match &row.news {
            News::Escalation { .. } | News::Comments { .. } | News::BudgetSpent { .. } => "warn",
            News::ChannelLost { .. } => "danger",
        }
    }
}
