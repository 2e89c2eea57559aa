//! Taking in what a webhook entry says.
//!
//! The same entry can come again, and entries can come in any order: whatever is known already
//! changes nothing, and news of a message that is not here yet wait for it.

mod content;
mod message;
mod people;
pub(crate) mod update;

use std::collections::{BTreeMap, BTreeSet};

use channels::events::EntryReceived;
use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{AccountId, ConversationId, Platform};
use meta::read::{Direction, EventKind, Person, WebhookEvent};

use crate::contact::{self, Identity, Realm};
use crate::{conversation, store};
pub use people::is_erased;
use update::Update;

/// What all events of an entry share.
pub(crate) struct Entry {
    pub(crate) account: AccountId,
    pub(crate) platform: Platform,
    pub(crate) received_at: DateTime<Utc>,
}

impl Entry {
    /// When something happened, as the platform says. Nothing comes before it happened: what is
    /// dated in the future would stay at the top of every list, and hold its window open.
    fn instant(&self, event: &WebhookEvent) -> DateTime<Utc> {
        let told = event.occurred_at();
        told.map_or(self.received_at, |told| told.min(self.received_at))
    }
}

/// Where an event belongs.
enum Belongs {
    /// Into the thread with these people.
    Thread(Vec<Identity>),
    /// To a message that should be here already.
    Message,
    /// Elsewhere.
    Nowhere,
}

/// Takes in one entry: contacts and conversations, messages, receipts, reactions, edits, removals.
/// Conversations are held in the order of their ids before anything of theirs is touched.
pub async fn take_in(tx: &mut TenantTx, entry: &EntryReceived) -> DbResult<()> {
    let about = Entry {
        account: entry.account,
        platform: entry.platform,
        received_at: entry.received_at,
    };
    let threads = threads(tx, &about, &entry.events).await?;
    let mut held: BTreeSet<ConversationId> = threads.values().copied().collect();
    for event in &entry.events {
        if let Some(target) = update::target(event) {
            let known = store::messages::by_external(tx, about.account, target).await?;
            held.extend(known.map(|message| message.conversation_id));
        }
        if let EventKind::Status(status) = &event.kind
            && let Some(effect) = &status.callback_data
        {
            held.extend(channels::effects::conversation_of_callback(tx, effect).await?);
        }
    }
    let held: Vec<ConversationId> = held.into_iter().collect();
    store::conversations::lock(tx, &held).await?;
    for event in &entry.events {
        let at = about.instant(event);
        let thread = match belongs(event) {
            Belongs::Thread(names) => match threads.get(&key(event, names)) {
                Some(thread) => Some(*thread),
                // Its person was erased, or it names nobody.
                None => continue,
            },
            Belongs::Message | Belongs::Nowhere => None,
        };
        one(tx, &about, event, thread, at).await?;
    }
    for id in held {
        conversation::tell(tx, id);
    }
    Ok(())
}

async fn one(
    tx: &mut TenantTx,
    about: &Entry,
    event: &WebhookEvent,
    thread: Option<ConversationId>,
    at: DateTime<Utc>,
) -> DbResult<()> {
    match (&event.kind, thread) {
        (EventKind::Message(message), Some(thread)) => {
            if event.direction == Some(Direction::Outbound) {
                message::echo(tx, about, thread, message, at).await
            } else {
                let incoming = content::message(message);
                let history = message.history.is_some();
                message::inbound(tx, about, thread, &incoming, at, event.standby, history).await
            }
        }
        (EventKind::Postback(postback), Some(thread)) => {
            let incoming = content::postback(postback, at);
            message::inbound(tx, about, thread, &incoming, at, event.standby, false).await
        }
        (EventKind::Unsupported { what, raw }, Some(thread)) => {
            let incoming = content::unsupported(what, raw);
            message::inbound(tx, about, thread, &incoming, at, event.standby, false).await
        }
        (EventKind::Referral(referral), Some(thread)) => {
            let note = content::referral(referral, &event.person, at);
            message::note(tx, about, thread, &note, at).await
        }
        (EventKind::System(system), Some(thread)) => {
            people::renamed(tx, event, system, at).await?;
            let note = content::system(system, &event.person, at);
            message::note(tx, about, thread, &note, at).await
        }
        (EventKind::Handover(handover), Some(thread)) => {
            // The platform tells the app that loses control of a taken thread, and the app that
            // gains it of a passed one.
            match handover.action.as_str() {
                "take_thread_control" => store::conversations::set_standby(tx, thread, true).await,
                "pass_thread_control" => store::conversations::set_standby(tx, thread, false).await,
                _ => Ok(()),
            }
        }
        (EventKind::Seen(seen), Some(thread)) => update::seen(tx, about, thread, seen, at).await,
        (EventKind::Preference(preference), _) => people::preference(tx, event, preference).await,
        (EventKind::UserIdChange(change), _) => people::user_id(tx, event, change, at).await,
        (EventKind::Status(status), _) => update::status(tx, about, status, at).await,
        (EventKind::Edit(edit), _) if !edit.asks_to_fetch() => {
            let update = Update::Edit {
                text: edit.text.clone(),
                at,
            };
            update::apply_or_keep(tx, about, &edit.target_id, update).await
        }
        (EventKind::Removal(removal), _) => {
            update::apply_or_keep(tx, about, &removal.target_id, Update::Removal { at }).await
        }
        (EventKind::Reaction(reaction), _) => {
            let update = Update::Reaction {
                from: update::reactor(event),
                emoji: reaction.emoji.clone().or_else(|| reaction.name.clone()),
                added: reaction.added,
            };
            update::apply_or_keep(tx, about, &reaction.target_id, update).await
        }
        _ => Ok(()),
    }
}

