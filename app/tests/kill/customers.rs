//! Customers who write questions that the shop's FAQ answers, each in their own way.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use rig::Rig;
use serde_json::{from_value, json};
use simulator::Platform;

use crate::truth;

/// Questions with answers that differ.
const QUESTIONS: [&str; 12] = [
    "What are your opening hours?",
    "Do you deliver to Belgium?",
    "Do you ship worldwide?",
    "What is your return policy?",
    "How do exchanges work?",
    "Do you have gift cards?",
    "Do you repair ceramics?",
    "Which payment methods do you accept?",
    "Livrez-vous en Espagne ?",
    "Réparez-vous la céramique ?",
    "¿Tenéis tarjetas regalo?",
    "¿Hacéis talleres de cerámica?",
];

/// How long a customer waits for an answer before the test counts as stuck.
const PATIENCE: Duration = Duration::from_mins(2);

/// How a customer writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// The next question comes after the answer: as many answers as questions.
    Patient,
    /// All questions at once: each is looked at, the last one is answered.
    InABurst,
}

/// One customer.
#[derive(Clone, Debug)]
pub struct Customer {
    /// Where they write.
    pub platform: Platform,
    /// Who they are.
    pub id: String,
    /// How they write.
    pub manner: Manner,
    /// When they begin, after the start.
    pub begins: Duration,
    /// What they ask.
    pub questions: Vec<&'static str>,
}

/// So many customers with three questions each, who begin within `spread`.
pub fn invent(seed: u64, count: usize, spread: Duration) -> Vec<Customer> {
    let mut random = StdRng::seed_from_u64(seed);
    (0..count)
        .map(|number| {
            let mut questions = QUESTIONS.to_vec();
            questions.shuffle(&mut random);
            questions.truncate(3);
            let platform = if number % 2 == 0 {
                Platform::Instagram
            } else {
                Platform::Whatsapp
            };
            let first = if platform == Platform::Instagram {
                70_000_000_000_u64
            } else {
                33_600_000_000
            };
            Customer {
                platform,
                id: (first + u64::try_from(number).unwrap()).to_string(),
                manner: if number % 5 < 3 {
                    Manner::Patient
                } else {
                    Manner::InABurst
                },
                begins: spread.mul_f64(random.random()),
                questions,
            }
        })
        .collect()
}

impl Customer {
    /// Writes everything, and waits for the answers where that is the customer's manner.
    pub async fn lives(&self, rig: &Rig) {
        tokio::time::sleep(self.begins).await;
        for (place, question) in self.questions.iter().enumerate() {
            self.writes(rig, question);
            if self.manner == Manner::Patient {
                let answered = async {
                    while self.answers(rig).len() <= place {
                        tokio::time::sleep(Duration::from_millis(50)).await;
                    }
                };
                let waited = tokio::time::timeout(PATIENCE, answered).await;
                if waited.is_err() {
                    let history = truth::history(rig, &self.id).await;
                    let webhooks = rig.simulator.webhooks();
                    panic!(
                        "{} waits in vain for an answer to {question:?} ({webhooks:?}):\n{history}",
                        self.id
                    );
                }
            }
        }
    }

    fn writes(&self, rig: &Rig, text: &str) {
        let message = json!({ "from": self.id, "text": text });
        let account = match self.platform {
            Platform::Instagram => rig.fact("instagram_account_id"),
            Platform::Whatsapp => rig.fact("whatsapp_phone_number_id"),
        };
        rig.simulator
            .customer_writes(
                self.platform,
                account.unwrap(),
                &from_value(message).unwrap(),
            )
            .unwrap();
    }

    /// The texts that the platform delivered to this customer, in order.
    pub fn answers(&self, rig: &Rig) -> Vec<String> {
        let calls = rig.simulator.calls(0).into_iter();
        calls
            .filter(|call| call.operation == "send_message" && call.performed)
            .filter(|call| call.platform == self.platform)
            .filter(|call| call.target.trim_start_matches('+') == self.id)
            .map(|call| text(&call.body))
            .collect()
    }
}

fn text(body: &serde_json::Value) -> String {
    let instagram = body.pointer("/message/text");
    let text = instagram.or_else(|| body.pointer("/text/body"));
    text.and_then(serde_json::Value::as_str)
        .unwrap_or_default()
        .to_owned()
}
