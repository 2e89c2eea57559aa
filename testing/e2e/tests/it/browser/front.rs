//! What strangers see, and what the platforms' reviewers read.

use super::window::{PHONE, WIDE, Window};
use crate::story::{Setup, Story};

async fn run_by_somebody() -> Story {
    Story::begin_with(Setup {
        settings: vec![
            ("SOCIALSYNC_OPERATOR_NAME", "Maison Lumen SRL".to_owned()),
            (
                "SOCIALSYNC_PRIVACY_EMAIL",
                "privacy@lumen.example".to_owned(),
            ),
            (
                "SOCIALSYNC_ANONYMOUS_REQUESTS_PER_MINUTE",
                "100000".to_owned(),
            ),
        ],
        ..Setup::default()
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_reads_what_this_is_and_signs_up_and_a_member_goes_to_work() {
    let story = run_by_somebody().await;
    let window = Window::open(&story).await;
    window.go("/").await;
    window.says("Your customers are answered.").await;
    window.click(".hero a[href='/sign-up']").await;
    window.is_at("/sign-up").await;
    window.click("a.brand").await;
    window.is_at("/").await;
    // In the reader's language, chosen on the spot.
    window.click("[popovertarget='plain-menu']").await;
    window.click("button[name='locale'][value='fr']").await;
    window.says("Vos clients ont leur réponse.").await;
    window.click("footer a[href='/privacy']").await;
    window.is_at("/privacy").await;
    window.says("Comment faire supprimer vos données").await;
    window.sign_in().await;
    window.go("/").await;
    window.is_at("/inbox").await;
    window.close().await;
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_privacy_policy_says_who_is_responsible_and_how_to_have_data_deleted() {
    let story = run_by_somebody().await;
    let window = Window::without_scripts(&story).await;
    window.go("/privacy").await;
    for words in [
        "This installation is run by Maison Lumen SRL.",
        "How to have your data deleted",
        "You wrote to a business",
        "Apps and websites",
    ] {
        window.says(words).await;
    }
    // Where the platforms' forms ask for it, this part can be named alone.
    window.find("#deletion").await;
    let contact = window.find("a[href='mailto:privacy@lumen.example']").await;
    assert_eq!(contact.text().await.unwrap(), "privacy@lumen.example");
    for size in [WIDE, PHONE] {
        window.resize(size).await;
        for page in ["/", "/privacy"] {
            window.go(page).await;
            let shown = window.find("main").await.rect().await.unwrap();
            let wide = f64::from(size.0);
            assert!(
                shown.x + shown.width <= wide,
                "{page} is wider than {wide} px"
            );
        }
    }
    window.close().await;
    story.end().await;
}
