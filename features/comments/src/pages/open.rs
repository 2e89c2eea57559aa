//! One comment: what it stands under, what was answered, what can be done, and why.

use agent::explain::{self, Decided, Timeline};
use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use channels::effects::COMMENT_GONE;
use db::TenantTx;
use kernel::CommentId;
use web::i18n::Message;
use web::ui::Shell;
use web::{Html, Member, Path, Problem, Query};

use super::typed::{OncePart, ProblemPart, Typed};
use super::wanted::Wanted;
use super::{called, state};
use crate::comment::Comment;
use crate::list::{self, Around, Detail};
use crate::reply::{Author, LONGEST_REPLY, Reply, ReplyState};
use crate::{Comments, decision::Decision};

#[derive(Template)]
#[template(path = "comments_open.html")]
pub(super) struct OpenPart {
    shell: Shell,
    wanted: Wanted,
    pub(super) it: Detail,
    around: Around,
    why: Option<Timeline>,
    typed: Typed,
    once: OncePart,
    problem: ProblemPart,
    /// Only what changes, for a page that is open.
    alone: bool,
}

/// What changes while somebody looks, for a page that is open.
pub(super) async fn fresh(
    State(comments): State<Comments>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<CommentId>,
    Query(wanted): Query<Wanted>,
) -> Result<Html<OpenPart>, Problem> {
    let mut tx = comments.db.tenant(&member.scope).await?;
    let shell = web::member_shell(&member, "comments", &headers);
    let mut open = OpenPart::of(&mut tx, &shell, id, &wanted, Typed::default()).await?;
    open.alone = true;
    Ok(Html(open))
}

impl OpenPart {
    pub(super) async fn of(
        tx: &mut TenantTx,
        shell: &Shell,
        id: CommentId,
        wanted: &Wanted,
        typed: Typed,
    ) -> Result<Self, Problem> {
        let it = list::detail(tx, id).await?.ok_or_else(Problem::not_found)?;
        let around = list::around(tx, &it.entry.comment).await?;
        let told = |it: &Decision| {
            let decided = Decided {
                outcome: it.outcome,
                reason: &it.reason,
                explanation: &it.explanation,
                confidence: it.confidence,
            };
            Timeline::of(decided, shell.locale)
        };
        Ok(Self {
            why: it.decision.as_ref().map(told),
            once: OncePart::fresh(),
            problem: ProblemPart::of(shell, typed.problem),
            shell: shell.clone(),
            wanted: wanted.clone(),
            it,
            around,
            typed,
            alone: false,
        })
    }

    fn comment(&self) -> &Comment {
        &self.it.entry.comment
    }

    fn name(&self) -> String {
        called(self.comment(), &self.shell)
    }

    fn state(&self) -> (Message<'static>, &'static str) {
        state(&self.shell, self.comment())
    }

    fn here(&self) -> String {
        self.wanted.at(&format!("/comments/{}", self.comment().id))
    }

    fn context(&self) -> String {
        let path = format!("/comments/{}", self.comment().id);
        self.wanted.beside(&path)
    }

    /// The address of something of this comment.
    fn part(&self, name: &str) -> String {
        let path = format!("/comments/{}/{name}", self.comment().id);
        self.wanted.at(&path)
    }

    /// Whether somebody still has to do something about it.
    fn is_open(&self) -> bool {
        use crate::comment::State::{NeedsPerson, Suggested, Waiting};
        matches!(self.comment().state, Waiting | Suggested | NeedsPerson)
    }

    /// Whether the reader may have the author erased.
    fn may_erase(&self) -> bool {
        self.shell.is_admin() && self.comment().author_id.is_some()
    }

    /// Where the post stands, for people.
    fn post_link(&self) -> Option<&str> {
        let link = self.it.entry.post.as_ref()?.permalink.as_deref()?;
        link.starts_with("https://").then_some(link)
    }

    /// Whether it is hidden, or will be in a moment.
    fn is_hidden(&self) -> bool {
        let it = self.comment();
        it.hiding.unwrap_or(it.hidden)
    }

    /// What is to be known of whether everybody sees it.
    fn seen_by(&self) -> Option<(Message<'static>, &'static str)> {
        let (it, t) = (self.comment(), |key| self.shell.t(key));
        if it.gone_at.is_some() {
            return Some((t("comments.seen.gone"), "neutral"));
        }
        match (it.hiding, it.hidden) {
            (Some(true), _) => Some((t("comments.seen.hiding"), "neutral")),
            (Some(false), _) => Some((t("comments.seen.showing"), "neutral")),
            (None, true) => Some((t("comments.seen.hidden"), "warn")),
            (None, false) => None,
        }
    }

