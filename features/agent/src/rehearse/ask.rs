//! Asking the model in a rehearsal, and telling what it writes while it writes.

use std::time::Duration;

use llm::{Patience, Piece};

use super::partial::Partial;
use super::{IDLE, Listener, News};
use crate::Agent;
use crate::run::ask::{Asked, Heard, Question};
use crate::step::Step;

impl Agent {
    /// Asks what the next step needs.
    pub(super) async fn ask_aloud(
        &self,
        question: &Question,
        within: Duration,
        listener: &mut Option<Listener<'_>>,
    ) -> Step {
        let (
            Asked::Model {
                endpoint, request, ..
            },
            Some(listener),
        ) = (&question.asked, listener)
        else {
            return self.hear(question).await.step;
        };
        let patience = Patience {
            overall: within,
            idle: IDLE.min(within),
        };
        let mut spoken = Spoken::default();
        let hear = |piece: Piece<'_>| spoken.hear(piece, &mut **listener);
        let answered = self.llm.chat_pieces(endpoint, request, patience, hear);
        Heard::model(answered.await).step
    }
}

/// The answer as far as it was told.
#[derive(Default)]
struct Spoken {
    /// Words outside of any tool.
    loose: bool,
    /// The call that answers, and its text.
    answer: Option<(usize, Partial)>,
}

impl Spoken {
    fn hear(&mut self, piece: Piece<'_>, listener: &mut (dyn FnMut(News<'_>) + Send)) {
        match piece {
            Piece::Text(words) if self.answer.is_none() => {
                self.loose = true;
                listener(News::Words(words));
            }
            Piece::Text(_) => {}
            Piece::Arguments { call, tool, part } => {
                if tool != "answer" {
                    return;
                }
                let (answers, partial) = self
                    .answer
                    .get_or_insert_with(|| (call, Partial::default()));
                // Of two answers the first counts.
                if *answers != call {
                    return;
                }
                if std::mem::take(&mut self.loose) {
                    listener(News::Anew);
                }
                let words = partial.take(part);
                if !words.is_empty() {
                    listener(News::Words(&words));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(pieces: &[Piece<'_>]) -> String {
        let mut told = String::new();
        let mut spoken = Spoken::default();
        for piece in pieces {
            spoken.hear(*piece, &mut |news| match news {
                News::Words(words) => told.push_str(words),
                News::Anew => told.push('|'),
                News::Step(_) => {}
            });
        }
        told
    }

    #[test]
    fn the_words_of_the_answer_are_told_and_no_others() {
        let part = |call, tool, part| Piece::Arguments { call, tool, part };
        let pieces = [
            Piece::Text("Let me see."),
            part(0, "search_knowledge", "{\"query\": \"text\"}"),
            part(1, "answer", "{\"text\": \"Ye"),
            part(2, "answer", "{\"text\": \"No\"}"),
            part(1, "answer", "s.\", \"language\": \"en\"}"),
            Piece::Text(" Done."),
        ];
        assert_eq!(told(&pieces), "Let me see.|Yes.");
    }
}
