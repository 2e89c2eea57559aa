//! Comments under posts of the simulated Instagram account.

use meta::client::UnknownCause;
use meta::{CallError, ErrorClass, SendOutcome};
use simulator::{FaultKind, NewComment, Simulator};

use crate::faults::fail_once;
use crate::simulated::{ANNA, INSTAGRAM, client, confirmed, instagram, platforms};

fn anna_comments(simulator: &Simulator, parent: Option<&str>) -> String {
    let comment = NewComment {
        from: ANNA.to_owned(),
        text: "Price?".to_owned(),
        parent_id: parent.map(str::to_owned),
        ..NewComment::default()
    };
    simulator.somebody_comments(INSTAGRAM, &comment).unwrap()
}

fn key_of(error: &CallError) -> &'static str {
    error.platform().unwrap().key()
}

#[tokio::test]
async fn a_comment_and_its_post_are_read() {
    let simulator = platforms().await;
    let id = anna_comments(&simulator, None);
    let client = client(&simulator);
    let found = client.instagram_comment(&instagram(), &id).await.unwrap();
    assert_eq!(found.id, id);
    assert_eq!(found.text.as_deref(), Some("Price?"));
    assert_eq!(found.from.unwrap().id, ANNA);
    assert!(found.created_at.is_some());
    assert_eq!((found.hidden, found.parent_id), (Some(false), None));
    let post = found.media_id.unwrap();
    let media = client.instagram_media(&instagram(), &post).await.unwrap();
    assert_eq!(media.id, post);
    assert!(media.caption.unwrap().contains("mugs"));
    assert!(media.permalink.unwrap().starts_with("https://"));
    assert_eq!(media.media_type.as_deref(), Some("IMAGE"));
    let nothing = client.instagram_media(&instagram(), "1").await;
    assert_eq!(key_of(&nothing.unwrap_err()), "object_gone");
}

#[tokio::test]
async fn a_reply_stands_under_the_top_comment_whatever_it_answers() {
    let simulator = platforms().await;
    let top = anna_comments(&simulator, None);
    let below = anna_comments(&simulator, Some(&top));
    let client = client(&simulator);
    let reply = |to: String| {
        let client = client.clone();
        async move {
            let access = instagram();
            confirmed(
                client
                    .instagram_reply_to_comment(&access, &to, "45 euros & no \u{1f3fa}")
                    .await,
            )
        }
    };
    let (first, second) = (reply(top.clone()).await, reply(below.clone()).await);
    let replies = client
        .instagram_comment_replies(&instagram(), &top, 3)
        .await
        .unwrap();
    assert!(replies.complete);
    let mut ids: Vec<_> = replies.items.iter().map(|one| one.id.clone()).collect();
    ids.sort();
    let mut wanted = vec![below.clone(), first.clone(), second];
    wanted.sort();
    assert_eq!(ids, wanted);
    let ours = replies.items.iter().find(|one| one.id == first).unwrap();
    assert_eq!(ours.from.as_ref().unwrap().id, INSTAGRAM);
    assert_eq!(ours.text.as_deref(), Some("45 euros & no \u{1f3fa}"));
    assert_eq!(ours.parent_id.as_deref(), Some(top.as_str()));
    let found = client.instagram_comment(&instagram(), &top).await.unwrap();
    assert_eq!(found.replies.len(), 3);
    let found = client.instagram_comment(&instagram(), &below).await;
    assert_eq!(found.unwrap().parent_id.as_deref(), Some(top.as_str()));
}

#[tokio::test]
async fn more_replies_than_fit_a_page_are_read_page_by_page() {
    let simulator = platforms().await;
    let top = anna_comments(&simulator, None);
    for _ in 0..60 {
        anna_comments(&simulator, Some(&top));
    }
    let client = client(&simulator);
    for (pages, read) in [(1, 50), (2, 60)] {
        let replies = client
            .instagram_comment_replies(&instagram(), &top, pages)
            .await
            .unwrap();
        assert_eq!((replies.items.len(), replies.complete), (read, pages == 2));
    }
}

