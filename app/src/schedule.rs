//! The one list of recurring work.

use std::time::Duration;

use futures::FutureExt as _;
use queue::Recurring;

use crate::parts::Parts;

/// How long webhook bodies that were taken in are kept.
const KEEP_JOURNAL: Duration = Duration::from_hours(24 * 30);

/// The list.
pub fn recurring(parts: &Parts) -> Vec<Recurring> {
    let (db, clock) = (parts.db.clone(), parts.clock.clone());
    let cleanup = Recurring {
        name: "cleanup_old_data",
        every: Duration::from_hours(1),
        run: Box::new(move || {
            let (db, clock) = (db.clone(), clock.clone());
            async move {
                let mut tx = db.system().await?;
                tx.trim_journal(clock.now(), KEEP_JOURNAL).await?;
                tx.commit().await
            }
            .map(|done| done.map_err(|error| error.to_string()))
            .boxed()
        }),
    };
    let channels = parts.channels.clone();
    let refresh = Recurring {
        name: "refresh_tokens",
        every: Duration::from_hours(1),
        run: Box::new(move || {
            let channels = channels.clone();
            async move {
                channels
                    .refresh_due_tokens()
                    .await
                    .map(|_| ())
                    .map_err(|error| error.to_string())
            }
            .boxed()
        }),
    };
    let channels = parts.channels.clone();
    let gaps = Recurring {
        name: "poll_instagram_messages",
        every: Duration::from_secs(1),
        run: Box::new(move || {
            let channels = channels.clone();
            async move {
                let found = channels.poll_instagram_messages().await;
                found.map(drop).map_err(|error| error.to_string())
            }
            .boxed()
        }),
    };
    let (inbox, channels) = (parts.inbox.clone(), parts.channels.clone());
    let profiles = Recurring {
        name: "fetch_contact_profiles",
        every: Duration::from_secs(2),
        run: Box::new(move || {
            let (inbox, channels) = (inbox.clone(), channels.clone());
            async move {
                let done = inbox::profiles::fetch(&inbox, &channels).await;
                done.map(drop).map_err(|error| error.to_string())
            }
            .boxed()
        }),
    };
    let inbox = parts.inbox.clone();
    let unused = Recurring {
        name: "remove_unused_media",
        every: Duration::from_secs(10),
        run: Box::new(move || {
            let inbox = inbox.clone();
            async move {
                let done = inbox::media::sweep(&inbox).await;
                done.map(drop).map_err(|error| error.to_string())
            }
            .boxed()
        }),
    };
    let agent = parts.agent.clone();
    let questions = Recurring {
        name: "find_knowledge_gaps",
        every: Duration::from_mins(10),
        run: Box::new(move || {
            let agent = agent.clone();
            async move {
                let done = agent::gaps::refresh::begin_where_due(&agent).await;
                done.map(drop).map_err(|error| error.to_string())
            }
            .boxed()
        }),
    };
    vec![cleanup, refresh, gaps, profiles, unused, questions]
}
