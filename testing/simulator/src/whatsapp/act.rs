//! What customers (and the business in its own app) do, driven by the control API.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::control::acts::{ActError, NewMessage};
use crate::ids;
use crate::media::{Media, customer_file};
use crate::options::Platform;
use crate::people::{Author, Message};
use crate::whatsapp::events::Failure;
use crate::whatsapp::number::digits_of;
use crate::world::World;

const HERE: Platform = Platform::Whatsapp;

impl World {
    /// Makes sure the person exists for this number; the contact's key.
    ///
    /// A person whose number is hidden is known by the business-scoped user id.
    pub fn whatsapp_contact(
        &mut self,
        number: &str,
        person: &str,
        name: Option<&str>,
        hidden: bool,
    ) -> String {
        if let Some(key) = self.whatsapp_contact_key(number, person) {
            return key;
        }
        let looks_like_user_id = person.split_once('.').is_some_and(|(country, rest)| {
            country.len() == 2 && country.chars().all(char::is_alphabetic) && !rest.is_empty()
        });
        let mut contact = self.new_contact(HERE, number, person, name.map(str::to_owned));
        contact.hides_number = hidden || looks_like_user_id;
        if looks_like_user_id {
            person.clone_into(&mut contact.user_id);
        }
        let digits = digits_of(person);
        contact.id = match (contact.hides_number, digits.is_empty()) {
            (true, _) => contact.user_id.clone(),
            (false, false) => digits,
            (false, true) => person.to_owned(),
        };
        let key = contact.id.clone();
        if let Some(state) = self.whatsapp.get_mut(number) {
            state
                .by_user_id
                .insert(contact.user_id.clone(), key.clone());
            if contact.hides_number {
                // The control API goes on naming the person as it did first.
                state.by_user_id.insert(person.to_owned(), key.clone());
            }
            state.contacts.insert(key.clone(), contact);
        }
        key
    }

    /// A customer writes; the message id.
    pub fn whatsapp_writes(&mut self, number: &str, new: &NewMessage) -> Result<String, ActError> {
        if !self.whatsapp.contains_key(number) {
            return Err(ActError::UnknownAccount);
        }
        let person = self.whatsapp_contact(number, &new.from, new.name.as_deref(), new.bsuid_only);
        let id = ids::wamid(&mut self.rng);
        let now = self.now();
        let mut message = Message::new(id.clone(), now, Author::Customer);
        message.text.clone_from(&new.text);
        message.reply_to.clone_from(&new.reply_to);
        let mut parts = match new.attachments.first() {
            None => json!({"type": "text", "text": {"body": new.text.clone().unwrap_or_default()}}),
            Some(attachment) => {
                let kind = if attachment.kind == "file" {
                    "document"
                } else {
                    &attachment.kind
                };
                kind.clone_into(&mut message.kind);
                let part = self.incoming_file(number, kind, attachment.url.as_deref(), new);
                let url = part.get("url").cloned().unwrap_or(Value::Null);
                message
                    .attachments
                    .push(json!({"type": kind, "payload": {"url": url}}));
                json!({"type": kind, kind: part})
            }
        };
        if let Some(payload) = &new.quick_reply {
            let reply = json!({"id": payload, "title": new.text});
            parts = json!({"type": "interactive",
                           "interactive": {"type": "button_reply", "button_reply": reply}});
        }
        if let (Some(quoted), Some(fields)) = (&new.reply_to, parts.as_object_mut()) {
            let from = self
                .contact_of_message(HERE, number, quoted)
                .and_then(|contact| contact.message(quoted).map(|message| (contact, message)))
                .map(|(contact, message)| match message.from {
                    Author::Customer => contact.id.clone(),
                    _ => self
                        .whatsapp
                        .get(number)
                        .map(|state| state.seed.display_number.clone())
                        .unwrap_or_default(),
                });
            fields.insert("context".into(), json!({"from": from, "id": quoted}));
        }
        self.store(HERE, number, &person, message);
        if let Some(contact) = self.contact_mut(HERE, number, &person) {
            contact.wrote_at = Some(now);
        }
        self.emit_whatsapp_message(number, &person, &id, "message", parts);
        Ok(id)
    }

    /// Keeps what a customer attached; the webhook's media object.
    fn incoming_file(
        &mut self,
        number: &str,
        kind: &str,
        url: Option<&str>,
        new: &NewMessage,
    ) -> Value {
        let (mime, bytes) = customer_file(url, kind);
        let media = Media {
            mime: mime.clone(),
            bytes,
            owner: number.to_owned(),
            // WhatsApp: ids from webhooks live 7 days.
            expires_at: self.now() + TimeDelta::days(7),
        };
        let sha256 = media.sha256();
        let id = self.media.add(&mut self.rng, media);
        let url = self.media_url(&id);
        let mut part = json!({"id": id, "mime_type": mime, "sha256": sha256, "url": url});
        if let Some(fields) = part.as_object_mut() {
            if let Some(text) = &new.text {
                fields.insert("caption".into(), text.clone().into());
            }
            match kind {
                "audio" => fields.insert("voice".into(), true.into()),
                "document" => fields.insert("filename".into(), "document.pdf".into()),
                "sticker" => fields.insert("animated".into(), false.into()),
                _ => None,
            };
        }
        part
    }

