//! What the page shows, read from the world in one moment.

use askama::Template;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;

use crate::calls::Call;
use crate::faults::Fault;
use crate::json::text_at;
use crate::options::Platform;
use crate::people::{Author, Contact, Message};
use crate::webhooks::outbox::OutboxFigures;
use crate::world::World;

const CALLS: usize = 60;
const CUSTOMERS: usize = 200;
const MESSAGES: usize = 200;

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
pub struct Choice {
    account: Option<String>,
    customer: Option<String>,
}

/// The page.
#[derive(Template)]
#[template(path = "page.html")]
pub struct Page {
    accounts: Vec<AccountView>,
    /// The chosen account.
    platform: &'static str,
    account: String,
    customers: Vec<CustomerView>,
    /// The chosen customer.
    customer: Option<CustomerView>,
    messages: Vec<MessageView>,
    comments: Vec<CommentView>,
    calls: Vec<CallView>,
    faults: Vec<Fault>,
    figures: OutboxFigures,
    last_seq: u64,
    targets: Vec<String>,
}

struct AccountView {
    platform: &'static str,
    id: String,
    label: String,
    chosen: bool,
}

#[derive(Clone)]
struct CustomerView {
    id: String,
    name: String,
    detail: String,
    initials: String,
    snippet: String,
    at: DateTime<Utc>,
    chosen: bool,
}

struct MessageView {
    id: String,
    /// `customer`, `business` or `person`.
    side: &'static str,
    text: String,
    pictures: Vec<String>,
    choices: Vec<String>,
    reactions: String,
    note: String,
    at: DateTime<Utc>,
    deleted: bool,
}

struct CommentView {
    id: String,
    who: String,
    text: String,
    own: bool,
    reply: bool,
    hidden: bool,
    at: DateTime<Utc>,
}

struct CallView {
    seq: u64,
    at: DateTime<Utc>,
    platform: &'static str,
    operation: String,
    target: String,
    gist: String,
    status: String,
    good: bool,
    performed: bool,
}

impl Page {
    /// The page for a choice; without one the first account and its newest thread.
    pub fn of(world: &World, choice: &Choice) -> Self {
        let mut accounts = account_list(world);
        let at = choice
            .account
            .as_ref()
            .and_then(|id| accounts.iter().position(|account| account.id == *id))
            .unwrap_or(0);
        let (mut platform, mut account) = (Platform::Instagram, String::new());
        if let Some(chosen) = accounts.get_mut(at) {
            chosen.chosen = true;
            account.clone_from(&chosen.id);
            if chosen.platform == Platform::Whatsapp.name() {
                platform = Platform::Whatsapp;
            }
        }
        let mut contacts: Vec<&Contact> = world
            .contacts(platform, &account)
            .map(|all| all.values().collect())
            .unwrap_or_default();
        contacts.sort_by(|a, b| {
            b.updated_at
                .cmp(&a.updated_at)
                .then_with(|| a.id.cmp(&b.id))
        });
        contacts.truncate(CUSTOMERS);
        let wanted = choice.customer.as_ref();
        let shown = contacts
            .iter()
            .find(|contact| Some(&contact.id) == wanted)
            .or_else(|| contacts.first())
            .copied();
        let customers: Vec<CustomerView> = contacts
            .iter()
            .map(|contact| customer_view(contact, shown.is_some_and(|one| one.id == contact.id)))
            .collect();
        let messages = shown
            .map(|contact| {
                let skip = contact.messages.len().saturating_sub(MESSAGES);
                contact
                    .messages
                    .iter()
                    .skip(skip)
                    .map(message_view)
                    .collect()
            })
            .unwrap_or_default();
        let last_seq = world.calls.last_seq();
        let after = last_seq.saturating_sub(u64::try_from(CALLS).unwrap_or(u64::MAX));
        let mut calls: Vec<CallView> = world.calls.after(after, CALLS).map(call_view).collect();
        calls.reverse();
        Self {
            accounts,
            platform: platform.name(),
            comments: comment_views(world, &account),
            account,
            customer: customers.iter().find(|customer| customer.chosen).cloned(),
            customers,
            messages,
            calls,
            faults: world.faults.list().to_vec(),
            figures: world.outbox.figures(),
            last_seq,
            targets: world
                .targets
                .iter()
                .map(|(platform, target)| format!("{} → {}", platform.name(), target.url))
                .collect(),
        }
    }

