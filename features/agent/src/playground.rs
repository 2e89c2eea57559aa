//! The playground: a talk with the agent that nobody else hears, with one or two settings side by
//! side. What was said so far is held by who talks; nothing is kept here.

pub(crate) mod pages;
mod told;

use serde::{Deserialize, Serialize};

use crate::rehearse::Line;
pub use told::Told;
pub(crate) use told::dollars;

/// The longest talk that the agent is shown, in turns.
const SHOWN: usize = 20;

/// What the customer said, and what the agent made of it with each of the settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Turn {
    pub(crate) question: String,
    pub(crate) answers: Vec<Told>,
}

/// What was said so far, as one of the sides heard it.
pub(crate) fn thread(turns: &[Turn], side: usize) -> Vec<Line> {
    let skipped = turns.len().saturating_sub(SHOWN);
    let mut lines = Vec::new();
    for turn in turns.iter().skip(skipped) {
        lines.push(Line::customer(turn.question.clone()));
        let said = turn.answers.get(side).and_then(Told::said);
        lines.extend(said.map(Line::business));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decision::Outcome;

    fn turn(question: &str, answers: &[(Outcome, &str)]) -> Turn {
        let answers = answers.iter().map(|(outcome, text)| Told {
            outcome: *outcome,
            text: Some((*text).to_owned()),
            ..Told::sample()
        });
        Turn {
            question: question.to_owned(),
            answers: answers.collect(),
        }
    }

    #[test]
    fn each_side_remembers_its_own_answers_and_no_draft_that_was_not_used() {
        let turns = [
            turn(
                "Hi",
                &[(Outcome::Answered, "Hello"), (Outcome::Suggested, "Hey")],
            ),
            turn(
                "Ship?",
                &[(Outcome::Escalated, "Perhaps"), (Outcome::Answered, "Yes")],
            ),
        ];
        let said = |side| -> Vec<String> {
            let lines = thread(&turns, side);
            lines.into_iter().map(|line| line.text).collect()
        };
        assert_eq!(said(0), ["Hi", "Hello", "Ship?"]);
        assert_eq!(said(1), ["Hi", "Hey", "Ship?", "Yes"]);
    }

    #[test]
    fn a_long_talk_is_shown_from_its_end() {
        let turns: Vec<Turn> = (0..30)
            .map(|number| turn(&number.to_string(), &[(Outcome::Silent, "")]))
            .collect();
        let lines = thread(&turns, 0);
        assert_eq!(lines.len(), SHOWN);
        assert_eq!(lines.last().unwrap().text, "29");
    }
}
