//! Replies to comments, and hiding them, at a platform that loses answers.

mod desk;
mod recognised;
mod seen;

use channels::effects::EffectState::{Confirmed, Failed};
use simulator::FaultKind;

use desk::Desk;

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_is_written_once_whatever_becomes_of_its_answer() {
    let desk = Desk::begin().await;
    let mut written = Vec::new();
    for (kind, attempts) in [
        (FaultKind::TimeoutAfter, 1),
        (FaultKind::ResetAfter, 1),
        (FaultKind::ConnectionReset, 2),
        (FaultKind::ServerError, 2),
        (FaultKind::RateLimited, 2),
    ] {
        let comment = desk.comment("How much is the mug?");
        desk.fails("reply_comment", kind);
        let effect = desk.reply(&comment, 1, " 45 euros\n").await;
        desk.was_asked("reply_comment", &comment, 1).await;
        if kind == FaultKind::ServerError {
            // What is tried again must not meet the next fault.
            for (_, _, earlier, _) in &written {
                desk.reaches(*earlier, Confirmed).await;
            }
            desk.reaches(effect, Confirmed).await;
        }
        if kind == FaultKind::RateLimited {
            // The platform's pause is of minutes, and of the whole account.
            desk.story
                .until("the pause is noted", async || {
                    let paused = "SELECT count(*) FROM social_accounts WHERE paused_until > now()";
                    desk.story.count(paused).await == 1
                })
                .await;
            for sql in [
                "UPDATE social_accounts SET paused_until = NULL",
                "UPDATE effects SET due_at = now() WHERE state = 'pending'",
            ] {
                sqlx::query(sql).execute(&desk.story.tables).await.unwrap();
            }
        }
        written.push((kind, comment, effect, attempts));
    }
    for (kind, comment, effect, attempts) in written {
        let effect = desk.reaches(effect, Confirmed).await;
        let replies = desk.replies(&comment);
        let ids: Vec<_> = replies.iter().map(|one| Some(one.id.clone())).collect();
        assert_eq!(ids, [effect.provider_id], "{kind:?}");
        assert_eq!(
            desk.calls("reply_comment", &comment).len(),
            attempts,
            "{kind:?}"
        );
    }
    desk.story.settle().await;
    desk.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_replies_that_say_the_same_are_two() {
    let desk = Desk::begin().await;
    let comment = desk.comment("Lovely!");
    desk.fails("reply_comment", FaultKind::ResetAfter);
    let first = desk.reply(&comment, 1, "Thank you").await;
    desk.reaches(first, Confirmed).await;
    // It is not written, and what stands there is the first one's.
    desk.fails("reply_comment", FaultKind::ConnectionReset);
    let second = desk.reply(&comment, 2, "Thank you").await;
    assert_ne!(first, second);
    let again = desk.reply(&comment, 2, "Thank you").await;
    assert_eq!(again, second, "the same wish is one effect");
    let second = desk.reaches(second, Confirmed).await;
    let first = desk.effect(first).await;
    assert_ne!(first.provider_id, second.provider_id);
    assert_eq!(desk.replies(&comment).len(), 2);
    desk.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_to_a_reply_is_looked_for_under_the_top_comment() {
    let desk = Desk::begin().await;
    let top = desk.comment("How much is the mug?");
    let below = simulator::NewComment {
        from: "881".to_owned(),
        text: "I wonder too".to_owned(),
        parent_id: Some(top.clone()),
        ..simulator::NewComment::default()
    };
    let account = crate::story::account_of("instagram");
    let below = desk.story.simulator.somebody_comments(account, &below);
    desk.fails("reply_comment", FaultKind::ResetAfter);
    let effect = desk.reply(&below.unwrap(), 1, "45 euros").await;
    let effect = desk.reaches(effect, Confirmed).await;
    let replies = desk.replies(&top);
    let ids: Vec<_> = replies.iter().map(|one| Some(one.id.clone())).collect();
    assert_eq!(ids, [effect.provider_id]);
    desk.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hiding_and_showing_come_again_and_lost_answers_are_read_from_the_comment() {
    let desk = Desk::begin().await;
    let comment = desk.comment("Buy followers here");
    let turns = [
        (true, None, 1),
        (false, Some(FaultKind::ResetAfter), 2),
        (true, Some(FaultKind::ConnectionReset), 4),
    ];
    for (turn, (hide, fault, asked)) in (1..).zip(turns) {
        if let Some(kind) = fault {
            desk.fails("hide_comment", kind);
        }
        let effect = desk.hide(&comment, turn, hide).await;
        assert_eq!(desk.hide(&comment, turn, hide).await, effect);
        let effect = desk.reaches(effect, Confirmed).await;
        assert_eq!(desk.is_hidden(&comment), hide, "turn {turn}");
        assert_eq!(effect.about(), comment);
        // The comment is somebody else's: no effect of ours may be known by its id.
        assert_eq!(effect.provider_id, None);
        assert_eq!(
            desk.calls("hide_comment", &comment).len(),
            asked,
            "{fault:?}"
        );
    }
    desk.end().await;
}

const GONE: &str = "The comment is gone: it was deleted, or is hidden from this account.";

#[tokio::test(flavor = "multi_thread")]
async fn a_comment_that_is_gone_ends_what_was_to_be_done_to_it_with_a_plain_sentence() {
    let desk = Desk::begin().await;
    let comment = desk.comment("Never mind");
    desk.vanishes(&comment);
    let reply = desk.reply(&comment, 1, "45 euros").await;
    let hide = desk.hide(&comment, 1, true).await;
    let mut gone = Vec::new();
    // Both are over before the next answer is lost, which would else be theirs.
    for effect in [reply, hide] {
        gone.push(desk.reaches(effect, Failed).await);
    }
    // Nobody knows whether this was done, and then the comment is gone.
    let later = desk.comment("Never mind either");
    desk.fails("reply_comment", FaultKind::ResetAfter);
    // Until it is gone the platform says nothing of it.
    desk.story.reads_fail();
    let unknown = desk.reply(&later, 1, "45 euros").await;
    desk.gone_once_answered(&later).await;
    desk.story.simulator.clear_faults();
    desk.story.lose_webhooks();
    gone.push(desk.reaches(unknown, Failed).await);
    for effect in gone {
        assert_eq!(effect.error.as_deref(), Some(GONE), "{effect:?}");
        assert_eq!(effect.error_class.as_deref(), Some("rejected"));
    }
    assert_eq!(desk.calls("reply_comment", &later).len(), 1);
    desk.end().await;
}
