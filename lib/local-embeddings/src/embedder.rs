//! The model for a busy program: questions are answered at once, passages when there is time.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use wheels::Step;

use crate::source::{PAUSE, Source};
use crate::{EmbedError, Settings, Task};

/// Passages that are embedded before it is looked whether anybody still waits.
const AT_ONCE: usize = 2;

/// The longest that a layer of passages stands back for others (some eight milliseconds of work): a
/// machine that is always busy gets them done, too.
const STANDS_BACK: Duration = Duration::from_millis(40);
/// How soon it looks again whether the others are done.
const LOOKS: Duration = Duration::from_micros(500);

/// Embeds on two threads of its own: one for questions, and one for passages that gives way to
/// everything else. They end when the value is dropped.
pub struct Embedder {
    source: Arc<Source>,
    queries: Sender<Order>,
    passages: Sender<Order>,
}

enum Order {
    /// Fetch and load the model.
    Prepare,
    /// Embed texts.
    Embed {
        texts: Vec<String>,
        answer: oneshot::Sender<Answer>,
    },
}

type Answer = Result<Vec<Vec<f32>>, EmbedError>;

impl Embedder {
    /// Starts the threads. The model is fetched and loaded when it is first needed; `progress`
    /// hears of it. While `is_busy` the passages stand back: priorities alone do not help where
    /// what somebody waits for is done by another process, such as the database.
    pub fn start(
        settings: Settings,
        progress: impl Fn(Step) + Send + Sync + 'static,
        is_busy: impl Fn() -> bool + Send + 'static,
    ) -> io::Result<Self> {
        let source = Arc::new(Source::new(settings, Box::new(progress), PAUSE));
        Ok(Self {
            queries: worker("embed-queries", &source, Task::Query, || ())?,
            passages: worker("embed-passages", &source, Task::Passage, move || {
                stand_back(STANDS_BACK, &is_busy);
            })?,
            source,
        })
    }

    /// Begins to fetch and load the model in the background. [`Embedder::is_ready`] says when it
    /// is there.
    pub fn prepare(&self) {
        // Whether it succeeds is told to whoever embeds.
        let _stopped = self.passages.send(Order::Prepare);
    }

    /// Whether the model is loaded, so that nobody has to wait for it. The first time it has to
    /// come over the network.
    pub fn is_ready(&self) -> bool {
        self.source.is_ready()
    }

    /// The vector of a question, as [`crate::Model::embed`] has it. Waits for the model when it is
    /// not ready.
    pub async fn query(&self, text: &str) -> Result<Vec<f32>, EmbedError> {
        let vectors = ask(&self.queries, vec![text.to_owned()]).await?;
        vectors.into_iter().next().ok_or(EmbedError::Stopped)
    }

    /// The vectors of passages. Passages of other calls come first, questions do not wait. When
    /// the call is given up, the rest of them is not embedded.
    pub async fn passages(&self, texts: Vec<String>) -> Result<Vec<Vec<f32>>, EmbedError> {
        ask(&self.passages, texts).await
    }
}

async fn ask(orders: &Sender<Order>, texts: Vec<String>) -> Answer {
    let (answer, answered) = oneshot::channel();
    let order = Order::Embed { texts, answer };
    orders.send(order).map_err(|_| EmbedError::Stopped)?;
    answered.await.map_err(|_| EmbedError::Stopped)?
}

fn worker(
    name: &str,
    source: &Arc<Source>,
    task: Task,
    pause: impl Fn() + Send + 'static,
) -> io::Result<Sender<Order>> {
    let (orders, receiver) = channel();
    let source = Arc::clone(source);
    let thread = thread::Builder::new().name(name.to_owned());
    thread.spawn(move || {
        if task == Task::Passage {
            give_way();
        }
        work(&source, task, receiver, &pause);
    })?;
    Ok(orders)
}

/// Lets the scheduler prefer every other thread to this one. Where the system can't do that for
/// one thread, there is still only one of them.
fn give_way() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, 19) {
        tracing::debug!(%error, "passages are embedded with the same priority as everything else");
    }
}

/// Waits while the others are at work, but no longer than this.
fn stand_back(longest: Duration, is_busy: impl Fn() -> bool) {
    let began = Instant::now();
    while is_busy() && began.elapsed() < longest {
        thread::sleep(LOOKS);
    }
}

fn work(source: &Source, task: Task, orders: Receiver<Order>, pause: &dyn Fn()) {
    for order in orders {
        match order {
            Order::Prepare => {
                // A failure is logged there and told to whoever embeds.
                let _failed = source.model();
            }
            Order::Embed { texts, answer } => {
                if let Some(vectors) = embed(source, task, &texts, &answer, pause) {
                    // Who asked may be gone by now.
                    let _gone = answer.send(vectors);
                }
            }
        }
    }
}

/// The vectors; `None` when nobody waits for them any more.
fn embed(
    source: &Source,
    task: Task,
    texts: &[String],
    answer: &oneshot::Sender<Answer>,
    pause: &dyn Fn(),
) -> Option<Answer> {
    let mut vectors = Vec::with_capacity(texts.len());
    for texts in texts.chunks(AT_ONCE) {
        if answer.is_closed() {
            return None;
        }
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let model = match source.model() {
            Ok(model) => model,
            Err(error) => return Some(Err(error.into())),
        };
        match model.embed_pausing(task, &texts, pause) {
            Ok(some) => vectors.extend(some),
            Err(error) => return Some(Err(error.into())),
        }
    }
    Some(Ok(vectors))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn it_stands_back_until_the_others_are_done_and_not_for_ever() {
        let looks = Cell::new(0);
        stand_back(Duration::from_mins(1), || {
            looks.set(looks.get() + 1);
            looks.get() < 4
        });
        assert_eq!(looks.get(), 4);
        // Ends although they are never done.
        stand_back(Duration::from_millis(5), || true);
    }
}
