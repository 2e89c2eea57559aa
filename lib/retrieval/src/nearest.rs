//! Ranking by vectors: the cosine with every one of them, exactly.

use std::collections::{HashMap, HashSet};

use crate::fuse::{Nearest, spread};

/// A vector that was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Near {
    /// The number under which it was added.
    pub document: u32,
    /// The cosine of the angle between both, -1 to 1.
    pub cosine: f32,
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
    /// of another length.
    pub fn nearest(&self, vector: &[f32], limit: usize) -> Nearest {
        if vector.len() != self.dimensions || self.dimensions == 0 {
            return Nearest::default();
        }
        let rows = self.values.chunks_exact(self.dimensions);
        let mut list: Vec<Near> = rows
            .zip(&self.documents)
            .map(|(row, document)| Near {
                document: *document,
                cosine: dot(row, vector),
            })
            .collect();
        let (mean, deviation) = spread(list.iter().map(|one| one.cosine));
        let order = |a: &Near, b: &Near| {
            b.cosine
                .total_cmp(&a.cosine)
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
            .nearest(&[0.0, 1.0], 5)
            .list
            .iter()
            .map(|one| one.document)
            .collect();
        assert_eq!(found, [9, 7]);
        assert!(vectors.nearest(&[1.0], 5).list.is_empty());
        assert_eq!(vectors.cosine(7, &[0.0, 1.0]), Some(0.6));
        assert_eq!(vectors.cosine(8, &[0.0, 1.0]), None);
    }

    #[test]
    fn the_dot_product_of_any_length_is_the_sum_of_products() {
        let a: Vec<f32> = (0_u8..19).map(f32::from).collect();
        assert!((dot(&a, &a) - 2109.0).abs() < 1e-3);
    }
}
