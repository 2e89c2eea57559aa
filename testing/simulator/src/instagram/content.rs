//! What a message to a customer may hold (Instagram Send API).

use serde_json::{Map, Value, json};

use crate::errors::GraphError;
use crate::json::text_at;

/// Instagram: at most 1000 bytes of UTF-8.
const MAX_TEXT_BYTES: usize = 1000;
/// Instagram: at most 13 quick replies.
const MAX_QUICK_REPLIES: usize = 13;
/// Instagram: a longer quick reply title is cut.
const MAX_TITLE: usize = 20;
const MAX_PAYLOAD: usize = 1000;
/// Instagram: up to 10 images in one message.
const MAX_IMAGES: usize = 10;

/// A message that passed the checks.
#[derive(Clone, Debug, Default)]
pub struct Content {
    pub kind: String,
    pub text: Option<String>,
    pub attachments: Vec<Value>,
    pub choices: Vec<String>,
    pub reply_to: Option<String>,
}

/// Checks the `message` parameter of a send.
pub fn check(message: &Value) -> Result<Content, GraphError> {
    let Value::Object(message) = message else {
        return Err(GraphError::parameter(
            "The parameter message must be an object.",
        ));
    };
    let text = check_text(message)?;
    let attachments = check_attachments(message)?;
    if text.is_some() && !attachments.is_empty() {
        return Err(GraphError::parameter(
            "Text and attachment can't be sent in one message: send two messages.",
        ));
    }
    if text.is_none() && attachments.is_empty() {
        return Err(GraphError::parameter(
            "Message cannot be empty, must provide valid content.",
        ));
    }
    let choices = check_quick_replies(message)?;
    if !choices.is_empty() && text.is_none() {
        return Err(GraphError::parameter("Quick replies need a text message."));
    }
    let kind = attachments
        .first()
        .and_then(|first| text_at(first, "/type"))
        .map_or_else(|| "text".to_owned(), str::to_lowercase);
    let reply_to = message
        .get("reply_to")
        .and_then(|to| text_at(to, "/mid"))
        .map(str::to_owned);
    Ok(Content {
        kind,
        text,
        attachments,
        choices,
        reply_to,
    })
}

fn check_text(message: &Map<String, Value>) -> Result<Option<String>, GraphError> {
    let text = match message.get("text") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => text,
        Some(_) => {
            return Err(GraphError::parameter(
                "Param message[text] must be a string",
            ));
        }
    };
    if text.trim().is_empty() {
        return Err(GraphError::parameter("Message text can't be empty."));
    }
    if text.len() > MAX_TEXT_BYTES {
        return Err(GraphError::parameter(
            "Length of param message[text] must be less than or equal to 1000",
        ));
    }
    // Instagram: links must be well formed.
    let broken = text
        .split_whitespace()
        .filter(|word| word.starts_with("http://") || word.starts_with("https://"))
        .any(|word| url::Url::parse(word).is_err());
    if broken {
        return Err(GraphError::parameter(
            "Message text holds a link that is not well formed.",
        ));
    }
    Ok(Some(text.clone()))
}

fn check_attachments(message: &Map<String, Value>) -> Result<Vec<Value>, GraphError> {
    let mut list = Vec::new();
    if let Some(one) = message.get("attachment") {
        list.push(check_attachment(one)?);
    }
    if let Some(many) = message.get("attachments") {
        let many = many.as_array().map(Vec::as_slice).unwrap_or_default();
        if many.is_empty() || many.len() > MAX_IMAGES {
            return Err(GraphError::parameter(
                "message[attachments] takes 1 to 10 images.",
            ));
        }
        for one in many {
            if text_at(one, "/type") != Some("image") {
                return Err(GraphError::parameter(
                    "message[attachments] takes images only.",
                ));
            }
            list.push(check_attachment(one)?);
        }
    }
    Ok(list)
}

