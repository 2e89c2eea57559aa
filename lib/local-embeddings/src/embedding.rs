//! From tokens to rows of numbers. The rows of the vocabulary, 54 MB, stay in the file and are read
//! as they are needed.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use crate::LoadError;
use crate::file::{Directory, ModelFile, half, wide};
use crate::rows::Norm;
use crate::sizes::{BLOCK, BLOCK_BYTES, POSITIONS, ROWS, WIDTH};

const ROW_BYTES: usize = WIDTH / BLOCK * BLOCK_BYTES;

/// The first layer.
#[derive(Debug)]
pub(crate) struct Embedding {
    file: File,
    /// Where the rows of the vocabulary begin in the file.
    start: u64,
    /// What is added at each place of a text, and at all places.
    positions: Vec<f32>,
    norm: Norm,
}

impl Embedding {
    /// Reads what is held in memory and keeps the file open for the rest.
    pub(crate) fn read(file: ModelFile, directory: &Directory) -> Result<Self, LoadError> {
        let start = file.place(directory, "emb.word", ROWS * ROW_BYTES)?;
        let mut positions = file.floats(directory, "emb.pos", POSITIONS * WIDTH)?;
        // There are two kinds of texts, and only the first is in use.
        let everywhere = file.floats(directory, "emb.type", 2 * WIDTH)?;
        for row in positions.chunks_exact_mut(WIDTH) {
            for (number, more) in row.iter_mut().zip(&everywhere) {
                *number += more;
            }
        }
        let norm = Norm {
            gain: file.floats(directory, "emb.ln.w", WIDTH)?,
            shift: file.floats(directory, "emb.ln.b", WIDTH)?,
        };
        Ok(Self {
            file: file.into_file(),
            start,
            positions,
            norm,
        })
    }

    /// Writes the row of each token, and what its place adds to it.
    pub(crate) fn rows(
        &self,
        tokens: &[u32],
        rows: &mut [f32],
        places: &mut [f32],
    ) -> io::Result<()> {
        places
            .iter_mut()
            .zip(&self.positions)
            .for_each(|(place, number)| *place = *number);
        for (token, row) in tokens.iter().zip(rows.chunks_exact_mut(WIDTH)) {
            let mut packed = [0; ROW_BYTES];
            let before = u64::from(*token) * wide(ROW_BYTES);
            self.file.read_exact_at(&mut packed, self.start + before)?;
            unpack(&packed, row);
        }
        Ok(())
    }

    /// What evens the rows out.
    pub(crate) fn norm(&self) -> &Norm {
        &self.norm
    }
}

fn unpack(packed: &[u8; ROW_BYTES], row: &mut [f32]) {
    let blocks = packed.as_chunks::<BLOCK_BYTES>().0;
    for (block, row) in blocks.iter().zip(row.as_chunks_mut::<BLOCK>().0) {
        let Some((scale, weights)) = block.split_first_chunk() else {
            continue;
        };
        let scale = half(*scale);
        let (low, high) = row.split_at_mut(BLOCK / 2);
        for (weight, (low, high)) in weights.iter().zip(low.iter_mut().zip(high)) {
            *low = (f32::from(weight & 0x0f) - 8.0) * scale;
            *high = (f32::from(weight >> 4) - 8.0) * scale;
        }
    }
}
