//! A customer writes, the right answer goes out once, and a person can see why.

use serde_json::json;
use simulator::{FaultKind, NewFault};

use crate::story::Story;

#[tokio::test(flavor = "multi_thread")]
async fn a_question_the_shop_knows_is_answered_once_on_both_platforms() {
    let story = Story::begin().await;
    story
        .customer("instagram", "700001", "Do you deliver to Belgium?")
        .await;
    story
        .customer(
            "whatsapp",
            "33600000001",
            "Quels sont vos horaires d'ouverture ?",
        )
        .await;
    story.settle().await;
    assert_eq!(story.replies_to("700001").len(), 1);
    assert_eq!(story.replies_to("33600000001").len(), 1);
    let decisions = story.get("/api/decisions").await;
    let outcomes: Vec<_> = decisions["items"].as_array().unwrap().iter().collect();
    assert_eq!(outcomes.len(), 2);
    assert!(
        outcomes
            .iter()
            .all(|decision| decision["outcome"] == "answered"),
        "{decisions}"
    );
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_who_asks_for_a_person_gets_one_notice_and_then_silence() {
    let story = Story::begin().await;
    story
        .customer("instagram", "700002", "I want to talk to a human please")
        .await;
    story.settle().await;
    let notices = story.replies_to("700002").len();
    assert!(notices <= 1);
    story
        .customer("instagram", "700002", "Do you deliver to Belgium?")
        .await;
    story.settle().await;
    assert_eq!(
        story.replies_to("700002").len(),
        notices,
        "the AI talked over a person"
    );
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_send_that_happened_but_was_never_answered_is_not_sent_twice() {
    arrives_once_in_spite_of(FaultKind::TimeoutAfter).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_send_that_was_cut_off_before_it_happened_is_sent_again() {
    arrives_once_in_spite_of(FaultKind::ConnectionReset).await;
}

async fn arrives_once_in_spite_of(kind: FaultKind) {
    let story = Story::begin().await;
    let fault = NewFault {
        operation: "send_message".to_owned(),
        kind,
        times: Some(1),
        probability: None,
        account_id: None,
        delay_ms: None,
    };
    story.simulator.add_fault(fault).unwrap();
    story
        .customer("instagram", "700003", "Do you deliver to Belgium?")
        .await;
    story.settle().await;
    assert_eq!(story.replies_to("700003").len(), 1);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_sent_twice_is_one_answer_and_other_words_are_another() {
    let story = Story::begin().await;
    let (customer, question) = ("700004", "I want to talk to a human please");
    story.customer("instagram", customer, question).await;
    story.settle().await;
    let before = story.words_to(customer).len();
    let id = story.conversation_if_any(customer).await.unwrap();
    let once = kernel::MessageId::new().to_string();
    let send = async |text: &str| {
        let request = story.http.post(format!("{}/inbox/{id}/reply", story.url));
        let form = [("text", text), ("once", &once)];
        let request = request.bearer_auth(story.token()).form(&form);
        request.header("HX-Request", "true").send().await.unwrap()
    };
    let both = tokio::join!(send("Camille here."), send("Camille here."));
    for answer in [both.0, both.1] {
        assert_eq!(answer.status(), reqwest::StatusCode::OK);
        // The open page names its next answer otherwise.
        let taken = answer.text().await.unwrap();
        assert!(taken.contains("name=\"once\"") && !taken.contains(&once));
    }
    story.settle().await;
    assert_eq!(story.words_to(customer)[before..], ["Camille here."]);
    send("Your vase is ready.").await;
    story.settle().await;
    assert_eq!(
        story.words_to(customer)[before..],
        ["Camille here.", "Your vase is ready."]
    );
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_webhook_is_refused_and_leaves_nothing() {
    let story = Story::begin().await;
    let body = json!({ "object": "instagram", "entry": [] }).to_string();
    let address = format!("{}/webhooks/instagram", story.url);
    let unsigned = story
        .http
        .post(&address)
        .body(body.clone())
        .send()
        .await
        .unwrap();
    let forged = story
        .http
        .post(&address)
        .header("X-Hub-Signature-256", "sha256=00")
        .body(body)
        .send()
        .await
        .unwrap();
    assert!(unsigned.status().is_client_error() && forged.status().is_client_error());
    story.settle().await;
    story.end().await;
}
