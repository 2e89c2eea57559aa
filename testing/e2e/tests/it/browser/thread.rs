//! A thread in which much happens at once.

use serde_json::json;

use super::begin;
use super::window::Window;
use crate::story::Story;

/// A conversation that is open in a window, with the agent in this mode.
async fn opened(mode: &str, platform: &'static str, from: &str, text: &str) -> (Story, Window) {
    let story = begin().await;
    story
        .put("/api/ai-settings", &json!({ "settings": { "mode": mode } }))
        .await;
    story.customer(platform, from, text).await;
    story.settle().await;
    let window = Window::open(&story).await;
    window.sign_in().await;
    window.click(".conversation a").await;
    window.find("composer-box textarea").await;
    (story, window)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_impatient_person_sends_each_answer_once() {
    let (story, window) = opened("off", "instagram", "700511", "Is it still there?").await;
    let empty = async || {
        let script = "return document.querySelector('composer-box textarea').value === ''";
        window.learn(script).await == true
    };
    window.fill("text", "Yes, it is.").await;
    let button = window.find("[data-send]").await;
    let twice = window.driver.action_chain().double_click_element(&button);
    twice.perform().await.unwrap();
    window.says("Yes, it is.").await;
    window.until("an empty composer", empty).await;
    window.fill("text", "See you tomorrow.").await;
    let twice = "const form = document.querySelector('form.composer');
        form.requestSubmit(); form.requestSubmit(); return true";
    window.learn(twice).await;
    window.says("See you tomorrow.").await;
    window.until("an empty composer", empty).await;
    story.settle().await;
    assert_eq!(
        story.words_to("700511"),
        ["Yes, it is.", "See you tomorrow."]
    );
    assert!(
        !window.shows(".composer-error .callout").await,
        "the second click complains"
    );
    window.close().await;
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_suggestion_moves_into_the_composer_when_the_customer_writes_again() {
    let (story, window) = opened(
        "suggest",
        "whatsapp",
        "33600000512",
        "Do you deliver to Belgium?",
    )
    .await;
    let draft = window.find(".suggestion textarea").await;
    draft.send_keys(" Greetings from Camille.").await.unwrap();
    story
        .customer("whatsapp", "33600000512", "And do you have gift cards?")
        .await;
    window
        .until("the changed words in the composer", async || {
            let script = "return document.querySelector('composer-box textarea').value";
            let typed = window.learn(script).await;
            let typed = typed.as_str().unwrap();
            typed.contains("Belgium") && typed.ends_with("Greetings from Camille.")
        })
        .await;
    window.says("What you changed in it stands here now.").await;
    story.settle().await;
    window.find(".suggestion textarea").await;
    let next = "return document.querySelector('.suggestion textarea').value";
    let next = window.learn(next).await;
    assert!(
        !next.as_str().unwrap().contains("Camille"),
        "it got into the next suggestion: {next}"
    );
    window.close().await;
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dismissed_suggestion_comes_back_when_it_was_a_mistake() {
    let question = "Do you deliver to Belgium?";
    let (story, window) = opened("suggest", "instagram", "700513", question).await;
    window.click(".suggestion button[value='dismiss']").await;
    window.says("Suggestion dismissed.").await;
    window
        .until("no suggestion", async || !window.shows(".suggestion").await)
        .await;
    window.click("undo-toast form button").await;
    window.click(".suggestion button[value='approve']").await;
    story
        .until("the platform has the reply", async || {
            story.replies_to("700513").len() == 1
        })
        .await;
    window.close().await;
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_in_is_said_marked_as_read_and_leaves_the_open_row_marked() {
    let (story, window) = opened("off", "instagram", "700514", "Hello?").await;
    let id = story.conversation_if_any("700514").await.unwrap();
    story.customer("instagram", "700514", "Anybody?").await;
    story.customer("instagram", "700515", "Me too!").await;
    window
        .until("both rows, and the open one marked", async || {
            let script = format!(
                "return document.querySelectorAll('.conversation').length === 2
                   && document.querySelector('#row-{id} a').ariaCurrent === 'true'"
            );
            window.learn(&script).await == true
        })
        .await;
    window
        .until("the words for a screen reader", async || {
            let script = "return document.querySelector('live-region').textContent";
            let said = window.learn(script).await;
            let said = said.as_str().unwrap();
            said.contains("Customer: Anybody?") && !said.contains("Hello?")
        })
        .await;
    window
        .until("a thread that counts as read", async || {
            let sql = "SELECT unread_count::bigint FROM conversations WHERE id = $1";
            let unread = sqlx::query_scalar(sql).bind(id.uuid());
            let unread: i64 = unread.fetch_one(&story.tables).await.unwrap();
            unread == 0
        })
        .await;
    window.close().await;
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_reads_further_up_is_offered_what_is_new() {
    let story = begin().await;
    story
        .put(
            "/api/ai-settings",
            &json!({ "settings": { "mode": "off" } }),
        )
        .await;
    for number in 0..40 {
        story
            .customer("instagram", "700516", &format!("Line {number}."))
            .await;
    }
    story.settle().await;
    let yesterday =
        "UPDATE messages SET sent_at = sent_at - interval '1 day' WHERE text < 'Line 2'";
    sqlx::query(yesterday).execute(&story.tables).await.unwrap();
    let window = Window::open(&story).await;
    window.sign_in().await;
    window.click(".conversation a").await;
    window.says("Line 39.").await;
    let days = "return [...document.querySelectorAll('.day')].map((day) => day.innerText)";
    assert_eq!(window.learn(days).await, json!(["Yesterday", "Today"]));
    window
        .learn("document.querySelector('thread-log').scrollTop = 0; return true")
        .await;
    assert!(!window.shows(".new-messages").await);
    story
        .customer("instagram", "700516", "And a last one.")
        .await;
    window.click(".new-messages").await;
    window
        .until("the end of the thread", async || {
            let script = "const log = document.querySelector('thread-log');
                return log.scrollHeight - log.scrollTop - log.clientHeight < 2";
            window.learn(script).await == true && !window.shows(".new-messages").await
        })
        .await;
    window.close().await;
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_with_a_conversation_is_said_and_can_be_taken_back() {
    let (story, window) = opened("auto", "instagram", "700517", "Do you have gift cards?").await;
    window.go("/inbox?show=all&platform=instagram").await;
    window.click(".conversation a").await;
    window.click("button[value='resolve']").await;
    window.find("button[value='reopen']").await;
    window.says("Resolved.").await;
    let focused = "return document.activeElement.value";
    assert_eq!(window.learn(focused).await, "reopen", "the focus was lost");
    let query = "return location.search";
    assert_eq!(window.learn(query).await, "?show=all&platform=instagram");
    window.click("undo-toast form button").await;
    window.find("button[value='resolve']").await;
    let switch = "return document.querySelector('[role=switch]').ariaChecked
        + ' ' + document.querySelector('[role=switch]').innerText.trim()";
    assert_eq!(window.learn(switch).await, "true AI on");
    window.click("button[value='take-over']").await;
    window
        .until("the AI waits", async || {
            window.learn(switch).await == "true AI paused"
        })
        .await;
    window.click("[role='switch']").await;
    window
        .until("the AI is off", async || {
            window.learn(switch).await == "false AI off"
        })
        .await;
    window.close().await;
    story.end().await;
}
