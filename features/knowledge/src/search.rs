//! The one way to find what the business knows: by terms and by vectors, fused into one list, each
//! passage with how sure it is to answer.

mod fold;
mod held;
pub mod preview;
mod question;

use std::collections::HashMap;

use db::{DbResult, Scope, TenantTx};
use kernel::{ChunkId, FaqId, FileId};
use retrieval::fuse::{Fused, LOOK, Nearest, fuse};
use retrieval::index::Ranked;
use retrieval::nearest::Near;
use serde::Serialize;
use uuid::Uuid;

use crate::Knowledge;
use crate::language::Language;
use crate::score::{ANSWERS, Passage, Score, Weights, score};
use crate::store::passages::{self, Candidate};
use crate::store::vectors;
use crate::words;
use held::Held;
use question::Question;

/// How many passages are looked at closely.
const CANDIDATES: usize = 48;
/// The longest question that is read, in characters.
const LONGEST: usize = 1000;
/// How much a passage in another language than the wanted one loses.
const FOREIGN: f32 = 0.85;
/// What a question inside a message counts, compared with the message as a whole.
const PART: f32 = 0.95;
/// Below this a passage has nothing to do with the question.
const NOISE: f32 = 0.03;

/// A question as a vector, and the model that made it.
#[derive(Clone, Debug, PartialEq)]
pub struct QueryVector {
    /// The model; a vector of another one than the passages have is of no use.
    pub model: String,
    /// The vector, of norm 1.
    pub values: Vec<f32>,
}

/// A search.
#[derive(Clone, Copy, Debug)]
pub struct Query<'a> {
    /// What somebody wrote.
    pub message: &'a str,
    /// The language that an answer should have.
    pub wanted: Option<Language>,
    /// The message as a vector; without it words alone are compared.
    pub vector: Option<&'a QueryVector>,
    /// How many passages are wanted.
    pub limit: usize,
}

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
    /// Both lists in one, 0 to 1; what the hits are ordered by.
    pub fused: f32,
    /// Its place in the list by terms, from 1 on.
    pub lexical_rank: Option<u32>,
    /// What it reached by terms (BM25), as a share of the most that was possible.
    pub lexical: f32,
    /// Its place in the list by vectors, from 1 on.
    pub vector_rank: Option<u32>,
    /// The cosine of its vector with the question's.
    pub cosine: Option<f32>,
    /// How much of the question the passage speaks of, 0 to 1, rare words weighing more.
    pub coverage: f32,
}

impl Hit {
    /// Whether it is good enough to be the answer word for word.
    pub fn answers(&self) -> bool {
        self.score >= ANSWERS
    }

    /// The page of the entry or the document.
    pub fn place(&self) -> String {
        match (self.faq, self.file) {
            (Some(entry), _) => format!("/knowledge/faq/{entry}"),
            (None, Some(file)) => format!("/knowledge/documents/{file}"),
            (None, None) => "/knowledge".to_owned(),
        }
    }

    pub(crate) fn share(&self) -> f64 {
        self.score.into()
    }

    pub(crate) fn fused_share(&self) -> f64 {
        self.fused.into()
    }
}

/// The passages that may answer `message`, by words alone, the best first.
pub async fn search(
    tx: &mut TenantTx,
    message: &str,
    wanted: Option<Language>,
    limit: usize,
) -> DbResult<Vec<Hit>> {
    let query = Query {
        message,
        wanted,
        vector: None,
        limit,
    };
    find(tx, &query).await
}

impl Knowledge {
    /// The passages that may answer, by words and by vectors.
    pub async fn find(
        &self,
        scope: &Scope,
        message: &str,
        wanted: Option<Language>,
        limit: usize,
    ) -> DbResult<Vec<Hit>> {
        let vector = self.query_vector(scope, message).await?;
        let mut tx = self.db.tenant(scope).await?;
        let query = Query {
            message,
            wanted,
            vector: vector.as_ref(),
            limit,
        };
        find(&mut tx, &query).await
    }
}

/// The passages that may answer, the best first; near duplicates are folded into the best of them.
/// A passage in another language than the wanted one is less sure to answer.
pub async fn find(tx: &mut TenantTx, query: &Query<'_>) -> DbResult<Vec<Hit>> {
    let Some(message) = readable(query.message) else {
        return Ok(Vec::new());
    };
    let held = held::of(tx).await?;
    find_in(tx, &held, &[], &message, query).await
}

/// What of a message is read; nothing when it says nothing.
fn readable(message: &str) -> Option<String> {
    let clean = message.chars().filter(|c| *c != '\0');
    let message: String = clean.take(LONGEST).collect();
    (!words::essence(&message).is_empty()).then_some(message)
}

