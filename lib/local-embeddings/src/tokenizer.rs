//! From a text to tokens: of all ways to cut it into pieces, the most likely one (SentencePiece's
//! unigram model, found by Viterbi's algorithm).

use crate::LoadError;
use crate::file::ModelFile;
use crate::normaliser::Normaliser;
use crate::sizes::{BEGIN, END, POSITIONS, UNKNOWN};
use crate::vocabulary::Vocabulary;

/// Characters of a text that are looked at. No piece has more than 16, so what comes after these
/// is past the last token that is kept.
const LONGEST: usize = 16 * POSITIONS;

/// Cuts texts into tokens.
#[derive(Debug)]
pub(crate) struct Tokenizer {
    vocabulary: Vocabulary,
    normaliser: Normaliser,
}

/// The best way to reach a place in the text.
#[derive(Clone, Copy)]
struct Step {
    score: f32,
    token: u32,
    /// Length in bytes of the last piece.
    length: usize,
}

impl Tokenizer {
    /// Reads vocabulary and normaliser, which are next in the file.
    pub(crate) fn read(file: &mut ModelFile) -> Result<Self, LoadError> {
        Ok(Self {
            vocabulary: Vocabulary::read(file)?,
            normaliser: Normaliser::read(file)?,
        })
    }

    /// The tokens of a text between those that enclose it, at most 512 together.
    pub(crate) fn tokens(&self, text: &str) -> Vec<u32> {
        let text: String = self.normaliser.normalise(text).take(LONGEST).collect();
        let mut tokens = vec![BEGIN];
        tokens.extend(self.cut(&text));
        tokens.truncate(POSITIONS - 1);
        tokens.push(END);
        tokens
    }

    fn cut(&self, text: &str) -> Vec<u32> {
        let mut best: Vec<Option<Step>> = vec![None; text.len() + 1];
        for (at, character) in text.char_indices() {
            let (reached, ahead) = best.split_at_mut(at + 1);
            let so_far = match reached.last() {
                Some(Some(step)) => step.score,
                _ => 0.0,
            };
            let mut offer = |length: usize, score: f32, token: u32| {
                if let Some(best) = ahead.get_mut(length - 1)
                    && best.is_none_or(|best| score > best.score)
                {
                    *best = Some(Step {
                        score,
                        token,
                        length,
                    });
                }
            };
            let rest = text.get(at..).unwrap_or_default();
            for (length, piece) in self.vocabulary.beginnings(rest.as_bytes()) {
                offer(length, so_far + piece.score, piece.id);
            }
            let unknown = so_far + self.vocabulary.unknown_score();
            offer(character.len_utf8(), unknown, UNKNOWN);
        }
        let mut tokens = Vec::new();
        let mut end = text.len();
        while let Some(Some(step)) = best.get(end) {
            tokens.push(step.token);
            end -= step.length;
        }
        tokens.reverse();
        tokens
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::normaliser::tests::normaliser;
    use crate::vocabulary::tests::vocabulary;
    use crate::{Settings, provide};

    fn tokens(pieces: &[(&str, f32)], text: &str) -> Vec<u32> {
        let tokenizer = Tokenizer {
            vocabulary: vocabulary(pieces),
            normaliser: normaliser(),
        };
        tokenizer.tokens(text)
    }

    #[test]
    fn the_likeliest_cut_wins_and_not_the_longest_piece() {
        let pieces = [("▁a", -1.0), ("b", -1.0), ("▁ab", -3.0), ("bc", -9.0)];
        assert_eq!(tokens(&pieces, "ab"), [BEGIN, 10, 11, END]);
    }

    #[test]
    fn a_character_without_a_piece_is_one_unknown_token() {
        let pieces = [("▁", -1.0), ("a", -1.0)];
        assert_eq!(tokens(&pieces, "a☃a"), [BEGIN, 10, 11, UNKNOWN, 11, END]);
    }

    #[test]
    fn a_long_text_is_cut_off_and_still_enclosed() {
        let pieces = [("▁", -1.0), ("a", -1.0)];
        let tokens = tokens(&pieces, &"a".repeat(100_000));
        assert_eq!(tokens.len(), 512);
        assert_eq!((tokens[0], tokens[511]), (BEGIN, END));
    }

    #[test]
    fn texts_of_many_languages_are_cut_as_the_engine_of_the_wheel_cuts_them() {
        let expected: BTreeMap<String, Vec<u32>> =
            serde_json::from_str(include_str!("../tests/data/tokens.json")).unwrap();
        let path = provide::file(&Settings::from_env(), &drop).unwrap();
        let tokenizer = Tokenizer::read(&mut ModelFile::open(&path).unwrap()).unwrap();
        for (text, expected) in expected {
            assert_eq!(tokenizer.tokens(&text), expected, "{text:?}");
        }
    }
}
