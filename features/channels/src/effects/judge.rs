//! What an outcome means.

use std::time::Duration;

use chrono::{DateTime, Utc};
use meta::client::SendOutcome;
use meta::{ErrorClass, Problem};

use super::handle::Record;
use super::settle::Step;
use super::{Effect, comments};

/// How often a message that the platform turned away for a passing reason is sent.
const REFUSED_TRIES: i32 = 5;

/// How often it is sent when there was no connection: with growing pauses some 20 minutes.
const UNREACHED_TRIES: i32 = 10;

/// What an outcome means for the effect and its account.
pub(super) fn judge(effect: &Effect, outcome: SendOutcome, now: DateTime<Utc>) -> Record {
    let tries = effect.attempts;
    let again = |class: ErrorClass, sentence: &str, due, uncounted| Step::Wait {
        due,
        class: Some(class.as_str().to_owned()),
        sentence: Some(sentence.to_owned()),
        uncounted,
    };
    match outcome {
        SendOutcome::Confirmed { provider_id, .. } => Record::done(Some(provider_id)),
        SendOutcome::Unknown(_) => Record::step(Step::Ask {
            due: now + chrono::Duration::seconds(2),
            asked: false,
        }),
        SendOutcome::NotSent { .. } => {
            let sentence = "The platform could not be reached.";
            Record::step(if tries < UNREACHED_TRIES {
                again(ErrorClass::Transient, sentence, now + backoff(tries), false)
            } else {
                failed(ErrorClass::Transient, sentence)
            })
        }
        SendOutcome::Refused(error) => {
            let (class, sentence) = (error.class(), comments::sentence(effect.kind, &error));
            match class {
                ErrorClass::RateLimited => {
                    let wait = error.retry_after.unwrap_or(Duration::from_mins(1));
                    let due = now + chrono::Duration::from_std(wait).unwrap_or_default();
                    // The limit of one person is no limit of the account.
                    let whole = error.problem != Problem::PairLimit;
                    Record {
                        result: Err(again(class, sentence, due, true)),
                        pause: whole.then_some(due),
                        reconnect: None,
                    }
                }
                ErrorClass::Token => Record {
                    result: Err(again(
                        class,
                        sentence,
                        now + chrono::Duration::minutes(1),
                        true,
                    )),
                    pause: None,
                    reconnect: Some(error.key()),
                },
                ErrorClass::Transient if tries < REFUSED_TRIES => {
                    Record::step(again(class, sentence, now + backoff(tries), false))
                }
                _ => Record::step(failed(class, sentence)),
            }
        }
    }
}

fn failed(class: ErrorClass, sentence: &str) -> Step {
    Step::Fail {
        class: class.as_str().to_owned(),
        sentence: sentence.to_owned(),
    }
}

/// 2 s doubled with each try, 5 minutes at most, of which a random half is left out, so that many
/// do not return at once.
pub(super) fn backoff(tries: i32) -> chrono::Duration {
    let doubled = u32::try_from(tries.saturating_sub(1).clamp(0, 10)).unwrap_or(0);
    let most = 2_000_i64.saturating_mul(1 << doubled).min(300_000);
    chrono::Duration::milliseconds(rand::random_range(most / 2..=most))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_five_minutes_and_no_further() {
        for tries in [1, 2, 5, 20, i32::MAX] {
            let pause = backoff(tries).num_milliseconds();
            assert!((1_000..=300_000).contains(&pause), "{tries}: {pause}");
        }
        assert!(backoff(12).num_milliseconds() >= 150_000);
    }
}
