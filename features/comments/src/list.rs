//! The list of comments, each with its post and what was answered.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{CommentId, Limit, Page, PostId};
use serde::Serialize;

use crate::comment::{Comment, State};
use crate::decision::Decision;
use crate::post::Post;
use crate::reply::Reply;
use crate::{comment, decision, post, store};

/// Which comments are wanted; what is absent does not matter.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// How far they are.
    pub state: Option<State>,
    /// What they stand under.
    pub post: Option<PostId>,
}

/// A comment with what belongs to it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = CommentEntry)]
pub struct Entry {
    /// The comment.
    #[serde(flatten)]
    pub comment: Comment,
    /// What it stands under; absent while the platform has not named it.
    pub post: Option<Post>,
    /// What was answered here, the oldest first.
    pub replies: Vec<Reply>,
}

/// A comment with why it was answered, or not.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = CommentDetail)]
pub struct Detail {
    /// The comment with its post and replies.
    #[serde(flatten)]
    pub entry: Entry,
    /// Why; absent while nobody has decided.
    pub decision: Option<Decision>,
}

/// What stands around a comment in its thread.
#[derive(Clone, Debug, Default)]
pub struct Around {
    /// The comment directly under the post that it answers: its author's name, and its words.
    pub above: Option<(String, String)>,
    /// What the business answered elsewhere after it.
    pub natives: Vec<(DateTime<Utc>, String)>,
}

/// How much of a thread is looked at.
const THREAD: i64 = 40;

/// What stands around a comment.
pub async fn around(tx: &mut TenantTx, of: &Comment) -> DbResult<Around> {
    let all = store::comments::in_thread(tx, of.account_id, &of.thread, THREAD).await?;
    let top = all
        .iter()
        .find(|it| it.external_id == of.thread && it.id != of.id);
    let after = all
        .iter()
        .filter(|it| it.own && it.external_id != of.thread && it.written_at >= of.written_at);
    Ok(Around {
        above: top.map(|it| (it.author_username.clone(), it.text.clone())),
        natives: after.map(|it| (it.written_at, it.text.clone())).collect(),
    })
}

/// A page of comments, the newest first.
pub async fn comments(
    tx: &mut TenantTx,
    filter: &Filter,
    after: Option<CommentId>,
    limit: Limit,
) -> DbResult<Page<Entry>> {
    let rows = store::lists::page(tx, filter, after, limit).await?;
    let page = Page::from_probe(rows, limit, |row| row.id);
    Ok(Page {
        items: entries(tx, page.items).await?,
        next_cursor: page.next_cursor,
    })
}

/// One comment of somebody else.
pub async fn detail(tx: &mut TenantTx, id: CommentId) -> DbResult<Option<Detail>> {
    let Some(found) = comment::load(tx, id).await?.filter(|found| !found.own) else {
        return Ok(None);
    };
    let decision = decision::of(tx, id).await?;
    let entry = entries(tx, vec![found]).await?.pop();
    Ok(entry.map(|entry| Detail { entry, decision }))
}

/// How many comments wait for a person, and how many drafts for approval.
pub async fn waiting(tx: &mut TenantTx) -> DbResult<(i64, i64)> {
    let person = store::lists::count(tx, State::NeedsPerson).await?;
    Ok((person, store::lists::count(tx, State::Suggested).await?))
}

async fn entries(tx: &mut TenantTx, comments: Vec<Comment>) -> DbResult<Vec<Entry>> {
    let ids: Vec<CommentId> = comments.iter().map(|it| it.id).collect();
    let posts: Vec<PostId> = comments.iter().filter_map(|it| it.post_id).collect();
    let posts = post::load_all(tx, &posts).await?;
    let replies = store::replies::of_comments(tx, &ids).await?;
    let entry = |comment: Comment| Entry {
        post: posts
            .iter()
            .find(|it| Some(it.id) == comment.post_id)
            .cloned(),
        replies: replies
            .iter()
            .filter(|it| it.comment_id == comment.id)
            .cloned()
            .collect(),
        comment,
    };
    Ok(comments.into_iter().map(entry).collect())
}
