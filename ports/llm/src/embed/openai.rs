//! `POST /embeddings`.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Batch, EmbeddingEndpoint};
use crate::error::Wire;
use crate::{Client, Endpoint, Error, Usage};

#[derive(Debug, Serialize)]
struct Request<'a> {
    model: &'a str,
    input: &'a [&'a str],
    #[serde(skip_serializing_if = "Option::is_none")]
    encoding_format: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dimensions: Option<usize>,
}

impl Request<'_> {
    /// Leaves out what a server may not know: the field that it names, else the next one. `false`:
    /// nothing is left to leave out.
    fn without(&mut self, refused: Option<&str>) -> bool {
        match refused {
            Some("encoding_format") => self.encoding_format.take().is_some(),
            Some("dimensions") => self.dimensions.take().is_some(),
            Some(_) => false,
            None => self.encoding_format.take().is_some() || self.dimensions.take().is_some(),
        }
    }
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    error: Value,
    data: Option<Vec<Item>>,
    #[serde(default)]
    usage: Value,
}

#[derive(Deserialize)]
struct Item {
    index: Option<usize>,
    embedding: Numbers,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Numbers {
    Plain(Vec<f32>),
    /// Little-endian 32-bit floats.
    Base64(String),
}

impl Client {
    pub(super) async fn embed_openai(
        &self,
        endpoint: &EmbeddingEndpoint,
        texts: &[&str],
    ) -> Result<Batch, Error> {
        let server = Endpoint {
            base_url: endpoint.base_url.clone(),
            key: endpoint.key.clone(),
            public_only: false,
        };
        let to = server.at("/embeddings");
        let most = endpoint.largest_answer(texts.len());
        let mut body = Request {
            model: &endpoint.model,
            input: texts,
            encoding_format: Some("base64"),
            dimensions: Some(endpoint.dimensions),
        };
        loop {
            match self.post(&to, &body, most).await {
                Ok(bytes) => return read(&bytes, texts.len()),
                Err(Error::Refused {
                    status: 400 | 422,
                    ref parameter,
                }) if body.without(parameter.as_deref()) => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// The vectors in the order of their texts, which need not be the order of the answer.
fn read(body: &[u8], texts: usize) -> Result<Batch, Error> {
    let answer: Answer =
        serde_json::from_slice(body).map_err(|_| Error::Malformed("no embeddings"))?;
    if let Some(error) = Wire::of(&answer.error) {
        return Err(error.classify(200, None));
    }
    let items = answer.data.ok_or(Error::Malformed("no embeddings"))?;
    let wrong_count = Error::WrongCount {
        wanted: texts,
        got: items.len(),
    };
    if items.len() != texts {
        return Err(wrong_count);
    }
    let mut places: Vec<Option<Vec<f32>>> = vec![None; texts];
    for (position, item) in items.into_iter().enumerate() {
        let place = places
            .get_mut(item.index.unwrap_or(position))
            .filter(|place| place.is_none())
            .ok_or(Error::Malformed("an index that was not asked for"))?;
        *place = Some(numbers(item.embedding)?);
    }
    Ok(Batch {
        vectors: places.into_iter().flatten().collect(),
        usage: Usage::read(&answer.usage),
    })
}

fn numbers(numbers: Numbers) -> Result<Vec<f32>, Error> {
    let text = match numbers {
        Numbers::Plain(numbers) => return Ok(numbers),
        Numbers::Base64(text) => text,
    };
    let bytes = BASE64_STANDARD
        .decode(text)
        .map_err(|_| Error::Malformed("an embedding that is not Base64"))?;
    let (numbers, rest) = bytes.as_chunks::<4>();
    if !rest.is_empty() {
        return Err(Error::Malformed("an embedding that was cut"));
    }
    Ok(numbers.iter().map(|n| f32::from_le_bytes(*n)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn vectors(data: &Value, texts: usize) -> Result<Vec<Vec<f32>>, Error> {
        let body = json!({"data": data}).to_string();
        read(body.as_bytes(), texts).map(|batch| batch.vectors)
    }

    #[test]
    fn vectors_are_put_in_the_order_of_their_texts() {
        let turned = json!([{"index": 1, "embedding": [2.0]}, {"index": 0, "embedding": [1.0]}]);
        assert_eq!(vectors(&turned, 2).unwrap(), [[1.0], [2.0]]);
        let unnumbered = json!([{"embedding": [1.0]}, {"embedding": [2.0]}]);
        assert_eq!(vectors(&unnumbered, 2).unwrap(), [[1.0], [2.0]]);
        let twice = json!([{"index": 0, "embedding": [2.0]}, {"index": 0, "embedding": [1.0]}]);
        assert_eq!(vectors(&twice, 2).unwrap_err().class(), "malformed");
        let beyond = json!([{"index": 5, "embedding": [2.0]}]);
        assert_eq!(vectors(&beyond, 1).unwrap_err().class(), "malformed");
        assert_eq!(
            vectors(&beyond, 2).unwrap_err(),
            Error::WrongCount { wanted: 2, got: 1 }
        );
    }

    #[test]
    fn numbers_come_as_base64_or_plain() {
        let packed = json!([{"index": 0, "embedding": "AACAPwAAAMA="}]);
        assert_eq!(vectors(&packed, 1).unwrap(), [[1.0, -2.0]]);
        for broken in ["AACAPw=", "AACAPwA=", "!"] {
            let broken = json!([{"index": 0, "embedding": broken}]);
            assert_eq!(vectors(&broken, 1).unwrap_err().class(), "malformed");
        }
    }

    #[test]
    fn what_a_server_refuses_is_left_out_one_by_one() {
        let mut body = Request {
            model: "m",
            input: &[],
            encoding_format: Some("base64"),
            dimensions: Some(768),
        };
        assert!(!body.without(Some("input")));
        assert!(body.without(None));
        assert!(body.without(Some("dimensions")));
        assert!(!body.without(None));
        let json = serde_json::to_string(&body).unwrap();
        assert_eq!(json, r#"{"model":"m","input":[]}"#);
    }

    #[test]
    fn an_error_inside_a_success_is_an_error() {
        let error = read(br#"{"error":{"code":429,"message":"slow"}}"#, 1);
        assert_eq!(error.err().unwrap().class(), "rate_limited");
        assert_eq!(read(b"{}", 1).err().unwrap().class(), "malformed");
    }
}