/// The same in what is `held`, where some passages may be `drafted`: nobody kept them.
async fn find_in(
    tx: &mut TenantTx,
    held: &Held,
    drafted: &[Candidate],
    message: &str,
    query: &Query<'_>,
) -> DbResult<Vec<Hit>> {
    let index = &held.searcher.index;
    if index.is_empty() {
        return Ok(Vec::new());
    }
    let question = Question::read(message, index);
    let lexical = question.by_terms(message, index);
    let fused = ranked(tx, held, drafted, &lexical, query.vector).await?;
    let found: Vec<ChunkId> = fused
        .iter()
        .filter_map(|one| held.chunk(one.document))
        .collect();
    let kept = |chunk: &&ChunkId| drafted.iter().all(|one| one.id != **chunk);
    let ids: Vec<Uuid> = found.iter().filter(kept).map(|one| one.uuid()).collect();
    let mut candidates = passages::candidates(tx, &ids).await?;
    let beside = drafted.iter().filter(|one| found.contains(&one.id));
    candidates.extend(beside.cloned());
    let compared: Vec<(Candidate, Passage)> = candidates
        .into_iter()
        .map(|candidate| {
            let passage = question::passage(&candidate);
            (candidate, passage)
        })
        .collect();
    let weights = question.weigh(index, &compared);
    let by_number: HashMap<u32, Fused> = fused.into_iter().map(|o| (o.document, o)).collect();
    let mut hits: Vec<Hit> = compared
        .into_iter()
        .filter_map(|(candidate, passage)| {
            let fused = by_number.get(&held.number(candidate.id)?)?;
            let language = Language::from_tag(&candidate.language);
            let words = by_words(question.in_language(language), &passage, &weights, language);
            let hit = hit(candidate, language, words, fused, query.wanted);
            (hit.score >= NOISE).then_some(hit)
        })
        .collect();
    hits.sort_by(|a, b| {
        b.fused
            .total_cmp(&a.fused)
            .then_with(|| b.score.total_cmp(&a.score))
            .then_with(|| a.chunk.cmp(&b.chunk))
    });
    fold::near_duplicates(&mut hits, query.limit);
    Ok(hits)
}

/// The passages of a large workspace whose vectors are nearest to a question's, the nearest first.
pub async fn nearest(
    tx: &mut TenantTx,
    vector: &QueryVector,
    limit: usize,
) -> DbResult<Vec<ChunkId>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let near = vectors::nearest(tx, &vector.model, &vector.values, limit).await?;
    Ok(near.into_iter().map(|one| one.chunk).collect())
}

/// The candidates by terms and, when the question's vector is of the model that is searched, by
/// vectors.
async fn ranked(
    tx: &mut TenantTx,
    held: &Held,
    drafted: &[Candidate],
    lexical: &[Ranked],
    vector: Option<&QueryVector>,
) -> DbResult<Vec<Fused>> {
    let vector = vector.filter(|vector| held.model() == Some(vector.model.as_str()));
    let values = vector.map(|vector| vector.values.as_slice());
    let (Some(vector), true) = (vector, held.large) else {
        return Ok(held.searcher.search_among(lexical, values, CANDIDATES));
    };
    let limit = i64::try_from(LOOK).unwrap_or(i64::MAX);
    let near = vectors::nearest(tx, &vector.model, &vector.values, limit).await?;
    let mut list: Vec<Near> = Vec::new();
    for one in near {
        if let Some(document) = held.number(one.chunk)
            && !list.iter().any(|known| known.document == document)
        {
            list.push(Near {
                document,
                cosine: one.cosine,
                even: one.cosine,
            });
        }
    }
    // The graph knows nothing of drafts.
    let beside = drafted.iter().filter_map(|one| held.number(one.id));
    list.extend(beside.filter_map(|document| {
        let cosine = held.searcher.vectors.cosine(document, &vector.values)?;
        Some(Near {
            document,
            cosine,
            even: cosine,
        })
    }));
    list.sort_by(|a, b| b.cosine.total_cmp(&a.cosine));
    let least = list.last().map(|one| one.cosine);
    let nearest = Nearest {
        list,
        ..held.searcher.vectors.nearest(&vector.values, 0, |_| ())
    };
    // What the graph did not give is at most as near as the last that it gave.
    let scale = held.searcher.scale;
    Ok(fuse(lexical, &nearest, scale, |_| least, CANDIDATES))
}

/// How sure the words of a passage are to answer, by the best of the question's readings.
fn by_words(
    readings: &[crate::score::Terms],
    passage: &Passage,
    weights: &HashMap<Language, Weights>,
    language: Language,
) -> Score {
    let Some(weights) = weights.get(&language) else {
        return Score::default();
    };
    let mut best = Score::default();
    for (at, reading) in readings.iter().enumerate() {
        let mut one = score(reading, passage, weights);
        if at > 0 {
            one.sure *= PART;
        }
        if one.sure > best.sure {
            best = one;
        }
    }
    best
}

fn hit(
    candidate: Candidate,
    language: Language,
    words: Score,
    fused: &Fused,
    wanted: Option<Language>,
) -> Hit {
    let question = words
        .phrasing
        .and_then(|at| candidate.questions.get(at))
        .cloned();
    let by_vector = fused.cosine.map_or(0.0, |_| fused.sure);
    let foreign = wanted.is_some_and(|wanted| wanted != language);
    let part = if foreign { FOREIGN } else { 1.0 };
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
        score: words.sure.max(by_vector) * part,
        fused: fused.score.max(words.sure * retrieval::fuse::LEXICAL),
        lexical_rank: fused.lexical_rank,
        lexical: fused.lexical,
        vector_rank: fused.vector_rank,
        cosine: fused.cosine,
        coverage: words.coverage,
    }
}
