//! The stream of change signals: names of what changed, never content.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use db::{Change, Db};
use futures::Stream;
use http::request::Parts;
use http::{HeaderName, Method};
use kernel::{Role, WorkspaceId};
use tokio::sync::{broadcast, watch};
use tokio::time::{Interval, MissedTickBehavior, interval_at};

use crate::{Access, Member, Routes, access, ui};

/// A silent connection is closed by proxies; a comment this often keeps it.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// How often the caller's right to listen is looked up again.
const RECHECK: Duration = Duration::from_mins(1);
/// The name that makes a page fetch everything again.
const RESYNC: &str = "resync";

/// What the stream needs.
#[derive(Clone, Debug)]
pub struct Signals {
    /// Where changes are heard.
    pub db: Db,
    /// Turns true when the process stops; open streams end then, and also when the sender is
    /// dropped.
    pub stop: watch::Receiver<bool>,
}

/// The route of the stream: `GET /events`.
pub fn routes(signals: Signals) -> Routes<()> {
    let access = Access::Member(Role::Viewer);
    Routes::new()
        .raw(Method::GET, ui::paths::EVENTS, access, listen)
        .with_state(signals)
}

async fn listen(
    State(signals): State<Signals>,
    member: Member,
    parts: Parts,
) -> (
    [(HeaderName, &'static str); 1],
    Sse<impl Stream<Item = Result<Event, Infallible>>>,
) {
    let mut recheck = interval_at(tokio::time::Instant::now() + RECHECK, RECHECK);
    recheck.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let listener = Listener {
        changes: signals.db.changes(),
        workspace: member.scope.workspace(),
        stop: signals.stop,
        recheck,
        parts,
    };
    let stream = futures::stream::unfold(listener, |mut listener| async move {
        let names = listener.next().await?;
        Some((Ok(Event::default().data(names)), listener))
    });
    let unbuffered = [(HeaderName::from_static("x-accel-buffering"), "no")];
    let sse = Sse::new(stream).keep_alive(KeepAlive::new().interval(KEEP_ALIVE));
    (unbuffered, sse)
}

struct Listener {
    changes: broadcast::Receiver<Change>,
    workspace: WorkspaceId,
    stop: watch::Receiver<bool>,
    recheck: Interval,
    parts: Parts,
}

impl Listener {
    /// The next names; none when the stream is over.
    async fn next(&mut self) -> Option<String> {
        loop {
            tokio::select! {
                () = stopped(&mut self.stop) => return None,
                heard = self.changes.recv() => match heard {
                    Ok(change) => {
                        if let Some(names) = gather(change, &mut self.changes, self.workspace) {
                            return Some(names);
                        }
                    }
                    Err(broadcast::error::RecvError::Lagged(_)) => return Some(RESYNC.to_owned()),
                    Err(broadcast::error::RecvError::Closed) => return None,
                },
                _ = self.recheck.tick() => if !may_listen(&self.parts, self.workspace).await {
                    return None;
                },
            }
        }
    }
}

/// Returns when the process stops, or nobody can say any more that it does.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stopped| *stopped).await;
}

/// Whether the session is still valid and still in this workspace. A browser that lost it connects
/// again by itself and is told what is wrong.
async fn may_listen(parts: &Parts, workspace: WorkspaceId) -> bool {
    let Ok(Some(caller)) = access::authenticate(parts).await else {
        return false;
    };
    let seat = caller.membership.map(|seat| seat.scope.workspace());
    seat == Some(workspace)
}

/// This workspace's names among what has gathered, each once.
fn gather(
    first: Change,
    changes: &mut broadcast::Receiver<Change>,
    workspace: WorkspaceId,
) -> Option<String> {
    let mut names = std::collections::BTreeSet::new();
    let mut next = Some(first);
    while let Some(change) = next {
        if change.workspace == workspace {
            names.insert(change.name);
        }
        next = match changes.try_recv() {
            Ok(change) => Some(change),
            Err(broadcast::error::TryRecvError::Lagged(_)) => {
                names.insert(RESYNC.to_owned());
                None
            }
            Err(_) => None,
        };
    }
    let names: Vec<String> = names.into_iter().collect();
    (!names.is_empty()).then(|| names.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signals_of_other_workspaces_are_not_heard_and_repeats_are_said_once() {
        let (ours, theirs) = (WorkspaceId::new(), WorkspaceId::new());
        let change = |workspace, name: &str| Change {
            workspace,
            name: name.to_owned(),
        };
        let (sender, mut changes) = broadcast::channel(8);
        for name in ["thread-changed:cnv_1", "inbox-changed"] {
            sender.send(change(ours, name)).unwrap();
            sender.send(change(theirs, "knowledge-changed")).unwrap();
        }
        let names = gather(change(ours, "inbox-changed"), &mut changes, ours);
        assert_eq!(names.as_deref(), Some("inbox-changed thread-changed:cnv_1"));
        assert_eq!(
            gather(change(theirs, "inbox-changed"), &mut changes, ours),
            None
        );
    }
}
