//! What customers (and the business in its own app) do, driven by the control API.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::control::acts::{ActError, NewMessage};
use crate::ids;
use crate::instagram::events::{Messaging, message_part};
use crate::media::{Media, customer_file};
use crate::options::Platform;
use crate::people::{Author, Message};
use crate::world::World;

const HERE: Platform = Platform::Instagram;

/// How long links of the content network live ("days": nobody says how many).
const CDN_LIFE: TimeDelta = TimeDelta::days(7);

impl World {
    /// Makes sure the person exists for this account.
    pub fn instagram_contact(
        &mut self,
        account: &str,
        person: &str,
        username: Option<&str>,
        name: Option<&str>,
    ) {
        if self.contact(HERE, account, person).is_none() {
            let mut contact =
                self.new_contact(HERE, account, person, name.or(username).map(str::to_owned));
            if let Some(username) = username {
                username.clone_into(&mut contact.username);
            }
            if let Some(state) = self.instagram.get_mut(account) {
                state.contacts.insert(person.to_owned(), contact);
            }
        }
    }

    /// A customer writes; the message id.
    pub fn instagram_writes(
        &mut self,
        account: &str,
        new: &NewMessage,
    ) -> Result<String, ActError> {
        if !self.instagram.contains_key(account) {
            return Err(ActError::UnknownAccount);
        }
        let person = new.from.as_str();
        self.instagram_contact(
            account,
            person,
            new.username.as_deref(),
            new.name.as_deref(),
        );
        let id = ids::mid(&mut self.rng);
        let now = self.now();
        let attachments: Vec<Value> = new
            .attachments
            .iter()
            .map(|attachment| {
                let given = attachment.url.as_deref();
                let url = match given.filter(|url| !url.starts_with("data:")) {
                    Some(url) => url.to_owned(),
                    None => self.cdn_link(account, &attachment.kind, given),
                };
                json!({"type": attachment.kind, "payload": {"url": url}})
            })
            .collect();
        let mut message = Message::new(id.clone(), now, Author::Customer);
        message.text.clone_from(&new.text);
        message.reply_to.clone_from(&new.reply_to);
        if let Some(first) = new.attachments.first() {
            message.kind.clone_from(&first.kind);
        }
        message.attachments.clone_from(&attachments);
        self.store(HERE, account, person, message);
        if let Some(contact) = self.contact_mut(HERE, account, person) {
            contact.wrote_at = Some(now);
        }
        let part = message_part([
            ("mid", json!(id)),
            ("text", new.text.clone().into()),
            (
                "attachments",
                if attachments.is_empty() {
                    Value::Null
                } else {
                    attachments.into()
                },
            ),
            (
                "reply_to",
                new.reply_to
                    .as_ref()
                    .map_or(Value::Null, |mid| json!({"mid": mid})),
            ),
            (
                "quick_reply",
                new.quick_reply
                    .as_ref()
                    .map_or(Value::Null, |payload| json!({"payload": payload})),
            ),
        ]);
        self.emit_messaging(account, person, &Messaging::message(), part);
        Ok(id)
    }

    /// A link of the content network to what a customer attached.
    fn cdn_link(&mut self, account: &str, kind: &str, url: Option<&str>) -> String {
        let (mime, bytes) = customer_file(url, kind);
        let media = Media {
            mime,
            bytes,
            owner: account.to_owned(),
            expires_at: self.now() + CDN_LIFE,
        };
        self.open_link(media)
    }

    /// Keeps a file and gives the link to it, which is open to everybody.
    pub fn open_link(&mut self, media: Media) -> String {
        let id = self.media.add(&mut self.rng, media);
        format!(
            "{}/lookaside.fbsbx.com/ig_messaging_cdn/{id}",
            self.base_url
        )
    }

