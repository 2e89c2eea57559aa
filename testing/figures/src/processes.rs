//! What processes take, as Linux counts it (proc(5)).

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};

/// What Linux tells programs is in hundredths of a second on every machine (USER_HZ).
const TICKS_A_SECOND: u64 = 100;

/// A line of `/proc/<pid>/stat`.
struct Stat {
    parent: u32,
    ticks: u64,
}

/// The processor time that all descendants of this process have taken so far.
pub fn cpu_of_descendants() -> Result<Duration> {
    let all = all()?;
    let own = std::process::id();
    let mine = |start: u32| {
        let mut pid = start;
        while let Some(stat) = all.get(&pid) {
            if stat.parent == own {
                return true;
            }
            pid = stat.parent;
        }
        false
    };
    let ticks: u64 = all
        .iter()
        .filter(|(pid, _)| **pid != own && mine(**pid))
        .map(|(_, stat)| stat.ticks)
        .sum();
    Ok(Duration::from_millis(ticks * 1000 / TICKS_A_SECOND))
}

/// The resident memory of a process, in kB.
pub fn resident_kb(pid: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB"))
        .and_then(|text| text.trim().parse().ok())
        .context("the process says nothing of its memory")
}

fn all() -> Result<BTreeMap<u32, Stat>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir("/proc")? {
        let name = entry?.file_name();
        let Some(pid) = name.to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        // It may have ended meanwhile.
        let text = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        if let Some(stat) = read(&text) {
            found.insert(pid, stat);
        }
    }
    Ok(found)
}

/// The fields after the name, which may hold blanks and brackets: state, parent, …, and as 12th to
/// 15th the times of the process and of its ended children.
fn read(text: &str) -> Option<Stat> {
    let (_, rest) = text.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let number = |place: usize| fields.get(place)?.parse::<u64>().ok();
    Some(Stat {
        parent: fields.get(1)?.parse().ok()?,
        ticks: number(11)? + number(12)? + number(13)? + number(14)?,
    })
}
