//! The one list "event → what follows", in the transaction that emits the event.

use channels::events::{EffectSettled, EntryReceived};
use comments::events::CommentReceived;
use db::Reactions;
use inbox::events::{
    ContactErased, ConversationErased, ConversationResolved, HumanReplied, MessageReceived,
    NativeReplied, OwnerChanged,
};

/// The list.
pub fn reactions() -> Reactions {
    Reactions::default()
        .on::<EntryReceived>(|tx, event| Box::pin(inbox::receive::take_in(tx, event)))
        .on::<EffectSettled>(|tx, event| Box::pin(inbox::settled::apply(tx, event)))
        .on::<EntryReceived>(|tx, event| Box::pin(comments::receive::take_in(tx, event)))
        .on::<EffectSettled>(|tx, event| Box::pin(comments::settled::apply(tx, event)))
        .on::<EffectSettled>(agent::withdraw)
        .on::<MessageReceived>(agent::open_run)
        .on::<HumanReplied>(agent::seen_to)
        .on::<HumanReplied>(agent::compare_reply)
        .on::<NativeReplied>(agent::compare_native)
        .on::<OwnerChanged>(agent::close_handed_back)
        .on::<ConversationResolved>(agent::close_resolved)
        .on::<ConversationErased>(agent::forget)
        .on::<ContactErased>(|tx, event| Box::pin(comments::erase::forget(tx, event)))
        .nothing_follows::<NativeReplied>()
        .nothing_follows::<CommentReceived>()
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
            comments::EVENTS,
        ];
        for event in emitted.into_iter().flatten() {
            assert!(
                listed.contains(event),
                "{event} has no entry in the list of reactions"
            );
        }
    }
}