    /// Why there can be no answer.
    fn closed(&self) -> Option<Message<'static>> {
        Some(match self.comment().unanswerable()? {
            "comment_gone" => self.shell.t("comments.closed.gone"),
            "live_comment" => self.shell.t("comments.closed.live"),
            _ => self.shell.t("comments.closed.hidden"),
        })
    }

    fn draft(&self) -> Option<&str> {
        self.comment().draft.as_deref()
    }

    /// What stands in the field of the draft: what a person made of it, when that was refused.
    fn draft_words(&self) -> &str {
        let typed = self.typed.draft.as_deref();
        typed.or_else(|| self.draft()).unwrap_or_default()
    }

    /// What stands in the field of an answer by hand: also what a person made of a draft that is gone.
    fn reply_words(&self) -> &str {
        let left = self
            .typed
            .draft
            .as_deref()
            .filter(|_| self.draft().is_none());
        left.unwrap_or(&self.typed.reply)
    }

    fn limit() -> usize {
        LONGEST_REPLY
    }

    /// Who wrote a reply, as bubbles are told apart.
    fn from(reply: &Reply) -> &'static str {
        reply.author.as_str()
    }

    fn author(&self, reply: &Reply) -> Message<'static> {
        match (reply.author, reply.user_id) {
            (Author::Ai, None) => self.shell.t("comments.by.ai"),
            (Author::Ai, Some(_)) => self.shell.t("comments.by.approved"),
            (Author::Human, _) => self.shell.t("comments.by.team"),
        }
    }

    /// How a bubble looks.
    fn looks(reply: &Reply) -> &'static str {
        match reply.state {
            ReplyState::Queued | ReplyState::Unknown => "sending",
            ReplyState::Sent => "sent",
            ReplyState::Failed => "failed",
            ReplyState::Cancelled => "removed",
        }
    }

    fn delivery(&self, reply: &Reply) -> Message<'static> {
        match reply.state {
            ReplyState::Queued => self.shell.t("comments.reply.queued"),
            ReplyState::Sent => self.shell.t("comments.reply.sent"),
            ReplyState::Failed => self.shell.t("comments.reply.failed"),
            ReplyState::Unknown => self.shell.t("comments.reply.unknown"),
            ReplyState::Cancelled => self.shell.t("comments.reply.cancelled"),
        }
    }

    /// Why it is not there, in the reader's words.
    fn trouble(&self, reply: &Reply) -> Option<String> {
        reply.error.as_deref().map(|error| self.in_words(error))
    }

    /// Why it could not be hidden or shown, in the reader's words.
    fn hide_trouble(&self) -> Option<String> {
        Some(match self.comment().hide_error.as_deref()? {
            "dropped_by_person" => {
                let words = self.shell.t("comments.withdrawn.hide_dropped");
                words.to_string()
            }
            error => self.in_words(error),
        })
    }

    /// A stable key in the reader's words; what the platform said stays as it is.
    fn in_words(&self, error: &str) -> String {
        let key = match error {
            "human_reply" => "comments.withdrawn.human_reply",
            "native_reply" => "comments.withdrawn.native_reply",
            "account_disconnected" => "comments.withdrawn.account_disconnected",
            "comment_gone" | COMMENT_GONE => "comments.closed.gone",
            "comment_hidden" => "comments.closed.hidden",
            "live_comment" => "comments.closed.live",
            "resolved" => "comments.withdrawn.set_aside",
            "dropped_by_person" => "comments.withdrawn.dropped_by_person",
            "superseded" => "comments.withdrawn.superseded",
            "too_late" => "comments.withdrawn.too_late",
            "unknown" => "comments.withdrawn.unknown",
            said => return said.to_owned(),
        };
        self.shell.t(key).to_string()
    }

    fn is_trouble(reply: &Reply) -> bool {
        reply.state == ReplyState::Failed
    }

    fn outcome(&self, decision: &Decision) -> Message<'static> {
        self.shell.t(explain::outcome_key(decision.outcome))
    }

    fn tone(decision: &Decision) -> &'static str {
        explain::tone(decision.outcome)
    }

    /// What was considered and not said.
    fn considered(decision: &Decision) -> Option<&str> {
        let unsaid = decision.outcome == agent::decision::Outcome::Shadowed;
        decision.text.as_deref().filter(|_| unsaid)
    }

    fn cost(decision: &Decision) -> Option<String> {
        decision.model.as_ref()?;
        decision.micro_usd.map(explain::dollars)
    }
}
