//! Comments for people.

mod act;
mod list;
mod open;
mod typed;
mod wanted;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, Method};
use db::TenantTx;
use kernel::{CommentId, Role};
use web::i18n::Message;
use web::ui::Shell;
use web::{Access, Html, Member, Path, Problem, Query, Routes};

use crate::comment::{Comment, State as How};
use crate::{Comments, list as entries};
use list::ListPart;
use open::OpenPart;
use typed::Typed;
use wanted::Wanted;

pub(crate) fn routes() -> Routes<Comments> {
    let reads = Access::Member(Role::Viewer);
    Routes::new()
        .page(Method::GET, "/comments", reads, all)
        .page(Method::GET, "/comments/list", reads, list::fresh)
        .page(Method::GET, "/comments/{id}", reads, one)
        .page(Method::GET, "/comments/{id}/fresh", reads, open::fresh)
        .merge(act::routes())
}

#[derive(Template)]
#[template(path = "comments.html")]
struct CommentsPage {
    shell: Shell,
    list: ListPart,
    open: Option<OpenPart>,
}

async fn all(
    State(comments): State<Comments>,
    member: Member,
    headers: HeaderMap,
    Query(wanted): Query<Wanted>,
) -> Result<Html<CommentsPage>, Problem> {
    let mut tx = comments.db.tenant(&member.scope).await?;
    let shell = shell(&mut tx, &member, &headers).await?;
    let list = ListPart::of(&mut tx, &shell, &wanted).await?;
    Ok(Html(CommentsPage {
        shell,
        list,
        open: None,
    }))
}

async fn one(
    State(comments): State<Comments>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<CommentId>,
    Query(wanted): Query<Wanted>,
) -> Result<Html<CommentsPage>, Problem> {
    opened(&comments, &member, &headers, id, wanted, Typed::default()).await
}

/// The list with one comment open, and what was typed about it.
async fn opened(
    comments: &Comments,
    member: &Member,
    headers: &HeaderMap,
    id: CommentId,
    mut wanted: Wanted,
    typed: Typed,
) -> Result<Html<CommentsPage>, Problem> {
    wanted.current = Some(id);
    let mut tx = comments.db.tenant(&member.scope).await?;
    let mut shell = shell(&mut tx, member, headers).await?;
    shell.pane = if wanted.context { "context" } else { "thread" };
    let list = ListPart::of(&mut tx, &shell, &wanted).await?;
    let open = OpenPart::of(&mut tx, &shell, id, &wanted, typed).await?;
    Ok(Html(CommentsPage {
        shell,
        list,
        open: Some(open),
    }))
}

async fn shell(tx: &mut TenantTx, member: &Member, headers: &HeaderMap) -> Result<Shell, Problem> {
    let (person, _) = entries::waiting(tx).await?;
    let person = u32::try_from(person).unwrap_or(u32::MAX);
    Ok(web::member_shell(member, "comments", headers).with_count("comments", person))
}

impl CommentsPage {
    /// The name of the page: whose comment is open.
    fn title(&self) -> String {
        let title = self.shell.t("comments.title");
        match &self.open {
            Some(open) => format!("{} · {title}", called(&open.it.entry.comment, &self.shell)),
            None => title.to_string(),
        }
    }
}

/// The author's name, or what stands for it until the platform has told one.
fn called(it: &Comment, shell: &Shell) -> String {
    if it.author_username.is_empty() {
        shell.t("comments.unnamed").to_string()
    } else {
        it.author_username.clone()
    }
}

/// The words for how far a comment is, and their colour.
fn state(shell: &Shell, it: &Comment) -> (Message<'static>, &'static str) {
    match it.state {
        How::Waiting => (shell.t("comments.state.waiting"), "neutral"),
        How::Suggested => (shell.t("comments.state.suggested"), "ai"),
        How::NeedsPerson => (shell.t("comments.state.needs_person"), "danger"),
        How::Answered => (shell.t("comments.state.answered"), "ok"),
        How::Done => (shell.t("comments.state.done"), "neutral"),
    }
}