    /// A person of the business answers in the WhatsApp Business app; the message id.
    pub fn whatsapp_echo(
        &mut self,
        number: &str,
        to: &str,
        text: &str,
    ) -> Result<String, ActError> {
        let person = self
            .whatsapp_contact_key(number, to)
            .ok_or(ActError::UnknownCustomer)?;
        let id = ids::wamid(&mut self.rng);
        let now = self.now();
        let mut message = Message::new(id.clone(), now, Author::Person);
        message.text = Some(text.to_owned());
        self.store(HERE, number, &person, message);
        let from = self
            .whatsapp
            .get(number)
            .map(|state| state.seed.display_number.clone());
        let mut echo = json!({
            "from": from,
            "id": id,
            "timestamp": now.timestamp().to_string(),
            "type": "text",
            "text": {"body": text},
        });
        if let (Some(fields), Some(contact)) =
            (echo.as_object_mut(), self.contact(HERE, number, &person))
        {
            fields.insert("to_user_id".into(), contact.user_id.clone().into());
            if !contact.hides_number {
                fields.insert("to".into(), contact.id.clone().into());
            }
        }
        let part = json!({"message_echoes": [echo]});
        self.emit_whatsapp(number, "smb_message_echoes", "echo", &person, part);
        Ok(id)
    }

    /// A customer reacts, or takes the reaction back.
    pub fn whatsapp_reacts(
        &mut self,
        number: &str,
        from: &str,
        message: &str,
        emoji: Option<&str>,
    ) -> Result<(), ActError> {
        let person = self
            .whatsapp_contact_key(number, from)
            .ok_or(ActError::UnknownCustomer)?;
        let found = self
            .contact_mut(HERE, number, &person)
            .and_then(|contact| contact.message_mut(message))
            .ok_or(ActError::UnknownMessage)?;
        let reaction = if let Some(emoji) = emoji {
            found.reactions.insert("customer".into(), emoji.to_owned());
            json!({"message_id": message, "emoji": emoji})
        } else {
            found.reactions.remove("customer");
            json!({"message_id": message})
        };
        let id = ids::wamid(&mut self.rng);
        let parts = json!({"type": "reaction", "reaction": reaction});
        self.emit_whatsapp_message(number, &person, &id, "reaction", parts);
        Ok(())
    }

    /// The phone reports about a message the business sent.
    pub fn whatsapp_receipt(
        &mut self,
        number: &str,
        message: &str,
        status: &str,
        failure: Option<Failure>,
    ) -> Result<(), ActError> {
        let person = self
            .contact_of_message(HERE, number, message)
            .ok_or(ActError::UnknownMessage)?
            .id
            .clone();
        let found = self
            .message_mut(HERE, number, message)
            .ok_or(ActError::UnknownMessage)?;
        if found.from == Author::Customer {
            return Err(ActError::NotTheirs);
        }
        found.status = Some(status.to_owned());
        self.emit_status(number, &person, message, status, failure);
        Ok(())
    }

    /// A customer takes a message back (within 2 days).
    pub fn whatsapp_revokes(&mut self, number: &str, message: &str) -> Result<(), ActError> {
        let person = self.whatsapp_author(number, message, TimeDelta::days(2))?;
        if let Some(found) = self.message_mut(HERE, number, message) {
            found.deleted = true;
            found.text = None;
            found.attachments.clear();
        }
        let id = ids::wamid(&mut self.rng);
        let parts = json!({"type": "revoke", "revoke": {"original_message_id": message}});
        self.emit_whatsapp_message(number, &person, &id, "unsend", parts);
        Ok(())
    }

    /// A customer edits a message (within 15 minutes).
    pub fn whatsapp_edits(
        &mut self,
        number: &str,
        message: &str,
        text: &str,
    ) -> Result<(), ActError> {
        let person = self.whatsapp_author(number, message, TimeDelta::minutes(15))?;
        if let Some(found) = self.message_mut(HERE, number, message) {
            found.text = Some(text.to_owned());
            found.edits += 1;
        }
        let id = ids::wamid(&mut self.rng);
        let edit = json!({
            "original_message_id": message,
            "message": {"type": "text", "text": {"body": text}},
        });
        let parts = json!({"type": "edit", "edit": edit});
        self.emit_whatsapp_message(number, &person, &id, "edit", parts);
        Ok(())
    }

    /// The customer who wrote this message no longer ago than `within`.
    fn whatsapp_author(
        &self,
        number: &str,
        message: &str,
        within: TimeDelta,
    ) -> Result<String, ActError> {
        let contact = self
            .contact_of_message(HERE, number, message)
            .ok_or(ActError::UnknownMessage)?;
        let found = contact.message(message).ok_or(ActError::UnknownMessage)?;
        if found.from != Author::Customer || found.deleted {
            return Err(ActError::NotTheirs);
        }
        if self.now() - found.at > within {
            return Err(ActError::TooLate);
        }
        Ok(contact.id.clone())
    }
}
