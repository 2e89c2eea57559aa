//! Puts the pieces of an answer together.

use serde_json::Value;

use crate::error::Wire;
use crate::{Answer, Error, Finish, Piece, ToolCall, Usage};

/// The answer so far.
#[derive(Debug, Default)]
pub(crate) struct Assembly {
    model: String,
    text: String,
    calls: Vec<(u64, ToolCall)>,
    finish: Option<Finish>,
    refused: bool,
    usage: Usage,
}

impl Assembly {
    /// Takes a chunk, and tells what it adds. A chunk may hold an error, though the status of the
    /// stream was a success.
    pub(crate) fn take(
        &mut self,
        data: &str,
        tell: &mut dyn FnMut(Piece<'_>),
    ) -> Result<(), Error> {
        let chunk: Value =
            serde_json::from_str(data).map_err(|_| Error::Malformed("a chunk is not JSON"))?;
        if let Some(error) = Wire::find(&chunk) {
            return Err(error.classify(200, None));
        }
        if let Some(usage @ Value::Object(_)) = chunk.get("usage") {
            self.usage = Usage::read(usage);
        }
        if let Some(model) = string(chunk.get("model")).filter(|model| !model.is_empty()) {
            model.clone_into(&mut self.model);
        }
        // The chunks with what was used, and with a moderation, have no choice.
        let Some(choice) = chunk.pointer("/choices/0") else {
            return Ok(());
        };
        if let Some(error) = Wire::find(choice) {
            return Err(error.classify(200, None));
        }
        if let Some(reason) = string(choice.get("finish_reason")) {
            self.finish = Some(Finish::read(reason)?);
        }
        let calls = choice
            .pointer("/delta/tool_calls")
            .and_then(Value::as_array);
        for piece in calls.into_iter().flatten() {
            self.take_call(piece, tell);
        }
        if string(choice.pointer("/delta/refusal")).is_some_and(|text| !text.is_empty()) {
            self.refused = true;
        }
        let text = string(choice.pointer("/delta/content")).unwrap_or_default();
        self.text.push_str(text);
        tell(Piece::Text(text));
        Ok(())
    }

    /// A piece of a tool call: id and name come in the first, the arguments in parts. Pieces
    /// belong together by their index; some servers send none, or the same for every call, and
    /// tell calls apart by the id alone.
    fn take_call(&mut self, piece: &Value, tell: &mut dyn FnMut(Piece<'_>)) {
        let id = string(piece.get("id")).unwrap_or_default();
        let name = string(piece.pointer("/function/name")).unwrap_or_default();
        let index = piece.get("index").and_then(Value::as_u64);
        let fits = |own: &u64, call: &ToolCall| {
            index.is_none_or(|index| index == *own)
                && (id.is_empty() || call.id.is_empty() || id == call.id)
        };
        let known = self.calls.iter().rposition(|(own, call)| fits(own, call));
        let at = known.unwrap_or_else(|| {
            let next = u64::try_from(self.calls.len()).unwrap_or(u64::MAX);
            let call = ToolCall {
                id: String::new(),
                name: String::new(),
                arguments: String::new(),
            };
            self.calls.push((index.unwrap_or(next), call));
            self.calls.len().saturating_sub(1)
        });
        let Some((_, call)) = self.calls.get_mut(at) else {
            return;
        };
        if call.id.is_empty() {
            id.clone_into(&mut call.id);
        }
        if call.name.is_empty() {
            name.clone_into(&mut call.name);
        }
        let before = call.arguments.len();
        match piece.pointer("/function/arguments") {
            Some(Value::String(part)) => call.arguments.push_str(part),
            // Some servers send them whole and as an object.
            Some(object @ Value::Object(_)) => call.arguments = object.to_string(),
            _ => {}
        }
        tell(Piece::Arguments {
            call: at,
            tool: &call.name,
            part: call.arguments.get(before..).unwrap_or_default(),
        });
    }

    /// The answer, when the connection ended without the closing word: whole only if the model
    /// said why it stopped.
    pub(crate) fn end(self) -> Result<Answer, Error> {
        if self.finish.is_none() {
            return Err(Error::Transient("stream cut".to_owned()));
        }
        self.done()
    }

    /// The answer, when the provider said that it is done.
    pub(crate) fn done(self) -> Result<Answer, Error> {
        if self.finish.is_none() && self.text.is_empty() && self.calls.is_empty() {
            return Err(Error::Malformed("no choice"));
        }
        Ok(Answer {
            model: self.model,
            text: self.text,
            tool_calls: self.calls.into_iter().map(|(_, call)| call).collect(),
            finish: self.finish.unwrap_or(Finish::Stop),
            refused: self.refused,
            usage: self.usage,
        })
    }
}

fn string(value: Option<&Value>) -> Option<&str> {
    value.and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn assembled(deltas: &[Value]) -> Assembly {
        let mut assembly = Assembly::default();
        for delta in deltas {
            let chunk = json!({"choices": [{"delta": delta, "finish_reason": null}]});
            assembly.take(&chunk.to_string(), &mut |_| {}).unwrap();
        }
        assembly
    }

    fn names_and_arguments(answer: &Answer) -> Vec<(&str, &str)> {
        let calls = answer.tool_calls.iter();
        calls.map(|call| (&*call.name, &*call.arguments)).collect()
    }

    #[test]
    fn calls_that_come_interleaved_are_told_apart_by_their_index() {
        let piece = |index, name, arguments: &str| json!({"tool_calls": [{"index": index, "function": {"name": name, "arguments": arguments}}]});
        let answer = assembled(&[
            piece(0, Some("a"), "{\"x\""),
            piece(1, Some("b"), "{"),
            piece(0, None, ":1}"),
            piece(1, None, "}"),
        ])
        .done()
        .unwrap();
        assert_eq!(
            names_and_arguments(&answer),
            [("a", "{\"x\":1}"), ("b", "{}")]
        );
    }

    #[test]
    fn calls_without_an_index_or_with_the_same_are_told_apart_by_their_id() {
        for index in [json!(null), json!(0)] {
            let piece = |id: &str, name: &str, arguments: Value| json!({"tool_calls": [{"index": index, "id": id, "function": {"name": name, "arguments": arguments}}]});
            let answer = assembled(&[
                piece("1", "a", json!("{\"x\"")),
                piece("", "", json!(":1}")),
                piece("2", "b", json!({"y": 2})),
            ])
            .done()
            .unwrap();
            assert_eq!(
                names_and_arguments(&answer),
                [("a", "{\"x\":1}"), ("b", "{\"y\":2}")]
            );
        }
    }

    #[test]
    fn a_stream_that_was_cut_is_no_answer() {
        let half = assembled(&[json!({"content": "Ye"})]);
        assert_eq!(half.end().unwrap_err().class(), "transient");
        let closed = assembled(&[json!({"content": "Yes."})]).done().unwrap();
        assert_eq!(
            (closed.text.as_str(), closed.finish),
            ("Yes.", Finish::Stop)
        );
        let empty = Assembly::default().done();
        assert_eq!(empty.unwrap_err().class(), "malformed");
    }

    #[test]
    fn an_error_inside_the_stream_is_an_error() {
        let mut assembly = assembled(&[json!({"content": "Ye"})]);
        let error = r#"{"error":{"code":429,"message":"slow"},"choices":[]}"#;
        assert_eq!(
            assembly.take(error, &mut |_| {}).unwrap_err().class(),
            "rate_limited"
        );
        let broken = r#"{"choices":[{"delta":{},"finish_reason":"error"}]}"#;
        assert_eq!(
            assembly.take(broken, &mut |_| {}).unwrap_err().class(),
            "transient"
        );
        assert_eq!(
            assembly.take("{", &mut |_| {}).unwrap_err().class(),
            "malformed"
        );
    }
}
