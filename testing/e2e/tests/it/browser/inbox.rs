//! The inbox while customers write.

use serde_json::json;

use super::begin;
use super::window::Window;
use crate::story::Story;

async fn mode(story: &Story, mode: &str) {
    story
        .put("/api/ai-settings", &json!({ "settings": { "mode": mode } }))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_message_appears_and_what_is_being_typed_stays() {
    let story = begin().await;
    mode(&story, "off").await;
    let window = Window::open(&story).await;
    window.sign_in().await;
    story
        .customer("instagram", "700501", "Is the blue vase still there?")
        .await;
    window.says("Is the blue vase still there?").await;
    window.click(".conversation a").await;
    window.find(".message[data-from]").await;
    let composer = window.find("composer-box textarea").await;
    composer.click().await.unwrap();
    composer.send_keys("Yes, it is, and").await.unwrap();
    story
        .customer("instagram", "700501", "I would come by tomorrow.")
        .await;
    window.until("the second message in the thread", async || {
        window.learn("return document.querySelector('#thread-log').innerText.includes('come by tomorrow')").await == true
    })
    .await;
    let typed = window
        .learn("return document.querySelector('composer-box textarea').value")
        .await;
    assert_eq!(typed, "Yes, it is, and");
    let focused = window
        .learn("return document.activeElement.matches('composer-box textarea')")
        .await;
    assert_eq!(focused, true, "the focus was lost");
    composer.send_keys(" we keep it for you.").await.unwrap();
    window.click("[data-send]").await;
    story
        .until("the platform has the reply", async || {
            story.replies_to("700501").len() == 1
        })
        .await;
    assert_eq!(
        story.words_to("700501"),
        ["Yes, it is, and we keep it for you."]
    );
    window.says("Yes, it is, and we keep it for you.").await;
    window
        .until("an empty composer", async || {
            window
                .learn("return document.querySelector('composer-box textarea').value")
                .await
                == ""
        })
        .await;
    window.close().await;
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suggestion_is_edited_approved_and_sent() {
    let story = begin().await;
    mode(&story, "suggest").await;
    let window = Window::open(&story).await;
    window.sign_in().await;
    story
        .customer("whatsapp", "33600000502", "Do you deliver to Belgium?")
        .await;
    story.settle().await;
    assert!(
        story.replies_to("33600000502").is_empty(),
        "nobody approved it"
    );
    window.click(".conversation a").await;
    let draft = window.find(".suggestion textarea").await;
    draft.send_keys(" Have a nice day!").await.unwrap();
    window.click(".suggestion button[value='approve']").await;
    story
        .until("the platform has the reply", async || {
            story.replies_to("33600000502").len() == 1
        })
        .await;
    let sent = story.words_to("33600000502");
    assert!(
        sent[0].contains("Belgium") && sent[0].ends_with("Have a nice day!"),
        "{sent:?}"
    );
    window
        .until("no suggestion", async || !window.shows(".suggestion").await)
        .await;
    window.close().await;
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_takes_over_and_hands_back_and_the_panel_says_why() {
    let story = begin().await;
    mode(&story, "auto").await;
    let window = Window::open(&story).await;
    window.sign_in().await;
    story
        .customer("instagram", "700503", "Do you have gift cards?")
        .await;
    story.settle().await;
    window.click(".conversation a").await;
    window.says("gift cards from €20").await;
    // Why: what was found, and how sure the agent was.
    window
        .until("the reason", async || {
            let panel = window
                .learn("return document.querySelector('#why').innerText")
                .await;
            let panel = panel.as_str().unwrap_or_default().to_lowercase();
            panel.contains("answered") && panel.contains("gift cards")
        })
        .await;
    window.click("button[value='take-over']").await;
    window.find("button[value='hand-back']").await;
    story
        .customer("instagram", "700503", "Do you deliver to Belgium?")
        .await;
    story.settle().await;
    assert_eq!(
        story.replies_to("700503").len(),
        1,
        "the AI talked over a person"
    );
    window.says("Do you deliver to Belgium?").await;
    window.click("button[value='hand-back']").await;
    window.find("button[value='take-over']").await;
    story
        .customer("instagram", "700503", "Do you ship worldwide?")
        .await;
    story
        .until("an answer", async || story.replies_to("700503").len() >= 2)
        .await;
    window.close().await;
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn long_lists_and_threads_open_page_by_page() {
    let story = begin().await;
    mode(&story, "off").await;
    for number in 0..60 {
        let from = format!("7006{number:02}");
        story
            .customer("instagram", &from, &format!("Question {number}"))
            .await;
    }
    for number in 0..70 {
        story
            .customer("whatsapp", "33600000699", &format!("Line {number}."))
            .await;
    }
    story.settle().await;
    let window = Window::open(&story).await;
    window.sign_in().await;
    let rows = async || {
        let script = "return document.querySelectorAll('.conversation').length";
        window.learn(script).await.as_i64().unwrap()
    };
    assert_eq!(rows().await, 50);
    window.click(".pager a[href*='after=']").await;
    window
        .until("the next page", async || rows().await == 11)
        .await;
    window.go("/inbox?platform=whatsapp").await;
    assert_eq!(rows().await, 1);
    window.click(".conversation a").await;
    window.says("Line 69.").await;
    assert!(!window.text().await.contains("Line 3."));
    let top = "document.querySelector('thread-log').scrollTop = 0; return true";
    window.learn(top).await;
    window.says("Line 3.").await;
    window.close().await;
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_is_erased_only_after_a_word_about_what_goes() {
    let story = begin().await;
    story
        .customer("whatsapp", "33600000891", "Please forget me")
        .await;
    story.settle().await;
    // The dialog needs no script either.
    let window = Window::without_scripts(&story).await;
    window.sign_in().await;
    window.click(".conversation a").await;
    window.says("Please forget me").await;
    window.click("[commandfor='erase']").await;
    window.says("are deleted for good").await;
    window.click("#erase form[method='dialog'] button").await;
    assert!(story.conversation_if_any("33600000891").await.is_some());
    window.click("[commandfor='erase']").await;
    window.click("#erase form[action$='/erase'] button").await;
    window.is_at("/inbox").await;
    assert!(!window.text().await.contains("Please forget me"));
    assert!(story.conversation_if_any("33600000891").await.is_none());
    window.close().await;
    story.end().await;
}
