//! How alike two questions are: by their vectors where the workspace has an embedder, else by their
//! words. Both thresholds are where the groups of a labelled set in two languages are found best
//! (`alike/tests.rs`).

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use knowledge::language::Language;
use retrieval::nearest::dot;

use super::cluster::Pairs;

/// From this average cosine on, questions mean the same; see [`by_meaning`]. On the labelled set
/// every value from 0.16 to 0.24 finds nearly the same groups; below, topics that share an object
/// (the oven dish, the glaze) flow together, which is worse than a topic in two groups.
pub(super) const MEANING: f32 = 0.2;
/// From this average cosine of weighted words on, questions mean the same; see [`by_words`]. Below,
/// one word that says little ("name", "studio") joins two topics; above, topics that customers
/// word freely fall apart.
pub(super) const WORDS: f32 = 0.16;

/// So many vectors of a language are believed by half (as in `retrieval::nearest`).
const FEW: f32 = 8.0;
/// With fewer vectors nobody knows what all of them have in common.
const LEAST: usize = 16;
/// How many questions there are before the first: a word of the few that are here is not common
/// yet.
const BEFORE: f32 = 50.0;

/// A question as it is compared.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub(super) language: Language,
    pub(super) text: String,
    pub(super) vector: Option<Vec<f32>>,
}

fn real(count: usize) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX))
}

/// Compares by vectors; nothing when some question has none or there are too few to know the
/// model's space.
///
/// Vectors of one model all point into one direction, and those of one language even more so:
/// questions of one language that have nothing in common are nearer to each other than questions
/// that mean the same in two. What texts of a language have in common is therefore taken off first
/// (Mu and Viswanath, "All-but-the-Top", 2018; Libovický and others, "On the language neutrality of
/// pre-trained multilingual representations", 2020). Unrelated questions then have a cosine near
/// 0 in every model, so that one threshold does for all. `background` are questions of the FAQ:
/// without them the few questions of a small workspace would be their own mean.
pub(super) fn by_meaning(said: &[Said], background: &[(Language, Vec<f32>)]) -> Option<Pairs> {
    let own: Option<Vec<(Language, &[f32])>> = said
        .iter()
        .map(|one| Some((one.language, one.vector.as_deref()?)))
        .collect();
    let own = own?;
    let dimensions = own.first()?.1.len();
    let beside = background
        .iter()
        .map(|(language, v)| (*language, v.as_slice()));
    let all: Vec<(Language, &[f32])> = own.iter().copied().chain(beside).collect();
    if all.len() < LEAST || all.iter().any(|(_, vector)| vector.len() != dimensions) {
        return None;
    }
    let common = common(&all, dimensions);
    let bare: Vec<Vec<f32>> = own
        .iter()
        .map(|(language, vector)| {
            let mean = common.get(language).map(Vec::as_slice).unwrap_or_default();
            let rest = vector.iter().zip(mean).map(|(value, mean)| value - mean);
            of_norm_one(rest.collect())
        })
        .collect();
    let row = |at: usize| bare.get(at).map(Vec::as_slice).unwrap_or_default();
    Some(Pairs::new(said.len(), |one, other| {
        dot(row(one), row(other))
    }))
}

/// What the vectors of each language have in common. A language of few vectors tells little, so it
/// is believed the less the fewer they are.
fn common(all: &[(Language, &[f32])], dimensions: usize) -> BTreeMap<Language, Vec<f32>> {
    let mut by_language: BTreeMap<Language, Vec<&[f32]>> = BTreeMap::new();
    for (language, vector) in all {
        by_language.entry(*language).or_default().push(vector);
    }
    let everything: Vec<&[f32]> = all.iter().map(|(_, vector)| *vector).collect();
    let whole = mean(&everything, dimensions);
    let of_language = |vectors: &Vec<&[f32]>| {
        let count = real(vectors.len());
        let belief = count / (count + FEW);
        let own = mean(vectors, dimensions);
        let both = own.iter().zip(&whole);
        both.map(|(own, whole)| whole + belief * (own - whole))
            .collect()
    };
    let languages = by_language.iter();
    languages
        .map(|(language, vectors)| (*language, of_language(vectors)))
        .collect()
}

fn mean(vectors: &[&[f32]], dimensions: usize) -> Vec<f32> {
    let mut sum = vec![0.0; dimensions];
    for vector in vectors {
        for (sum, value) in sum.iter_mut().zip(*vector) {
            *sum += value;
        }
    }
    let count = real(vectors.len()).max(1.0);
    sum.into_iter().map(|value| value / count).collect()
}

fn of_norm_one(vector: Vec<f32>) -> Vec<f32> {
    let norm = dot(&vector, &vector).sqrt().max(f32::MIN_POSITIVE);
    vector.into_iter().map(|value| value / norm).collect()
}

/// Compares by the stems that carry meaning, rare ones weighing more: the cosine of their weights
/// (Salton's TF-IDF with BM25's inverse document frequency).
pub(super) fn by_words(said: &[Said]) -> Pairs {
    let terms: Vec<BTreeMap<String, f32>> = said
        .iter()
        .map(|one| {
            let mut counts = BTreeMap::new();
            for term in knowledge::telling(one.language, &one.text) {
                counts.insert(term, 1.0);
            }
            counts
        })
        .collect();
    let mut frequency: BTreeMap<String, f32> = BTreeMap::new();
    for term in terms.iter().flat_map(BTreeMap::keys) {
        *frequency.entry(term.clone()).or_default() += 1.0;
    }
    let all = real(said.len()) + BEFORE;
    let weigh = |mut counts: BTreeMap<String, f32>| {
        for (term, weight) in &mut counts {
            let with = frequency.get(term).copied().unwrap_or(1.0);
            *weight = (1.0 + (all - with + 0.5) / (with + 0.5)).ln();
        }
        let norm = counts.values().map(|w| w * w).sum::<f32>().sqrt();
        for weight in counts.values_mut() {
            *weight /= norm.max(f32::MIN_POSITIVE);
        }
        counts
    };
    let weighted: Vec<BTreeMap<String, f32>> = terms.into_iter().map(weigh).collect();
    Pairs::new(said.len(), |one, other| {
        let (Some(one), Some(other)) = (weighted.get(one), weighted.get(other)) else {
            return 0.0;
        };
        let shared = one
            .iter()
            .filter_map(|(term, w)| Some(w * other.get(term)?));
        shared.sum()
    })
}
