//! FAQ entries: one answer, and the ways people ask for it.

pub mod sheet;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use db::{DbError, TenantTx};
use kernel::{FaqId, Limit, Page};
use serde::{Deserialize, Serialize};

use crate::embed;
use crate::language::Language;
use crate::store::{entries, passages, state};

/// The most phrasings of one entry.
pub const MOST_QUESTIONS: usize = 20;
/// The longest phrasing, in characters.
pub const LONGEST_QUESTION: usize = 300;
/// The longest answer, in characters.
pub const LONGEST_ANSWER: usize = 4000;
/// The most entries the page shows.
const MOST_LISTED: i64 = 1000;

/// One answer and its phrasings.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Entry {
    /// Its id.
    pub id: FaqId,
    /// How people ask for it; the first is the title.
    pub questions: Vec<String>,
    /// The answer, sent word for word.
    pub answer: String,
    /// The language of both.
    pub language: Language,
    /// Whether it is used for answers.
    pub enabled: bool,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
}

impl Entry {
    /// The first phrasing.
    pub fn title(&self) -> &str {
        self.questions.first().map_or("", String::as_str)
    }

    /// What it says, as somebody would write it.
    pub fn draft(&self) -> Draft {
        Draft {
            questions: self.questions.clone(),
            answer: self.answer.clone(),
            language: Some(self.language),
            enabled: self.enabled,
        }
    }
}

/// What a person writes into an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// The ways people ask, 1 to 20, each of at most 300 characters.
    pub questions: Vec<String>,
    /// The answer, of at most 4000 characters.
    pub answer: String,
    /// The language; recognised when it is left out.
    #[serde(default)]
    pub language: Option<Language>,
    /// Whether it is used for answers.
    #[serde(default = "yes")]
    pub enabled: bool,
}

const fn yes() -> bool {
    true
}

