//! The transformer: twelve layers of attention and of two matrices with a curve between them.

use std::io;

use fearless_simd::Level;

use crate::LoadError;
use crate::attention::{ASKED, Attention};
use crate::embedding::Embedding;
use crate::file::{Directory, ModelFile};
use crate::matrix::Matrix;
use crate::rows::{Before, Norm, Small, make_small};
use crate::sizes::{INNER, LAYERS, WIDTH};

/// All layers.
#[derive(Debug)]
pub(crate) struct Encoder {
    embedding: Embedding,
    layers: Vec<Layer>,
}

#[derive(Debug)]
struct Layer {
    ask: Matrix,
    learn: Matrix,
    learnt: Norm,
    widen: Matrix,
    narrow: Matrix,
    out: Norm,
}

/// Room to work in, kept from one pass to the next.
#[derive(Debug, Default)]
pub(crate) struct Room {
    rows: Vec<f32>,
    more: Vec<f32>,
    asked: Vec<f32>,
    inner: Vec<f32>,
    small: Vec<Small>,
    attention: Attention,
}

impl Encoder {
    /// Reads all tensors.
    pub(crate) fn read(file: ModelFile, directory: &Directory) -> Result<Self, LoadError> {
        let layers = (0..LAYERS).map(|number| Layer::read(&file, directory, number));
        let layers = layers.collect::<Result<_, _>>()?;
        Ok(Self {
            layers,
            embedding: Embedding::read(file, directory)?,
        })
    }

    /// The vectors of texts that go through together: `tokens` of all of them one after the other,
    /// and how many each has. A vector has length 1. `pause` is called before each layer.
    pub(crate) fn vectors(
        &self,
        level: Level,
        (tokens, lengths): (&[u32], &[usize]),
        room: &mut Room,
        pause: &dyn Fn(),
    ) -> io::Result<Vec<Vec<f32>>> {
        let Room {
            rows,
            more,
            asked,
            inner,
            small,
            attention,
        } = room;
        let width = |width| tokens.len() * width;
        rows.resize(width(WIDTH), 0.0);
        more.resize(width(WIDTH), 0.0);
        asked.resize(width(ASKED), 0.0);
        inner.resize(width(INNER), 0.0);

        let mut rest = (tokens, rows.as_mut_slice(), more.as_mut_slice());
        for length in lengths {
            let (tokens, more_tokens) = rest.0.split_at(*length);
            let (rows, more_rows) = rest.1.split_at_mut(length * WIDTH);
            let (places, more_places) = rest.2.split_at_mut(length * WIDTH);
            self.embedding.rows(tokens, rows, places)?;
            rest = (more_tokens, more_rows, more_places);
        }
        self.embedding.norm().add_and_even_out(level, rows, more);

        for layer in &self.layers {
            pause();
            make_small(level, rows, Before::Nothing, small);
            layer.ask.times(level, small, asked);
            let mut rest = (asked.as_slice(), more.as_mut_slice());
            for length in lengths {
                let (asked, more_asked) = rest.0.split_at(length * ASKED);
                let (learnt, more_learnt) = rest.1.split_at_mut(length * WIDTH);
                attention.attend(level, asked, learnt);
                rest = (more_asked, more_learnt);
            }
            make_small(level, more, Before::Nothing, small);
            layer.learn.times(level, small, more);
            layer.learnt.add_and_even_out(level, rows, more);

            make_small(level, rows, Before::Nothing, small);
            layer.widen.times(level, small, inner);
            make_small(level, inner, Before::Gelu, small);
            layer.narrow.times(level, small, more);
            layer.out.add_and_even_out(level, rows, more);
        }

        let mut rest = rows.as_slice();
        Ok(lengths
            .iter()
            .map(|length| {
                let (rows, more) = rest.split_at(length * WIDTH);
                rest = more;
                direction(rows)
            })
            .collect())
    }
}

/// The direction of the rows' mean, as a vector of length 1.
fn direction(rows: &[f32]) -> Vec<f32> {
    let mut sum = vec![0_f32; WIDTH];
    for row in rows.chunks_exact(WIDTH) {
        for (sum, number) in sum.iter_mut().zip(row) {
            *sum += number;
        }
    }
    let length = sum.iter().map(|number| number * number).sum::<f32>().sqrt();
    if length > 0.0 {
        for number in &mut sum {
            *number /= length;
        }
    }
    sum
}

impl Layer {
    fn read(file: &ModelFile, directory: &Directory, number: usize) -> Result<Self, LoadError> {
        // Several matrices that take the same rows are one.
        let matrix = |names: &[&str], inputs: usize, outputs: usize| {
            let (mut packed, mut bias) = (Vec::new(), Vec::new());
            for name in names {
                let weights = format!("l{number}.{name}.w");
                packed.extend(file.blocks(directory, &weights, inputs * outputs)?);
                bias.extend(file.floats(directory, &format!("l{number}.{name}.b"), outputs)?);
            }
            Ok::<_, LoadError>(Matrix::new(inputs, &packed, bias))
        };
        let norm = |name: &str| {
            Ok::<_, LoadError>(Norm {
                gain: file.floats(directory, &format!("l{number}.{name}.w"), WIDTH)?,
                shift: file.floats(directory, &format!("l{number}.{name}.b"), WIDTH)?,
            })
        };
        Ok(Self {
            ask: matrix(&["q", "k", "v"], WIDTH, WIDTH)?,
            learn: matrix(&["ao"], WIDTH, WIDTH)?,
            learnt: norm("aln")?,
            widen: matrix(&["fi"], WIDTH, INNER)?,
            narrow: matrix(&["fo"], INNER, WIDTH)?,
            out: norm("oln")?,
        })
    }
}
