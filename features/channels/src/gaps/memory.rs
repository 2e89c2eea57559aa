//! Which threads were read in which state, so that an unchanged one is not read again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use meta::client::Conversation;

/// How long a thread is remembered; longer than any comparison looks back.
const REMEMBERED: TimeDelta = TimeDelta::hours(1);
/// The platform tells the time of a change in whole seconds: in the same second, and a moment
/// longer until its list is true, another message can follow.
const SETTLED: TimeDelta = TimeDelta::seconds(3);

/// What this process read, by the platform's thread id. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct ThreadsRead(Arc<Mutex<HashMap<String, DateTime<Utc>>>>);

impl ThreadsRead {
    /// Whether the thread looks as it did when it was read last.
    pub(super) fn is_unchanged(&self, thread: &Conversation) -> bool {
        let read = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        thread.updated_at.is_some() && read.get(&thread.id).copied() == thread.updated_at
    }

    /// Notes that the thread's messages were taken in as it was listed.
    pub(super) fn note(&self, thread: &Conversation, now: DateTime<Utc>) {
        let Some(updated_at) = thread.updated_at.filter(|at| *at < now - SETTLED) else {
            return;
        };
        let mut read = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        read.retain(|_, at| *at > now - REMEMBERED);
        read.insert(thread.id.clone(), updated_at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn thread(second: i64) -> Conversation {
        Conversation {
            id: "t".to_owned(),
            updated_at: DateTime::from_timestamp(second, 0),
            participants: Vec::new(),
        }
    }

    #[test]
    fn a_thread_is_read_again_when_it_changed_or_when_its_second_was_not_over() {
        let read = ThreadsRead::default();
        let now = DateTime::from_timestamp(1000, 0).unwrap();
        read.note(&thread(999), now);
        assert!(!read.is_unchanged(&thread(999)));
        read.note(&thread(990), now);
        assert!(read.is_unchanged(&thread(990)));
        assert!(!read.is_unchanged(&thread(991)));
    }
}
