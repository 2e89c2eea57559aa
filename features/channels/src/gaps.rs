//! Comparing Instagram's threads with what webhooks told: what they missed is taken in as if it
//! had come by webhook. This is the safety net; while webhooks arrive it looks every few minutes,
//! where none ever came it is the road that messages come by.

mod memory;
mod past;

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use db::{AccountRef, DbResult, TenantTx};
use futures::StreamExt as _;
use kernel::Platform;
use meta::client::{Conversation, PastMessage};
use meta::read::WebhookEvent;
use meta::{Access, CallError, ErrorClass, Pace};

use crate::Channels;
use crate::accounts::{self, Account, AccountState};
use crate::effects;
use crate::events::EntryReceived;
pub use memory::ThreadsRead;

/// How often an account is compared while webhooks arrive.
const HEALTHY: TimeDelta = TimeDelta::minutes(3);
/// How often where webhooks could arrive but none does.
const SILENT: TimeDelta = TimeDelta::seconds(10);
/// How often where the platform can't reach this installation at all.
const UNREACHABLE: TimeDelta = TimeDelta::seconds(1);
/// The platform lists a change a little after it happened, and its clock is not ours.
const OVERLAP: TimeDelta = TimeDelta::minutes(2);
/// Two calls a second are allowed; unknown sends are asked for from the same allowance.
const BETWEEN_CALLS: Duration = Duration::from_millis(750);
/// Pages of threads that are read when one page does not reach back far enough.
const MOST_PAGES: usize = 10;
/// How many accounts are compared at once.
const AT_ONCE: usize = 8;

impl Channels {
    /// Compares the Instagram accounts whose turn it is; the number of messages that no webhook
    /// had told of.
    pub async fn poll_instagram_messages(&self) -> DbResult<usize> {
        let now = self.clock.now();
        let quick = if self.is_reachable() {
            SILENT
        } else {
            UNREACHABLE
        };
        let mut system = self.db.system().await?;
        let due = system
            .accounts_to_check(Platform::Instagram, now - quick, now - HEALTHY)
            .await?;
        system.commit().await?;
        let found = futures::stream::iter(due)
            .map(|one| async move {
                self.compare(&one).await.unwrap_or_else(|error| {
                    tracing::warn!(account = %one.account, %error, "an account was not compared");
                    0
                })
            })
            .buffer_unordered(AT_ONCE);
        Ok(found.fold(0, async |sum, one| sum + one).await)
    }

    /// Whether platforms could reach this installation: its public address is not this machine's.
    fn is_reachable(&self) -> bool {
        url::Url::parse(&self.public_url).is_ok_and(|url| match url.host() {
            Some(url::Host::Domain(name)) => name != "localhost",
            Some(url::Host::Ipv4(address)) => !address.is_loopback(),
            Some(url::Host::Ipv6(address)) => !address.is_loopback(),
            None => false,
        })
    }

    async fn compare(&self, one: &AccountRef) -> DbResult<usize> {
        let mut tx = self.db.tenant(&one.scope).await?;
        let began = self.clock.now();
        let account = accounts::account(&mut tx, one.account).await?;
        let Some(account) = account.filter(|a| a.state == AccountState::Connected) else {
            return Ok(0);
        };
        let through = accounts::store::begin_check(&mut tx, account.id, began).await?;
        let access = self.token(&tx, &account).ok();
        tx.commit().await?;
        let usage = self.budget.usage(&account.external_id);
        let free = usage.is_none_or(|usage| usage.pace() == Pace::Free);
        let Some(access) = access.filter(|_| free) else {
            return Ok(0);
        };
        let since = through.unwrap_or(account.connected_at) - OVERLAP;
        let threads = match self.read_since(&access, since).await {
            Ok(threads) => threads,
            Err(error) => {
                self.not_compared(one, &error).await?;
                return Ok(0);
            }
        };
        let mut found = 0;
        for (thread, messages) in &threads {
            found += self.take_in_past(one, &account, messages, since).await?;
            self.threads_read.note(thread, began);
        }
        let mut tx = self.db.tenant(&one.scope).await?;
        accounts::store::end_check(&mut tx, account.id, began).await?;
        tx.commit().await?;
        Ok(found)
    }

    /// The next comparison looks back as far as this one should have.
    async fn not_compared(&self, one: &AccountRef, error: &CallError) -> DbResult<()> {
        tracing::debug!(account = %one.account, %error, "an account could not be compared");
        if error.class() != ErrorClass::Token {
            return Ok(());
        }
        let reason = error.platform().map_or("token_invalid", |e| e.key());
        let mut tx = self.db.tenant(&one.scope).await?;
        accounts::lose(&mut tx, one.account, reason, self.clock.now()).await?;
        tx.commit().await
    }

    /// The threads that changed since then and were not read like that already, each with its
    /// newest messages.
    async fn read_since(
        &self,
        access: &Access,
        since: DateTime<Utc>,
    ) -> Result<Vec<(Conversation, Vec<PastMessage>)>, CallError> {
        let changed = |thread: &Conversation| thread.updated_at.is_none_or(|at| at >= since);
        let mut threads = self.meta.instagram_conversations(access, None, 1).await?;
        if !threads.complete && threads.items.iter().all(changed) {
            tokio::time::sleep(BETWEEN_CALLS).await;
            threads = self
                .meta
                .instagram_conversations(access, None, MOST_PAGES)
                .await?;
        }
        let mut all = Vec::new();
        threads.items.retain(changed);
        for thread in threads.items {
            if self.threads_read.is_unchanged(&thread) {
                continue;
            }
            tokio::time::sleep(BETWEEN_CALLS).await;
            let messages = self.meta.instagram_messages(access, &thread.id).await?;
            all.push((thread, messages));
        }
        Ok(all)
    }

    /// Takes in what is not known of a thread, in one transaction.
    async fn take_in_past(
        &self,
        one: &AccountRef,
        account: &Account,
        messages: &[PastMessage],
        since: DateTime<Utc>,
    ) -> DbResult<usize> {
        let mut tx = self.db.tenant(&one.scope).await?;
        let mut events = Vec::new();
        // Oldest first, as it happened.
        for message in messages.iter().rev() {
            let recent = message.created_at.is_none_or(|at| at >= since);
            if recent && !effects::knows_message(&mut tx, account.id, &message.id, None).await? {
                events.extend(past::event(account, message));
            }
        }
        if events.is_empty() {
            return Ok(0);
        }
        let found = events.len();
        self.tell_gap(&mut tx, account, events).await?;
        tx.commit().await?;
        Ok(found)
    }

    async fn tell_gap(
        &self,
        tx: &mut TenantTx,
        account: &Account,
        events: Vec<WebhookEvent>,
    ) -> DbResult<()> {
        let now = self.clock.now();
        tracing::info!(account = %account.id, messages = events.len(), "webhooks had missed messages");
        tx.emit(&EntryReceived {
            account: account.id,
            platform: Platform::Instagram,
            received_at: now,
            events,
        })
        .await?;
        accounts::store::note_gap(tx, account.id, now).await
    }
}
