//! A business number, its business account and its contacts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::errors::GraphError;
use crate::options::{Platform, WhatsAppSeed};
use crate::people::Contact;
use crate::tokens::Subject;
use crate::usage::{HourlyUsage, SlidingWindow};
use crate::world::World;

/// A number and everything that belongs to it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WhatsAppNumber {
    /// `seed.subscribed` follows `/{waba}/subscribed_apps`.
    pub seed: WhatsAppSeed,
    pub contacts: BTreeMap<String, Contact>,
    /// Contact key by business-scoped user id.
    pub by_user_id: BTreeMap<String, String>,
    #[serde(skip)]
    pub usage: HourlyUsage,
    #[serde(skip)]
    pub sends: SlidingWindow,
}

impl WhatsAppNumber {
    pub fn new(seed: WhatsAppSeed) -> Self {
        Self {
            seed,
            contacts: BTreeMap::new(),
            by_user_id: BTreeMap::new(),
            usage: HourlyUsage::default(),
            sends: SlidingWindow::default(),
        }
    }
}

/// A phone number as digits alone.
pub fn digits_of(number: &str) -> String {
    number.chars().filter(char::is_ascii_digit).collect()
}

impl World {
    /// The business accounts a valid token with `scope` reaches.
    pub fn whatsapp_wabas(
        &self,
        token: Option<&str>,
        scope: &str,
    ) -> Result<Vec<String>, GraphError> {
        let token = self.authenticate(Platform::Whatsapp, token)?;
        if !token.scopes.iter().any(|granted| granted == scope) {
            return Err(GraphError::new(
                403,
                200,
                format!("(#200) You do not have the necessary permission {scope}."),
            ));
        }
        match &token.subject {
            Subject::Whatsapp(wabas) => Ok(wabas.clone()),
            Subject::Instagram(_) => Err(GraphError::token(401, "Invalid OAuth access token")),
        }
    }

    /// The number `id` if a valid token with `scope` reaches it.
    pub fn whatsapp_number(
        &mut self,
        id: &str,
        token: Option<&str>,
        scope: &str,
    ) -> Result<&mut WhatsAppNumber, GraphError> {
        let wabas = self.whatsapp_wabas(token, scope)?;
        self.whatsapp
            .get_mut(id)
            .filter(|number| wabas.contains(&number.seed.waba_id))
            .ok_or_else(|| GraphError::unknown_object(id))
    }

    /// The contact key behind a phone number or a business-scoped user id.
    pub fn whatsapp_contact_key(&self, number: &str, person: &str) -> Option<String> {
        let state = self.whatsapp.get(number)?;
        if let Some(key) = state.by_user_id.get(person) {
            return Some(key.clone());
        }
        if state.contacts.contains_key(person) {
            return Some(person.to_owned());
        }
        let digits = digits_of(person);
        state.contacts.contains_key(&digits).then_some(digits)
    }
}
