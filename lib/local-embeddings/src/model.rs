//! The model and its one question: which way does a text point?

use std::io;
use std::path::Path;

use fearless_simd::Level;

use crate::LoadError;
use crate::encoder::{Encoder, Room};
use crate::file::ModelFile;
use crate::sizes::{POSITIONS, WIDTH};
use crate::tokenizer::Tokenizer;

/// Numbers of a vector.
pub const DIMENSIONS: usize = WIDTH;
/// The model's name, to be kept beside its vectors: those of another model can't be compared.
pub const MODEL: &str = "multilingual-e5-small-q4";

/// What a text is. The model was trained with both kinds marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Task {
    /// A question, to find passages by.
    Query,
    /// A passage, to be found.
    Passage,
}

impl Task {
    fn marked(self, text: &str) -> String {
        match self {
            Self::Query => format!("query: {text}"),
            Self::Passage => format!("passage: {text}"),
        }
    }
}

/// The model, loaded: about 20 MB of memory, and an open file.
#[derive(Debug)]
pub struct Model {
    tokenizer: Tokenizer,
    encoder: Encoder,
    level: Level,
}

impl Model {
    /// Loads the file `e5-small-q4.bin`. Blocks for a fraction of a second.
    pub fn load(path: &Path) -> Result<Self, LoadError> {
        let mut file = ModelFile::open(path)?;
        let tokenizer = Tokenizer::read(&mut file)?;
        let directory = file.directory()?;
        Ok(Self {
            tokenizer,
            encoder: Encoder::read(file, &directory)?,
            level: Level::new(),
        })
    }

    /// A vector of [`DIMENSIONS`] numbers and of length 1 for each text: the closer two texts are
    /// in meaning, whatever their languages, the larger the product of their vectors.
    ///
    /// What is beyond 512 tokens (about 2,000 letters of English) is not looked at. Computes on the
    /// calling thread; any number of threads may call at once.
    pub fn embed(&self, task: Task, texts: &[&str]) -> io::Result<Vec<Vec<f32>>> {
        self.embed_pausing(task, texts, &|| ())
    }

    /// The same; `pause` is called every few milliseconds, so that it can let others go first.
    pub(crate) fn embed_pausing(
        &self,
        task: Task,
        texts: &[&str],
        pause: &dyn Fn(),
    ) -> io::Result<Vec<Vec<f32>>> {
        let mut room = Room::default();
        let mut vectors = Vec::with_capacity(texts.len());
        // Short texts go through the layers together, without filling them up to one length.
        let (mut tokens, mut lengths) = (Vec::with_capacity(POSITIONS), Vec::new());
        for text in texts {
            let more = self.tokenizer.tokens(&task.marked(text));
            if tokens.len() + more.len() > POSITIONS {
                vectors.extend(self.pass(&mut tokens, &mut lengths, &mut room, pause)?);
            }
            lengths.push(more.len());
            tokens.extend(more);
        }
        vectors.extend(self.pass(&mut tokens, &mut lengths, &mut room, pause)?);
        Ok(vectors)
    }

    fn pass(
        &self,
        tokens: &mut Vec<u32>,
        lengths: &mut Vec<usize>,
        room: &mut Room,
        pause: &dyn Fn(),
    ) -> io::Result<Vec<Vec<f32>>> {
        let texts = (tokens.as_slice(), lengths.as_slice());
        let vectors = self.encoder.vectors(self.level, texts, room, pause);
        tokens.clear();
        lengths.clear();
        vectors
    }
}
