//! Everything the platforms remember, behind one lock.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use rand::rngs::StdRng;

use crate::calls::CallLog;
use crate::faults::Faults;
use crate::ids;
use crate::instagram::account::InstagramAccount;
use crate::llm::Llm;
use crate::media::MediaStore;
use crate::options::{Options, Platform, WebhookTarget};
use crate::people::{Contact, Message};
use crate::s3::Objects;
use crate::site::Changes;
use crate::tokens::{Code, Subject, Token};
use crate::webhooks::outbox::Outbox;
use crate::whatsapp::number::WhatsAppNumber;

/// The state of the simulated platforms.
pub struct World {
    pub options: Options,
    pub base_url: String,
    /// Makes ids. Not seeded: an application that outlives a restart of the simulator would take
    /// a repeated message id for a duplicate.
    pub rng: StdRng,
    pub instagram: BTreeMap<String, InstagramAccount>,
    pub whatsapp: BTreeMap<String, WhatsAppNumber>,
    pub tokens: HashMap<String, Token>,
    pub codes: HashMap<String, Code>,
    /// Which account and contact a message id belongs to.
    pub places: HashMap<String, (String, String)>,
    pub targets: BTreeMap<Platform, WebhookTarget>,
    pub calls: CallLog,
    pub faults: Faults,
    pub media: MediaStore,
    pub llm: Llm,
    pub objects: Objects,
    pub site: Changes,
    pub outbox: Outbox,
    /// Whether the next Instagram code exchange answers in the wrapped shape.
    pub wrap_next_token: bool,
}

/// The world as handlers share it.
#[derive(Clone)]
pub struct Shared(Arc<Inner>);

struct Inner {
    world: Mutex<World>,
    http: reqwest::Client,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shared")
    }
}

impl Shared {
    pub fn new(world: World, http: reqwest::Client) -> Self {
        Self(Arc::new(Inner {
            world: Mutex::new(world),
            http,
        }))
    }

    /// The world, for a moment: never held across an await.
    pub fn world(&self) -> MutexGuard<'_, World> {
        self.0.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The client that delivers webhooks.
    pub fn http(&self) -> &reqwest::Client {
        &self.0.http
    }
}

impl World {
    pub fn new(options: Options, base_url: String, outbox: Outbox) -> Self {
        let mut world = Self {
            rng: rand::make_rng(),
            faults: Faults::new(options.seed),
            base_url,
            instagram: BTreeMap::new(),
            whatsapp: BTreeMap::new(),
            tokens: HashMap::new(),
            codes: HashMap::new(),
            places: HashMap::new(),
            targets: BTreeMap::new(),
            calls: CallLog::default(),
            media: MediaStore::default(),
            llm: Llm::default(),
            objects: Objects::new(&options.s3.buckets),
            site: Changes::default(),
            outbox,
            wrap_next_token: false,
            options,
        };
        world.seed_from_options();
        world
    }

    /// The index of messages, made anew from the threads.
    pub fn index_messages(&mut self) {
        let mut places = HashMap::new();
        let instagram = self
            .instagram
            .iter()
            .map(|(id, account)| (id, &account.contacts));
        let whatsapp = self
            .whatsapp
            .iter()
            .map(|(id, number)| (id, &number.contacts));
        for (account, contacts) in instagram.chain(whatsapp) {
            for (contact, thread) in contacts {
                for message in &thread.messages {
                    places.insert(message.id.clone(), (account.clone(), contact.clone()));
                }
            }
        }
        self.places = places;
    }

    /// Back to how the options describe the start; deliveries under way are dropped.
    pub fn reset(&mut self) {
        let outbox = self.outbox.clone();
        outbox.forget_everything();
        *self = Self::new(self.options.clone(), self.base_url.clone(), outbox);
    }

    fn seed_from_options(&mut self) {
        let options = self.options.clone();
        for seed in options.instagram_accounts {
            self.add_instagram(seed);
        }
        for seed in options.whatsapp_numbers {
            self.add_whatsapp(seed);
        }
        for (platform, target) in [
            (Platform::Instagram, options.instagram_webhook),
            (Platform::Whatsapp, options.whatsapp_webhook),
        ] {
            if let Some(target) = target {
                self.targets.insert(platform, target);
            }
        }
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.options.clock.now()
    }

    /// Adds an account; its given token is a long one that may be refreshed already.
    pub fn add_instagram(&mut self, seed: crate::options::InstagramSeed) {
        let issued_at = self.now() - TimeDelta::hours(25);
        if let Some(token) = &seed.access_token {
            let token_state = Token {
                subject: Subject::Instagram(seed.account_id.clone()),
                issued_at,
                expires_at: Some(issued_at + crate::tokens::LONG_LIFE),
                scopes: crate::instagram::SCOPES
                    .iter()
                    .map(|scope| (*scope).to_owned())
                    .collect(),
                long: true,
                revoked: None,
            };
            self.tokens.insert(token.clone(), token_state);
        }
        let subscribed: BTreeSet<String> = if seed.subscribed {
            crate::instagram::DEFAULT_FIELDS
                .iter()
                .map(|field| (*field).to_owned())
                .collect()
        } else {
            BTreeSet::new()
        };
        self.instagram.insert(
            seed.account_id.clone(),
            InstagramAccount::new(seed, subscribed),
        );
    }

