//! What a WhatsApp message may hold (Cloud API, `POST /{phone_number_id}/messages`).

use serde_json::{Value, json};

use crate::errors::GraphError;
use crate::json::{id_at, text_at};

/// WhatsApp: a text body of at most 4096 characters.
const MAX_TEXT: usize = 4096;
/// WhatsApp: a caption of at most 1024 characters.
const MAX_CAPTION: usize = 1024;
const MAX_REPLY_BODY: usize = 1024;
const MAX_BUTTONS: usize = 3;
const MAX_ROWS: usize = 10;

/// A message that passed the checks.
#[derive(Clone, Debug, Default)]
pub struct Content {
    pub kind: String,
    pub text: Option<String>,
    pub attachments: Vec<Value>,
    pub choices: Vec<String>,
    /// Media ids that must exist.
    pub media_id: Option<String>,
    /// A reaction's message and emoji.
    pub reaction: Option<(String, String)>,
    pub category: &'static str,
}

/// A parameter with a wrong value (WhatsApp code 131009).
pub fn invalid(details: impl Into<String>) -> GraphError {
    GraphError::new(400, 131_009, "(#131009) Parameter value is not valid").details(details)
}

/// A parameter that is missing (WhatsApp code 131008).
pub fn missing(details: impl Into<String>) -> GraphError {
    GraphError::new(400, 131_008, "(#131008) Required parameter is missing").details(details)
}

/// Checks the body of a send.
pub fn check(body: &Value) -> Result<Content, GraphError> {
    let kind = text_at(body, "/type").unwrap_or("text");
    let part = body
        .get(kind)
        .filter(|part| part.is_object() || part.is_array())
        .ok_or_else(|| GraphError::parameter(format!("The parameter {kind} is required.")));
    let mut content = Content {
        kind: kind.to_owned(),
        category: "service",
        ..Content::default()
    };
    match kind {
        "text" => content.text = Some(text(part?)?),
        "image" | "video" | "audio" | "document" | "sticker" => {
            file(kind, part?, &mut content)?;
        }
        "location" => {
            let part = part?;
            if part.get("latitude").is_none() || part.get("longitude").is_none() {
                return Err(missing("location needs latitude and longitude"));
            }
            content
                .attachments
                .push(json!({"type": "location", "payload": part}));
        }
        "contacts" => {
            let cards = part?.as_array().map_or(0, Vec::len);
            if cards == 0 || cards > 5 {
                return Err(invalid("contacts takes 1 to 5 cards"));
            }
            content.attachments.push(json!({"type": "contacts"}));
        }
        "reaction" => {
            let part = part?;
            let id = text_at(part, "/message_id")
                .ok_or_else(|| missing("reaction.message_id is missing"))?;
            let emoji = text_at(part, "/emoji").unwrap_or_default();
            content.reaction = Some((id.to_owned(), emoji.to_owned()));
        }
        "interactive" => interactive(part?, &mut content)?,
        "template" => {
            let part = part?;
            let name = text_at(part, "/name").ok_or_else(|| missing("template.name is missing"))?;
            let language = text_at(part, "/language/code")
                .ok_or_else(|| missing("template.language.code is missing"))?;
            if !TEMPLATES.contains(&name) {
                return Err(GraphError::new(
                    404,
                    132_001,
                    "(#132001) Template name does not exist in the translation",
                )
                .details(format!(
                    "template name ({name}) does not exist in {language}"
                )));
            }
            content.text = Some(format!("[template {name}]"));
            content.category = "utility";
        }
        other => {
            return Err(GraphError::parameter(format!(
                "Param type must be one of {{AUDIO, CONTACTS, DOCUMENT, IMAGE, INTERACTIVE, \
                 LOCATION, REACTION, STICKER, TEMPLATE, TEXT, VIDEO}} - got \"{other}\"."
            )));
        }
    }
    Ok(content)
}

/// Templates every business account has.
pub const TEMPLATES: &[&str] = &["hello_world", "order_update"];

fn text(part: &Value) -> Result<String, GraphError> {
    let body = text_at(part, "/body").ok_or_else(|| missing("text.body is missing"))?;
    if body.trim().is_empty() {
        return Err(GraphError::parameter(
            "The parameter text['body'] is required.",
        ));
    }
    if body.chars().count() > MAX_TEXT {
        return Err(GraphError::parameter(
            "Param text['body'] must be at most 4096 characters long.",
        ));
    }
    Ok(body.to_owned())
}

