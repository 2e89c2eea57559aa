//! Questions that somebody brings along: JSON, one object a line.

use chrono::{DateTime, Utc};
use db::TenantTx;
use kernel::EvaluationSetId;
use serde::Deserialize;

use super::case::NewCase;
use super::set::{self, SetError, SetKind};
use crate::rehearse::Line;

/// The most questions of one set.
pub const MOST: usize = 500;
/// The largest file, in bytes.
pub const LARGEST: usize = 2 << 20;
/// The longest text, in characters.
const LONGEST: usize = 4000;
/// The longest thread, in messages.
const MOST_LINES: usize = 40;
/// The longest tag of a language, in characters.
const LONGEST_TAG: usize = 35;
/// The most faults that are named at once.
const NAMED: usize = 20;

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Its number, from 1.
    pub line: usize,
    /// What is wrong.
    pub what: What,
}

/// What can be wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// It can't be read; what the reader of JSON says.
    Unreadable(String),
    /// It asks nothing.
    NoQuestion,
    /// A text is too long.
    TooLong,
    /// The thread is too long.
    LongThread,
    /// It has an answer and wants none.
    AnswerOrPerson,
    /// The language is no tag.
    Language,
    /// There are no lines.
    Empty,
    /// There are too many lines.
    TooMany,
    /// The file is too large.
    TooLarge,
}

