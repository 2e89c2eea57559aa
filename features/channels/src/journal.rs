//! The journal worker: from bodies to entries of accounts.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use db::{AccountRef, DbError, DbResult, JournalEntry};
use kernel::{AccountId, Platform, WorkspaceId};
use meta::WebhookEvent;
use meta::read::{by_entry, read};

use crate::events::EntryReceived;
use crate::{Channels, accounts};

/// How often a body is tried that fails for a reason of its own.
const TRIES: i32 = 5;

/// What became of a body.
#[derive(Debug, Default)]
struct Taken {
    events: usize,
    unrouted: usize,
    workspaces: BTreeSet<WorkspaceId>,
}

impl Channels {
    /// Takes in a claimed body: one transaction for each entry and account, then the row is
    /// finished. When this returns, the lease is given back.
    pub async fn take_in(&self, entry: JournalEntry) {
        let result = match read(entry.platform, &entry.body) {
            Ok(events) => self
                .entries(&entry, &events)
                .await
                .map_err(Trouble::Database),
            Err(error) => Err(Trouble::Unreadable(error.to_string())),
        };
        if let Err(trouble) = &result {
            tracing::warn!(id = %entry.id, error = %trouble.sentence(), "a webhook was not taken in");
        }
        let mut pause = Duration::from_millis(100);
        while let Err(error) = self.note(&entry, &result).await {
            tracing::warn!(id = %entry.id, %error, "a webhook's outcome could not be noted yet");
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(2));
        }
    }

    async fn note(&self, entry: &JournalEntry, result: &Result<Taken, Trouble>) -> DbResult<()> {
        let now = self.clock.now();
        let mut system = self.db.system().await?;
        match result {
            Ok(taken) => {
                let count = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
                let workspaces: Vec<_> = taken.workspaces.iter().copied().collect();
                let (events, unrouted) = (count(taken.events), count(taken.unrouted));
                system
                    .finish_journal(entry.id, entry.lease, events, unrouted, &workspaces, now)
                    .await?;
            }
            Err(trouble) => {
                let due = trouble.pause(entry.attempts).map(|pause| now + pause);
                system
                    .put_back_journal(entry.id, entry.lease, &trouble.sentence(), due, now)
                    .await?;
            }
        }
        system.commit().await
    }

    async fn entries(&self, entry: &JournalEntry, events: &[WebhookEvent]) -> DbResult<Taken> {
        let routes = self.routes(entry.platform, events).await?;
        let mut taken = Taken::default();
        for group in by_entry(events) {
            let mut of_account: BTreeMap<AccountId, (AccountRef, Vec<WebhookEvent>)> =
                BTreeMap::new();
            for event in group {
                let found = route(&routes, event);
                if found.is_empty() {
                    taken.unrouted += 1;
                } else {
                    taken.events += 1;
                }
                for one in found {
                    let place = of_account
                        .entry(one.account)
                        .or_insert_with(|| (*one, Vec::new()));
                    place.1.push(event.clone());
                }
            }
            for (found, events) in of_account.into_values() {
                taken.workspaces.insert(found.scope.workspace());
                self.tell(entry, found, events).await?;
            }
        }
        Ok(taken)
    }

    async fn tell(
        &self,
        entry: &JournalEntry,
        found: AccountRef,
        events: Vec<WebhookEvent>,
    ) -> DbResult<()> {
        let mut tx = self.db.tenant(&found.scope).await?;
        let received = EntryReceived {
            account: found.account,
            platform: entry.platform,
            received_at: entry.received_at,
            events,
        };
        tx.emit(&received).await?;
        accounts::store::note_webhook(&mut tx, found.account, entry.received_at).await?;
        tx.commit().await
    }

    /// The accounts of all ids that the events name.
    async fn routes(&self, platform: Platform, events: &[WebhookEvent]) -> DbResult<Routes> {
        let ids: BTreeSet<&str> = events.iter().filter_map(WebhookEvent::route_id).collect();
        let ids: Vec<String> = ids.into_iter().map(str::to_owned).collect();
        let mut routes = Routes::new();
        if ids.is_empty() {
            return Ok(routes);
        }
        let mut system = self.db.system().await?;
        for one in system.route(platform, &ids).await? {
            routes.entry(one.external_id).or_default().push(one.found);
        }
        if platform == Platform::Whatsapp {
            // Notices about a whole business account concern each of its numbers.
            let whole: BTreeSet<&String> = events
                .iter()
                .filter(|event| event.phone_number_id.is_none())
                .filter_map(|event| event.account_id.as_ref())
                .collect();
            for waba in whole {
                let found = system.accounts_under(platform, waba).await?;
                routes.entry(waba.clone()).or_default().extend(found);
            }
        }
        system.commit().await?;
        Ok(routes)
    }
}

type Routes = HashMap<String, Vec<AccountRef>>;

fn route<'a>(routes: &'a Routes, event: &WebhookEvent) -> &'a [AccountRef] {
    event
        .route_id()
        .and_then(|id| routes.get(id))
        .map_or(&[], Vec::as_slice)
}

/// Why a body was not taken in.
#[derive(Debug)]
enum Trouble {
    Unreadable(String),
    Database(DbError),
}

impl Trouble {
    fn sentence(&self) -> String {
        match self {
            Self::Unreadable(sentence) => sentence.clone(),
            Self::Database(error) => {
                let mut text = error.to_string();
                let mut next = std::error::Error::source(error);
                while let Some(cause) = next {
                    text = format!("{text}: {cause}");
                    next = cause.source();
                }
                text
            }
        }
    }

    /// How long to wait for the next try; none parks the body.
    fn pause(&self, attempts: i32) -> Option<chrono::Duration> {
        match self {
            Self::Unreadable(_) => None,
            Self::Database(error) if error.is_unavailable() => Some(chrono::Duration::seconds(1)),
            Self::Database(_) if attempts >= TRIES => None,
            Self::Database(_) => {
                let tries = i64::from(attempts.clamp(1, TRIES));
                Some(chrono::Duration::milliseconds(200 * tries * tries))
            }
        }
    }
}
