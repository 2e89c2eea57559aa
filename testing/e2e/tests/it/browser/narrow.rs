//! What has to be reached on every width.

use super::access::picture;
use super::begin;
use super::window::Window;

/// Whether everything that this selector names lies within its pane, or else the page, and under
/// nothing else.
const REACHED: &str = "
    const bad = [];
    for (const one of document.querySelectorAll(SELECTOR)) {
        one.scrollIntoView({ block: 'nearest' });
        const box = one.getBoundingClientRect();
        if (!box.width) continue;
        const around = (one.closest('.pane') ?? document.documentElement).getBoundingClientRect();
        const at = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
        if (box.left < around.left - 1 || box.right > around.right + 1 || !(one.contains(at) || at?.contains(one)))
            bad.push(`${one.outerHTML.slice(0, 90)} ${JSON.stringify(box)}`);
    }
    return bad.join('\\n');";

async fn reached(window: &Window, selector: &str, width: u32) {
    let script = REACHED.replace("SELECTOR", &format!("{selector:?}"));
    let bad = window.learn(&script).await;
    assert_eq!(bad, "", "at {width}");
}

/// The least width of what this selector names, in pixels.
async fn narrowest(window: &Window, selector: &str) -> i64 {
    let script = format!(
        "return Math.min(...[...document.querySelectorAll({selector:?})]
            .map((one) => Math.round(one.getBoundingClientRect().width)))"
    );
    window.learn(&script).await.as_i64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_with_a_conversation_is_reached_on_every_width() {
    let story = begin().await;
    let path = format!(
        "instagram/{}/messages",
        crate::story::account_of("instagram")
    );
    let message = serde_json::json!({
        "from": "700521", "name": "Maximiliane Wolkenstein-Trostburg", "text": "Hello there",
    });
    story.sandbox(&path, &message).await;
    story.settle().await;
    let window = Window::open(&story).await;
    window.sign_in().await;
    for language in ["en", "fr"] {
        window
            .learn(&format!(
                "document.cookie = 'locale={language}; path=/'; return true"
            ))
            .await;
        for width in [360, 390, 768, 900, 1024, 1199, 1200, 1366, 1440, 1920] {
            window.resize((width, 800)).await;
            window.go("/inbox").await;
            window.click(".conversation a").await;
            window.find("#thread-title").await;
            reached(&window, "#thread-head a, #thread-head button", width).await;
            picture(&window, &format!("head-{language}-{width}")).await;
            let name = narrowest(&window, "#thread-title").await;
            assert!(name >= 60, "the name has {name} pixels at {width}");
        }
    }
    window.close().await;
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_head_of_a_page_stays_one_line_on_a_phone_and_its_buttons_keep_their_names() {
    let story = begin().await;
    let window = Window::open(&story).await;
    window.sign_in().await;
    window.resize((390, 844)).await;
    for (page, button) in [("/agent", "Versions"), ("/agent/playground", "Start anew")] {
        window.go(page).await;
        let head = "return document.querySelector('.page-head').offsetHeight";
        let height = window.learn(head).await.as_i64().unwrap();
        assert!(height < 80, "{page}: the head has {height} pixels");
        let name = "return [...document.querySelectorAll('.page-head .button')].at(-1).textContent";
        let name = window.learn(name).await;
        assert!(name.as_str().unwrap().contains(button), "{name}");
        reached(&window, ".page-head a", 390).await;
    }
    window.close().await;
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_of_channels_and_members_are_read_and_used_on_a_phone() {
    let story = begin().await;
    let window = Window::open(&story).await;
    window.sign_in().await;
    for width in [360, 390, 800] {
        window.resize((width, 844)).await;
        for (page, title) in [("/channels", "Channels"), ("/settings", "Settings")] {
            window.go(page).await;
            window.says(title).await;
            reached(
                &window,
                ".page-head a, .list-row button, .list-row select",
                width,
            )
            .await;
            for part in [".page-head h1", ".list-row .list-text"] {
                let found = narrowest(&window, part).await;
                assert!(
                    found >= 100,
                    "{part} has {found} pixels at {width} on {page}"
                );
            }
        }
    }
    window.close().await;
    story.end().await;
}
