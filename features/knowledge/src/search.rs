//! The one way to find what the business knows.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use db::{DbResult, TenantTx};
use kernel::{ChunkId, FaqId, FileId};
use serde::Serialize;

use crate::language::Language;
use crate::score::{ANSWERS, Passage, Score, Terms, Weights, score};
use crate::store::passages::{self, Candidate};
use crate::words;

/// How many candidates of each language are looked at closely.
const CANDIDATES: i64 = 24;
/// The longest question that is read, in characters.
const LONGEST: usize = 1000;
/// How much a passage in another language than the wanted one loses.
const FOREIGN: f32 = 0.85;
/// What a question inside a message counts, compared with the message as a whole.
const PART: f32 = 0.95;
/// Below this a passage has nothing to do with the question.
const NOISE: f32 = 0.08;

/// Where a passage comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An FAQ entry.
    Faq,
    /// A document.
    Document,
}

/// A passage that was found.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Hit {
    /// The passage.
    pub chunk: ChunkId,
    /// Where it comes from.
    pub kind: Kind,
    /// Its FAQ entry.
    pub faq: Option<FaqId>,
    /// Its document.
    pub file: Option<FileId>,
    /// The document's title, or the entry's first phrasing.
    pub title: String,
    /// The headings above it.
    pub heading: String,
    /// Its text; for an FAQ entry the answer.
    pub content: String,
    /// The phrasing of an FAQ entry that is nearest to the question.
    pub question: Option<String>,
    /// Its language.
    pub language: Language,
    /// How sure it is that this answers, 0 to 1; from [`crate::score::ANSWERS`] on it is good
    /// enough to be the answer word for word.
    pub score: f32,
    /// PostgreSQL's own rank, to compare within one search only.
    pub lexical_rank: f32,
    /// How much of the question the passage speaks of, 0 to 1, rare words weighing more.
    pub coverage: f32,
}

impl Hit {
    /// Whether it is good enough to be the answer word for word.
    pub fn answers(&self) -> bool {
        self.score >= ANSWERS
    }

    pub(crate) fn share(&self) -> f64 {
        self.score.into()
    }
}

/// A stem as PostgreSQL writes it in a query.
fn quoted(stem: &str) -> String {
    format!("'{}'", stem.replace('\\', "\\\\").replace('\'', "''"))
}

/// The query for passages with any of these stems or of those that mean the same.
fn any_of<'a>(language: Language, stems: impl IntoIterator<Item = &'a str>) -> String {
    let mut parts = BTreeSet::new();
    for stem in stems {
        parts.insert(quoted(stem));
        parts.extend(words::kin(language, stem).iter().map(|stem| quoted(stem)));
    }
    parts.into_iter().collect::<Vec<_>>().join(" | ")
}

/// What a message asks, in one language.
#[derive(Default)]
struct Question {
    /// The message as a whole, then the questions inside it.
    readings: Vec<Terms>,
    query: String,
}

/// The passages that may answer `message`, the surest first. Passages in the wanted language come
/// before equals in others.
pub async fn search(
    tx: &mut TenantTx,
    message: &str,
    wanted: Option<Language>,
    limit: usize,
) -> DbResult<Vec<Hit>> {
    let message: String = message
        .chars()
        .filter(|c| *c != '\0')
        .take(LONGEST)
        .collect();
    let essence = words::essence(&message);
    if essence.is_empty() {
        return Ok(Vec::new());
    }
    let counts: BTreeMap<String, i64> =
        passages::count_by_language(tx).await?.into_iter().collect();
    let questions = read(tx, &message, &counts).await?;
    let asked: Vec<_> = questions
        .iter()
        .filter(|(_, q)| !q.query.is_empty())
        .collect();
    let languages: Vec<String> = asked.iter().map(|(name, _)| (*name).clone()).collect();
    let queries: Vec<String> = asked.iter().map(|(_, q)| q.query.clone()).collect();
    let found = passages::candidates(tx, &languages, &queries, &essence, CANDIDATES).await?;
    let compared: Vec<(Candidate, Passage)> = found
        .into_iter()
        .map(|candidate| {
            let passage = passage(&candidate);
            (candidate, passage)
        })
        .collect();
    let weights = weigh(tx, &counts, &questions, &compared).await?;

    let mut hits = Vec::new();
    for (candidate, passage) in compared {
        let language = Language::from_tag(&candidate.language);
        let Some(question) = questions.get(&candidate.language) else {
            continue;
        };
        let Some(weights) = weights.get(&candidate.language) else {
            continue;
        };
        let mut best = Score::default();
        for (at, reading) in question.readings.iter().enumerate() {
            let mut one = score(reading, &passage, weights);
            if at > 0 {
                one.sure *= PART;
            }
            if one.sure > best.sure {
                best = one;
            }
        }
        if wanted.is_some_and(|wanted| wanted != language) {
            best.sure *= FOREIGN;
        }
        if best.sure >= NOISE {
            hits.push(hit(candidate, language, best));
        }
    }
    hits.sort_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then_with(|| b.lexical_rank.total_cmp(&a.lexical_rank))
            .then_with(|| a.chunk.cmp(&b.chunk))
    });
    hits.truncate(limit);
    Ok(hits)
}

