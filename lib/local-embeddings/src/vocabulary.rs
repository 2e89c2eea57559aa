//! The pieces that texts are cut into, found by how a text goes on.

use crate::LoadError;
use crate::file::{ModelFile, read_all};
use crate::sizes::{PIECES, UNKNOWN};

/// All pieces, in the order of their bytes.
#[derive(Debug)]
pub(crate) struct Vocabulary {
    bytes: Vec<u8>,
    pieces: Vec<Piece>,
    unknown: f32,
}

/// One piece.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Piece {
    start: u32,
    end: u32,
    /// Its token.
    pub(crate) id: u32,
    /// How likely it is, as a logarithm.
    pub(crate) score: f32,
}

impl Vocabulary {
    /// Reads the vocabulary, which is next in the file.
    pub(crate) fn read(file: &mut ModelFile) -> Result<Self, LoadError> {
        let length = file.length()?;
        let borders = read_all(&file.bytes((PIECES + 1) * 4)?, u32::from_le_bytes);
        let scores = read_all(&file.bytes(PIECES * 4)?, f32::from_le_bytes);
        let bytes = file.bytes(length)?;
        let spans = borders.iter().zip(borders.iter().skip(1));
        let pieces = (0..)
            .zip(spans.zip(scores))
            .map(|(id, ((&start, &end), score))| Piece {
                start,
                end,
                id,
                score,
            })
            .collect();
        Self::sorted(bytes, pieces).ok_or_else(|| file.damaged("its vocabulary has no order"))
    }

    fn sorted(bytes: Vec<u8>, mut pieces: Vec<Piece>) -> Option<Self> {
        if !pieces.iter().all(|piece| text(&bytes, *piece).is_some()) {
            return None;
        }
        pieces.sort_unstable_by_key(|piece| text(&bytes, *piece));
        let least = pieces
            .iter()
            .fold(0_f32, |least, piece| least.min(piece.score));
        Some(Self {
            // As the tokenizer's authors have it: less likely than any piece.
            unknown: least - 10.0,
            bytes,
            pieces,
        })
    }

    /// How likely a character is that no piece has.
    pub(crate) fn unknown_score(&self) -> f32 {
        self.unknown
    }

    /// Every piece that `text` begins with, the shortest first, with its length in bytes.
    pub(crate) fn beginnings<'a>(
        &'a self,
        text: &'a [u8],
    ) -> impl Iterator<Item = (usize, Piece)> + 'a {
        let mut range = self.pieces.as_slice();
        text.iter()
            .enumerate()
            .map_while(move |(depth, byte)| {
                range = self.narrow(range, depth, *byte);
                range.first().map(|piece| (depth + 1, *piece))
            })
            .filter(|(length, piece)| piece.length() == *length && piece.id != UNKNOWN)
    }

    /// Those of `range` that have `byte` at `depth`. All of them are alike before it, so the
    /// shortest is the first.
    fn narrow<'a>(&self, range: &'a [Piece], depth: usize, byte: u8) -> &'a [Piece] {
        let at = |piece: &Piece| {
            let text = text(&self.bytes, *piece).unwrap_or_default();
            text.get(depth).copied()
        };
        let range = skip(range, |piece| at(piece) < Some(byte));
        let rest = skip(range, |piece| at(piece) == Some(byte));
        range.get(..range.len() - rest.len()).unwrap_or_default()
    }
}

impl Piece {
    fn length(self) -> usize {
        usize::try_from(self.end - self.start).unwrap_or(usize::MAX)
    }
}

/// What comes after the pieces that are `before`.
fn skip(range: &[Piece], before: impl Fn(&Piece) -> bool) -> &[Piece] {
    let at = range.partition_point(before);
    range.get(at..).unwrap_or_default()
}

fn text(bytes: &[u8], piece: Piece) -> Option<&[u8]> {
    bytes.get(usize::try_from(piece.start).ok()?..usize::try_from(piece.end).ok()?)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A vocabulary of these pieces; their tokens count from 10, their scores are given.
    pub(crate) fn vocabulary(pieces: &[(&str, f32)]) -> Vocabulary {
        let mut bytes = Vec::new();
        let mut table = Vec::new();
        for (id, (text, score)) in (10..).zip(pieces) {
            let start = u32::try_from(bytes.len()).unwrap();
            bytes.extend_from_slice(text.as_bytes());
            let end = u32::try_from(bytes.len()).unwrap();
            table.push(Piece {
                start,
                end,
                id,
                score: *score,
            });
        }
        Vocabulary::sorted(bytes, table).unwrap()
    }

    #[test]
    fn pieces_are_found_by_how_a_text_begins() {
        let vocabulary = vocabulary(&[("b", 0.0), ("abc", 0.0), ("a", 0.0), ("abd", 0.0)]);
        let found = |text: &str| -> Vec<_> {
            let found = vocabulary.beginnings(text.as_bytes());
            found.map(|(length, piece)| (length, piece.id)).collect()
        };
        assert_eq!(found("abcd"), [(1, 12), (3, 11)]);
        assert_eq!(found("abx"), [(1, 12)]);
        assert_eq!(found("b"), [(1, 10)]);
        assert_eq!(found("c"), []);
    }

    #[test]
    fn a_piece_that_lies_outside_is_refused() {
        let outside = Piece {
            start: 1,
            end: 3,
            id: 0,
            score: 0.0,
        };
        assert!(Vocabulary::sorted(vec![0; 2], vec![outside]).is_none());
        let turned = Piece { end: 0, ..outside };
        assert!(Vocabulary::sorted(vec![0; 2], vec![turned]).is_none());
    }
}