    fn is_instagram(&self) -> bool {
        self.platform == "instagram"
    }
}

fn account_list(world: &World) -> Vec<AccountView> {
    let instagram = world.instagram.values().map(|account| AccountView {
        platform: Platform::Instagram.name(),
        id: account.seed.account_id.clone(),
        label: format!("@{}", account.seed.username),
        chosen: false,
    });
    let whatsapp = world.whatsapp.values().map(|number| AccountView {
        platform: Platform::Whatsapp.name(),
        id: number.seed.phone_number_id.clone(),
        label: format!("+{}", number.seed.display_number),
        chosen: false,
    });
    instagram.chain(whatsapp).collect()
}

fn customer_view(contact: &Contact, chosen: bool) -> CustomerView {
    let initials: String = contact
        .name
        .split_whitespace()
        .filter_map(|word| word.chars().next())
        .take(2)
        .collect();
    let snippet = contact.messages.back().map(|last| {
        let text = last
            .text
            .clone()
            .unwrap_or_else(|| format!("[{}]", last.kind));
        if last.from == Author::Customer {
            text
        } else {
            format!("Shop: {text}")
        }
    });
    CustomerView {
        id: contact.id.clone(),
        name: contact.name.clone(),
        detail: if contact.hides_number {
            "number hidden".into()
        } else {
            contact.id.clone()
        },
        initials,
        snippet: snippet.unwrap_or_default(),
        at: contact.updated_at,
        chosen,
    }
}

fn message_view(message: &Message) -> MessageView {
    let side = match message.from {
        Author::Customer => "customer",
        Author::Business => "business",
        Author::Person => "person",
    };
    let mut notes = Vec::new();
    if message.from == Author::Person {
        notes.push("by hand in the app".to_owned());
    }
    if message.edits > 0 {
        notes.push("edited".to_owned());
    }
    notes.extend(message.status.clone());
    MessageView {
        id: message.id.clone(),
        side,
        text: message.text.clone().unwrap_or_default(),
        pictures: message
            .attachments
            .iter()
            .filter_map(|one| text_at(one, "/type"))
            .map(str::to_owned)
            .collect(),
        choices: message.choices.clone(),
        reactions: message
            .reactions
            .values()
            .cloned()
            .collect::<Vec<_>>()
            .join(" "),
        note: notes.join(" · "),
        at: message.at,
        deleted: message.deleted,
    }
}

fn comment_views(world: &World, account: &str) -> Vec<CommentView> {
    let Some(state) = world.instagram.get(account) else {
        return Vec::new();
    };
    let newest = state.comments.values().rev();
    newest
        .take(50)
        .map(|comment| CommentView {
            id: comment.id.clone(),
            who: comment.from_username.clone(),
            text: comment.text.clone(),
            own: comment.from_id == account,
            reply: comment.parent_id.is_some(),
            hidden: comment.hidden,
            at: comment.at,
        })
        .collect()
}

fn call_view(call: &Call) -> CallView {
    let texts = [
        "/message/text",
        "/text/body",
        "/message",
        "/sender_action",
        "/status",
    ];
    let gist = texts
        .iter()
        .find_map(|at| call.body.pointer(at).and_then(Value::as_str))
        .or_else(|| text_at(&call.body, "/type"))
        .unwrap_or_default();
    CallView {
        seq: call.seq,
        at: call.at,
        platform: call.platform.name(),
        operation: call.operation.clone(),
        target: call.target.clone(),
        gist: gist.chars().take(90).collect(),
        status: if call.status == 0 {
            "no answer".into()
        } else {
            call.status.to_string()
        },
        good: call.status == 200,
        performed: call.performed,
    }
}
