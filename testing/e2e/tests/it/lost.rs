//! Whoever comes to an address that leads nowhere is told so, and led on.

use reqwest::StatusCode;

use crate::story::Story;

#[tokio::test(flavor = "multi_thread")]
async fn a_member_who_is_lost_keeps_the_sidebar_and_finds_the_way_on() {
    let story = Story::begin().await;
    for path in [
        "/nothing",
        "/inbox/cnv_01920000-0000-7000-8000-000000000000",
        "/inbox/nonsense",
    ] {
        let request = story.http.get(format!("{}{path}", story.url));
        let request = request.bearer_auth(story.token());
        let answer = request.header("Accept", "text/html").send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
        let page = answer.text().await.unwrap();
        for part in [
            "class=\"nav-item\"",
            "<h1>Nothing here</h1>",
            "href=\"/inbox\"",
        ] {
            assert!(page.contains(part), "{path} lacks {part}: {page}");
        }
    }
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_that_nobody_knows_in_an_address_is_passed_over() {
    let story = Story::begin().await;
    let page = story.page("/channels?notice=nonsense").await;
    assert!(page.contains("<h1"), "{page}");
    story.end().await;
}
