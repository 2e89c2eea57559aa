//! Figures for people.

use std::io::Write;
use std::time::Duration;

use anyhow::Result;

/// Prints a line. When nobody reads any more there is nobody to tell.
pub fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _unread = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// The machine and the cores we may use.
pub fn machine() -> Result<()> {
    let cores = std::thread::available_parallelism()?;
    let about = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = about
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("unknown processor", |(_, name)| name);
    say(&format!("{cores} cores of {model}"));
    Ok(())
}

/// Measured times.
#[derive(Default)]
pub struct Times(Vec<Duration>);

impl Times {
    /// One more.
    pub fn push(&mut self, one: Duration) {
        self.0.push(one);
    }

    /// All of another list.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// How many.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// `p50 1.2 ms, p95 2.0 ms, p99 3.1 ms, max 4.0 ms (500)`.
    pub fn line(mut self) -> String {
        self.0.sort_unstable();
        let at = |percent: usize| {
            let place = (self.0.len().saturating_sub(1)) * percent / 100;
            shown(self.0.get(place).copied().unwrap_or_default())
        };
        format!(
            "p50 {}, p95 {}, p99 {}, max {} ({})",
            at(50),
            at(95),
            at(99),
            at(100),
            self.0.len()
        )
    }
}

/// A time in milliseconds.
pub fn shown(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}
