//! People see these writes among the others, and decide about them.

use channels::effects::EffectState::{Cancelled, Confirmed, Failed};
use reqwest::{Method, StatusCode};
use serde_json::json;

use super::GONE;
use super::desk::Desk;

#[tokio::test(flavor = "multi_thread")]
async fn writes_about_comments_stand_among_the_others_and_are_tried_again() {
    let desk = Desk::begin().await;
    let (kept, gone) = (desk.comment("Price?"), desk.comment("Never mind"));
    desk.vanishes(&gone);
    let replied = desk.reply(&kept, 1, "45 euros <3").await;
    let shown = desk.hide(&kept, 1, false).await;
    let failed = desk.hide(&gone, 1, true).await;
    desk.reaches(replied, Confirmed).await;
    desk.reaches(shown, Confirmed).await;
    desk.reaches(failed, Failed).await;
    let story = &desk.story;
    let listed = story.get("/api/effects?kind=hide_comment").await;
    let listed = listed["items"].as_array().unwrap();
    assert_eq!(listed.len(), 2, "{listed:#?}");
    assert_eq!(listed[0]["comment"], json!(gone));
    assert_eq!(listed[0]["error"], GONE);
    let listed = story.get("/api/effects?kind=reply_comment").await;
    assert_eq!(listed["items"][0]["comment"], json!(kept), "{listed}");

    let page = story.page("/operations/effects").await;
    for part in [
        ">Reply to a comment</span><span class=\"list-note\">45 euros &#60;3</span>",
        ">Hide a comment</span>",
        ">Show a comment again</span>",
        GONE,
        "kind=hide_comment",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let page = story
        .page_in("/operations/effects?kind=hide_comment", "fr")
        .await;
    assert!(page.contains(">Réafficher un commentaire</span>"), "{page}");
    assert!(!page.contains("45 euros"), "{page}");

    let retry = format!("/api/effects/{failed}/retry");
    let answer = story.ask(Method::POST, &retry, Some(&json!({}))).await;
    assert_eq!(answer.0, StatusCode::OK, "{}", answer.1);
    desk.was_asked("hide_comment", &gone, 2).await;
    assert_eq!(desk.reaches(failed, Failed).await.error.unwrap(), GONE);
    desk.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_to_a_comment_is_forgotten_with_it_and_nothing_else_is() {
    let desk = Desk::begin().await;
    let (erased, kept) = (desk.comment("I am Anna"), desk.comment("Price?"));
    for comment in [&erased, &kept] {
        let reply = desk.reply(comment, 1, "Hello Anna").await;
        let shown = desk.hide(comment, 1, false).await;
        desk.reaches(reply, Confirmed).await;
        desk.reaches(shown, Confirmed).await;
    }
    desk.forget(&erased).await;
    let left = desk.story.get("/api/effects").await;
    let left = left["items"].as_array().unwrap();
    assert_eq!(left.len(), 2, "{left:#?}");
    assert!(left.iter().all(|one| one["comment"] == json!(kept)));
    desk.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_says_what_became_of_a_write_about_a_comment() {
    let desk = Desk::begin().await;
    let comment = desk.comment("Price?");
    let mut resting = Vec::new();
    for turn in 1..=3 {
        let effect = desk.hide(&comment, turn, true).await;
        desk.reaches(effect, Confirmed).await;
        resting.push(effect);
    }
    let reply = desk.reply(&comment, 1, "45 euros").await;
    // A hidden comment can't be answered.
    let refused = desk.reaches(reply, Failed).await;
    assert!(refused.error.unwrap().contains("hidden comment"));
    let story = &desk.story;
    sqlx::query("UPDATE effects SET state = 'unknown', resting = true, finished_at = NULL")
        .execute(&story.tables)
        .await
        .unwrap();
    let page = story.page("/operations/effects").await;
    for part in [
        "It was done",
        "It was sent",
        "Try again",
        "Look at the comment",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let decided = async |id, decision: &str| {
        let path = format!("/api/effects/{id}/resolve");
        story.post(&path, &json!({ "decision": decision })).await
    };
    let asked = desk.calls("hide_comment", &comment).len();
    decided(resting[0], "sent").await;
    decided(resting[1], "drop").await;
    decided(resting[2], "send_again").await;
    decided(reply, "drop").await;
    for (id, state) in [
        (resting[0], Confirmed),
        (resting[1], Cancelled),
        (resting[2], Confirmed),
        (reply, Cancelled),
    ] {
        desk.reaches(id, state).await;
    }
    assert_eq!(desk.calls("hide_comment", &comment).len(), asked + 1);
    // None of this is a matter of the inbox or of its agent.
    let elsewhere = "SELECT (SELECT count(*) FROM conversations) + (SELECT count(*) FROM messages)
                          + (SELECT count(*) FROM agent_runs) + (SELECT count(*) FROM ai_decisions)";
    assert_eq!(story.count(elsewhere).await, 0);
    desk.end().await;
}
