//! Comments under the shop's posts: each ends in one decision, and is answered once or not at all.

mod bell;
mod late;
mod modes;
mod overtaken;
mod people;

use serde_json::json;
use simulator::NewComment;

use crate::model_mode::{QUESTION, answers, in_model_mode, passage};
use crate::story::{Story, account_of};

fn is(outcome: &str, reason: &str) -> (String, String) {
    (outcome.to_owned(), reason.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_answered_once_and_what_asks_nothing_is_left_alone() {
    let story = Story::begin().await;
    let question = story.comment("880", QUESTION);
    let praise = story.comment("881", "So beautiful! 😍");
    let tag = story.comment("882", "@anna.b 👀");
    let remark = story.comment("883", "We had this one at my grandmother's house.");
    let riddle = story.comment("884", "Which planet do the mugs come from?");
    story.settle().await;
    assert_eq!(story.answers_under(&question).len(), 1);
    assert_eq!(
        story.decision_on(&question).await,
        is("answered", "passage_found")
    );
    for silent in [&praise, &tag, &remark] {
        assert_eq!(
            story.decision_on(silent).await,
            is("silent", "nothing_to_answer")
        );
        assert!(story.answers_under(silent).is_empty());
    }
    assert_eq!(
        story.decision_on(&riddle).await,
        is("escalated", "no_answer_found")
    );
    assert_eq!(story.comment_state(&riddle).await, "needs_person");
    // Our own reply came back as a comment, and is none.
    let rows = "SELECT count(*) FROM comments";
    assert_eq!(story.count(rows).await, 5);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comment_that_comes_twice_and_in_any_shape_is_one() {
    let story = Story::begin().await;
    let account = account_of("instagram");
    let media = story.simulator.comments(account);
    assert!(media.is_empty());
    let comment = story.comment("880", QUESTION);
    story.settle().await;
    for name in ["id", "comment_id"] {
        let value = json!({
            name: comment, "text": QUESTION, "from": {"id": "880", "username": "880"},
            "media": {"id": "1", "media_product_type": "FEED"},
        });
        let entry = json!({"id": account, "time": kernel::Clock::System.now().timestamp(),
            "changes": [{"field": "comments", "value": value}]});
        let body = json!({"object": "instagram", "entry": [entry]}).to_string();
        assert_eq!(story.webhook("instagram", body.as_bytes()).await, 200);
    }
    story.settle().await;
    assert_eq!(story.answers_under(&comment).len(), 1);
    assert_eq!(story.decided_about(&comment).await.len(), 1);
    // An old sample names its id and its words: the rest is read from the platform.
    let bare = story.comment("885", QUESTION);
    story.taken_in().await;
    story.settle().await;
    sqlx::query("DELETE FROM comments WHERE external_id = $1")
        .bind(&bare)
        .execute(&story.tables)
        .await
        .unwrap();
    let value = json!({"id": bare, "text": QUESTION});
    let entry = json!({"id": account, "time": kernel::Clock::System.now().timestamp(),
        "changes": [{"field": "comments", "value": value}]});
    let body = json!({"object": "instagram", "entry": [entry]}).to_string();
    assert_eq!(story.webhook("instagram", body.as_bytes()).await, 200);
    story.settle().await;
    let known = "SELECT count(*) FROM comments c JOIN posts p ON p.id = c.post_id
                 WHERE c.author_id = '885' AND p.caption <> ''";
    assert_eq!(story.count(known).await, 1);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_model_is_told_of_the_post_and_may_say_nothing() {
    let story = in_model_mode().await;
    let source = passage(&story).await;
    let leave =
        json!({"respond": {"tool_calls": [{"name": "leave", "arguments": {"reason": "a joke"}}]}});
    story.model_answers(json!([leave])).await;
    let joke = story.comment("880", "Would my cat like this one?");
    story.settle().await;
    assert_eq!(
        story.decision_on(&joke).await,
        is("silent", "nothing_to_answer")
    );
    let text = "Yes, we deliver to Belgium.";
    story
        .model_answers(json!([answers(text, 0.9, &source)]))
        .await;
    let below = story.comment_below(&joke, "881", "And to Belgium?");
    story.settle().await;
    assert_eq!(
        story.decision_on(&below).await,
        is("answered", "answer_found")
    );
    // The platform attaches it to the comment at the top.
    assert_eq!(story.answers_under(&joke), [text]);
    let calls = story.model_calls().await;
    let told = calls.last().unwrap()["request"]["messages"].to_string();
    assert!(told.contains("public comment"), "{told}");
    for words in ["New autumn mugs", "Would my cat like this one?"] {
        let at = told
            .find(words)
            .unwrap_or_else(|| panic!("{words}: {told}"));
        let framed = told[..at].contains("<data>") && !told[..at].contains("</data>");
        assert!(framed, "{words} is no data: {told}");
    }
    let purposes = "SELECT count(*) FROM ai_usage WHERE purpose = 'comment'";
    assert_eq!(story.count(purposes).await, 2);
    // Praise costs no model anything.
    let asked = story.model_calls().await.len();
    let praise = story.comment("883", "So beautiful! 😍");
    story.settle().await;
    assert_eq!(
        story.decision_on(&praise).await,
        is("silent", "nothing_to_answer")
    );
    assert_eq!(story.model_calls().await.len(), asked);
    // What is longer than a public reply may be is for a person to cut.
    let long = format!("{text} {}", "We pack with care. ".repeat(20));
    story
        .model_answers(json!([answers(&long, 0.9, &source)]))
        .await;
    let third = story.comment("882", QUESTION);
    story.settle().await;
    assert_eq!(story.decision_on(&third).await.0, "suggested");
    assert!(story.answers_under(&third).is_empty());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_answers_in_the_platforms_app_is_not_talked_over() {
    let story = in_model_mode().await;
    let source = passage(&story).await;
    let shop = account_of("instagram");
    // While the model thinks.
    let rule = answers("Yes, we deliver to Belgium.", 0.9, &source);
    let mut held = rule.clone();
    held["hold"] = json!(true);
    story.model_answers(json!([held])).await;
    let first = story.comment("880", QUESTION);
    story.model_was_asked(1).await;
    story.comment_below(&first, shop, "Yes!");
    story.taken_in().await;
    story.release_the_model().await;
    story.settle().await;
    assert_eq!(story.answers_under(&first), ["Yes!"]);
    assert_eq!(
        story.decision_on(&first).await,
        is("silent", "native_replied")
    );
    assert_eq!(story.comment_state(&first).await, "answered");
    // When the answer is at its last look already.
    story.model_answers(json!([rule])).await;
    let sends = story.hold_sends();
    let second = story.comment("881", QUESTION);
    sends.arrived().await;
    story.comment_below(&second, shop, "Of course.");
    story.taken_in().await;
    sends.release();
    story.settle().await;
    assert_eq!(story.answers_under(&second), ["Of course."]);
    assert_eq!(
        story.decision_on(&second).await,
        is("silent", "native_replied")
    );
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_was_overtaken_by_its_news_is_still_one() {
    let story = Story::begin().await;
    let account = account_of("instagram");
    let (late, early) = ("90000000000000001", "90000000000000002");
    let change = |id: &str, from: &str, text: &str, parent: Option<&str>, at: i64| {
        let mut value = json!({"id": id, "text": text, "from": {"id": from, "username": from},
            "media": {"id": "1", "media_product_type": "FEED"}});
        if let Some(parent) = parent {
            value["parent_id"] = json!(parent);
        }
        let entry = json!({"id": account, "time": at,
            "changes": [{"field": "comments", "value": value}]});
        json!({"object": "instagram", "entry": [entry]}).to_string()
    };
    let now = kernel::Clock::System.now().timestamp();
    // The shop's own answer comes before what it answers.
    let own = change(early, account, "Yes!", Some(late), now - 5);
    story.webhook("instagram", own.as_bytes()).await;
    story.settle().await;
    let question = change(late, "880", QUESTION, None, now - 60);
    story.webhook("instagram", question.as_bytes()).await;
    story.settle().await;
    assert_eq!(
        story.decision_on(late).await,
        is("silent", "native_replied")
    );
    let writes = story.simulator.calls(0);
    assert!(writes.iter().all(|call| call.operation != "reply_comment"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comment_that_is_deleted_before_its_answer_is_noted_as_gone() {
    let story = Story::begin().await;
    let sends = story.hold_sends();
    let comment = story.comment("880", QUESTION);
    sends.arrived().await;
    let account = account_of("instagram");
    story.simulator.comment_vanishes(account, &comment).unwrap();
    sends.release();
    story.settle().await;
    assert_eq!(story.comment_state(&comment).await, "done");
    let said: String = sqlx::query_scalar("SELECT error FROM comment_replies")
        .fetch_one(&story.tables)
        .await
        .unwrap();
    assert!(said.starts_with("The comment is gone"), "{said}");
    let gone = "SELECT count(*) FROM comments WHERE gone_at IS NOT NULL";
    assert_eq!(story.count(gone).await, 1);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_that_dies_over_a_comment_answers_it_once_all_the_same() {
    let mut story = in_model_mode().await;
    let source = passage(&story).await;
    let mut rule = answers("Yes, we deliver to Belgium.", 0.9, &source);
    rule["hold"] = json!(true);
    rule["times"] = json!(1);
    let rest = answers("Yes, we deliver to Belgium.", 0.9, &source);
    story.model_answers(json!([rule, rest])).await;
    let comment = story.comment("880", QUESTION);
    story.model_was_asked(1).await;
    story.dies_and_comes_back().await;
    story.settle().await;
    assert_eq!(story.answers_under(&comment).len(), 1);
    assert_eq!(story.decision_on(&comment).await.0, "answered");
    // And when it dies at the last look before the reply leaves.
    let sends = story.hold_sends();
    let second = story.comment("881", QUESTION);
    sends.arrived().await;
    story.dies_and_comes_back().await;
    sends.release();
    story.settle().await;
    assert_eq!(story.answers_under(&second).len(), 1);
    assert_eq!(story.decision_on(&second).await.0, "answered");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn comments_under_a_live_video_take_no_reply() {
    let story = Story::begin().await;
    let account = account_of("instagram");
    let id = "90000000000000009";
    let value = json!({"id": id, "text": QUESTION, "from": {"id": "880", "username": "anna"},
        "media": {"id": "1", "media_product_type": "LIVE"}});
    let entry = json!({"id": account, "time": kernel::Clock::System.now().timestamp(),
        "changes": [{"field": "live_comments", "value": value}]});
    let body = json!({"object": "instagram", "entry": [entry]}).to_string();
    story.webhook("instagram", body.as_bytes()).await;
    story.settle().await;
    assert_eq!(story.decision_on(id).await, is("silent", "live_comment"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_remark_under_an_answer_is_a_comment_of_its_own() {
    let story = Story::begin().await;
    let top = story.comment("880", QUESTION);
    story.settle().await;
    let thanks = story.comment_below(&top, "880", "Thank you!");
    let other = story.comment_like(NewComment {
        from: "881".to_owned(),
        text: QUESTION.to_owned(),
        parent_id: Some(top.clone()),
        ..NewComment::default()
    });
    story.settle().await;
    assert_eq!(
        story.decision_on(&thanks).await,
        is("silent", "nothing_to_answer")
    );
    assert_eq!(story.decision_on(&other).await.0, "answered");
    assert_eq!(story.answers_under(&top).len(), 2);
    story.end().await;
}
