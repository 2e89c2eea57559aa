//! From our mail to a message as the internet reads it (RFC 5322, MIME).

use std::time::SystemTime;

use chrono::{DateTime, Utc};
use lettre::Message;
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, MultiPart, SinglePart};

use crate::{Mail, SendError};

const LONGEST_ID: usize = 120;

/// Builds the message. Nothing in a mail can add a header: addresses and the id are checked, and a
/// subject has no line breaks.
pub(crate) fn compose(
    from: &Mailbox,
    mail: &Mail,
    sent_at: DateTime<Utc>,
) -> Result<Message, SendError> {
    let refuse = |reason: String| SendError::Permanent { reason };
    let to: Mailbox = mail
        .to
        .parse()
        .map_err(|error| refuse(format!("address: {error}")))?;
    if to
        .name
        .as_deref()
        .is_some_and(|name| name.contains(char::is_control))
    {
        return Err(refuse("control characters in a name".to_owned()));
    }
    if !is_id(&mail.message_id) {
        return Err(refuse("not a message id".to_owned()));
    }
    let builder = Message::builder()
        .from(from.clone())
        .to(to)
        .subject(one_line(&mail.subject))
        .date(SystemTime::from(sent_at))
        .message_id(Some(format!(
            "<{}@{}>",
            mail.message_id,
            from.email.domain()
        )));
    let built = match &mail.html {
        None => builder
            .header(ContentType::TEXT_PLAIN)
            .body(mail.text.clone()),
        Some(html) => builder.multipart(
            MultiPart::alternative()
                .singlepart(SinglePart::plain(mail.text.clone()))
                .singlepart(SinglePart::html(html.clone())),
        ),
    };
    built.map_err(|error| refuse(error.to_string()))
}

fn is_id(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    !text.is_empty()
        && text.len() <= LONGEST_ID
        && text.chars().all(allowed)
        && !text.starts_with('.')
}

fn one_line(subject: &str) -> String {
    subject
        .split(char::is_control)
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(to: &str, subject: &str, message_id: &str) -> Mail {
        Mail {
            to: to.to_owned(),
            subject: subject.to_owned(),
            text: "Hello\r\nBcc: all@example.com\r\n.\r\n".to_owned(),
            html: None,
            message_id: message_id.to_owned(),
        }
    }

    fn composed(mail: &Mail) -> Result<String, SendError> {
        let from = "Shop <shop@example.com>".parse().unwrap();
        let message = compose(&from, mail, DateTime::UNIX_EPOCH)?;
        Ok(String::from_utf8(message.formatted()).unwrap())
    }

    fn headers(text: &str) -> &str {
        text.split("\r\n\r\n").next().unwrap()
    }

    #[test]
    fn a_subject_can_not_add_a_header() {
        let text = composed(&mail(
            "a@example.com",
            "Hi\r\nBcc: evil@example.com",
            "eff_1",
        ))
        .unwrap();
        assert!(
            headers(&text).contains("Subject: Hi Bcc: evil@example.com"),
            "{text}"
        );
        assert!(!headers(&text).contains("\nBcc"), "{text}");
    }

    #[test]
    fn an_address_with_a_line_break_is_refused() {
        for to in [
            "a@example.com\r\nBcc: b@example.com",
            "A\nB <a@example.com>",
            "nobody",
            "",
        ] {
            let refused = composed(&mail(to, "Hi", "eff_1"));
            assert!(
                matches!(refused, Err(SendError::Permanent { .. })),
                "{to:?} {refused:?}"
            );
        }
    }

    #[test]
    fn an_id_can_be_neither_a_header_nor_a_path() {
        for id in ["", "a>\r\nBcc: b", "../up", "a b", ".", "é"] {
            assert!(matches!(
                composed(&mail("a@example.com", "Hi", id)),
                Err(SendError::Permanent { .. })
            ));
        }
    }

    #[test]
    fn the_id_and_the_instant_are_ours() {
        let text = composed(&mail("a@example.com", "Grüße", "eff_1")).unwrap();
        assert!(text.contains("Message-ID: <eff_1@example.com>"), "{text}");
        assert!(
            text.contains("Date: Thu, 01 Jan 1970 00:00:00 +0000"),
            "{text}"
        );
    }

    #[test]
    fn html_comes_with_its_text() {
        let mut mail = mail("a@example.com", "Hi", "eff_1");
        mail.html = Some("<p>Hello</p>".to_owned());
        let text = composed(&mail).unwrap();
        assert!(
            text.contains("multipart/alternative") && text.contains("<p>Hello</p>"),
            "{text}"
        );
    }
}
