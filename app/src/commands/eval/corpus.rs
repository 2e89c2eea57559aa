//! A corpus as it is searched: by the product's own index, vectors and fusion.

use std::path::Path;
use std::time::Instant;

use anyhow::Context as _;
use local_embeddings::{Model, Settings, Task};
use retrieval::Language;
use retrieval::fuse::{Scale, Searcher};
use retrieval::index::{BODY, Index, TITLE};
use retrieval::nearest::Vectors;

use super::beir::{self, Document, Question};
use crate::words;

/// A longer text is embedded in pieces, as documents are, in characters.
const LONG: usize = 2000;
/// Signs that end a question, in many scripts.
const ASKING: [char; 4] = ['?', '？', '؟', ';'];

/// See the module.
pub struct Corpus {
    /// The ids of the documents, by their numbers in the searcher.
    pub ids: Vec<String>,
    /// What searches.
    pub searcher: Searcher,
    model: Option<Model>,
}

/// A question with its vector, and how long the vector took, in seconds.
pub struct Asked {
    /// What is asked.
    pub question: Question,
    /// Its vector.
    pub vector: Option<Vec<f32>>,
    /// How long that took.
    pub seconds: f64,
}

impl Corpus {
    /// Reads and indexes a corpus; with vectors by the model on this machine unless words alone are
    /// wanted.
    pub fn read(
        path: &Path,
        language: Option<Language>,
        words_alone: bool,
    ) -> anyhow::Result<Self> {
        let documents: Vec<Document> = beir::lines(path)?;
        let mut index = Index::default();
        for (one, language) in documents.iter().zip(beir::languages(&documents, language)) {
            index.add(language, &[(&one.title, TITLE), (&one.text, BODY)]);
        }
        let model = if words_alone { None } else { Some(model()?) };
        let vectors = match &model {
            Some(model) => vectors(model, &documents)?,
            None => Vectors::default(),
        };
        Ok(Self {
            ids: documents.into_iter().map(|document| document.id).collect(),
            searcher: Searcher {
                index,
                vectors,
                scale: Scale::E5,
            },
            model,
        })
    }

    /// Questions with their vectors.
    pub fn ask(&self, questions: Vec<Question>) -> anyhow::Result<Vec<Asked>> {
        let Some(model) = &self.model else {
            let asked = questions.into_iter().map(|question| Asked {
                question,
                vector: None,
                seconds: 0.0,
            });
            return Ok(asked.collect());
        };
        in_parallel(questions, |question| {
            let start = Instant::now();
            let vector = model.embed(Task::Query, &[&question.text])?.pop();
            Ok(Asked {
                question,
                vector,
                seconds: start.elapsed().as_secs_f64(),
            })
        })
    }

    /// The id of a document.
    pub fn id(&self, number: u32) -> Option<&str> {
        let at = usize::try_from(number).ok()?;
        self.ids.get(at).map(String::as_str)
    }
}

fn model() -> anyhow::Result<Model> {
    local_embeddings::provide(&Settings::from_env(), &|step| words::say(&step.to_string()))
        .context("the model for embeddings could not be loaded")
}

/// The texts of a document that get vectors: what it says, and its title when that asks.
fn texts(document: &Document) -> Vec<(Task, String)> {
    let title = document.title.replace('_', " ");
    let whole = |text: &str| format!("{title}\n{text}").trim().to_owned();
    let mut texts: Vec<(Task, String)> = match knowledge::chunk::plain(&document.text) {
        Ok(cut) if document.text.chars().count() > LONG => {
            let pieces = cut.pieces.iter();
            pieces
                .map(|piece| (Task::Passage, whole(&piece.content)))
                .collect()
        }
        _ => vec![(Task::Passage, whole(&document.text))],
    };
    if title.trim_end().ends_with(ASKING) {
        texts.push((Task::Query, title));
    }
    texts
}

fn vectors(model: &Model, documents: &[Document]) -> anyhow::Result<Vectors> {
    let made = in_parallel(documents.iter().collect(), |document| {
        let made = texts(document).into_iter().map(|(task, text)| {
            let vector = model.embed(task, &[&text])?.pop();
            Ok(vector)
        });
        made.collect::<anyhow::Result<Vec<Option<Vec<f32>>>>>()
    })?;
    let mut vectors = Vectors::new(local_embeddings::DIMENSIONS);
    for (number, of_document) in (0..).zip(made) {
        for vector in of_document.into_iter().flatten() {
            vectors.add(number, &vector);
        }
    }
    Ok(vectors)
}

/// Does the same with each, on all processors; the order stays.
fn in_parallel<A: Send, B: Send>(
    items: Vec<A>,
    work: impl Fn(A) -> anyhow::Result<B> + Sync,
) -> anyhow::Result<Vec<B>> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut lanes: Vec<Vec<(usize, A)>> = (0..threads).map(|_| Vec::new()).collect();
    for (at, item) in items.into_iter().enumerate() {
        if let Some(lane) = lanes.get_mut(at % threads) {
            lane.push((at, item));
        }
    }
    let mut done: Vec<(usize, B)> = std::thread::scope(|scope| {
        let running: Vec<_> = lanes
            .into_iter()
            .map(|lane| {
                let work = &work;
                scope.spawn(move || {
                    let each = lane.into_iter().map(|(at, item)| Ok((at, work(item)?)));
                    each.collect::<anyhow::Result<Vec<_>>>()
                })
            })
            .collect();
        let mut all = Vec::new();
        for lane in running {
            let lane = lane
                .join()
                .map_err(|_| anyhow::anyhow!("a thread broke off"))??;
            all.extend(lane);
        }
        anyhow::Ok(all)
    })?;
    done.sort_by_key(|(at, _)| *at);
    Ok(done.into_iter().map(|(_, item)| item).collect())
}