impl What {
    /// The key of its sentence.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "evaluations.line.unreadable",
            Self::NoQuestion => "evaluations.line.no_question",
            Self::TooLong => "evaluations.line.long",
            Self::LongThread => "evaluations.line.long_thread",
            Self::AnswerOrPerson => "evaluations.line.answer_or_person",
            Self::Language => "evaluations.line.language",
            Self::Empty => "evaluations.line.empty",
            Self::TooMany => "evaluations.line.many",
            Self::TooLarge => "evaluations.line.large",
        }
    }

    /// What the reader of JSON says; may be empty.
    pub fn detail(&self) -> &str {
        match self {
            Self::Unreadable(detail) => detail,
            _ => "",
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    question: String,
    #[serde(default)]
    thread: Vec<Line>,
    #[serde(default)]
    expected: String,
    #[serde(default)]
    should_abstain: bool,
    #[serde(default)]
    language: Option<String>,
}

fn clean(text: &str) -> String {
    let text: String = text.chars().filter(|c| *c != '\0').collect();
    text.trim().to_owned()
}

fn is_tag(text: &str) -> bool {
    let letters = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    !text.is_empty() && text.len() <= LONGEST_TAG && text.chars().all(letters)
}

fn case(line: &str) -> Result<NewCase, What> {
    // The line is told beside it, and to the reader of JSON each is the first.
    let told =
        |error: serde_json::Error| error.to_string().replace(" at line 1 column ", ", column ");
    let row: Row = serde_json::from_str(line).map_err(|error| What::Unreadable(told(error)))?;
    let (question, expected) = (clean(&row.question), clean(&row.expected));
    let long = |text: &str| text.chars().count() > LONGEST;
    let language = row.language.filter(|tag| !tag.is_empty());
    let fault = if question.is_empty() {
        Some(What::NoQuestion)
    } else if long(&question) || long(&expected) || row.thread.iter().any(|one| long(&one.text)) {
        Some(What::TooLong)
    } else if row.thread.len() > MOST_LINES {
        Some(What::LongThread)
    } else if row.should_abstain && !expected.is_empty() {
        Some(What::AnswerOrPerson)
    } else if language.as_deref().is_some_and(|tag| !is_tag(tag)) {
        Some(What::Language)
    } else {
        None
    };
    if let Some(fault) = fault {
        return Err(fault);
    }
    let thread = row.thread.into_iter().map(|one| Line {
        text: clean(&one.text),
        ..one
    });
    Ok(NewCase {
        question,
        thread: thread.filter(|one| !one.text.is_empty()).collect(),
        expected,
        should_abstain: row.should_abstain,
        language,
        message: None,
        asked_at: None,
    })
}

/// Reads the questions; else what is wrong, line by line.
pub(crate) fn read(file: &str) -> Result<Vec<NewCase>, Vec<Fault>> {
    let whole = |what| vec![Fault { line: 1, what }];
    if file.len() > LARGEST {
        return Err(whole(What::TooLarge));
    }
    let file = file.strip_prefix('\u{feff}').unwrap_or(file);
    let (mut cases, mut faults) = (Vec::new(), Vec::new());
    for (line, text) in (1..).zip(file.lines()) {
        if text.trim().is_empty() {
            continue;
        }
        if cases.len() >= MOST {
            faults.push(Fault {
                line,
                what: What::TooMany,
            });
            break;
        }
        match case(text) {
            Ok(case) => cases.push(case),
            Err(what) => faults.push(Fault { line, what }),
        }
        if faults.len() >= NAMED {
            break;
        }
    }
    if faults.is_empty() && cases.is_empty() {
        return Err(whole(What::Empty));
    }
    if faults.is_empty() {
        Ok(cases)
    } else {
        Err(faults)
    }
}

/// Makes a set of the questions in a file.
pub async fn set_of_file(
    tx: &mut TenantTx,
    name: &str,
    file: &str,
    now: DateTime<Utc>,
) -> Result<EvaluationSetId, SetError> {
    let cases = read(file).map_err(SetError::Lines)?;
    set::make(tx, SetKind::Upload, name, &cases, now).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(file: &str) -> Vec<(usize, &'static str)> {
        let faults = read(file).unwrap_err();
        faults
            .iter()
            .map(|fault| (fault.line, fault.what.key()))
            .collect()
    }

    #[test]
    fn a_line_is_a_question_with_what_would_be_right() {
        let file = "\u{feff}{\"question\": \" Do you ship? \", \"expected\": \"Yes.\", \
                    \"thread\": [{\"from\": \"customer\", \"text\": \"Hi\"}], \"language\": \"en-GB\"}\r\n\
                    \n{\"question\": \"Refund me\", \"should_abstain\": true}\n";
        let cases = read(file).unwrap();
        assert_eq!(cases.len(), 2);
        assert_eq!(cases[0].question, "Do you ship?");
        assert_eq!(cases[0].thread, [Line::customer("Hi")]);
        assert_eq!(cases[0].language.as_deref(), Some("en-GB"));
        assert!(cases[1].should_abstain && cases[1].expected.is_empty());
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let long = "a".repeat(LONGEST + 1);
        let file = [
            "{\"question\": \"fine\"}",
            "not json",
            "{\"question\": \"  \"}",
            "",
            "{\"question\": \"q\", \"mood\": 1}",
            "{\"question\": \"q\", \"expected\": \"a\", \"should_abstain\": true}",
            &format!("{{\"question\": \"{long}\"}}"),
            "{\"question\": \"q\", \"language\": \"in French\"}",
        ]
        .join("\n");
        assert_eq!(
            faults(&file),
            [
                (2, "evaluations.line.unreadable"),
                (3, "evaluations.line.no_question"),
                (5, "evaluations.line.unreadable"),
                (6, "evaluations.line.answer_or_person"),
                (7, "evaluations.line.long"),
                (8, "evaluations.line.language"),
            ]
        );
    }

    #[test]
    fn a_file_has_questions_and_not_too_many() {
        assert_eq!(faults(" \n\n"), [(1, "evaluations.line.empty")]);
        let many = "{\"question\": \"q\"}\n".repeat(MOST + 1);
        assert_eq!(faults(&many), [(MOST + 1, "evaluations.line.many")]);
        let broken = "no\n".repeat(100);
        assert_eq!(faults(&broken).len(), NAMED);
        let large = "a".repeat(LARGEST + 1);
        assert_eq!(faults(&large), [(1, "evaluations.line.large")]);
    }
}
