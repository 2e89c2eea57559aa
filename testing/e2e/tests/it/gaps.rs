//! What webhooks missed is found by asking the platform.

use crate::story::Story;

const CUSTOMER: &str = "700901";

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_no_webhook_told_is_found_and_answered_once() {
    let story = Story::begin().await;
    story.lose_webhooks();
    story
        .customer("instagram", CUSTOMER, "Do you deliver to Belgium?")
        .await;
    story
        .until("the answer arrived", async || {
            !story.replies_to(CUSTOMER).is_empty()
        })
        .await;
    story.settle().await;
    assert_eq!(story.replies_to(CUSTOMER).len(), 1);
    let told = "SELECT count(*) FROM social_accounts WHERE last_gap_at IS NOT NULL";
    assert_eq!(story.count(told).await, 1);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_in_the_platforms_app_that_no_webhook_told_takes_the_conversation_over() {
    let story = Story::begin().await;
    story.lose_webhooks();
    story.customer("instagram", CUSTOMER, "Hello").await;
    story
        .native_reply("instagram", CUSTOMER, "Hi, this is Anna.")
        .await;
    story
        .until("a person has the conversation", async || {
            let owned = "SELECT count(*) FROM conversations WHERE owner = 'human'";
            story.count(owned).await == 1
        })
        .await;
    story.end().await;
}
