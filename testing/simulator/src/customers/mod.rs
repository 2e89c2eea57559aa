//! Scripted customers of the demo shop: they write, read the answers and ask on.

pub mod people;
mod remarks;

use std::collections::HashSet;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::control::acts::NewMessage;
use crate::options::{Pace, Platform};
use crate::people::Author;
use crate::world::{Shared, World};
use people::{Line, PEOPLE, Person, stories};

/// How often a waiting customer looks at the phone.
const GLANCE: Duration = Duration::from_millis(200);

/// Lets the customers write until `stop`: who, what and when is decided by the seed.
pub async fn drive(shared: Shared, pace: Pace, stop: CancellationToken) {
    let remarks = async {
        // Who counts conversations wants nothing else.
        if pace.conversations.is_none() {
            remarks::drive(shared.clone(), pace).await;
        }
    };
    tokio::select! {
        ((), ()) = async { tokio::join!(conversations(shared.clone(), pace), remarks) } => {}
        () = stop.cancelled() => {}
    }
}

async fn conversations(shared: Shared, pace: Pace) {
    let mut rng = StdRng::seed_from_u64(shared.world().options.seed);
    let mut running = JoinSet::new();
    let mut busy = HashSet::new();
    let mut opened = 0;
    while pace.conversations.is_none_or(|most| opened < most) {
        while let Some(finished) = running.try_join_next() {
            if let Ok(id) = finished {
                busy.remove(id);
            }
        }
        let free: Vec<&Person> = PEOPLE
            .iter()
            .filter(|person| !busy.contains(person.id))
            .collect();
        let listening = |person: &&&Person| account_for(&shared.world(), person).is_some();
        let reachable: Vec<&Person> = free.iter().filter(listening).copied().collect();
        let Some(person) = reachable.choose(&mut rng) else {
            tokio::time::sleep(GLANCE).await;
            continue;
        };
        let Some(story) = stories(person.language).choose(&mut rng) else {
            return;
        };
        opened += 1;
        busy.insert(person.id);
        running.spawn(tell(shared.clone(), person, story, pace, rng.random()));
        tokio::time::sleep(around(&mut rng, pace.between)).await;
    }
    while running.join_next().await.is_some() {}
}

/// An account of the person's platform whose webhooks somebody listens to.
fn account_for(world: &World, person: &Person) -> Option<String> {
    if !world.targets.contains_key(&person.platform) {
        return None;
    }
    match person.platform {
        Platform::Instagram => world
            .instagram
            .values()
            .find(|account| account.subscribed.contains("messages"))
            .map(|account| account.seed.account_id.clone()),
        Platform::Whatsapp => world
            .whatsapp
            .values()
            .find(|number| number.seed.subscribed)
            .map(|number| number.seed.phone_number_id.clone()),
    }
}

/// One conversation; the id of the person who is free again.
async fn tell(
    shared: Shared,
    person: &'static Person,
    story: &'static [Line],
    pace: Pace,
    seed: u64,
) -> &'static str {
    let mut rng = StdRng::seed_from_u64(seed);
    for (at, line) in story.iter().enumerate() {
        if line.burst {
            tokio::time::sleep(around(&mut rng, pace.between / 10)).await;
        } else if at > 0 {
            if !read_answer(&shared, person, pace, &mut rng).await {
                return person.id;
            }
            tokio::time::sleep(around(&mut rng, pace.between / 3)).await;
        }
        let message = NewMessage {
            from: person.id.to_owned(),
            text: Some(line.text.to_owned()),
            name: Some(person.name.to_owned()),
            username: Some(person.username.to_owned()).filter(|handle| !handle.is_empty()),
            bsuid_only: person.hides_number,
            ..NewMessage::default()
        };
        let mut world = shared.world();
        let Some(account) = account_for(&world, person) else {
            return person.id;
        };
        if world
            .customer_writes(person.platform, &account, &message)
            .is_err()
        {
            return person.id;
        }
    }
    read_answer(&shared, person, pace, &mut rng).await;
    person.id
}

/// Waits for an answer, then reads it; false when none came in reasonable time.
async fn read_answer(shared: &Shared, person: &Person, pace: Pace, rng: &mut StdRng) -> bool {
    let patience = (pace.between * 6).max(Duration::from_secs(3));
    let answered = async {
        loop {
            if let Some(found) = unread_answer(&shared.world(), person) {
                return found;
            }
            tokio::time::sleep(GLANCE.min(pace.between)).await;
        }
    };
    let Ok((account, message)) = tokio::time::timeout(patience, answered).await else {
        return false;
    };
    tokio::time::sleep(around(rng, pace.between / 8)).await;
    let mut world = shared.world();
    // The message may be gone after a reset: then there is nothing to read.
    match person.platform {
        Platform::Instagram => world.instagram_seen(&account, &message).is_ok(),
        Platform::Whatsapp => world
            .whatsapp_receipt(&account, &message, "read", None)
            .is_ok(),
    }
}

/// The last message of the thread, if it is the business's.
fn unread_answer(world: &World, person: &Person) -> Option<(String, String)> {
    let account = account_for(world, person)?;
    let key = match person.platform {
        Platform::Instagram => person.id.to_owned(),
        Platform::Whatsapp => world.whatsapp_contact_key(&account, person.id)?,
    };
    let last = world
        .contact(person.platform, &account, &key)?
        .messages
        .back()?;
    (last.from != Author::Customer).then(|| (account, last.id.clone()))
}

/// Between half and one and a half times `mean`.
fn around(rng: &mut StdRng, mean: Duration) -> Duration {
    mean.mul_f64(rng.random_range(0.5..1.5))
}