fn file(kind: &str, part: &Value, content: &mut Content) -> Result<(), GraphError> {
    let id = id_at(part, "/id");
    let link = text_at(part, "/link");
    match (&id, link) {
        (Some(_), None) => {}
        (None, Some(link)) => {
            let good =
                url::Url::parse(link).is_ok_and(|link| matches!(link.scheme(), "http" | "https"));
            if !good {
                return Err(invalid(format!("{kind}.link is not a valid URL")));
            }
        }
        _ => return Err(invalid(format!("{kind} needs either id or link"))),
    }
    if let Some(caption) = text_at(part, "/caption") {
        if matches!(kind, "audio" | "sticker") {
            return Err(invalid(format!("{kind} takes no caption")));
        }
        if caption.chars().count() > MAX_CAPTION {
            return Err(invalid("caption must be at most 1024 characters long"));
        }
        content.text = Some(caption.to_owned());
    }
    let url = link.map(str::to_owned).or_else(|| id.clone());
    content
        .attachments
        .push(json!({"type": kind, "payload": {"url": url}}));
    content.media_id = id;
    Ok(())
}

fn interactive(part: &Value, content: &mut Content) -> Result<(), GraphError> {
    let body = text_at(part, "/body/text").unwrap_or_default();
    let action = part
        .get("action")
        .ok_or_else(|| missing("interactive.action is missing"))?;
    let kind = text_at(part, "/type").unwrap_or_default();
    let longest = if kind == "list" {
        MAX_TEXT
    } else {
        MAX_REPLY_BODY
    };
    if body.is_empty() || body.chars().count() > longest {
        return Err(invalid(format!(
            "interactive.body.text takes 1 to {longest} characters"
        )));
    }
    let fits = |value: &Value, at: &str, most: usize| {
        text_at(value, at).is_some_and(|text| !text.is_empty() && text.chars().count() <= most)
    };
    match kind {
        "button" => {
            let buttons = action
                .get("buttons")
                .and_then(Value::as_array)
                .cloned()
                .unwrap_or_default();
            if buttons.is_empty() || buttons.len() > MAX_BUTTONS {
                return Err(invalid("interactive.action.buttons takes 1 to 3 buttons"));
            }
            for button in &buttons {
                if !fits(button, "/reply/id", 256) || !fits(button, "/reply/title", 20) {
                    return Err(invalid("a button needs id (256) and title (20 characters)"));
                }
                content
                    .choices
                    .extend(text_at(button, "/reply/title").map(str::to_owned));
            }
        }
        "list" => {
            let rows: Vec<&Value> = action
                .get("sections")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(|section| section.get("rows").and_then(Value::as_array))
                .flatten()
                .collect();
            if rows.is_empty() || rows.len() > MAX_ROWS || !fits(action, "/button", 20) {
                return Err(invalid(
                    "a list takes 1 to 10 rows in total and a button (20)",
                ));
            }
            for row in rows {
                if !fits(row, "/id", 200) || !fits(row, "/title", 24) {
                    return Err(invalid("a row needs id (200) and title (24 characters)"));
                }
                content
                    .choices
                    .extend(text_at(row, "/title").map(str::to_owned));
            }
        }
        "cta_url"
        | "location_request_message"
        | "flow"
        | "product"
        | "product_list"
        | "carousel"
        | "request_contact_info" => {}
        other => return Err(invalid(format!("unknown interactive type {other}"))),
    }
    content.text = Some(body.to_owned());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_limit_counts_characters() {
        let body = |text: String| json!({"type": "text", "text": {"body": text}});
        assert!(check(&body("é".repeat(4096))).is_ok());
        assert_eq!(check(&body("é".repeat(4097))).unwrap_err().code, 100);
        assert_eq!(check(&body(" ".into())).unwrap_err().code, 100);
    }

    #[test]
    fn a_picture_comes_by_id_or_by_link_and_never_by_both() {
        let image = |part: Value| check(&json!({"type": "image", "image": part}));
        assert!(image(json!({"id": "1"})).is_ok());
        assert!(image(json!({"link": "https://a.example/x.jpg", "caption": "x"})).is_ok());
        assert_eq!(
            image(json!({"id": "1", "link": "https://a.example"}))
                .unwrap_err()
                .code,
            131_009
        );
        assert!(image(json!({"link": "https://a.example", "caption": "x".repeat(1025)})).is_err());
    }

    #[test]
    fn unknown_types_and_a_fourth_button_are_refused() {
        assert_eq!(
            check(&json!({"type": "hologram", "hologram": {}}))
                .unwrap_err()
                .code,
            100
        );
        let button = json!({"type": "reply", "reply": {"id": "a", "title": "A"}});
        let buttons = json!({"type": "interactive", "interactive": {"type": "button",
            "body": {"text": "?"}, "action": {"buttons": vec![button; 4]}}});
        assert_eq!(check(&buttons).unwrap_err().code, 131_009);
    }
}