/// The message's stems in every language that the workspace has passages in.
async fn read(
    tx: &mut TenantTx,
    message: &str,
    counts: &BTreeMap<String, i64>,
) -> DbResult<BTreeMap<String, Question>> {
    let texts = words::readings(message);
    let essences: Vec<String> = texts.iter().map(|text| words::essence(text)).collect();
    let languages: Vec<String> = counts.keys().cloned().collect();
    let mut questions: BTreeMap<String, Question> = BTreeMap::new();
    let mut stems = passages::stems(tx, &languages, &essences).await?;
    stems.sort_by_key(|reading| reading.text);
    for reading in stems {
        let language = Language::from_tag(&reading.language);
        let at = usize::try_from(reading.text - 1).unwrap_or_default();
        let asking = texts.get(at).and_then(|text| words::asking(text));
        let question = questions.entry(reading.language).or_default();
        if at == 0 {
            question.query = any_of(language, reading.stems.iter().map(String::as_str));
        }
        question
            .readings
            .push(Terms::new(language, &reading.stems, asking));
    }
    Ok(questions)
}

fn passage(candidate: &Candidate) -> Passage {
    let language = Language::from_tag(&candidate.language);
    let terms = |stems: &[String]| Terms::new(language, stems, None).stems;
    let phrasings = candidate.phrasings.iter().zip(&candidate.questions);
    let phrasings = phrasings.map(|(stems, question)| {
        let stems: Vec<String> = stems.split_whitespace().map(str::to_owned).collect();
        Terms::new(language, &stems, words::asking(question))
    });
    Passage {
        phrasings: phrasings.collect(),
        head: terms(&candidate.head),
        all: terms(&candidate.stems),
    }
}

/// How rare each stem of the question and of the phrasings is.
async fn weigh(
    tx: &mut TenantTx,
    counts: &BTreeMap<String, i64>,
    questions: &BTreeMap<String, Question>,
    compared: &[(Candidate, Passage)],
) -> DbResult<HashMap<String, Weights>> {
    let mut stems: BTreeSet<(String, String)> = BTreeSet::new();
    for (name, question) in questions {
        let all = question.readings.iter().flat_map(|reading| &reading.stems);
        stems.extend(all.map(|stem| (name.clone(), stem.clone())));
    }
    for (candidate, passage) in compared {
        let all = passage
            .phrasings
            .iter()
            .flat_map(|phrasing| &phrasing.stems);
        stems.extend(all.map(|stem| (candidate.language.clone(), stem.clone())));
    }
    let languages: Vec<String> = stems.iter().map(|(name, _)| name.clone()).collect();
    let queries: Vec<String> = stems
        .iter()
        .map(|(name, stem)| any_of(Language::from_tag(name), [stem.as_str()]))
        .collect();
    let found = passages::frequencies(tx, &languages, &queries).await?;
    let mut by_language: HashMap<String, Vec<(String, i64)>> = HashMap::new();
    for ((name, stem), count) in stems.into_iter().zip(found) {
        by_language.entry(name).or_default().push((stem, count));
    }
    let weights = by_language.into_iter().map(|(name, found)| {
        let passages = counts.get(&name).copied().unwrap_or_default();
        let weights = Weights::new(Language::from_tag(&name), passages, found);
        (name, weights)
    });
    Ok(weights.collect())
}

fn hit(candidate: Candidate, language: Language, score: Score) -> Hit {
    let question = score
        .phrasing
        .and_then(|at| candidate.questions.get(at))
        .cloned();
    Hit {
        chunk: candidate.id,
        kind: if candidate.faq_id.is_some() {
            Kind::Faq
        } else {
            Kind::Document
        },
        faq: candidate.faq_id,
        file: candidate.file_id,
        title: candidate.title,
        heading: candidate.heading,
        content: candidate.content,
        question,
        language,
        score: score.sure,
        lexical_rank: candidate.rank,
        coverage: score.coverage,
    }
}
