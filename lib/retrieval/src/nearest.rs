//! Ranking by vectors: the cosine with every one of them, exactly.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::fuse::{Nearest, spread};

/// So many documents of a language are believed by half.
const FEW: f32 = 8.0;

/// A vector that was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Near {
    /// The number under which it was added.
    pub document: u32,
    /// The cosine of the angle between both, -1 to 1.
    pub cosine: f32,
    /// The cosine without the part that comes from a common language: models put texts of one
    /// language nearer to each other than what they say would. What ranks.
    pub even: f32,
}

/// Vectors of one length, each of norm 1, with the number of what they stand for. Several may
/// stand for the same.
#[derive(Clone, Debug, Default)]
pub struct Vectors {
    dimensions: usize,
    documents: Vec<u32>,
    values: Vec<f32>,
    /// The first row of each document; rows of one follow each other.
    rows: HashMap<u32, usize>,
}

impl Vectors {
    /// None so far, for vectors of this length.
    pub fn new(dimensions: usize) -> Self {
        Self {
            dimensions,
            ..Self::default()
        }
    }

    /// Adds a vector of norm 1; false when its length is another one. Those of one document are
    /// added one after the other.
    pub fn add(&mut self, document: u32, vector: &[f32]) -> bool {
        if vector.len() != self.dimensions {
            return false;
        }
        self.rows.entry(document).or_insert(self.documents.len());
        self.documents.push(document);
        self.values.extend_from_slice(vector);
        true
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.documents.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty()
    }

    /// The documents nearest to a vector of norm 1, the nearest first, each once. Nothing for one
    /// of another length. `group` tells the language of a document, so that a question finds what
    /// answers it in another one.
    pub fn nearest<G: Ord>(
        &self,
        vector: &[f32],
        limit: usize,
        group: impl Fn(u32) -> G,
    ) -> Nearest {
        if vector.len() != self.dimensions || self.dimensions == 0 {
            return Nearest::default();
        }
        let rows = self.values.chunks_exact(self.dimensions);
        let mut list: Vec<Near> = rows
            .zip(&self.documents)
            .map(|(row, document)| {
                let cosine = dot(row, vector);
                Near {
                    document: *document,
                    cosine,
                    even: cosine,
                }
            })
            .collect();
        let (mean, deviation) = spread(list.iter().map(|one| one.cosine));
        even_out(&mut list, mean, group);
        let order = |a: &Near, b: &Near| {
            b.even
                .total_cmp(&a.even)
                .then_with(|| a.document.cmp(&b.document))
        };
        // More than are wanted, since several may stand for one document.
        let look = limit.saturating_mul(4);
        if look < list.len() {
            list.select_nth_unstable_by(look, order);
            list.truncate(look);
        }
        list.sort_unstable_by(order);
        let mut seen = HashSet::new();
        list.retain(|one| seen.insert(one.document));
        list.truncate(limit);
        Nearest {
            list,
            mean,
            deviation,
        }
    }

    /// Whether a document has a vector here.
    pub fn holds(&self, document: u32) -> bool {
        self.rows.contains_key(&document)
    }

    /// Keeps the vectors of these documents only.
    pub fn retain(&mut self, keep: impl Fn(u32) -> bool) {
        if self.documents.iter().all(|document| keep(*document)) {
            return;
        }
        let old = std::mem::replace(self, Self::new(self.dimensions));
        let rows = old.values.chunks_exact(old.dimensions.max(1));
        for (document, row) in old.documents.iter().zip(rows) {
            if keep(*document) {
                self.add(*document, row);
            }
        }
    }

    /// The cosine of a document's nearest vector; none when it has none.
    pub fn cosine(&self, document: u32, vector: &[f32]) -> Option<f32> {
        let first = *self.rows.get(&document)?;
        let rows = self.documents.iter().skip(first);
        let count = rows.take_while(|one| **one == document).count();
        let from = first * self.dimensions;
        let rows = self.values.get(from..from + count * self.dimensions)?;
        rows.chunks_exact(self.dimensions)
            .map(|row| dot(row, vector))
            .max_by(f32::total_cmp)
    }

    /// Mean and standard deviation of the cosines of some hundred pairs of vectors.
    pub fn likeness(&self) -> (f32, f32) {
        let row = |at: usize| {
            let from = at * self.dimensions;
            self.values.get(from..from + self.dimensions)
        };
        let step = (self.len() / 32).max(1);
        let some: Vec<&[f32]> = (0..self.len()).step_by(step).filter_map(row).collect();
        let pairs = some
            .iter()
            .enumerate()
            .flat_map(|(at, a)| some.iter().skip(at + 1).map(|b| dot(a, b)));
        spread(pairs)
    }
}

/// Takes off what all documents of a language have in common, compared with all documents. A
/// language of few documents tells little, so it is believed the less the fewer they are.
fn even_out<G: Ord>(list: &mut [Near], mean: f32, group: impl Fn(u32) -> G) {
    let mut groups: BTreeMap<G, (f32, f32)> = BTreeMap::new();
    for one in &*list {
        let (sum, count) = groups.entry(group(one.document)).or_default();
        *sum += one.cosine;
        *count += 1.0;
    }
    if groups.len() < 2 {
        return;
    }
    for one in list {
        if let Some((sum, count)) = groups.get(&group(one.document)) {
            let apart = sum / count - mean;
            one.even = one.cosine - apart * count / (count + FEW);
        }
    }
}

/// The dot product; sums of eight lanes, which the compiler turns into vector instructions.
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0.0_f32; 8];
    let (a_rows, a_rest) = a.as_chunks::<8>();
    let (b_rows, b_rest) = b.as_chunks::<8>();
    for (x, y) in a_rows.iter().zip(b_rows) {
        for ((lane, x), y) in lanes.iter_mut().zip(x).zip(y) {
            *lane += x * y;
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(x, y)| x * y).sum();
    lanes.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_comes_first_and_each_document_once() {
        let mut vectors = Vectors::new(2);
        assert!(vectors.add(7, &[1.0, 0.0]));
        assert!(vectors.add(7, &[0.8, 0.6]));
        assert!(vectors.add(9, &[0.0, 1.0]));
        assert!(!vectors.add(9, &[1.0]), "of another length");
        let found: Vec<u32> = vectors
            .nearest(&[0.0, 1.0], 5, |_| 0)
            .list
            .iter()
            .map(|one| one.document)
            .collect();
        assert_eq!(found, [9, 7]);
        assert!(vectors.nearest(&[1.0], 5, |_| 0).list.is_empty());
        assert_eq!(vectors.cosine(7, &[0.0, 1.0]), Some(0.6));
        assert_eq!(vectors.cosine(8, &[0.0, 1.0]), None);
    }

    #[test]
    fn what_answers_in_another_language_is_not_behind_all_of_the_own() {
        let mut vectors = Vectors::new(2);
        // Documents 0 to 19 are of the question's language and all rather near.
        for document in 0..20 {
            vectors.add(document, &[0.8, 0.6]);
        }
        for document in 20..40 {
            vectors.add(document, &[0.3, 0.954]);
        }
        vectors.add(40, &[0.75, 0.661]);
        let list = vectors
            .nearest(&[1.0, 0.0], 3, |document| document >= 20)
            .list;
        assert_eq!(list.first().map(|one| one.document), Some(40));
    }

    #[test]
    fn the_dot_product_of_any_length_is_the_sum_of_products() {
        let a: Vec<f32> = (0_u8..19).map(f32::from).collect();
        assert!((dot(&a, &a) - 2109.0).abs() < 1e-3);
    }
}