    /// Adds a number; its given token never expires (a system user's).
    pub fn add_whatsapp(&mut self, seed: crate::options::WhatsAppSeed) {
        if let Some(token) = &seed.access_token {
            let issued_at = self.now();
            self.tokens
                .entry(token.clone())
                .and_modify(|known| {
                    if let Subject::Whatsapp(wabas) = &mut known.subject
                        && !wabas.contains(&seed.waba_id)
                    {
                        wabas.push(seed.waba_id.clone());
                    }
                })
                .or_insert_with(|| Token {
                    subject: Subject::Whatsapp(vec![seed.waba_id.clone()]),
                    issued_at,
                    expires_at: None,
                    scopes: crate::whatsapp::SCOPES
                        .iter()
                        .map(|s| (*s).to_owned())
                        .collect(),
                    long: true,
                    revoked: None,
                });
        }
        self.whatsapp
            .insert(seed.phone_number_id.clone(), WhatsAppNumber::new(seed));
    }

    /// A new contact's thread, empty.
    pub fn new_contact(
        &self,
        platform: Platform,
        account: &str,
        id: &str,
        name: Option<String>,
    ) -> Contact {
        let now = self.now();
        let name = name.unwrap_or_else(|| match platform {
            Platform::Instagram => id.to_owned(),
            Platform::Whatsapp => format!("+{}", id.trim_start_matches('+')),
        });
        Contact {
            id: id.to_owned(),
            username: handle(&name),
            name,
            // Ids of people and threads stay the same when the simulator starts anew, as an
            // application that remembers them expects.
            user_id: format!("BE.{}", ids::derived_digits(id)),
            hides_number: false,
            wrote_at: None,
            thread_id: format!("aWdfZAG06{}ZD", ids::derived(&format!("{account} {id}"))),
            updated_at: now,
            messages: VecDeque::new(),
            recent_sends: VecDeque::new(),
        }
    }

    /// The contact, whichever platform holds the account.
    pub fn contact(&self, platform: Platform, account: &str, id: &str) -> Option<&Contact> {
        match platform {
            Platform::Instagram => self.instagram.get(account)?.contacts.get(id),
            Platform::Whatsapp => self.whatsapp.get(account)?.contacts.get(id),
        }
    }

    /// The contact, to be changed.
    pub fn contact_mut(
        &mut self,
        platform: Platform,
        account: &str,
        id: &str,
    ) -> Option<&mut Contact> {
        match platform {
            Platform::Instagram => self.instagram.get_mut(account)?.contacts.get_mut(id),
            Platform::Whatsapp => self.whatsapp.get_mut(account)?.contacts.get_mut(id),
        }
    }

    /// Puts a message into a thread and remembers where it is.
    pub fn store(&mut self, platform: Platform, account: &str, contact: &str, message: Message) {
        let id = message.id.clone();
        let dropped = self
            .contact_mut(platform, account, contact)
            .and_then(|contact| contact.push(message));
        if let Some(dropped) = dropped {
            self.places.remove(&dropped);
        }
        self.places
            .insert(id, (account.to_owned(), contact.to_owned()));
    }

    /// The contact whose thread with `account` holds this message.
    pub fn contact_of_message(
        &self,
        platform: Platform,
        account: &str,
        message: &str,
    ) -> Option<&Contact> {
        let (owner, contact) = self.places.get(message)?;
        (owner == account)
            .then(|| self.contact(platform, account, contact))
            .flatten()
    }

    /// A message of the account, to be changed.
    pub fn message_mut(
        &mut self,
        platform: Platform,
        account: &str,
        message: &str,
    ) -> Option<&mut Message> {
        let contact = self
            .contact_of_message(platform, account, message)?
            .id
            .clone();
        self.contact_mut(platform, account, &contact)?
            .message_mut(message)
    }

    /// Every contact of an account.
    pub fn contacts(
        &self,
        platform: Platform,
        account: &str,
    ) -> Option<&BTreeMap<String, Contact>> {
        match platform {
            Platform::Instagram => self.instagram.get(account).map(|account| &account.contacts),
            Platform::Whatsapp => self.whatsapp.get(account).map(|number| &number.contacts),
        }
    }
}

/// A user name made of a name.
fn handle(name: &str) -> String {
    let plain: String = name
        .to_lowercase()
        .chars()
        .map(|letter| {
            if letter.is_alphanumeric() {
                letter
            } else {
                '.'
            }
        })
        .collect();
    plain.trim_matches('.').to_owned()
}
