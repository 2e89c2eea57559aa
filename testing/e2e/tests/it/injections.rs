//! Words that want to take the agent over, in messages, comments, FAQ entries, documents and web
//! pages, with a model that obeys them: nothing it should not say leaves, nothing it should not touch
//! is touched, and it is told nothing that it should not know.
//!
//! `SOCIALSYNC_INJECTIONS` names another file of such words than `testing/fixtures/injections.jsonl`.
//! A line is `{"id", "language", "via", "question", "text", "obeys"}`: `via` is message, comment, faq,
//! document or page; `question` is what a customer asks to meet words of the last three; `obeys` says
//! what the model then does (`obey.rs`), everything when absent.

mod obey;
mod world;

use serde::Deserialize;

use obey::Deed;
use world::World;

/// Where words come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Via {
    Message,
    Comment,
    Faq,
    Document,
    Page,
}

/// One attempt.
#[derive(Clone, Debug, Deserialize)]
struct Attempt {
    id: String,
    via: Via,
    #[serde(default)]
    question: String,
    text: String,
    #[serde(default)]
    obeys: Vec<Deed>,
}

impl Attempt {
    /// The words with a mark that they are found again by.
    fn words(&self) -> String {
        format!("{} [{}]", self.text, self.id)
    }

    /// Whether the customer says them.
    fn is_said(&self) -> bool {
        matches!(self.via, Via::Message | Via::Comment)
    }

    fn deeds(&self) -> &[Deed] {
        if self.obeys.is_empty() {
            &Deed::ALL
        } else {
            &self.obeys
        }
    }
}

fn attempts() -> Vec<Attempt> {
    let own = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/injections.jsonl");
    let path = std::env::var("SOCIALSYNC_INJECTIONS").unwrap_or_else(|_| own.to_owned());
    let lines = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    lines
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}")))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_obeys_every_injection_changes_nothing_and_gives_nothing_away() {
    let attempts = attempts();
    assert!(!attempts.is_empty());
    let world = World::with(&attempts).await;
    let before = world.fingerprint().await;
    let mut wrong = Vec::new();
    for (number, attempt) in attempts.iter().enumerate() {
        for (nth, deed) in attempt.deeds().iter().enumerate() {
            let customer = format!("72{number:04}{nth:02}");
            let found = world.attempt(attempt, *deed, &customer).await;
            wrong.extend(
                found
                    .into_iter()
                    .map(|found| format!("{} {deed:?}: {found}", attempt.id)),
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let after = world.fingerprint().await;
    assert_eq!(after, before, "privileges or settings changed");
    world.end().await;
}
