//! Instagram only numbers people; their names are asked for.

use serde_json::json;

use crate::story::{Story, account_of};

#[tokio::test(flavor = "multi_thread")]
async fn a_new_instagram_contact_gets_the_name_that_the_platform_tells_and_is_asked_about_once() {
    let story = Story::begin().await;
    let path = format!("instagram/{}/messages", account_of("instagram"));
    let message = json!({ "from": "700801", "text": "Do you deliver to Belgium?",
                          "name": "Inès Moreau", "username": "ines.moreau" });
    story.sandbox(&path, &message).await;
    story.settle().await;
    story
        .until("the name is known", async || {
            let list = story.get("/api/conversations").await;
            list.to_string().contains("Inès Moreau")
        })
        .await;
    let unasked = "SELECT count(*) FROM contacts WHERE profile_checked_at IS NULL";
    assert_eq!(story.count(unasked).await, 0);
    let page = story.get("/api/conversations").await;
    assert_eq!(page["items"][0]["username"], "ines.moreau", "{page}");
    story.end().await;
}
