//! Comments in the browser: approved, answered, hidden, on a wide screen and on a phone.

use serde_json::json;

use super::access::picture;
use super::begin;
use super::window::{PHONE, WIDE, Window};
use crate::model_mode::QUESTION;
use crate::story::{Story, account_of};

fn is_hidden(story: &Story, comment: &str) -> bool {
    let all = story.simulator.comments(account_of("instagram"));
    all.iter().find(|it| it.id == comment).unwrap().hidden
}

async fn speaks_french(window: &Window) {
    window
        .learn("document.cookie = 'locale=fr; path=/'; return true")
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_approved_and_a_comment_answered_and_hidden_while_news_come_in() {
    let story = begin().await;
    story
        .put("/api/ai-settings", &json!({"mode": "suggest"}))
        .await;
    let window = Window::open(&story).await;
    window.resize(WIDE).await;
    window.sign_in().await;
    window.go("/comments").await;
    picture(&window, "comments-none").await;
    let asked = story.comment("anna.b", QUESTION);
    // It appears by itself.
    window.says(QUESTION).await;
    story.settle().await;
    window.click(".conversation a").await;
    window.find(".suggestion textarea").await;
    window.says("Why this answer").await;
    window.says("Read Do you ship to Belgium?").await;
    picture(&window, "comments-draft").await;
    window.click(".suggestion button[value='approve']").await;
    story
        .until("the platform has the reply", async || {
            story.answers_under(&asked).len() == 1
        })
        .await;
    window.says("AI, approved by the team").await;
    window.says("Published").await;
    assert!(!window.shows(".suggestion").await);
    picture(&window, "comments-approved").await;

    // What is being typed stays while news come in.
    let riddle = story.comment("leo", "Which planet do the mugs come from?");
    story.settle().await;
    window.go("/comments?show=person").await;
    window.click(".conversation a").await;
    let composer = window.find("composer-box textarea").await;
    composer.send_keys("From the third one").await.unwrap();
    story.comment("mia", "So beautiful! 😍");
    story.settle().await;
    composer.send_keys(" of our sun.").await.unwrap();
    picture(&window, "comments-typing").await;
    window.click("[data-send]").await;
    story
        .until("the platform has the answer", async || {
            story.answers_under(&riddle) == ["From the third one of our sun."]
        })
        .await;
    window
        .until("an empty composer", async || {
            window
                .learn("return document.querySelector('composer-box textarea').value")
                .await
                == ""
        })
        .await;
    window.click("button[value='hide']").await;
    story
        .until("the platform hides it", async || is_hidden(&story, &riddle))
        .await;
    window.find("button[value='show']").await;
    picture(&window, "comments-hidden").await;
    window.click("button[value='show']").await;
    story
        .until("the platform shows it", async || {
            !is_hidden(&story, &riddle)
        })
        .await;
    window.close().await;
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_phone_in_french_a_draft_is_changed_and_sent() {
    let story = begin().await;
    story
        .put("/api/ai-settings", &json!({"mode": "suggest"}))
        .await;
    let asked = story.comment("anna.b", QUESTION);
    story.settle().await;
    let window = Window::open(&story).await;
    window.resize(PHONE).await;
    window.sign_in().await;
    speaks_french(&window).await;
    window.go("/comments?show=drafts").await;
    picture(&window, "comments-phone-list").await;
    assert!(!window.shows(".suggestion").await);
    window.click(".conversation a").await;
    let draft = window.find(".suggestion textarea").await;
    picture(&window, "comments-phone-draft").await;
    draft.send_keys(" À bientôt !").await.unwrap();
    window.click(".suggestion button[value='approve']").await;
    story
        .until("the platform has the reply", async || {
            story.answers_under(&asked).len() == 1
        })
        .await;
    assert!(story.answers_under(&asked)[0].ends_with("À bientôt !"));
    window.says("Publiée").await;
    picture(&window, "comments-phone-sent").await;
    window.click(".to-context").await;
    window.says("Pourquoi cette réponse").await;
    picture(&window, "comments-phone-why").await;
    window.click(".pane-back-to-thread").await;
    window.click("button[value='hide']").await;
    story
        .until("the platform hides it", async || is_hidden(&story, &asked))
        .await;
    for path in [window.path().await, "/comments".to_owned()] {
        window.go(&path).await;
        let wider =
            "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
        assert!(window.learn(wider).await.as_i64().unwrap() <= 0, "{path}");
    }
    window.close().await;
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_scripts_a_refused_answer_comes_back_filled_and_a_good_one_is_told() {
    let story = begin().await;
    let riddle = story.comment("leo", "Which planet do the mugs come from?");
    story.settle().await;
    let window = Window::without_scripts(&story).await;
    window.sign_in().await;
    window.go("/comments").await;
    window.click(".conversation a").await;
    let long = "Far away. ".repeat(31);
    window.fill("text", &long).await;
    window.click("form[action$='/reply'] button").await;
    window.says("at most 300 characters").await;
    let field = window.find("textarea[name='text']").await;
    let kept = field.prop("value").await.unwrap().unwrap_or_default();
    assert_eq!(kept.trim(), long.trim());
    field.clear().await.unwrap();
    window.fill("text", "From ours.").await;
    window.click("form[action$='/reply'] button").await;
    window.says("Your answer is being published.").await;
    story
        .until("the platform has the answer", async || {
            story.answers_under(&riddle) == ["From ours."]
        })
        .await;
    window.click("button[value='hide']").await;
    window.says("The comment is being hidden.").await;
    story
        .until("the platform hides it", async || is_hidden(&story, &riddle))
        .await;
    window.close().await;
    story.end().await;
}
