//! The record of every write the platforms received.

use std::collections::VecDeque;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::options::Platform;

const KEPT: usize = 200_000;

/// One write, whatever was answered.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Call {
    /// Counts from 1 without gaps.
    pub seq: u64,
    /// The platforms' time of arrival.
    pub at: DateTime<Utc>,
    /// Which platform.
    pub platform: Platform,
    /// `send_message`, `sender_action`, `mark_read`, `private_reply`, …
    pub operation: String,
    /// The Instagram account id or the WhatsApp phone number id; empty when the path named none.
    pub account_id: String,
    /// What it was aimed at: the recipient, the message, the comment.
    pub target: String,
    /// The body as received.
    pub body: Value,
    /// The HTTP status answered; 0 when no answer left.
    pub status: u16,
    /// Whether the platform did it.
    pub performed: bool,
}

/// The newest calls in order.
#[derive(Debug, Default)]
pub struct CallLog {
    list: VecDeque<Call>,
    last_seq: u64,
}

impl CallLog {
    /// Appends, giving the call its number.
    pub fn push(&mut self, mut call: Call) {
        self.last_seq += 1;
        call.seq = self.last_seq;
        if self.list.len() >= KEPT {
            self.list.pop_front();
        }
        self.list.push_back(call);
    }

    /// At most `limit` calls with a number above `after`, oldest first.
    pub fn after(&self, after: u64, limit: usize) -> impl Iterator<Item = &Call> {
        let start = self.list.partition_point(|call| call.seq <= after);
        self.list.range(start..).take(limit)
    }

    /// Goes on from the newest calls of an earlier run.
    pub fn resume(&mut self, calls: Vec<Call>, last_seq: u64) {
        self.list = calls.into();
        self.last_seq = last_seq;
    }

    pub fn last_seq(&self) -> u64 {
        self.last_seq
    }
}
