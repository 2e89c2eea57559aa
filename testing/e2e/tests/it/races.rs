//! A human reply, a native-app reply and a new message of the customer arrive between the draft and
//! its sending, in every order: the AI never talks over a person and never answers yesterday's
//! question.

use serde_json::{Value, json};

use crate::story::{Platform, Story, account_of};

/// What comes in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    Human,
    Native,
    Customer,
}
use Event::{Customer, Human, Native};

/// Each alone, and all three in every order.
const ORDERS: [&[Event]; 9] = [
    &[Human],
    &[Native],
    &[Customer],
    &[Human, Native, Customer],
    &[Human, Customer, Native],
    &[Native, Human, Customer],
    &[Native, Customer, Human],
    &[Customer, Human, Native],
    &[Customer, Native, Human],
];

const FIRST: &str = "Do you deliver to Belgium?";
const SECOND: &str = "How long does delivery take?";
const BY_HAND: &str = "I am looking into it myself.";

/// Where the product stands still meanwhile.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    /// The model is writing: before the effect is created.
    Draft,
    /// The answer is an effect: before it is sent.
    LastLook,
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_stale_leaves_instagram_when_the_draft_is_overtaken() {
    every_order("instagram", At::Draft).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_stale_leaves_whatsapp_when_the_draft_is_overtaken() {
    every_order("whatsapp", At::Draft).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_stale_leaves_instagram_when_the_answer_is_overtaken_before_it_is_sent() {
    every_order("instagram", At::LastLook).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_stale_leaves_whatsapp_when_the_answer_is_overtaken_before_it_is_sent() {
    every_order("whatsapp", At::LastLook).await;
}

async fn every_order(platform: Platform, at: At) {
    let story = Story::begin().await;
    story.with_a_model("auto").await;
    for (number, order) in ORDERS.into_iter().enumerate() {
        let customer = format!("3360000010{number}");
        let mut asked = story.model_calls().await.len();
        match at {
            At::Draft => {
                let held = json!([{ "hold": true, "times": 1 }]);
                story.model_answers(held).await;
                story.customer(platform, &customer, FIRST).await;
                asked += 1;
                story.model_was_asked(asked).await;
                overtake(&story, platform, &customer, order).await;
                story.release_the_model().await;
            }
            At::LastLook => {
                let held = story.hold_sends();
                story.customer(platform, &customer, FIRST).await;
                held.arrived().await;
                overtake(&story, platform, &customer, order).await;
                held.release();
            }
        }
        story.settle().await;
        nothing_stale(&story, &customer, order).await;
    }
    story.end().await;
}

async fn overtake(story: &Story, platform: Platform, customer: &str, order: &[Event]) {
    let conversation = story.conversation_with(customer).await;
    for event in order {
        match event {
            Human => story.human_reply(&conversation, BY_HAND).await,
            Native => story.native_reply(platform, customer, "On my phone.").await,
            Customer => {
                story.customer(platform, customer, SECOND).await;
            }
        }
        story.taken_in().await;
    }
}

async fn nothing_stale(story: &Story, customer: &str, order: &[Event]) {
    let conversation = story.conversation_with(customer).await;
    let id = conversation["id"].as_str().unwrap();
    let list = story
        .get(&format!("/api/decisions?conversation={id}"))
        .await;
    let decisions: &Vec<Value> = list["items"].as_array().unwrap();
    let words = story.words_to(customer);
    let written = 1 + order.iter().filter(|event| **event == Customer).count();
    assert_eq!(decisions.len(), written, "{order:?}: {decisions:#?}");
    if order == [Customer] {
        // Both questions together got one answer, the newer one's.
        assert_eq!(words.len(), 1, "{order:?}: {words:#?}\n{decisions:#?}");
        for decision in decisions {
            assert_eq!(decision["outcome"], "answered", "{order:?}: {decision:#}");
            let overtaken = &decision["explanation"]["superseded"];
            assert!(
                overtaken.as_array().is_some_and(|runs| !runs.is_empty()),
                "{decision:#}"
            );
        }
        let (one, other) = (&decisions[0]["run_id"], &decisions[1]["run_id"]);
        assert_eq!(one, other, "one run answers both");
        // The model did not take the withdrawn answer for something that was said.
        let calls = story.model_calls().await;
        let messages = &calls.last().unwrap()["request"]["messages"];
        let said =
            |message: &&Value| message["role"] == "assistant" && message["content"].is_string();
        let said: Vec<&Value> = messages.as_array().unwrap().iter().filter(said).collect();
        assert!(said.is_empty(), "{said:#?}");
        return;
    }
    assert_eq!(conversation["owner"], "human", "{order:?}");
    let by_hand: &[&str] = if order.contains(&Human) {
        &[BY_HAND]
    } else {
        &[]
    };
    assert_eq!(words, by_hand, "{order:?}: the AI talked over a person");
    for decision in decisions {
        assert_eq!(decision["outcome"], "silent", "{order:?}: {decision:#}");
        let reason = decision["reason"].as_str().unwrap();
        let said = ["human_replied", "native_replied", "human_owns"];
        assert!(said.contains(&reason), "{order:?}: {decision:#}");
        assert!(decision["reply_message_id"].is_null(), "{decision:#}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_waits_for_the_rate_budget_does_not_hold_up_the_next_one() {
    let story = Story::begin().await;
    let account = account_of("whatsapp");
    an_answer_waits(&story, "33600000020").await;
    let free = meta::Usage {
        percent: 0,
        regain_minutes: 0,
    };
    story.budget().hear(account, free);
    story.customer("whatsapp", "33600000020", SECOND).await;
    story.settle().await;
    assert_eq!(story.words_to("33600000020").len(), 1);
    for decision in story.decisions().await {
        assert_eq!(decision["outcome"], "answered", "{decision:#}");
    }
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_was_changed_before_its_answer_left_is_answered_anew() {
    let story = Story::begin().await;
    let held = story.hold_sends();
    let message = story.customer("instagram", "700021", FIRST).await;
    held.arrived().await;
    let path = format!("instagram/{}/edit", account_of("instagram"));
    let changed = json!({ "message_id": message, "text": "What are your opening hours?" });
    story.sandbox(&path, &changed).await;
    story.taken_in().await;
    held.release();
    story.settle().await;
    let words = story.words_to("700021");
    assert_eq!(words.len(), 1, "{words:#?}");
    assert!(!words[0].contains("Belgium"), "{words:#?}");
    story.end().await;
}

/// A customer asks, and the answer waits for the rate budget.
/// On WhatsApp, where nobody asks for a profile meanwhile and hears a newer budget.
async fn an_answer_waits(story: &Story, customer: &str) {
    let spent = meta::Usage {
        percent: 100,
        regain_minutes: 60,
    };
    story.budget().hear(account_of("whatsapp"), spent);
    story.customer("whatsapp", customer, FIRST).await;
    let waiting = "SELECT count(*) FROM effects
                   WHERE state = 'pending' AND due_at > now() + interval '1 min'";
    story
        .until("the answer waits", async || story.count(waiting).await == 1)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn switching_the_agent_off_withdraws_the_answer_that_waits() {
    let story = Story::begin().await;
    an_answer_waits(&story, "33600000022").await;
    let conversation = story.conversation_with("33600000022").await;
    assert_eq!(conversation["badge"], "ai_replied");
    let path = format!(
        "/api/conversations/{}/ai",
        conversation["id"].as_str().unwrap()
    );
    story.put(&path, &json!({ "enabled": false })).await;
    story.settle().await;
    assert!(story.words_to("33600000022").is_empty());
    let decision = story.decision_about("Belgium").await;
    assert_eq!(decision["outcome"], "silent");
    assert_eq!(decision["reason"], "conversation_off");
    let conversation = story.conversation_with("33600000022").await;
    assert_eq!(conversation["badge"], "waiting", "the customer still waits");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_that_a_person_will_write_is_not_sent_after_a_person_wrote() {
    let story = Story::begin().await;
    for (number, event) in [Human, Native, Customer].into_iter().enumerate() {
        let customer = format!("70003{number}");
        let held = story.hold_sends();
        story
            .customer("instagram", &customer, "I want to talk to a human please")
            .await;
        held.arrived().await;
        overtake(&story, "instagram", &customer, &[event]).await;
        held.release();
        story.settle().await;
        let words = story.words_to(&customer);
        match event {
            Human => assert_eq!(words, [BY_HAND]),
            Native => assert!(words.is_empty(), "{words:?}"),
            Customer => assert_eq!(words.len(), 1, "the customer is told: {words:?}"),
        }
    }
    story.end().await;
}
