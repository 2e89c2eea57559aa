//! The keyboard map, the search, and how a person wants to see things.

use super::begin;
use super::window::Window;

#[tokio::test(flavor = "multi_thread")]
async fn the_keyboard_moves_answers_searches_and_resolves() {
    let story = begin().await;
    for (from, text) in [
        ("700701", "Do you repair ceramics?"),
        ("700702", "Do you have gift cards?"),
    ] {
        story.customer("instagram", from, text).await;
    }
    story.settle().await;
    let window = Window::open(&story).await;
    window.sign_in().await;
    window
        .until("two rows", async || {
            window
                .learn("return document.querySelectorAll('.conversation').length")
                .await
                == 2
        })
        .await;
    let focused = async || {
        window
            .learn("return document.activeElement.getAttribute('href') || ''")
            .await
    };
    window.press("j").await;
    let first = focused().await;
    window.press("j").await;
    let second = focused().await;
    assert_ne!(first, second);
    window.press("k").await;
    assert_eq!(focused().await, first);
    window
        .driver
        .active_element()
        .await
        .unwrap()
        .click()
        .await
        .unwrap();
    window.find("composer-box textarea").await;
    window.press("r").await;
    assert_eq!(
        window.learn("return document.activeElement.name").await,
        "text"
    );
    window.escape().await;
    window.press("?").await;
    window.find("#keyboard-help[open]").await;
    window.escape().await;
    window
        .until("no help", async || {
            !window.shows("#keyboard-help[open]").await
        })
        .await;
    window.press("/").await;
    assert_eq!(
        window.learn("return document.activeElement.name").await,
        "q"
    );
    window.escape().await;
    window.press("e").await;
    window.find("button[value='reopen']").await;
    window.close().await;
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_theme_and_the_language_stay_as_chosen() {
    let story = begin().await;
    let window = Window::open(&story).await;
    window.prefer("light").await;
    window.sign_in().await;
    let ground = "return getComputedStyle(document.body).color";
    let light = window.learn(ground).await;
    for (name, value) in [("theme", "dark"), ("locale", "fr")] {
        window.until("the menu", async || {
            let script = "document.querySelector('[popover] form[action=\"/preferences\"]')?.closest('[popover]')?.showPopover(); return true";
            window.driver.execute(script, Vec::new()).await.is_ok()
                && window.shows(&format!("form[action='/preferences'] [name='{name}']")).await
        })
        .await;
        window
            .click(&format!(
                "form[action='/preferences'] [name='{name}'][value='{value}']"
            ))
            .await;
        window
            .until(&format!("the change of {name}"), async || match name {
                "theme" => window.learn(ground).await != light,
                _ => window.learn("return document.documentElement.lang").await == "fr",
            })
            .await;
    }
    window.go("/knowledge").await;
    assert_ne!(window.learn(ground).await, light, "the theme was forgotten");
    assert_eq!(
        window.learn("return document.documentElement.lang").await,
        "fr"
    );
    window.close().await;
    story.end().await;
}
