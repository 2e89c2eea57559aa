//! The one list "event → what follows", in the transaction that emits the event.

use channels::events::{EffectSettled, EntryReceived};
use db::Reactions;
use inbox::events::{
    ConversationErased, ConversationResolved, HumanReplied, MessageReceived, NativeReplied,
    OwnerChanged,
};

/// The list.
pub fn reactions() -> Reactions {
    Reactions::default()
        .on::<EntryReceived>(|tx, event| Box::pin(inbox::receive::take_in(tx, event)))
        .on::<EffectSettled>(|tx, event| Box::pin(inbox::settled::apply(tx, event)))
        .on::<EffectSettled>(agent::withdraw)
        .on::<MessageReceived>(agent::open_run)
        .on::<HumanReplied>(agent::seen_to)
        .on::<HumanReplied>(agent::compare_reply)
        .on::<NativeReplied>(agent::compare_native)
        .on::<OwnerChanged>(agent::close_handed_back)
        .on::<ConversationResolved>(agent::close_resolved)
        .on::<ConversationErased>(agent::forget)
        .nothing_follows::<NativeReplied>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_of_every_feature_is_listed() {
        let listed = reactions().names();
        let emitted = [
            accounts::EVENTS,
            channels::EVENTS,
            inbox::EVENTS,
            knowledge::EVENTS,
            agent::EVENTS,
        ];
        for event in emitted.into_iter().flatten() {
            assert!(
                listed.contains(event),
                "{event} has no entry in the list of reactions"
            );
        }
    }
}