    /// A person of the business answers in Instagram's own app; the message id.
    pub fn instagram_echo(
        &mut self,
        account: &str,
        to: &str,
        text: &str,
    ) -> Result<String, ActError> {
        self.contact(HERE, account, to)
            .ok_or(ActError::UnknownCustomer)?;
        let id = ids::mid(&mut self.rng);
        let mut message = Message::new(id.clone(), self.now(), Author::Person);
        message.text = Some(text.to_owned());
        self.store(HERE, account, to, message);
        let part = message_part([
            ("mid", json!(id)),
            ("text", text.into()),
            ("is_echo", true.into()),
        ]);
        self.emit_messaging(account, to, &Messaging::echo(), part);
        Ok(id)
    }

    /// A customer reacts, or takes the reaction back.
    pub fn instagram_reacts(
        &mut self,
        account: &str,
        from: &str,
        message: &str,
        emoji: Option<&str>,
    ) -> Result<(), ActError> {
        let found = self
            .contact_mut(HERE, account, from)
            .ok_or(ActError::UnknownCustomer)?
            .message_mut(message)
            .ok_or(ActError::UnknownMessage)?;
        let part = if let Some(emoji) = emoji {
            found.reactions.insert("customer".into(), emoji.to_owned());
            let name = if emoji.starts_with('❤') {
                "love"
            } else {
                "other"
            };
            json!({"mid": message, "action": "react", "reaction": name, "emoji": emoji})
        } else {
            found.reactions.remove("customer");
            json!({"mid": message, "action": "unreact"})
        };
        let event = Messaging {
            field: "message_reactions",
            kind: "reaction",
            from_business: false,
            at: None,
        };
        self.emit_messaging(account, from, &event, json!({"reaction": part}));
        Ok(())
    }

    /// A customer has seen everything up to this message.
    pub fn instagram_seen(&mut self, account: &str, message: &str) -> Result<(), ActError> {
        let person = self
            .contact_of_message(HERE, account, message)
            .ok_or(ActError::UnknownMessage)?
            .id
            .clone();
        if let Some(contact) = self.contact_mut(HERE, account, &person) {
            for sent in &mut contact.messages {
                if sent.from != Author::Customer {
                    sent.status = Some("seen".into());
                }
                if sent.id == message {
                    break;
                }
            }
        }
        let event = Messaging {
            field: "messaging_seen",
            kind: "seen",
            from_business: false,
            at: None,
        };
        self.emit_messaging(account, &person, &event, json!({"read": {"mid": message}}));
        Ok(())
    }

    /// A customer takes a message back.
    pub fn instagram_unsends(&mut self, account: &str, message: &str) -> Result<(), ActError> {
        let person = self.instagram_author(account, message)?;
        if let Some(found) = self.message_mut(HERE, account, message) {
            found.deleted = true;
            found.text = None;
            found.attachments.clear();
        }
        let part = message_part([("mid", json!(message)), ("is_deleted", true.into())]);
        let event = Messaging {
            kind: "unsend",
            ..Messaging::message()
        };
        self.emit_messaging(account, &person, &event, part);
        Ok(())
    }

    /// A customer edits a message.
    pub fn instagram_edits(
        &mut self,
        account: &str,
        message: &str,
        text: &str,
    ) -> Result<(), ActError> {
        let person = self.instagram_author(account, message)?;
        let now = self.now();
        let found = self
            .message_mut(HERE, account, message)
            .ok_or(ActError::UnknownMessage)?;
        if now - found.at > TimeDelta::minutes(15) {
            return Err(ActError::TooLate);
        }
        found.text = Some(text.to_owned());
        found.edits += 1;
        let edits = found.edits;
        let event = Messaging {
            field: "message_edit",
            kind: "edit",
            from_business: false,
            at: None,
        };
        let part = json!({"message_edit": {"mid": message, "text": text, "num_edit": edits}});
        self.emit_messaging(account, &person, &event, part);
        Ok(())
    }

    /// The customer who wrote this message.
    fn instagram_author(&self, account: &str, message: &str) -> Result<String, ActError> {
        let contact = self
            .contact_of_message(HERE, account, message)
            .ok_or(ActError::UnknownMessage)?;
        let own = contact
            .message(message)
            .is_some_and(|found| found.from == Author::Customer && !found.deleted);
        if own {
            Ok(contact.id.clone())
        } else {
            Err(ActError::NotTheirs)
        }
    }
}
