//! The list of comments.

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use db::TenantTx;
use kernel::{CommentId, Cursor, Limit};
use web::i18n::Message;
use web::ui::Shell;
use web::{Html, Member, Problem, Query};

use super::wanted::{Show, Wanted};
use super::{called, state};
use crate::Comments;
use crate::list::{self, Entry};

#[derive(Template)]
#[template(path = "comments_list.html")]
pub(super) struct ListPart {
    pub(super) shell: Shell,
    pub(super) wanted: Wanted,
    pub(super) rows: Vec<Entry>,
    next: Option<CommentId>,
    /// Whether an account is connected, so that something can arrive.
    connected: bool,
}

/// A filter in the bar above the list.
pub(super) struct Chip {
    pub(super) label: String,
    pub(super) href: String,
    pub(super) chosen: bool,
}

pub(super) async fn fresh(
    State(comments): State<Comments>,
    member: Member,
    headers: HeaderMap,
    Query(wanted): Query<Wanted>,
) -> Result<Html<ListPart>, Problem> {
    let mut tx = comments.db.tenant(&member.scope).await?;
    let shell = web::member_shell(&member, "comments", &headers);
    Ok(Html(ListPart::of(&mut tx, &shell, &wanted).await?))
}

impl ListPart {
    pub(super) async fn of(
        tx: &mut TenantTx,
        shell: &Shell,
        wanted: &Wanted,
    ) -> Result<Self, Problem> {
        let limit = Limit::default();
        let page = list::comments(tx, &wanted.filter(), wanted.after, limit).await?;
        let next = page.next_cursor.as_ref().map(Cursor::key).transpose()?;
        Ok(Self {
            shell: shell.clone(),
            wanted: wanted.clone(),
            rows: page.items,
            next,
            connected: channels::accounts::any_connected(tx).await?,
        })
    }

    /// The filters, each with the list that it leads to.
    pub(super) fn chips(&self) -> Vec<Chip> {
        let chip = |show: Show| Chip {
            label: self.shell.t(show.key()).to_string(),
            href: self.wanted.with(show).at("/comments"),
            chosen: self.wanted.show == show,
        };
        Show::ALL.into_iter().map(chip).collect()
    }

    fn open(&self, row: &Entry) -> String {
        self.wanted.at(&format!("/comments/{}", row.comment.id))
    }

    fn is_current(&self, row: &Entry) -> bool {
        self.wanted.current == Some(row.comment.id)
    }

    fn name(&self, row: &Entry) -> String {
        called(&row.comment, &self.shell)
    }

    fn state(&self, row: &Entry) -> (Message<'static>, &'static str) {
        state(&self.shell, &row.comment)
    }

    /// The words of the post, when there are any.
    fn caption(row: &Entry) -> Option<&str> {
        let caption = row.post.as_ref()?.caption.as_str();
        (!caption.is_empty()).then_some(caption)
    }

    fn newest(&self) -> String {
        self.wanted.behind(None).at("/comments")
    }

    fn further(&self) -> Option<String> {
        let next = self.next?;
        Some(self.wanted.behind(Some(next)).at("/comments"))
    }

    /// A glyph, a title, and what it means that there is nothing.
    fn emptiness(&self) -> (&'static str, [Message<'static>; 2]) {
        let t = |key| self.shell.t(key);
        match self.wanted.show {
            Show::Person => (
                "circle-check",
                [
                    t("comments.empty.person_title"),
                    t("comments.empty.person_text"),
                ],
            ),
            Show::Drafts => (
                "circle-check",
                [
                    t("comments.empty.drafts_title"),
                    t("comments.empty.drafts_text"),
                ],
            ),
            Show::All if !self.connected => (
                "plug",
                [
                    t("comments.empty.channel_title"),
                    t("comments.empty.channel_text"),
                ],
            ),
            Show::All => (
                "message-square-text",
                [t("comments.empty.title"), t("comments.empty.text")],
            ),
        }
    }

    fn wants_channel(&self) -> bool {
        !self.connected && self.wanted.show == Show::All
    }
}
