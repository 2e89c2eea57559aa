//! A professional account, its contacts, posts and comments.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::errors::GraphError;
use crate::options::{InstagramSeed, Platform};
use crate::people::Contact;
use crate::tokens::{Subject, Token};
use crate::usage::{HourlyUsage, SlidingWindow};
use crate::world::World;

/// A comment under a post.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Comment {
    /// The platform's id.
    pub id: String,
    /// The post it stands under.
    pub media_id: String,
    /// The top-level comment this one answers.
    pub parent_id: Option<String>,
    /// Who wrote it.
    pub from_id: String,
    /// The author's handle.
    pub from_username: String,
    /// What it says.
    pub text: String,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// Whether the account hid it.
    pub hidden: bool,
    /// Instagram: one private reply per comment.
    pub privately_answered: bool,
}

/// An account and everything that belongs to it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct InstagramAccount {
    pub seed: InstagramSeed,
    /// Webhook fields the app is subscribed to.
    pub subscribed: BTreeSet<String>,
    pub contacts: BTreeMap<String, Contact>,
    /// Comments by id, in the order in which they were written.
    pub comments: IndexMap<String, Comment>,
    /// Posts by id, with their captions.
    pub posts: BTreeMap<String, String>,
    #[serde(skip)]
    pub usage: HourlyUsage,
    #[serde(skip)]
    pub conversation_calls: SlidingWindow,
    #[serde(skip)]
    pub sends: SlidingWindow,
}

impl InstagramAccount {
    pub fn new(seed: InstagramSeed, subscribed: BTreeSet<String>) -> Self {
        let post = format!(
            "1801{}",
            seed.account_id.chars().rev().take(13).collect::<String>()
        );
        Self {
            seed,
            subscribed,
            contacts: BTreeMap::new(),
            comments: IndexMap::new(),
            posts: BTreeMap::from([(post, "New autumn mugs, thrown by hand.".to_owned())]),
            usage: HourlyUsage::default(),
            conversation_calls: SlidingWindow::default(),
            sends: SlidingWindow::default(),
        }
    }
}

impl World {
    /// The account a token speaks for, without judging the token.
    pub fn instagram_account_of(&self, token: Option<&str>) -> Option<String> {
        match &self.tokens.get(token?)?.subject {
            Subject::Instagram(account) => Some(account.clone()),
            Subject::Whatsapp(_) => None,
        }
    }

    /// The professional id behind `me`, the professional or the app-scoped id.
    pub fn instagram_account_named(&self, node: &str, token: Option<&str>) -> Option<String> {
        if node == "me" {
            return self.instagram_account_of(token);
        }
        self.instagram
            .values()
            .find(|account| account.seed.account_id == node || account.seed.app_scoped_id == node)
            .map(|account| account.seed.account_id.clone())
    }

    /// The account a valid token speaks for, if `node` (`me` or one of its ids) is that account.
    pub fn instagram_caller(
        &self,
        node: &str,
        token: Option<&str>,
        scope: &str,
    ) -> Result<String, GraphError> {
        let account = self.instagram_subject(token, scope)?;
        match self.instagram_account_named(node, token) {
            Some(named) if named == account => Ok(account),
            _ => Err(GraphError::unknown_object(node)),
        }
    }

    /// The account a valid token with `scope` speaks for.
    pub fn instagram_subject(
        &self,
        token: Option<&str>,
        scope: &str,
    ) -> Result<String, GraphError> {
        let token: &Token = self.authenticate(Platform::Instagram, token)?;
        let Subject::Instagram(account) = &token.subject else {
            return Err(GraphError::token(400, "Invalid OAuth access token"));
        };
        if !token.scopes.iter().any(|granted| granted == scope) {
            return Err(GraphError::new(
                403,
                10,
                format!("(#10) Application does not have the {scope} permission for this action"),
            ));
        }
        Ok(account.clone())
    }

    /// The account's state.
    pub fn instagram_state(&mut self, id: &str) -> Result<&mut InstagramAccount, GraphError> {
        self.instagram
            .get_mut(id)
            .ok_or_else(|| GraphError::unknown_object(id))
    }
}
