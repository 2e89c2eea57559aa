//! Questions out of past conversations: what customers asked lately, and what people answered.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use inbox::message::{Author, Message};
use kernel::{ConversationId, EvaluationSetId, MessageId};

use super::case::NewCase;
use super::set::{self, SetError, SetKind};
use crate::rehearse::past::line;
use crate::run::ask::THREAD;
use crate::store;

/// The most questions of such a set.
pub const MOST: u16 = 200;
/// The longest question and the longest answer, in characters.
const LONGEST: usize = 4000;

/// A customer's last message before something was decided or answered.
#[derive(Clone, Debug)]
pub(crate) struct Anchor {
    pub(crate) message: MessageId,
    pub(crate) conversation: ConversationId,
    pub(crate) sent_at: DateTime<Utc>,
    /// What people then answered.
    pub(crate) answer: Option<String>,
    /// The language it was to be answered in.
    pub(crate) language: Option<String>,
    /// What somebody said would have been better than the agent's answer.
    pub(crate) better: Option<String>,
    /// Somebody said that a person should have been asked.
    pub(crate) should_abstain: bool,
}

impl Anchor {
    /// What would be right, and whether a person should be asked.
    fn truth(&self) -> (String, bool) {
        let better = self.better.as_deref().filter(|text| !text.is_empty());
        if self.should_abstain {
            return (String::new(), true);
        }
        let answer = better.or(self.answer.as_deref()).unwrap_or_default();
        (cut(answer.trim()), false)
    }
}

fn cut(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

/// The customer's words up to the newest message that nothing of the business stands between, and
/// what was said before.
fn split(said: &[Message]) -> (&[Message], &[Message]) {
    let own = said.iter().rev();
    let asked = own.take_while(|message| message.author == Author::Customer);
    let at = said.len().saturating_sub(asked.count());
    said.split_at_checked(at).unwrap_or((said, &[]))
}

/// The newest questions.
pub(crate) async fn newest(tx: &mut TenantTx, most: u16) -> DbResult<Vec<NewCase>> {
    let anchors = store::past::anchors(tx, most.min(MOST)).await?;
    let mut cases = Vec::with_capacity(anchors.len());
    for anchor in anchors {
        let said = inbox::thread::up_to(tx, anchor.conversation, anchor.message, THREAD).await?;
        let (before, asked) = split(&said);
        let words = asked.iter().filter_map(line).map(|line| line.text);
        let question = cut(words.collect::<Vec<_>>().join("\n").trim());
        if question.is_empty() {
            continue;
        }
        let (expected, should_abstain) = anchor.truth();
        cases.push(NewCase {
            question,
            thread: before.iter().filter_map(line).collect(),
            expected,
            should_abstain,
            language: anchor.language,
            message: Some(anchor.message),
            asked_at: Some(anchor.sent_at),
        });
    }
    Ok(cases)
}

/// A set of the newest questions. When nothing was asked or answered since the newest such set was
/// made, it is that one.
pub async fn set_of_newest(
    tx: &mut TenantTx,
    name: &str,
    most: u16,
    now: DateTime<Utc>,
) -> Result<EvaluationSetId, SetError> {
    let cases = newest(tx, most).await?;
    if cases.is_empty() {
        return Err(SetError::NoPast);
    }
    if let Some(last) = store::sets::newest_past(tx).await?
        && is_the_same(&store::cases::of_messages(tx, last).await?, &cases)
    {
        return Ok(last);
    }
    set::make(tx, SetKind::Past, name, &cases, now).await
}

/// A question as it is told from others: its message and what would be right.
pub(crate) type Known = (MessageId, String, bool);

fn is_the_same(kept: &[Known], cases: &[NewCase]) -> bool {
    let mut kept: Vec<Known> = kept.to_vec();
    let mut new: Vec<Known> = cases
        .iter()
        .filter_map(|case| Some((case.message?, case.expected.clone(), case.should_abstain)))
        .collect();
    kept.sort_unstable();
    new.sort_unstable();
    kept == new
}

#[cfg(test)]
mod tests {
    use super::*;

    fn anchor(answer: &str, better: &str, should_abstain: bool) -> Anchor {
        Anchor {
            message: MessageId::new(),
            conversation: ConversationId::new(),
            sent_at: DateTime::UNIX_EPOCH,
            answer: Some(answer.to_owned()).filter(|text| !text.is_empty()),
            language: None,
            better: Some(better.to_owned()),
            should_abstain,
        }
    }

    #[test]
    fn what_somebody_said_would_be_better_goes_before_what_was_answered() {
        let truth = |answer, better, abstain| anchor(answer, better, abstain).truth();
        assert_eq!(
            truth(" Two days. ", "", false),
            ("Two days.".to_owned(), false)
        );
        assert_eq!(
            truth("Two days.", "Three.", false),
            ("Three.".to_owned(), false)
        );
        assert_eq!(truth("", "", false), (String::new(), false));
        assert_eq!(truth("Two days.", "", true), (String::new(), true));
    }

    #[test]
    fn a_set_is_the_same_while_nothing_was_asked_or_answered_since() {
        let (one, other) = (MessageId::new(), MessageId::new());
        let case = |message, expected: &str| NewCase {
            expected: expected.to_owned(),
            message: Some(message),
            ..NewCase::default()
        };
        let kept = [
            (one, "Yes.".to_owned(), false),
            (other, String::new(), false),
        ];
        let now = [case(other, ""), case(one, "Yes.")];
        assert!(is_the_same(&kept, &now));
        assert!(!is_the_same(
            &kept,
            &[case(other, "No."), case(one, "Yes.")]
        ));
        assert!(!is_the_same(&kept, &now[..1]));
    }
}
