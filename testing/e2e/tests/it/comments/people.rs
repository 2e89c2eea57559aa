//! Comments and people: drafts that wait, answers by hand, hiding, and being forgotten.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::model_mode::QUESTION;
use crate::story::{Story, account_of};

/// A story in suggest mode with one draft: the platform's id, ours, and the draft.
async fn with_a_draft() -> (Story, String, String, String) {
    let story = Story::begin().await;
    story
        .put("/api/ai-settings", &json!({"mode": "suggest"}))
        .await;
    let comment = story.comment("880", QUESTION);
    story.settle().await;
    assert_eq!(story.decision_on(&comment).await.0, "suggested");
    assert!(
        story.answers_under(&comment).is_empty(),
        "it was sent unseen"
    );
    let waiting = story.get("/api/comments?state=suggested").await;
    let waiting = &waiting["items"][0];
    let word = |field: &str| waiting[field].as_str().unwrap().to_owned();
    let (id, draft) = (word("id"), word("draft"));
    assert_eq!(word("external_id"), comment);
    (story, comment, id, draft)
}

async fn does(story: &Story, id: &str, verb: &str, body: &Value) -> StatusCode {
    let path = format!("/api/comments/{id}/{verb}");
    story.ask(Method::POST, &path, Some(body)).await.0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_sent_once_when_a_person_approves_it() {
    let (story, comment, id, draft) = with_a_draft().await;
    let nothing = json!({});
    let both = tokio::join!(
        does(&story, &id, "approve", &nothing),
        does(&story, &id, "approve", &nothing)
    );
    let both = [both.0, both.1];
    assert!(both.contains(&StatusCode::OK), "{both:?}");
    assert!(both.contains(&StatusCode::CONFLICT), "{both:?}");
    story.settle().await;
    assert_eq!(story.answers_under(&comment), [draft]);
    let told = story.get(&format!("/api/comments/{id}")).await;
    assert_eq!(told["state"], "answered");
    assert_eq!(told["replies"][0]["state"], "sent");
    assert_eq!(told["replies"][0]["author"], "ai");
    assert!(told["replies"][0]["user_id"].is_string());
    assert!(told["draft"].is_null());
    assert_eq!(told["decision"]["outcome"], "suggested");
    assert_eq!(story.decided_about(&comment).await.len(), 1);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_changed_or_dropped_and_one_that_is_too_long_is_not_taken() {
    let (story, comment, id, _) = with_a_draft().await;
    for (text, code) in [("a".repeat(301), 422), (" ".to_owned(), 422)] {
        let status = does(&story, &id, "approve", &json!({ "text": text })).await;
        assert_eq!(status.as_u16(), code);
    }
    let words = json!({"text": "Yes, gladly."});
    assert_eq!(does(&story, &id, "approve", &words).await, StatusCode::OK);
    story.settle().await;
    assert_eq!(story.answers_under(&comment), ["Yes, gladly."]);
    let told = story.get(&format!("/api/comments/{id}")).await;
    assert_eq!(told["replies"][0]["author"], "human");

    let other = story.comment("881", QUESTION);
    story.settle().await;
    let waiting = story.get("/api/comments?state=suggested").await;
    let id = waiting["items"][0]["id"].as_str().unwrap().to_owned();
    let nothing = json!({});
    assert_eq!(does(&story, &id, "discard", &nothing).await, StatusCode::OK);
    assert_eq!(story.comment_state(&other).await, "needs_person");
    for verb in ["approve", "discard"] {
        assert_eq!(
            does(&story, &id, verb, &nothing).await,
            StatusCode::CONFLICT
        );
    }
    assert_eq!(does(&story, &id, "reply", &words).await, StatusCode::OK);
    story.settle().await;
    assert_eq!(story.answers_under(&other), ["Yes, gladly."]);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_answers_here_is_not_talked_over() {
    let story = Story::begin().await;
    let sends = story.hold_sends();
    let comment = story.comment("880", QUESTION);
    sends.arrived().await;
    let listed = story.get("/api/comments").await;
    let id = listed["items"][0]["id"].as_str().unwrap().to_owned();
    let words = json!({"text": "Yes, from Monday on."});
    assert_eq!(does(&story, &id, "reply", &words).await, StatusCode::OK);
    sends.release();
    story.settle().await;
    assert_eq!(story.answers_under(&comment), ["Yes, from Monday on."]);
    let told = story.decision_on(&comment).await;
    assert_eq!(told, ("silent".to_owned(), "human_replied".to_owned()));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_sent_twice_is_one_answer_and_other_words_are_another() {
    let story = Story::begin().await;
    let comment = story.comment("880", "We had one of these.");
    story.settle().await;
    let listed = story.get("/api/comments").await;
    let id = listed["items"][0]["id"].as_str().unwrap();
    let page = story.page(&format!("/comments/{id}")).await;
    assert!(page.contains("name=\"once\""), "{page}");
    let once = kernel::CommentReplyId::new().to_string();
    let send = async |text: &str| {
        let request = story
            .http
            .post(format!("{}/comments/{id}/reply", story.url));
        let form = [("text", text), ("once", &once)];
        let request = request.bearer_auth(story.token()).form(&form);
        request.header("HX-Request", "true").send().await.unwrap()
    };
    let both = tokio::join!(send("How lovely!"), send("How lovely!"));
    for answer in [both.0, both.1] {
        assert_eq!(answer.status(), StatusCode::OK);
        // The open page names its next answer otherwise.
        let taken = answer.text().await.unwrap();
        assert!(taken.contains("name=\"once\"") && !taken.contains(&once));
    }
    story.settle().await;
    assert_eq!(story.answers_under(&comment), ["How lovely!"]);
    // A browser ends lines in a way of its own.
    send("Which one?\r\nThe blue?").await;
    story.settle().await;
    let answers = story.answers_under(&comment);
    assert_eq!(answers, ["How lovely!", "Which one?\nThe blue?"]);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_that_the_shop_answered_elsewhere_is_no_draft_any_more() {
    let (story, comment, id, _) = with_a_draft().await;
    story.comment_below(&comment, account_of("instagram"), "Yes!");
    story.settle().await;
    assert_eq!(story.comment_state(&comment).await, "answered");
    let status = does(&story, &id, "approve", &json!({})).await;
    assert_eq!(status, StatusCode::CONFLICT);
    story.settle().await;
    assert_eq!(story.answers_under(&comment), ["Yes!"]);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comment_is_hidden_and_shown_again() {
    let story = Story::begin().await;
    let comment = story.comment("880", "We had one of these.");
    story.settle().await;
    let listed = story.get("/api/comments").await;
    let id = listed["items"][0]["id"].as_str().unwrap().to_owned();
    let hidden = || {
        let all = story.simulator.comments(account_of("instagram"));
        all.iter().find(|it| it.id == comment).unwrap().hidden
    };
    let nothing = json!({});
    for (verb, wanted) in [("hide", true), ("hide", true), ("show", false)] {
        assert_eq!(does(&story, &id, verb, &nothing).await, StatusCode::OK);
        story.settle().await;
        assert_eq!(hidden(), wanted, "{verb}");
        let told = story.get(&format!("/api/comments/{id}")).await;
        assert_eq!(told["hidden"], wanted, "{verb}");
    }
    let writes = story.simulator.calls(0);
    let hides = writes.iter().filter(|it| it.operation == "hide_comment");
    assert_eq!(hides.count(), 2, "the same wish twice is one");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_an_erased_person_their_comments_go_and_late_news_bring_none_back() {
    let story = Story::begin().await;
    let (erased, other) = ("700881", "700882");
    story.customer("instagram", erased, "Zanzibar blue?").await;
    let top = story.comment(erased, &format!("{QUESTION} Zanzibar"));
    let theirs = story.comment_below(&top, other, QUESTION);
    story.settle().await;
    assert_eq!(story.answers_under(&top).len(), 2);
    let conversation = story.conversation_with(erased).await;
    let contact = conversation["contact_id"].as_str().unwrap();
    let path = format!("/api/contacts/{contact}");
    let (status, _) = story.ask(Method::DELETE, &path, None).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert!(story.decided_about(&top).await.is_empty());
    for table in ["comments", "comment_replies", "comment_decisions"] {
        let left = sqlx::query_scalar::<_, i64>(sqlx::AssertSqlSafe(format!(
            "SELECT count(*) FROM {table}"
        )));
        let left = left.fetch_one(&story.tables).await.unwrap();
        assert_eq!(left, 1, "{table}: the comment of somebody else stays");
    }
    let words = "SELECT count(*) FROM effects e WHERE kind = 'reply_comment'";
    assert_eq!(story.count(words).await, 1);
    let named =
        "SELECT count(*) FROM comments WHERE author_id = '700881' OR text LIKE '%Zanzibar%'";
    // The platform says it all once more.
    sqlx::query("UPDATE webhook_events SET state = 'pending', due_at = now(), attempts = 0")
        .execute(&story.tables)
        .await
        .unwrap();
    story.settle().await;
    assert_eq!(story.count(named).await, 0);
    assert_eq!(story.decision_on(&theirs).await.0, "answered");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_only_commented_is_erased_too() {
    let story = Story::begin().await;
    let erased = story.comment("700883", QUESTION);
    story.comment("700884", "So beautiful! 😍");
    story.settle().await;
    let listed = story.get("/api/comments").await;
    let listed = listed["items"].as_array().unwrap();
    let theirs = listed.iter().find(|it| it["external_id"] == erased);
    let id = theirs.unwrap()["id"].as_str().unwrap();
    let path = format!("/api/comments/{id}/author");
    let (status, _) = story.ask(Method::DELETE, &path, None).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let (again, _) = story.ask(Method::DELETE, &path, None).await;
    assert_eq!(again, StatusCode::NOT_FOUND);
    sqlx::query("UPDATE webhook_events SET state = 'pending', due_at = now(), attempts = 0")
        .execute(&story.tables)
        .await
        .unwrap();
    story.settle().await;
    let left = "SELECT count(*) FROM comments WHERE author_id = '700884'";
    assert_eq!(story.count(left).await, 1);
    let gone = "SELECT count(*) FROM comments WHERE author_id = '700883'";
    assert_eq!(story.count(gone).await, 0);
    story.end().await;
}
