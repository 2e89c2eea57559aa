//! Vectors for texts: what stands near has a like meaning.

mod gemini;
mod openai;

use std::time::Duration;

use kernel::Secret;
use tokio::time::timeout;
use url::Url;

use crate::{Client, Error, Usage};

/// Whose manners a server of vectors has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmbeddingKind {
    /// OpenAI's, which OpenRouter, Ollama and others share.
    OpenAi,
    /// Google's own.
    Gemini,
}

/// Where vectors are made, and which. Vectors of another model or another number of dimensions
/// can't be compared with these.
#[derive(Debug, Clone)]
pub struct EmbeddingEndpoint {
    /// Its manners.
    pub kind: EmbeddingKind,
    /// Up to and including the version, like `https://generativelanguage.googleapis.com/v1beta`.
    pub base_url: Url,
    /// The key; empty for a server that wants none.
    pub key: Secret,
    /// The model's name there.
    pub model: String,
    /// How many numbers a vector has.
    pub dimensions: usize,
}

/// What a text is embedded for. A model that can tells the two apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmbeddingTask {
    /// It asks.
    Query,
    /// It may answer.
    Document,
}

/// Vectors, in the order of their texts.
#[derive(Debug, Clone, PartialEq)]
pub struct Embeddings {
    /// One for each text, of length 1.
    pub vectors: Vec<Vec<f32>>,
    /// What all of it used; Gemini's first model says nothing.
    pub usage: Usage,
}

/// What one call gave: vectors in the order of their texts, as they came.
struct Batch {
    vectors: Vec<Vec<f32>>,
    usage: Usage,
}

impl Client {
    /// The vectors of these texts, all of them within this time. The texts are sent in batches as
    /// large as the provider takes; when one fails there is no vector at all, so whoever has many
    /// texts asks in portions and keeps each. Nothing is tried again: [`Error::RateLimited`] says
    /// how long to wait. An empty text is refused by most providers.
    pub async fn embed(
        &self,
        endpoint: &EmbeddingEndpoint,
        task: EmbeddingTask,
        texts: &[&str],
        within: Duration,
    ) -> Result<Embeddings, Error> {
        let all = timeout(within, self.embed_all(endpoint, task, texts)).await;
        all.unwrap_or(Err(Error::Timeout))
    }

    async fn embed_all(
        &self,
        endpoint: &EmbeddingEndpoint,
        task: EmbeddingTask,
        texts: &[&str],
    ) -> Result<Embeddings, Error> {
        let mut vectors = Vec::with_capacity(texts.len());
        let mut used: Option<Usage> = None;
        for texts in batches(texts, endpoint.kind) {
            let batch = match endpoint.kind {
                EmbeddingKind::OpenAi => self.embed_openai(endpoint, texts).await?,
                EmbeddingKind::Gemini => self.embed_gemini(endpoint, task, texts).await?,
            };
            if batch.vectors.len() != texts.len() {
                return Err(Error::WrongCount {
                    wanted: texts.len(),
                    got: batch.vectors.len(),
                });
            }
            for vector in batch.vectors {
                vectors.push(normalised(vector, endpoint.dimensions)?);
            }
            match &mut used {
                Some(used) => used.add(&batch.usage),
                None => used = Some(batch.usage),
            }
        }
        let usage = used.unwrap_or_default();
        Ok(Embeddings { vectors, usage })
    }
}

impl EmbeddingEndpoint {
    /// The most bytes that an answer of so many vectors can have: 32 for each number.
    fn largest_answer(&self, texts: usize) -> usize {
        let numbers = texts.saturating_mul(self.dimensions.max(64));
        numbers.saturating_mul(32).saturating_add(64 * 1024)
    }
}

/// The texts in portions that the provider takes in one call. OpenAI: 2048 texts and 300,000
/// tokens, of which each has a byte at least. Gemini: 100 texts, by the word of its clients.
fn batches<'a, 'b>(texts: &'a [&'b str], kind: EmbeddingKind) -> Vec<&'a [&'b str]> {
    let (most, most_bytes) = match kind {
        EmbeddingKind::OpenAi => (512, 300_000),
        EmbeddingKind::Gemini => (100, usize::MAX),
    };
    let mut batches = Vec::new();
    let mut rest = texts;
    while !rest.is_empty() {
        let mut bytes: usize = 0;
        let fitting = rest.iter().take(most).take_while(|text| {
            bytes = bytes.saturating_add(text.len());
            bytes <= most_bytes
        });
        // One that is too long goes alone, and the provider says so.
        let (batch, left) = rest.split_at(fitting.count().max(1));
        batches.push(batch);
        rest = left;
    }
    batches
}

/// The vector divided by its length, so that the product of two is their likeness. Gemini's
/// shortened vectors come with a length of about 0.57.
fn normalised(mut vector: Vec<f32>, dimensions: usize) -> Result<Vec<f32>, Error> {
    if vector.len() != dimensions {
        return Err(Error::WrongDimension {
            wanted: dimensions,
            got: vector.len(),
        });
    }
    let largest = vector.iter().fold(0_f32, |most, x| most.max(x.abs()));
    if !vector.iter().all(|x| x.is_finite()) || largest == 0.0 {
        return Err(Error::Malformed("a vector without a direction"));
    }
    // Divided by the largest first, so that the squares neither vanish nor overflow.
    let squares: f32 = vector.iter().map(|x| (x / largest) * (x / largest)).sum();
    let length = largest * squares.sqrt();
    for x in &mut vector {
        *x /= length;
    }
    Ok(vector)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(texts: &[&str], kind: EmbeddingKind) -> Vec<usize> {
        batches(texts, kind).iter().map(|b| b.len()).collect()
    }

    #[test]
    fn texts_are_cut_into_what_each_provider_takes_in_one_call() {
        let texts = vec!["a"; 1030];
        assert_eq!(sizes(&texts, EmbeddingKind::OpenAi), [512, 512, 6]);
        assert_eq!(sizes(&texts[..250], EmbeddingKind::Gemini), [100, 100, 50]);
        let (half, huge) = ("a".repeat(150_000), "a".repeat(900_000));
        let texts = [half.as_str(), &half, &huge, "a", "b"];
        assert_eq!(sizes(&texts, EmbeddingKind::OpenAi), [2, 1, 2]);
        assert!(sizes(&[], EmbeddingKind::OpenAi).is_empty());
    }

    #[test]
    fn every_vector_has_length_one() {
        for scale in [1.0, 0.5677, 1e-30, 1e30] {
            let unit = normalised(vec![3.0 * scale, -4.0 * scale], 2).unwrap();
            assert!(
                (unit[0] - 0.6).abs() < 1e-6 && (unit[1] + 0.8).abs() < 1e-6,
                "{unit:?}"
            );
        }
    }

    #[test]
    fn vectors_that_cannot_be_compared_are_refused() {
        let wrong = normalised(vec![1.0], 2).unwrap_err();
        assert_eq!(wrong, Error::WrongDimension { wanted: 2, got: 1 });
        for bad in [[0.0, 0.0], [f32::NAN, 1.0], [f32::INFINITY, 1.0]] {
            let error = normalised(bad.to_vec(), 2).unwrap_err();
            assert_eq!(error.class(), "malformed");
        }
    }
}
