//! Our reply comes back as a comment, before the platform's answer or in its place.

use channels::effects::EffectState::Confirmed;
use chrono::TimeDelta;
use simulator::FaultKind;

use super::desk::{Desk, now};

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_of_our_reply_confirms_it_and_only_that() {
    let desk = Desk::begin().await;
    let comment = desk.comment("How much is the mug?");
    let other = desk.comment("And the bowl?");
    // The answer never comes.
    desk.fails("reply_comment", FaultKind::TimeoutAfter);
    let effect = desk.reply(&comment, 1, "45 euros").await;
    desk.was_asked("reply_comment", &comment, 1).await;
    let reply = desk.replies(&comment).remove(0);
    let (now, parent) = (now(), Some(comment.as_str()));
    let before = now - TimeDelta::hours(1);
    for (id, parent, text, at) in [
        (reply.id.as_str(), parent, "46 euros", now),
        (reply.id.as_str(), Some(other.as_str()), "45 euros", now),
        (reply.id.as_str(), None, "45 euros", now),
        ("native", parent, "45 euros", before),
    ] {
        let found = desk.matches(id, parent, text, at).await;
        assert_eq!(found, None, "{parent:?} {text} {at}");
    }
    let found = desk.matches(&reply.id, parent, "45 euros ", now).await;
    assert_eq!(found, Some(effect));
    let confirmed = desk.effect(effect).await;
    assert_eq!(confirmed.state, Confirmed);
    assert_eq!(confirmed.provider_id.as_deref(), Some(reply.id.as_str()));
    // It comes twice, and somebody of the shop then writes the same in the platform's own app.
    let again = desk.matches(&reply.id, parent, "45 euros", now).await;
    assert_eq!(again, Some(effect));
    let native = desk.matches("native", parent, "45 euros", now).await;
    assert_eq!(native, None);
    // What the worker hears later changes nothing.
    let leased = "SELECT count(*) FROM effects WHERE lease_owner IS NOT NULL";
    desk.story
        .until("the worker is done", async || {
            desk.story.count(leased).await == 0
        })
        .await;
    assert_eq!(desk.effect(effect).await.state, Confirmed);
    assert_eq!(desk.replies(&comment).len(), 1);
    desk.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_was_not_attempted_is_confirmed_by_nothing() {
    let desk = Desk::begin().await;
    let comment = desk.comment("How much is the mug?");
    // It waits while the account is paused, as messages do.
    sqlx::query("UPDATE social_accounts SET paused_until = now() + interval '1 hour'")
        .execute(&desk.story.tables)
        .await
        .unwrap();
    let effect = desk.reply(&comment, 1, "45 euros").await;
    let waiting = "SELECT count(*) FROM effects
                   WHERE state = 'pending' AND due_at > now() + interval '1 min'";
    desk.story
        .until("the reply waits", async || {
            desk.story.count(waiting).await == 1
        })
        .await;
    let parent = Some(comment.as_str());
    let native = desk.matches("native", parent, "45 euros", now()).await;
    assert_eq!(native, None);
    assert_eq!(desk.effect(effect).await.provider_id, None);
    assert!(desk.calls("reply_comment", &comment).is_empty());
    desk.end().await;
}
