//! The draft of an FAQ entry out of a gap: the ways customers asked, and what a person answered.
//! Nothing is kept before a person says so.

use db::TenantTx;
use kernel::{ContactId, GapId};
use knowledge::faq::{LONGEST_ANSWER, LONGEST_QUESTION};
use knowledge::language::Language;
use serde::Serialize;
use uuid::Uuid;

use super::alike::{self, by_words};
use super::cluster::centrality;
use super::personal::{Bare, Known, MARK, Personal, bare};
use super::{GapError, detail, load};
use crate::store::gaps::questions::{self, Kept};
use crate::store::gaps::state;
use crate::{like, settings};

/// How many ways of asking a draft has at most.
const PHRASINGS: usize = 8;
/// From this likeness on, two ways of asking are the same.
const SAME: f32 = 0.8;
/// So many words of weight make a reply an answer: "let me check" has fewer.
const ANSWERS: usize = 3;

/// Where the answer of a draft comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DraftSource {
    /// Nobody answered so far: it is empty.
    Nobody,
    /// A person answered it to a customer.
    Person,
    /// The model wrote it from what people answered.
    Model,
}

/// The draft of an FAQ entry.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct GapDraft {
    /// The ways customers asked.
    pub questions: Vec<String>,
    /// The answer; empty when nobody gave one. `[…]` stands where something was taken out that
    /// belongs to one customer, and has to be filled or removed.
    pub answer: String,
    /// The language of both.
    pub language: Language,
    /// Where the answer comes from.
    pub source: DraftSource,
    /// What was taken out.
    pub removed: Vec<Personal>,
    /// Addresses and numbers that stayed, since several customers were told them: to be checked.
    pub flagged: Vec<String>,
    /// Why the model wrote nothing, as a stable key, when it was asked to.
    pub trouble: Option<String>,
}

/// What a person answered, without what belongs to one customer.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) text: String,
    pub(super) language: Language,
    pub(super) removed: Vec<Personal>,
    pub(super) flagged: Vec<String>,
}

/// What a draft is made of.
#[derive(Clone, Debug)]
pub(super) struct Material {
    pub(super) questions: Vec<Kept>,
    /// The most central first.
    pub(super) answers: Vec<Answer>,
    known: Known,
}

/// Gathers what a draft of a gap is made of.
pub(super) async fn material(tx: &mut TenantTx, id: GapId) -> Result<Material, GapError> {
    load(tx, id).await?;
    let questions = detail::kept(tx, Some(id)).await?;
    let ids: Vec<Uuid> = questions.iter().map(|one| one.id.uuid()).collect();
    let replies = questions::replies(tx, &ids).await?;
    let mut known = Known {
        business: settings::load(tx).await?.business,
        ..Known::default()
    };
    for person in state::people(tx).await? {
        known.person(&person);
    }
    for question in &questions {
        known.person(&question.name);
    }
    let of = |message| questions.iter().find(|one| one.id == message);
    let said: Vec<Said> = replies
        .into_iter()
        .filter_map(|reply| {
            let question = of(reply.question)?;
            Some(Said {
                to: question.contact,
                asked_in: Language::from_tag(&question.language),
                text: reply.text,
            })
        })
        .collect();
    Ok(Material {
        answers: answers(&said, &known),
        questions,
        known,
    })
}

/// What a person said to a customer.
struct Said {
    to: ContactId,
    asked_in: Language,
    text: String,
}

/// The replies that answer, bare, the most central first.
fn answers(said: &[Said], known: &Known) -> Vec<Answer> {
    let mut all: Vec<Answer> = Vec::new();
    for reply in said {
        let others = said.iter().filter(|other| other.to != reply.to);
        let known = Known {
            told: others.map(|other| other.text.clone()).collect(),
            ..known.clone()
        };
        let bare = bare(&reply.text, &known);
        // A short reply is in the language of the question.
        let language = Language::surely(&bare.text).unwrap_or(reply.asked_in);
        if knowledge::telling(language, &bare.text).len() < ANSWERS {
            continue;
        }
        all.push(Answer {
            text: bare.text.chars().take(LONGEST_ANSWER).collect(),
            language,
            removed: bare.removed,
            flagged: bare.flagged,
        });
    }
    let compared: Vec<alike::Said> = all
        .iter()
        .map(|one| alike::Said {
            language: one.language,
            text: one.text.clone(),
            vector: None,
        })
        .collect();
    let members: Vec<usize> = (0..all.len()).collect();
    let central = centrality(&by_words(&compared), &members);
    let mut ranked: Vec<(f32, Answer)> = central.into_iter().zip(all).collect();
    ranked.sort_by(|(a, one), (b, other)| {
        let marks = |answer: &Answer| answer.text.matches(MARK).count();
        b.total_cmp(a)
            .then_with(|| marks(one).cmp(&marks(other)))
            .then_with(|| other.text.len().cmp(&one.text.len()))
            .then_with(|| one.text.cmp(&other.text))
    });
    ranked.into_iter().map(|(_, answer)| answer).collect()
}

/// A question as a way of asking.
fn phrasing(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LONGEST_QUESTION {
        return line;
    }
    // Of a long message the sentence that asks.
    let asked = line
        .split_inclusive(['.', '!', '?'])
        .map(str::trim)
        .find(|one| one.ends_with('?') && one.chars().count() <= LONGEST_QUESTION);
    let cut = || line.chars().take(LONGEST_QUESTION).collect();
    asked.map_or_else(cut, str::to_owned)
}

impl Material {
    /// The language that most is asked in.
    fn language(&self) -> Language {
        let tag = self.questions.first().map(|one| one.language.as_str());
        Language::from_tag(tag.unwrap_or_default())
    }