#[tokio::test]
async fn hiding_and_showing_is_seen_and_twice_is_like_once() {
    let simulator = platforms().await;
    let id = anna_comments(&simulator, None);
    let below = anna_comments(&simulator, Some(&id));
    let client = client(&simulator);
    for hide in [true, true, false, false] {
        client
            .instagram_hide_comment(&instagram(), &id, hide)
            .await
            .unwrap();
        let found = client.instagram_comment(&instagram(), &id).await.unwrap();
        assert_eq!(found.hidden, Some(hide));
    }
    client
        .instagram_hide_comment(&instagram(), &id, true)
        .await
        .unwrap();
    // Nobody can answer what is hidden, nor what stands below it.
    for comment in [id, below] {
        let outcome = client
            .instagram_reply_to_comment(&instagram(), &comment, "45 euros")
            .await;
        let SendOutcome::Refused(error) = outcome else {
            panic!("{outcome:?}")
        };
        assert_eq!(error.key(), "bad_request");
    }
}

#[tokio::test]
async fn a_comment_that_vanished_is_gone_for_every_call() {
    let simulator = platforms().await;
    let id = anna_comments(&simulator, None);
    simulator.comment_vanishes(INSTAGRAM, &id).unwrap();
    let (client, access) = (client(&simulator), instagram());
    let read = client.instagram_comment(&access, &id).await.unwrap_err();
    let hidden = client.instagram_hide_comment(&access, &id, true).await;
    let hidden = hidden.unwrap_err();
    let replies = client.instagram_comment_replies(&access, &id, 1).await;
    for error in [&read, &hidden, &replies.unwrap_err()] {
        assert_eq!(key_of(error), "object_gone");
        assert_eq!(error.class(), ErrorClass::Rejected);
    }
    let refused = SendOutcome::of_failure(hidden);
    assert!(matches!(refused, SendOutcome::Refused(_)), "{refused:?}");
    let outcome = client
        .instagram_reply_to_comment(&access, &id, "45 euros")
        .await;
    let SendOutcome::Refused(error) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(error.key(), "object_gone");
}

#[tokio::test]
async fn a_reply_whose_answer_is_lost_is_unknown_whether_it_was_written_or_not() {
    for (kind, written) in [
        (FaultKind::TimeoutBefore, false),
        (FaultKind::TimeoutAfter, true),
        (FaultKind::ConnectionReset, false),
        (FaultKind::ResetAfter, true),
        (FaultKind::ServerError, false),
    ] {
        let simulator = platforms().await;
        let id = anna_comments(&simulator, None);
        fail_once(&simulator, "reply_comment", kind);
        let outcome = client(&simulator)
            .instagram_reply_to_comment(&instagram(), &id, "45 euros")
            .await;
        assert!(matches!(outcome, SendOutcome::Unknown(_)), "{outcome:?}");
        let ours = |one: &simulator::Comment| one.text == "45 euros";
        assert_eq!(
            simulator.comments(INSTAGRAM).iter().any(ours),
            written,
            "{kind:?}"
        );
    }
}

#[tokio::test]
async fn a_hide_whose_answer_is_lost_is_unknown_and_a_throttle_is_a_refusal() {
    let simulator = platforms().await;
    let id = anna_comments(&simulator, None);
    let client = client(&simulator);
    let hide = async |kind| {
        fail_once(&simulator, "hide_comment", kind);
        let done = client.instagram_hide_comment(&instagram(), &id, true).await;
        SendOutcome::of_failure(done.unwrap_err())
    };
    assert_eq!(
        hide(FaultKind::TimeoutAfter).await,
        SendOutcome::Unknown(UnknownCause::TimedOut)
    );
    let failed = hide(FaultKind::ServerError).await;
    assert!(matches!(failed, SendOutcome::Unknown(_)), "{failed:?}");
    let SendOutcome::Refused(error) = hide(FaultKind::RateLimited).await else {
        panic!("a throttle proves that nothing happened")
    };
    assert_eq!(error.class(), ErrorClass::RateLimited);
}
