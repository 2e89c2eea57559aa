//! Pictures: whether the model sees them, and showing them to it. They are fetched while no
//! transaction is open.

use db::Scope;
use inbox::message::{Author, Message};
use kernel::MessageId;
use llm::{ChatRequest, Content, Message as Turn, Part};

use super::Work;
use super::ask::{Asked, Question};
use crate::Agent;
use crate::settings::Pictures;

/// The most pictures that one question shows, the newest first.
const MOST: usize = 4;
/// The most pictures of one message that are looked for.
const MOST_OF_ONE: i32 = 4;
/// The largest picture that is shown, in bytes.
const LARGEST: usize = 5 * 1024 * 1024;

/// A turn of the request that shows the pictures of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shows {
    /// The turn, by its place.
    pub(crate) turn: usize,
    /// The message.
    pub(crate) message: MessageId,
}

/// Whether a message of a customer holds pictures.
pub(crate) fn holds_pictures(message: &Message) -> bool {
    message.author == Author::Customer && message.kind == "image" && message.deleted_at.is_none()
}

impl Agent {
    /// Whether the run's model is shown pictures; nothing when its provider has to be asked first.
    pub(crate) fn sees(&self, scope: &Scope, work: &Work) -> Option<bool> {
        let Some(provider) = &work.provider else {
            return Some(false);
        };
        match work.stored.settings.pictures {
            Pictures::Off => Some(false),
            Pictures::On => Some(true),
            Pictures::Auto => self.known_to_see(scope.workspace(), provider),
        }
    }

    /// Shows a model the pictures that its question is about.
    pub(crate) async fn show(&self, scope: &Scope, question: &mut Question) {
        let Asked::Model { request, shows, .. } = &mut question.asked else {
            return;
        };
        let mut left = MOST;
        for one in shows.drain(..).rev() {
            if left == 0 {
                break;
            }
            let found =
                inbox::media::pictures(&self.inbox, scope, one.message, MOST_OF_ONE, LARGEST).await;
            for picture in found.into_iter().take(left) {
                left = left.saturating_sub(1);
                add(
                    request,
                    one.turn,
                    Part::picture(&picture.media_type, &picture.bytes),
                );
            }
        }
    }
}

fn add(request: &mut ChatRequest, turn: usize, part: Part) {
    if let Some(Turn::User { content }) = request.messages.get_mut(turn) {
        match content {
            Content::Parts(parts) => parts.push(part),
            Content::Text(text) => {
                *content = Content::Parts(vec![Part::text(std::mem::take(text)), part]);
            }
        }
    }
}