    /// Distinct ways of asking: the one in the middle first, then the most central of this
    /// language, then others.
    pub(super) fn phrasings(&self, language: Language) -> Vec<String> {
        let own = |one: &&Kept| Language::from_tag(&one.language) == language;
        let first = self.questions.iter().take(1);
        let rest = self.questions.iter().skip(1);
        let ordered = first
            .chain(rest.clone().filter(own))
            .chain(rest.filter(|one| !own(one)));
        let mut kept: Vec<String> = Vec::new();
        for question in ordered {
            let bare = bare(&phrasing(&question.text), &self.known);
            let again = kept
                .iter()
                .any(|one| like::likeness(one, &bare.text) >= SAME);
            let broken = bare.text.contains(MARK) || bare.text.is_empty();
            if !again && !broken && kept.len() < PHRASINGS {
                kept.push(bare.text);
            }
        }
        kept
    }

    /// A text without what belongs to any of those who talked.
    pub(super) fn bare(&self, text: &str) -> Bare {
        let told = self.answers.iter().map(|answer| answer.text.clone());
        let known = Known {
            told: told.collect(),
            ..self.known.clone()
        };
        bare(text, &known)
    }

    /// The draft without a model.
    pub(super) fn draft(&self, wanted: Option<Language>) -> GapDraft {
        let asked = wanted.unwrap_or_else(|| self.language());
        let own = self.answers.iter().find(|one| one.language == asked);
        // An answer in another language is better than none, unless this one is wanted.
        let answer = own.or_else(|| self.answers.first().filter(|_| wanted.is_none()));
        let language = answer.map_or(asked, |answer| answer.language);
        GapDraft {
            questions: self.phrasings(language),
            answer: answer.map(|one| one.text.clone()).unwrap_or_default(),
            language,
            source: answer.map_or(DraftSource::Nobody, |_| DraftSource::Person),
            removed: answer.map(|one| one.removed.clone()).unwrap_or_default(),
            flagged: answer.map(|one| one.flagged.clone()).unwrap_or_default(),
            trouble: None,
        }
    }
}

/// The draft of a gap, in the language that is most asked in or in this one.
pub async fn draft(
    tx: &mut TenantTx,
    id: GapId,
    language: Option<Language>,
) -> Result<GapDraft, GapError> {
    Ok(material(tx, id).await?.draft(language))
}

#[cfg(test)]
mod tests {
    use super::super::question::Kind;
    use super::*;
    use chrono::DateTime;
    use kernel::{ConversationId, MessageId};

    fn asked(text: &str, language: &str) -> Kept {
        Kept {
            id: MessageId::new(),
            gap: None,
            kind: Kind::Unanswered,
            asked_at: DateTime::UNIX_EPOCH,
            language: language.to_owned(),
            blamed: Vec::new(),
            answered: false,
            score: 0.0,
            stamp: None,
            model: None,
            vector: None,
            conversation: ConversationId::new(),
            contact: ContactId::new(),
            name: "Emma Peeters".to_owned(),
            text: text.to_owned(),
        }
    }

    fn material(asked_: &[(&str, &str)], replies: &[&str]) -> Material {
        let mut known = Known::default();
        known.person("Emma Peeters");
        known.person("Camille");
        let said: Vec<Said> = replies
            .iter()
            .map(|text| Said {
                to: ContactId::new(),
                asked_in: Language::English,
                text: (*text).to_owned(),
            })
            .collect();
        Material {
            questions: asked_.iter().map(|(text, tag)| asked(text, tag)).collect(),
            answers: answers(&said, &known),
            known,
        }
    }

    #[test]
    fn the_most_central_reply_answers_and_the_ways_of_asking_are_distinct() {
        let material = material(
            &[
                ("Do you offer gift wrapping?", "en"),
                ("do you offer gift wrapping", "en"),
                ("Faites-vous des paquets cadeaux ?", "fr"),
                ("Can you wrap it as a present?", "en"),
            ],
            &[
                "Let me check!",
                "Hi Emma, yes, we wrap gifts for two euros, just say so in the order note. Camille",
                "Yes, we wrap every gift for two euros.",
                "Our potter Jean is away until Monday.",
            ],
        );
        let draft = material.draft(None);
        assert_eq!(
            draft.questions,
            [
                "Do you offer gift wrapping?",
                "Can you wrap it as a present?",
                "Faites-vous des paquets cadeaux ?",
            ]
        );
        assert!(draft.answer.contains("two euros"), "{draft:?}");
        assert!(!draft.answer.contains("Emma"), "{draft:?}");
        assert_eq!(
            (draft.source, draft.language),
            (DraftSource::Person, Language::English)
        );
        assert_eq!(
            material.draft(Some(Language::French)).source,
            DraftSource::Nobody
        );
    }

    #[test]
    fn a_question_that_names_its_customer_is_no_way_of_asking() {
        let material = material(
            &[
                ("Do you engrave names?", "en"),
                ("My order #4711: can you engrave it?", "en"),
            ],
            &[],
        );
        let draft = material.draft(None);
        assert_eq!(draft.questions, ["Do you engrave names?"]);
        assert_eq!(
            (draft.source, draft.answer.as_str()),
            (DraftSource::Nobody, "")
        );
    }

    #[test]
    fn of_a_long_message_the_sentence_that_asks_is_kept() {
        let long = format!(
            "{} Do you engrave mugs? Thanks.",
            "I love your shop. ".repeat(30)
        );
        assert_eq!(phrasing(&long), "Do you engrave mugs?");
    }
}
