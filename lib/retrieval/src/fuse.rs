//! One list out of two: by terms and by vectors, normalised and summed with a weight that was
//! learned on evaluation sets (docs/RETRIEVAL.md); and how sure it is that the first one answers.

use std::collections::{BTreeSet, HashMap};

use crate::index::{Index, Ranked};
use crate::nearest::{Near, Vectors};
use crate::real;

/// What the list by terms counts beside the list by vectors. Learned by leaving each evaluation set
/// out in turn; from 0.1 to 0.3 the fused list is better than both of its lists on all of them.
pub const LEXICAL: f32 = 0.2;

/// How many of each list are looked at.
pub const LOOK: usize = 200;

/// How the cosines of a model lie: what unrelated texts have, and how far equals are from there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// The cosine of texts that have nothing to do with each other.
    pub floor: f32,
    /// From there to texts that say the same.
    pub span: f32,
}

impl Scale {
    /// multilingual-e5-small, whose cosines lie between 0.7 and 1.
    pub const E5: Self = Self {
        floor: 0.7,
        span: 0.3,
    };

    /// The scale of a model, given some of its vectors.
    pub fn of_model(model: &str, vectors: &Vectors) -> Self {
        if model.starts_with("multilingual-e5-small") {
            return Self::E5;
        }
        let (mean, deviation) = vectors.likeness();
        Self::measured(mean, deviation)
    }

    /// The scale of a model that is not known here, told from how alike passages of one workspace
    /// are to each other: `mean` and standard `deviation` of their cosines.
    pub fn measured(mean: f32, deviation: f32) -> Self {
        let span = (11.5 * deviation).clamp(0.1, 1.0);
        let floor = (mean - 1.5 * deviation).clamp(-1.0, 1.0 - span);
        Self { floor, span }
    }

    fn of(self, cosine: f32) -> f32 {
        ((cosine - self.floor) / self.span).clamp(0.0, 1.0)
    }
}

/// A document that was found, and by what.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fused {
    /// Its number.
    pub document: u32,
    /// Both lists in one, 0 to 1.
    pub score: f32,
    /// Its place in the list by terms, from 1 on.
    pub lexical_rank: Option<u32>,
    /// BM25 as a share of the most that was possible, 0 to 1.
    pub lexical: f32,
    /// Its place in the list by vectors, from 1 on.
    pub vector_rank: Option<u32>,
    /// The cosine with the question; none without a vector.
    pub cosine: Option<f32>,
    /// How sure it is that it answers, 0 to 1, calibrated on questions that the knowledge answers
    /// and on questions that it does not. Without vectors it is the share of the terms.
    pub sure: f32,
}

/// What a question is compared with.
#[derive(Clone, Debug)]
pub struct Searcher {
    /// By terms.
    pub index: Index,
    /// By vectors; empty when there are none.
    pub vectors: Vectors,
    /// How the cosines of the vectors' model lie.
    pub scale: Scale,
}

/// A list by vectors, with how all the others lie.
#[derive(Clone, Debug, Default)]
pub struct Nearest {
    /// The nearest first.
    pub list: Vec<Near>,
    /// The mean cosine of the question with everything.
    pub mean: f32,
    /// Its standard deviation.
    pub deviation: f32,
}

impl Searcher {
    /// The documents that may answer, the best first. Without a vector the list by terms alone.
    pub fn search(&self, question: &str, vector: Option<&[f32]>, limit: usize) -> Vec<Fused> {
        self.search_among(&self.index.search(question, LOOK), vector, limit)
    }

    /// The same with a list by terms that is there already.
    pub fn search_among(
        &self,
        lexical: &[Ranked],
        vector: Option<&[f32]>,
        limit: usize,
    ) -> Vec<Fused> {
        let Some(vector) = vector.filter(|_| !self.vectors.is_empty()) else {
            return by_terms(lexical, limit);
        };
        let language = |document| self.index.language(document);
        let nearest = self.vectors.nearest(vector, LOOK, language);
        let cosine = |document| self.vectors.cosine(document, vector);
        fuse(lexical, &nearest, self.scale, cosine, limit)
    }
}

fn places<T>(list: &[T], document: impl Fn(&T) -> u32) -> HashMap<u32, u32> {
    list.iter().map(document).zip(1..).collect()
}

fn by_terms(lexical: &[Ranked], limit: usize) -> Vec<Fused> {
    let ranked = lexical.iter().zip(1..).take(limit);
    ranked
        .map(|(one, rank)| Fused {
            document: one.document,
            score: one.share,
            lexical_rank: Some(rank),
            lexical: one.share,
            vector_rank: None,
            cosine: None,
            sure: one.share,
        })
        .collect()
}