/// Why an entry was not written.
#[derive(Debug, thiserror::Error)]
pub enum FaqError {
    /// Something is missing or too long; by field, the i18n key of what is wrong.
    #[error("the entry has mistakes")]
    Invalid(BTreeMap<&'static str, &'static str>),
    /// There is no such entry.
    #[error("there is no such entry")]
    NotFound,
    /// The database failed.
    #[error("the entry could not be kept")]
    Db(#[from] DbError),
}

/// The draft as it would be kept; what is wrong with it, otherwise.
pub fn check(draft: Draft) -> Result<Draft, FaqError> {
    let clean = |text: String| {
        let kept = text.replace("\r\n", "\n");
        let kept: String = kept
            .chars()
            .filter(|c| !c.is_control() || *c == '\n')
            .collect();
        kept.trim().to_owned()
    };
    let mut questions: Vec<String> = Vec::new();
    for question in draft.questions {
        let question = clean(question).replace('\n', " ");
        if !question.is_empty() && !questions.contains(&question) {
            questions.push(question);
        }
    }
    let answer = clean(draft.answer);
    let mut mistakes = BTreeMap::new();
    if questions.is_empty() {
        mistakes.insert("questions", "knowledge.error.no_question");
    } else if questions.len() > MOST_QUESTIONS {
        mistakes.insert("questions", "knowledge.error.many_questions");
    } else if questions
        .iter()
        .any(|q| q.chars().count() > LONGEST_QUESTION)
    {
        mistakes.insert("questions", "knowledge.error.long_question");
    }
    if answer.is_empty() {
        mistakes.insert("answer", "knowledge.error.no_answer");
    } else if answer.chars().count() > LONGEST_ANSWER {
        mistakes.insert("answer", "knowledge.error.long_answer");
    }
    if mistakes.is_empty() {
        Ok(Draft {
            questions,
            answer,
            ..draft
        })
    } else {
        Err(FaqError::Invalid(mistakes))
    }
}

async fn write(tx: &mut TenantTx, entry: Entry) -> Result<Entry, FaqError> {
    put(tx, &entry).await?;
    written(tx, entry.updated_at).await?;
    Ok(entry)
}

/// Keeps an entry with its passage.
async fn put(tx: &mut TenantTx, entry: &Entry) -> Result<(), DbError> {
    let by = tx.scope().actor().user();
    entries::put(tx, entry, by).await?;
    passages::put_entry(tx, entry, entry.updated_at).await
}

/// What follows when entries were kept.
async fn written(tx: &mut TenantTx, now: DateTime<Utc>) -> Result<(), DbError> {
    embed::follow(tx, now).await?;
    tx.signal("knowledge-changed");
    Ok(())
}

/// What a draft makes of an entry, or of none. Nothing is kept.
pub(crate) fn drafted(
    draft: Draft,
    old: Option<&Entry>,
    now: DateTime<Utc>,
) -> Result<Entry, FaqError> {
    let draft = check(draft)?;
    let text = || format!("{}\n{}", draft.questions.join("\n"), draft.answer);
    let language = draft.language.unwrap_or_else(|| Language::of(&text()));
    Ok(Entry {
        id: old.map_or_else(FaqId::new, |old| old.id),
        questions: draft.questions,
        answer: draft.answer,
        language,
        enabled: draft.enabled,
        created_at: old.map_or(now, |old| old.created_at),
        updated_at: now,
    })
}

/// Writes a new entry.
pub async fn create(
    tx: &mut TenantTx,
    draft: Draft,
    now: DateTime<Utc>,
) -> Result<Entry, FaqError> {
    write(tx, drafted(draft, None, now)?).await
}

/// Replaces what an entry says.
pub async fn update(
    tx: &mut TenantTx,
    id: FaqId,
    draft: Draft,
    now: DateTime<Utc>,
) -> Result<Entry, FaqError> {
    let old = load(tx, id).await?;
    write(tx, drafted(draft, Some(&old), now)?).await
}

/// Uses an entry for answers, or rests it.
pub async fn set_enabled(
    tx: &mut TenantTx,
    id: FaqId,
    enabled: bool,
    now: DateTime<Utc>,
) -> Result<Entry, FaqError> {
    let old = load(tx, id).await?;
    write(
        tx,
        Entry {
            enabled,
            updated_at: now,
            ..old
        },
    )
    .await
}

/// Removes an entry.
pub async fn delete(tx: &mut TenantTx, id: FaqId) -> Result<(), FaqError> {
    if !entries::delete(tx, id).await? {
        return Err(FaqError::NotFound);
    }
    state::touch(tx).await?;
    tx.signal("knowledge-changed");
    Ok(())
}

/// One entry.
pub async fn load(tx: &mut TenantTx, id: FaqId) -> Result<Entry, FaqError> {
    entries::find(tx, id).await?.ok_or(FaqError::NotFound)
}

/// The entries, those changed last first.
pub async fn list(tx: &mut TenantTx) -> Result<Vec<Entry>, FaqError> {
    Ok(entries::list(tx, None, MOST_LISTED).await?)
}

/// One page of them.
pub async fn page(
    tx: &mut TenantTx,
    after: Option<(DateTime<Utc>, FaqId)>,
    limit: Limit,
) -> Result<Page<Entry>, FaqError> {
    let entries = entries::list(tx, after, limit.probe()).await?;
    Ok(Page::from_probe(entries, limit, |entry| {
        (entry.updated_at, entry.id)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(questions: &[&str], answer: &str) -> Draft {
        Draft {
            questions: questions.iter().map(|q| (*q).to_owned()).collect(),
            answer: answer.to_owned(),
            language: None,
            enabled: true,
        }
    }

    #[test]
    fn empty_and_repeated_phrasings_are_left_out() {
        let kept = check(draft(
            &["  Hours? ", "", "Hours?", "Open\u{0}?"],
            "9 to 6\r\n",
        ))
        .unwrap();
        assert_eq!(kept.questions, ["Hours?", "Open?"]);
        assert_eq!(kept.answer, "9 to 6");
    }

    #[test]
    fn an_entry_needs_a_question_and_an_answer() {
        let Err(FaqError::Invalid(mistakes)) = check(draft(&[" "], "")) else {
            panic!("it was taken");
        };
        assert_eq!(mistakes.len(), 2);
    }
}
