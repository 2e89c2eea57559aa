//! Many conversations at once, in each of which customers, members and people in the platform's app
//! write whenever they like. However it interleaves: every message gets exactly one decision that
//! is true in the end, nothing is sent twice, and nothing stays open.

use serde_json::json;

use crate::story::{Platform, Story};

const CUSTOMERS: usize = 24;
const EVENTS: usize = 7;
const QUESTIONS: [&str; 4] = [
    "Do you deliver to Belgium?",
    "How long does delivery take?",
    "What are your opening hours?",
    "Do you have this lamp in blue?",
];

/// A small generator, so that a seed tells the same story.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

async fn lives(story: &Story, customer: usize) {
    let mut dice = Dice(u64::try_from(customer).unwrap() + 17);
    let platform: Platform = if customer.is_multiple_of(2) {
        "instagram"
    } else {
        "whatsapp"
    };
    let name = format!("3360001{customer:04}");
    story.customer(platform, &name, QUESTIONS[0]).await;
    for _ in 0..EVENTS {
        let pause = std::time::Duration::from_millis(u64::try_from(dice.roll(120)).unwrap());
        tokio::time::sleep(pause).await;
        match dice.roll(10) {
            0..6 => {
                let question = QUESTIONS[dice.roll(QUESTIONS.len())];
                story.customer(platform, &name, question).await;
            }
            6 => story.native_reply(platform, &name, "From my phone.").await,
            act => {
                let conversation = story.conversation_if_any(&name).await;
                let Some(id) = conversation else { continue };
                let path = format!("/api/conversations/{id}");
                match act {
                    7 => {
                        story
                            .post(&format!("{path}/messages"), &json!({"text": "By hand."}))
                            .await
                    }
                    8 => story.post(&format!("{path}/hand-back"), &json!({})).await,
                    _ => story.post(&format!("{path}/resolve"), &json!({})).await,
                };
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_comes_in_between_every_message_is_decided_once_and_nothing_is_sent_twice() {
    let story = Story::begin().await;
    story.with_a_model("auto").await;
    story.model_answers(json!([{ "delay_ms": 40 }])).await;
    futures::future::join_all((0..CUSTOMERS).map(|customer| lives(&story, customer))).await;
    story.settle().await;
    let count = async |sql: &'static str| story.count(sql).await;
    let asked = count("SELECT count(*) FROM messages WHERE author = 'customer'").await;
    assert!(asked > 60, "{asked}");
    assert_eq!(count("SELECT count(*) FROM ai_decisions").await, asked);
    let left =
        "SELECT count(*) FROM ai_decisions WHERE reason = 'superseded' OR outcome = 'failed'";
    assert_eq!(count(left).await, 0, "overtaken and never decided anew");
    // Who was answered has an answer that left; what was withdrawn answers nobody.
    let untrue = "SELECT count(*) FROM ai_decisions d LEFT JOIN messages m ON m.id = d.reply_message_id
                  WHERE (d.outcome = 'answered') <> coalesce(m.state IN ('sent', 'delivered', 'read'), false)";
    assert_eq!(count(untrue).await, 0, "a decision that is not true");
    let sent = "SELECT count(*) FROM messages WHERE direction = 'outbound' AND author <> 'native'
                AND state <> 'cancelled'";
    let performed = (0..CUSTOMERS).map(|c| story.replies_to(&format!("3360001{c:04}")).len());
    let performed = i64::try_from(performed.sum::<usize>()).unwrap();
    assert_eq!(count(sent).await, performed, "sent twice, or lost");
    let waits = "SELECT count(*) FROM conversations c WHERE owner = 'ai' AND badge = 'waiting' AND status = 'open'
                 AND NOT EXISTS (SELECT FROM ai_decisions d WHERE d.conversation_id = c.id
                    AND d.outcome IN ('silent', 'suggested'))";
    assert_eq!(count(waits).await, 0, "a customer was forgotten");
    story.end().await;
}
