//! The file of the model, as the wheel's own engine reads it (`e5.c`, `e5_parse`). All numbers are
//! little endian:
//!
//! - `E5S1` and the sizes of the model;
//! - the vocabulary: where each piece begins, their scores, their bytes;
//! - the normaliser: what some characters become;
//! - the directory of the tensors, and the tensors: 32-bit floats, or blocks of 32 weights (a
//!   16-bit float that scales them, then 32 times 4 bits).

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use wheels::FileError;

use crate::LoadError;
use crate::sizes::{BLOCK, BLOCK_BYTES, HEADER};

/// The file, read from the front and at given places.
#[derive(Debug)]
pub(crate) struct ModelFile {
    path: PathBuf,
    file: File,
    length: u64,
    position: u64,
}

/// Where the tensors are.
#[derive(Debug)]
pub(crate) struct Directory(HashMap<Vec<u8>, Entry>);

#[derive(Debug, Clone, Copy)]
struct Entry {
    offset: u64,
    bytes: u64,
}

impl ModelFile {
    /// Opens the file and checks that it begins as this model does.
    pub(crate) fn open(path: &Path) -> Result<Self, LoadError> {
        let file = File::open(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => LoadError::Missing {
                path: path.to_owned(),
            },
            _ => FileError::at(path)(error).into(),
        })?;
        let length = file.metadata().map_err(FileError::at(path))?.len();
        let mut file = Self {
            path: path.to_owned(),
            file,
            length,
            position: 0,
        };
        let wrong = || LoadError::WrongFile {
            path: path.to_owned(),
        };
        if file.bytes(4).map_err(|_| wrong())? != b"E5S1" {
            return Err(wrong());
        }
        for expected in HEADER {
            if file.u32()? != expected {
                return Err(wrong());
            }
        }
        Ok(file)
    }

    /// The error of a file that is not whole.
    pub(crate) fn damaged(&self, problem: &'static str) -> LoadError {
        LoadError::Damaged {
            path: self.path.clone(),
            problem,
        }
    }

    /// The next bytes.
    pub(crate) fn bytes(&mut self, count: usize) -> Result<Vec<u8>, LoadError> {
        let bytes = self.bytes_at(self.position, count)?;
        self.position = self.position.saturating_add(wide(count));
        Ok(bytes)
    }

    fn bytes_at(&self, offset: u64, count: usize) -> Result<Vec<u8>, LoadError> {
        if offset.saturating_add(wide(count)) > self.length {
            return Err(self.damaged("it ends too early"));
        }
        let mut bytes = vec![0; count];
        let read = self.file.read_exact_at(&mut bytes, offset);
        read.map_err(FileError::at(&self.path))?;
        Ok(bytes)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], LoadError> {
        let bytes = self.bytes(N)?;
        bytes
            .try_into()
            .map_err(|_| self.damaged("it ends too early"))
    }

    /// The next 32-bit number.
    pub(crate) fn u32(&mut self) -> Result<u32, LoadError> {
        self.array().map(u32::from_le_bytes)
    }

    /// The next 64-bit number, as a length.
    pub(crate) fn length(&mut self) -> Result<usize, LoadError> {
        let length = self.array().map(u64::from_le_bytes)?;
        usize::try_from(length).map_err(|_| self.damaged("it ends too early"))
    }

    /// The directory of the tensors, which is next.
    pub(crate) fn directory(&mut self) -> Result<Directory, LoadError> {
        let mut entries = HashMap::new();
        for _ in 0..self.u32()? {
            let length = self.array().map(u16::from_le_bytes)?;
            let name = self.bytes(usize::from(length))?;
            // Its kind and the number of its weights follow from its name.
            self.bytes(1 + 4)?;
            let offset = self.array().map(u64::from_le_bytes)?;
            let bytes = self.array().map(u64::from_le_bytes)?;
            entries.insert(name, Entry { offset, bytes });
        }
        Ok(Directory(entries))
    }

    /// A tensor of `count` 32-bit floats.
    pub(crate) fn floats(
        &self,
        directory: &Directory,
        name: &str,
        count: usize,
    ) -> Result<Vec<f32>, LoadError> {
        let bytes = self.tensor(directory, name, count.saturating_mul(4))?;
        Ok(read_all(&bytes, f32::from_le_bytes))
    }

    /// A tensor of `count` weights in blocks, as it is in the file.
    pub(crate) fn blocks(
        &self,
        directory: &Directory,
        name: &str,
        count: usize,
    ) -> Result<Vec<u8>, LoadError> {
        self.tensor(directory, name, count / BLOCK * BLOCK_BYTES)
    }

    fn tensor(
        &self,
        directory: &Directory,
        name: &str,
        bytes: usize,
    ) -> Result<Vec<u8>, LoadError> {
        let offset = self.place(directory, name, bytes)?;
        self.bytes_at(offset, bytes)
    }

    /// Where the tensor begins, which has to have this many bytes.
    pub(crate) fn place(
        &self,
        directory: &Directory,
        name: &str,
        bytes: usize,
    ) -> Result<u64, LoadError> {
        let entry = directory.0.get(name.as_bytes());
        let entry = entry.ok_or_else(|| self.damaged("a part is missing"))?;
        if entry.bytes != wide(bytes) {
            return Err(self.damaged("a part has another size"));
        }
        if entry.offset.saturating_add(entry.bytes) > self.length {
            return Err(self.damaged("it ends too early"));
        }
        Ok(entry.offset)
    }

    /// The open file, to read from later.
    pub(crate) fn into_file(self) -> File {
        self.file
    }
}

/// Reads little-endian numbers that follow each other.
pub(crate) fn read_all<const N: usize, T>(bytes: &[u8], read: fn([u8; N]) -> T) -> Vec<T> {
    let (numbers, _) = bytes.as_chunks::<N>();
    numbers.iter().copied().map(read).collect()
}

/// A 16-bit float as a 32-bit one. It is finite in the file.
pub(crate) fn half(bytes: [u8; 2]) -> f32 {
    /// Moves the smaller range of exponents to where it belongs.
    const SCALE: f32 = f32::from_bits((127 + 112) << 23);
    let bits = u32::from(u16::from_le_bytes(bytes));
    let size = f32::from_bits((bits & 0x7fff) << 13) * SCALE;
    f32::from_bits(size.to_bits() | ((bits & 0x8000) << 16))
}

/// A count as an offset.
pub(crate) fn wide(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_floats_are_read_exactly() {
        for (bits, value) in [
            (0x0000, 0.0),
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x3555, 0.333_251_95),
            (0x7bff, 65504.0),
            (0x0001, 5.960_464_5e-8),
        ] {
            assert_eq!(half(u16::to_le_bytes(bits)).to_bits(), f32::to_bits(value));
        }
    }
}
