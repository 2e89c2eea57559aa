//! Reading content within a cap, packed or not.

use std::io::{self, Write};

use bytes::Bytes;
use flate2::write::MultiGzDecoder;
use reqwest::{Response, header};

use crate::FetchError;

/// Reads a whole content of at most `limit` bytes, both as it is sent and unpacked. It is
/// unpacked piece by piece, so that a small file that unfolds without end stops at the cap.
pub(crate) async fn read(mut response: Response, limit: usize) -> Result<Bytes, FetchError> {
    let told = response.content_length();
    if told.is_some_and(|told| usize::try_from(told).map_or(true, |told| told > limit)) {
        return Err(FetchError::TooLarge { limit });
    }
    let url = response.url().clone();
    let mut content = Content::of(&response, limit)?;
    let mut sent = 0_usize;
    while let Some(piece) = response
        .chunk()
        .await
        .map_err(|error| FetchError::from_client(&url, &error))?
    {
        sent = sent.saturating_add(piece.len());
        if sent > limit {
            return Err(FetchError::TooLarge { limit });
        }
        content.take(&piece)?;
    }
    // Some servers call nothing packed.
    if sent == 0 {
        return Ok(Bytes::new());
    }
    content.finish()
}

/// What has been read so far.
enum Content {
    Plain(Capped),
    Gzip(Box<MultiGzDecoder<Capped>>),
}

impl Content {
    fn of(response: &Response, limit: usize) -> Result<Self, FetchError> {
        let capped = Capped {
            bytes: Vec::new(),
            limit,
            full: false,
        };
        let packing = response.headers().get(header::CONTENT_ENCODING);
        let packing = packing.map_or(b"".as_slice(), |value| value.as_bytes());
        match packing.to_ascii_lowercase().trim_ascii() {
            b"" | b"identity" => Ok(Self::Plain(capped)),
            b"gzip" | b"x-gzip" => Ok(Self::Gzip(Box::new(MultiGzDecoder::new(capped)))),
            _ => Err(FetchError::Packed),
        }
    }

    fn take(&mut self, piece: &[u8]) -> Result<(), FetchError> {
        let (written, capped) = match self {
            Self::Plain(capped) => (capped.write_all(piece), capped),
            Self::Gzip(decoder) => (decoder.write_all(piece), decoder.get_mut()),
        };
        written.map_err(|_| capped.problem())
    }

    fn finish(self) -> Result<Bytes, FetchError> {
        let mut capped = match self {
            Self::Plain(capped) => capped,
            Self::Gzip(mut decoder) => match decoder.try_finish() {
                Ok(()) => std::mem::take(decoder.get_mut()),
                Err(_) => return Err(decoder.get_ref().problem()),
            },
        };
        Ok(std::mem::take(&mut capped.bytes).into())
    }
}

/// A buffer that takes no byte above its limit.
#[derive(Default)]
struct Capped {
    bytes: Vec<u8>,
    limit: usize,
    full: bool,
}

impl Capped {
    fn problem(&self) -> FetchError {
        if self.full {
            FetchError::TooLarge { limit: self.limit }
        } else {
            FetchError::Packed
        }
    }
}

impl Write for Capped {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        if piece.len() > self.limit.saturating_sub(self.bytes.len()) {
            self.full = true;
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(piece);
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