fn check_attachment(attachment: &Value) -> Result<Value, GraphError> {
    let kind = text_at(attachment, "/type").unwrap_or_default();
    match kind {
        "image" | "audio" | "video" | "file" => {
            let id = attachment.pointer("/payload/attachment_id");
            let url = text_at(attachment, "/payload/url");
            let reachable = url.is_some_and(|url| {
                url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
            });
            if id.is_none() && !reachable {
                return Err(GraphError::parameter(
                    "The attachment needs payload.url with a public link, or attachment_id.",
                ));
            }
        }
        "MEDIA_SHARE" => {
            if crate::json::id_at(attachment, "/payload/id").is_none() {
                return Err(GraphError::parameter("MEDIA_SHARE needs payload.id."));
            }
        }
        "like_heart" => {}
        "template" => {
            let template = text_at(attachment, "/payload/template_type");
            if !matches!(template, Some("generic" | "button")) {
                return Err(GraphError::parameter(
                    "template_type must be generic or button.",
                ));
            }
        }
        other => {
            return Err(GraphError::parameter(format!(
                "Param message[attachment][type] must be one of image, audio, video, file, \
                 MEDIA_SHARE, like_heart, template: got \"{other}\""
            )));
        }
    }
    let payload = attachment
        .get("payload")
        .cloned()
        .unwrap_or_else(|| json!({}));
    Ok(json!({"type": kind, "payload": payload}))
}

fn check_quick_replies(message: &Map<String, Value>) -> Result<Vec<String>, GraphError> {
    let Some(replies) = message.get("quick_replies") else {
        return Ok(Vec::new());
    };
    let replies = replies.as_array().map(Vec::as_slice).unwrap_or_default();
    if replies.is_empty() || replies.len() > MAX_QUICK_REPLIES {
        return Err(GraphError::parameter(
            "message[quick_replies] takes 1 to 13 items.",
        ));
    }
    replies
        .iter()
        .map(|reply| match text_at(reply, "/content_type") {
            Some("text") => {
                let title = text_at(reply, "/title").filter(|title| !title.is_empty());
                let payload = text_at(reply, "/payload").filter(|payload| !payload.is_empty());
                match (title, payload) {
                    (Some(title), Some(payload)) if payload.len() <= MAX_PAYLOAD => {
                        Ok(title.chars().take(MAX_TITLE).collect())
                    }
                    (Some(_), Some(_)) => Err(GraphError::parameter(
                        "A quick reply payload is too long (1000).",
                    )),
                    _ => Err(GraphError::parameter(
                        "A quick reply needs title and payload.",
                    )),
                }
            }
            Some(other @ ("user_phone_number" | "user_email")) => Ok(other.to_owned()),
            _ => Err(GraphError::parameter(
                "A quick reply needs content_type text.",
            )),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_limit_counts_bytes_and_not_letters() {
        assert!(check(&json!({"text": "a".repeat(1000)})).is_ok());
        assert!(check(&json!({"text": "é".repeat(500)})).is_ok());
        let error = check(&json!({"text": "é".repeat(501)})).unwrap_err();
        assert_eq!((error.http, error.code), (400, 100));
    }

    #[test]
    fn long_quick_reply_titles_are_cut_and_a_fourteenth_reply_is_refused() {
        let reply = json!({"content_type": "text", "title": "a title that is far too long",
                           "payload": "P"});
        let content = check(&json!({"text": "?", "quick_replies": [reply]})).unwrap();
        assert_eq!(content.choices, ["a title that is far "]);
        let many = vec![reply; 14];
        assert!(check(&json!({"text": "?", "quick_replies": many})).is_err());
    }

    #[test]
    fn broken_links_empty_messages_and_unknown_attachments_are_refused() {
        for message in [
            json!({"text": "see https://"}),
            json!({"text": "  "}),
            json!({}),
            json!({"attachment": {"type": "hologram", "payload": {"url": "https://a.example/x"}}}),
            json!({"attachment": {"type": "image", "payload": {"url": "ftp://a.example/x"}}}),
            json!({"text": "a", "attachment": {"type": "like_heart"}}),
        ] {
            assert!(check(&message).is_err(), "{message}");
        }
    }
}
