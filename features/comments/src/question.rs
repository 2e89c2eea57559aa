//! A comment as the agent is asked about it: its words, what was said around it, what it stands under.

use agent::comment::Under;
use agent::rehearse::{Line, Rehearsal};
use agent::settings::Stored;
use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};

use crate::comment::Comment;
use crate::process::account_on;
use crate::reply::ReplyState;
use crate::{post, store};

/// How much of a thread is looked at.
const THREAD: i64 = 40;
/// How much of it the agent is shown.
const SHOWN: usize = 8;

/// The question, with these settings.
pub(crate) async fn of(
    tx: &mut TenantTx,
    comment: &Comment,
    stored: Stored,
    now: DateTime<Utc>,
) -> DbResult<Rehearsal> {
    let account_on = account_on(tx, comment).await?;
    let post = match comment.post_id {
        Some(post) => post::load(tx, post).await?,
        None => None,
    };
    let (kind, caption) = post.map(|it| (it.kind, it.caption)).unwrap_or_default();
    let (thread, answers) = before(tx, comment).await?;
    Ok(Rehearsal {
        stored,
        mode: None,
        thread,
        messages: vec![comment.text.clone()],
        language: None,
        at: now,
        beside: None,
        under: Some(Under {
            account: comment.account_id,
            account_on,
            author: comment.author_username.clone(),
            kind,
            caption,
            answers,
        }),
    })
}

/// What the same author and the business said before in the thread, and the comment of somebody else
/// that it stands under. What others wrote is no part of a talk with this author.
async fn before(tx: &mut TenantTx, comment: &Comment) -> DbResult<(Vec<Line>, String)> {
    let all = store::comments::in_thread(tx, comment.account_id, &comment.thread, THREAD).await?;
    let earlier: Vec<&Comment> = all
        .iter()
        .filter(|it| it.id != comment.id && it.written_at <= comment.written_at)
        .collect();
    let is_theirs = |it: &Comment| comment.author_id.is_some() && it.author_id == comment.author_id;
    let ids: Vec<_> = earlier.iter().map(|it| it.id).collect();
    let replies = store::replies::of_comments(tx, &ids).await?;
    let mut lines = Vec::new();
    for it in &earlier {
        if it.own {
            lines.push((it.written_at, Line::business(it.text.clone())));
        } else if is_theirs(it) {
            lines.push((it.written_at, Line::customer(it.text.clone())));
        }
    }
    let said = replies
        .into_iter()
        .filter(|it| it.state == ReplyState::Sent);
    lines.extend(said.map(|it| (it.created_at, Line::business(it.text))));
    lines.sort_by_key(|(at, _)| *at);
    let skipped = lines.len().saturating_sub(SHOWN);
    let lines = lines.into_iter().skip(skipped).map(|(_, line)| line);
    let top = earlier.iter().find(|it| it.external_id == comment.thread);
    let others = top.filter(|top| !top.own && !is_theirs(top));
    Ok((
        lines.collect(),
        others.map(|top| top.text.clone()).unwrap_or_default(),
    ))
}