/// One list out of both. A document that only one of them found still counts: `cosine` tells what
/// the list by vectors left out, and what has no term of the question has nothing by terms.
pub fn fuse(
    lexical: &[Ranked],
    nearest: &Nearest,
    scale: Scale,
    cosine: impl Fn(u32) -> Option<f32>,
    limit: usize,
) -> Vec<Fused> {
    let lexical_ranks = places(lexical, |one| one.document);
    let vector_ranks = places(&nearest.list, |one| one.document);
    let shares: HashMap<u32, f32> = lexical.iter().map(|o| (o.document, o.share)).collect();
    let near: HashMap<u32, Near> = nearest.list.iter().map(|o| (o.document, *o)).collect();
    let all: BTreeSet<u32> = shares.keys().chain(near.keys()).copied().collect();
    let mut fused: Vec<Fused> = all
        .into_iter()
        .map(|document| {
            let share = shares.get(&document).copied().unwrap_or_default();
            let found = near.get(&document);
            let known = found.map(|one| one.cosine).or_else(|| cosine(document));
            let even = found.map(|one| one.even).or(known);
            let likeness = even.map_or(0.0, |cosine| scale.of(cosine));
            Fused {
                document,
                score: LEXICAL * share + (1.0 - LEXICAL) * likeness,
                lexical_rank: lexical_ranks.get(&document).copied(),
                lexical: share,
                vector_rank: vector_ranks.get(&document).copied(),
                cosine: known,
                sure: even.map_or(share, |cosine| sure(share, cosine, scale, nearest)),
            }
        })
        .collect();
    fused.sort_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then_with(|| a.document.cmp(&b.document))
    });
    fused.truncate(limit);
    fused
}

/// How sure it is that a passage answers: a logistic regression over how much of the question's
/// terms it has, how near it is, and how far it stands out among all passages. Fitted on
/// questions with and without an answer (docs/RETRIEVAL.md).
fn sure(share: f32, cosine: f32, scale: Scale, nearest: &Nearest) -> f32 {
    let deviation = nearest.deviation.max(1e-3);
    let stands_out = ((cosine - nearest.mean) / deviation).clamp(0.0, 8.0);
    let likeness = (cosine - scale.floor) / scale.span;
    let evidence = 6.4 * share + 8.1 * likeness + 1.3 * stands_out - 10.1;
    1.0 / (1.0 + (-evidence).exp())
}

/// The mean and the standard deviation.
pub(crate) fn spread(values: impl Iterator<Item = f32> + Clone) -> (f32, f32) {
    let count = real(values.clone().count()).max(1.0);
    let mean = values.clone().sum::<f32>() / count;
    let variance = values.map(|value| (value - mean).powi(2)).sum::<f32>() / count;
    (mean, variance.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Language;
    use crate::index::BODY;

    fn searcher() -> Searcher {
        let mut searcher = Searcher {
            index: Index::default(),
            vectors: Vectors::new(2),
            scale: Scale {
                floor: 0.0,
                span: 1.0,
            },
        };
        for (text, vector) in [
            ("parcel to Belgium", [1.0, 0.0]),
            ("opening hours", [0.0, 1.0]),
            ("cups and bowls", [0.6, 0.8]),
        ] {
            let number = searcher.index.add(Language::English, &[(text, BODY)]);
            searcher.vectors.add(number, &vector);
        }
        searcher
    }

    #[test]
    fn what_only_one_list_found_still_counts() {
        let found = searcher().search("parcel", Some(&[0.0, 1.0]), 10);
        let documents: Vec<u32> = found.iter().map(|one| one.document).collect();
        assert_eq!(documents, [1, 2, 0]);
        assert_eq!(found[2].lexical_rank, Some(1));
        assert_eq!(found[2].vector_rank, Some(3));
        assert_eq!(found[0].lexical_rank, None);
    }

    #[test]
    fn without_a_vector_the_terms_alone_decide() {
        let found = searcher().search("opening hours", None, 10);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].document, 1);
        assert!(found[0].score > 0.3 && found[0].cosine.is_none());
    }

    fn near(document: u32, cosine: f32) -> Near {
        Near {
            document,
            cosine,
            even: cosine,
        }
    }

    proptest::proptest! {
        #[test]
        fn more_of_either_never_ranks_lower(share in 0.0_f32..0.9, cosine in 0.0_f32..0.9, more in 0.0_f32..0.1) {
            let scale = Scale { floor: 0.0, span: 1.0 };
            let lexical = [Ranked { document: 0, score: 1.0, share }, Ranked { document: 1, score: 1.0, share: share + more }];
            let nearest = Nearest {
                list: vec![near(1, cosine + more), near(0, cosine)],
                mean: 0.1,
                deviation: 0.1,
            };
            let found = fuse(&lexical, &nearest, scale, |_| None, 2);
            let of = |document| found.iter().find(|one| one.document == document).copied();
            let (less, more) = (of(0).unwrap(), of(1).unwrap());
            proptest::prop_assert!(more.score >= less.score);
            proptest::prop_assert!(more.sure >= less.sure);
            proptest::prop_assert!((0.0..=1.0).contains(&more.sure));
        }
    }
}
