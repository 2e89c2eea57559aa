//! What the tabs share: words for states, chips of filters, the address of the next page.

use agent::runs::RunState;
use channels::effects::EffectState;
use db::{JobState, JournalState};
use kernel::Cursor;

/// A filter that can be chosen.
pub(super) struct Chip {
    pub(super) href: String,
    pub(super) key: &'static str,
    pub(super) chosen: bool,
}

/// The chips of a list: all of them, and one for each state.
pub(super) fn chips<S: Copy + PartialEq>(
    path: &str,
    states: &[S],
    chosen: Option<S>,
    name: impl Fn(S) -> &'static str,
    extra: &str,
) -> Vec<Chip> {
    let all = Chip {
        href: format!("{path}?{extra}"),
        key: "operations.all",
        chosen: chosen.is_none(),
    };
    let rest = states.iter().map(|state| Chip {
        href: format!("{path}?state={}{extra}", name(*state)),
        key: state_key(name(*state)),
        chosen: chosen == Some(*state),
    });
    std::iter::once(all).chain(rest).collect()
}

/// The address of the next page.
pub(super) fn next(path: &str, filter: &str, cursor: Option<Cursor>) -> Option<String> {
    cursor.map(|cursor| format!("{path}?cursor={}{filter}", cursor.as_str()))
}

/// The word for a state.
pub(super) fn state_key(state: &str) -> &'static str {
    match state {
        "pending" => "operations.state.pending",
        "running" => "operations.state.running",
        "in_flight" => "operations.state.in_flight",
        "done" => "operations.state.done",
        "confirmed" => "operations.state.confirmed",
        "parked" => "operations.state.parked",
        "failed" => "operations.state.failed",
        "unknown" => "operations.state.unknown",
        "cancelled" => "operations.state.cancelled",
        _ => "operations.state.superseded",
    }
}

/// The colour of a state.
pub(super) fn tone(state: &str) -> &'static str {
    match state {
        "done" | "confirmed" => "ok",
        "parked" | "failed" => "danger",
        "unknown" => "warn",
        "running" | "in_flight" => "info",
        _ => "neutral",
    }
}

pub(super) const JOURNAL: &[JournalState] = &JournalState::ALL;
pub(super) const JOBS: &[JobState] = &JobState::ALL;
pub(super) const EFFECTS: &[EffectState] = &EffectState::ALL;
pub(super) const RUNS: &[RunState] = &RunState::ALL;
