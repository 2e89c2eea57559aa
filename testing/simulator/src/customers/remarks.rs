//! What customers of the demo write in public, under the shop's post.

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use super::around;
use super::people::PEOPLE;
use crate::control::acts::NewComment;
use crate::options::{Pace, Platform};
use crate::world::{Shared, World};

/// Questions that the shop can answer, one that it can't, and words that ask nothing.
const REMARKS: [&str; 7] = [
    "So beautiful! 😍",
    "Do you deliver to Belgium?",
    "Trop beau 😍",
    "Will the green one come back before spring?",
    "¿Tenéis tarjetas regalo?",
    "@kwame.makes look!",
    "Do you repair ceramics?",
];

/// Lets one customer after the other comment, each remark once.
pub(super) async fn drive(shared: Shared, pace: Pace) {
    let seed = shared.world().options.seed;
    let mut rng = StdRng::seed_from_u64(seed.wrapping_add(1));
    let people = PEOPLE
        .iter()
        .filter(|person| person.platform == Platform::Instagram);
    for (person, text) in people.cycle().zip(REMARKS) {
        tokio::time::sleep(around(&mut rng, pace.between * 2)).await;
        let account = loop {
            if let Some(account) = listening(&shared.world()) {
                break account;
            }
            tokio::time::sleep(super::GLANCE.mul_f64(rng.random_range(0.5..1.5))).await;
        };
        let comment = NewComment {
            from: person.id.to_owned(),
            text: text.to_owned(),
            username: Some(person.username.to_owned()),
            ..NewComment::default()
        };
        // The account may be gone after a reset.
        if shared
            .world()
            .instagram_comments(&account, &comment)
            .is_err()
        {
            return;
        }
    }
}

/// An account whose comments somebody listens to.
fn listening(world: &World) -> Option<String> {
    world.targets.get(&Platform::Instagram)?;
    let mut accounts = world.instagram.values();
    let account = accounts.find(|account| account.subscribed.contains("comments"))?;
    Some(account.seed.account_id.clone())
}
