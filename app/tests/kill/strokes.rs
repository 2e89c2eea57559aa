//! The strokes that hit the processes, planned from the seed.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use rig::{Product, Rig, Signal};

/// How many processes are killed, and after which of them PostgreSQL is.
const KILLS: usize = 24;
const SERVER_KILLS: [usize; 2] = [8, 16];

/// One stroke.
#[derive(Clone, Debug)]
struct Stroke {
    /// How long everything goes well before it.
    after: Duration,
    /// Which of the two processes dies.
    victim: usize,
    /// How long it stays away.
    away: Duration,
}

fn plan(seed: u64) -> Vec<Stroke> {
    let mut random = StdRng::seed_from_u64(seed ^ 0x5eed);
    (0..KILLS)
        .map(|_| Stroke {
            after: Duration::from_millis(random.random_range(200..1_400)),
            victim: random.random_range(0..2),
            away: Duration::from_millis(random.random_range(0..500)),
        })
        .collect()
}

/// Kills as planned; the processes that live at the end. Says how often each thing was killed.
pub async fn fall(rig: &Rig, seed: u64, ports: [u16; 2]) -> ([Product; 2], usize, usize) {
    let mut living = ports.map(|port| Some(rig.launch(&[], port).unwrap()));
    let (mut kills, mut server_kills) = (0, 0);
    for (number, stroke) in plan(seed).into_iter().enumerate() {
        tokio::time::sleep(stroke.after).await;
        if SERVER_KILLS.contains(&number) {
            kill_server(rig);
            server_kills += 1;
        }
        let victim = &mut living[stroke.victim];
        victim.take().unwrap().kill().unwrap();
        kills += 1;
        tokio::time::sleep(stroke.away).await;
        *victim = Some(rig.launch(&[], ports[stroke.victim]).unwrap());
    }
    (living.map(Option::unwrap), kills, server_kills)
}

/// Kills the postmaster, and with it every connection.
fn kill_server(rig: &Rig) {
    if let Some(pid) = rig.cluster.pid().and_then(rustix::process::Pid::from_raw) {
        rustix::process::kill_process(pid, Signal::KILL).unwrap();
    }
}

#[test]
fn the_same_seed_plans_the_same_strokes() {
    let shown = |seed| format!("{:?}", plan(seed));
    assert_eq!(shown(1), shown(1));
    assert_ne!(shown(1), shown(2));
}