fn belongs(event: &WebhookEvent) -> Belongs {
    let names = |group: Option<&str>| contact::identities(event.platform, &event.person, group);
    match &event.kind {
        EventKind::Message(message) if message.to_self => Belongs::Nowhere,
        EventKind::Message(message) => Belongs::Thread(names(message.group_id.as_deref())),
        EventKind::Postback(_)
        | EventKind::Referral(_)
        | EventKind::System(_)
        | EventKind::Handover(_)
        | EventKind::Seen(_) => Belongs::Thread(names(None)),
        // What names nobody is no message of anybody.
        EventKind::Unsupported { .. } if event.person.key().is_some() => {
            Belongs::Thread(names(None))
        }
        EventKind::Edit(_)
        | EventKind::Removal(_)
        | EventKind::Reaction(_)
        | EventKind::Status(_) => Belongs::Message,
        _ => Belongs::Nowhere,
    }
}

/// Whether the person says something anew. What only tells of older things, or what the business
/// said, does not.
fn speaks(event: &WebhookEvent) -> bool {
    let words = matches!(
        &event.kind,
        EventKind::Message(_) | EventKind::Postback(_) | EventKind::Referral(_)
    );
    words && event.direction != Some(Direction::Outbound)
}

/// What the events tell of a person.
struct Told {
    person: Person,
    seen_at: DateTime<Utc>,
    /// When they said something last.
    spoke_at: Option<DateTime<Utc>>,
}

impl Told {
    fn at(at: DateTime<Utc>) -> Self {
        Self {
            person: Person::default(),
            seen_at: at,
            spoke_at: None,
        }
    }
}

type Key = (String, Vec<Identity>);

fn key(event: &WebhookEvent, names: Vec<Identity>) -> Key {
    (people::scope(event), names)
}

/// The conversation of every thread that the events name; made where there is none, in one order
/// for everybody.
async fn threads(
    tx: &mut TenantTx,
    about: &Entry,
    events: &[WebhookEvent],
) -> DbResult<BTreeMap<Key, ConversationId>> {
    let mut people: BTreeMap<Key, Told> = BTreeMap::new();
    for event in events {
        let Belongs::Thread(names) = belongs(event) else {
            continue;
        };
        if names.is_empty() {
            continue;
        }
        let at = about.instant(event);
        let known = people
            .entry(key(event, names))
            .or_insert_with(|| Told::at(at));
        let told = event.person.clone();
        known.person = Person {
            name: told.name.or(known.person.name.take()),
            username: told.username.or(known.person.username.take()),
            ..told
        };
        known.seen_at = known.seen_at.max(at);
        if speaks(event) {
            known.spoke_at = known.spoke_at.max(Some(at));
        }
    }
    let mut threads = BTreeMap::new();
    for ((scope, names), told) in people {
        let realm = Realm {
            platform: about.platform,
            scope: scope.clone(),
        };
        let (seen_at, spoke_at) = (told.seen_at, told.spoke_at);
        let contact = contact::ensure(tx, &realm, &names, &told.person, seen_at, spoke_at).await?;
        if let Some(contact) = contact {
            let thread = store::conversations::ensure(tx, about.account, contact, seen_at).await?;
            threads.insert((scope, names), thread);
        }
    }
    Ok(threads)
}
