//! Pictures that people send: taken in, checked by their content, and kept until a message has them.

use bytes::Bytes;
use db::Scope;
use kernel::{MediaId, Platform, UserId};
use serde::Serialize;

use crate::media::{self, OpenError};
use crate::{Inbox, media::kind_of};

/// The largest picture that any platform takes, in bytes.
pub const LARGEST: usize = 8 * 1024 * 1024;

/// The largest picture that a platform takes, in megabytes.
pub(crate) const fn most_megabytes(platform: Platform) -> usize {
    match platform {
        Platform::Instagram => 8,
        Platform::Whatsapp => 5,
    }
}

/// A picture that waits for its message.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Uploaded {
    /// What a reply names it by, within a day.
    pub id: MediaId,
    /// What it is, by its content.
    pub media_type: String,
    /// Bytes.
    pub size: usize,
}

/// Why a picture was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// No content.
    #[error("the file is empty")]
    Empty,
    /// More than any platform takes.
    #[error("a picture may have at most 8 MB")]
    TooLarge,
    /// By its content it is none, whatever it is called.
    #[error("only PNG and JPEG pictures can be sent")]
    NotAPicture,
    /// It could not be kept.
    #[error("the picture could not be kept")]
    NotKept(#[source] OpenError),
}

/// Takes in a picture.
pub async fn take(
    inbox: &Inbox,
    scope: &Scope,
    user: UserId,
    bytes: Bytes,
) -> Result<Uploaded, UploadError> {
    let media_type = check(&bytes)?;
    let kept = media::keep(inbox, scope, &bytes, media_type, Some(user)).await;
    let (id, _) = kept.map_err(UploadError::NotKept)?;
    Ok(Uploaded {
        id,
        media_type: media_type.to_owned(),
        size: bytes.len(),
    })
}

fn check(bytes: &[u8]) -> Result<&'static str, UploadError> {
    if bytes.is_empty() {
        return Err(UploadError::Empty);
    }
    if bytes.len() > LARGEST {
        return Err(UploadError::TooLarge);
    }
    match kind_of(bytes) {
        kind @ ("image/png" | "image/jpeg") => Ok(kind),
        _ => Err(UploadError::NotAPicture),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_one_by_its_content() {
        assert!(matches!(check(b"\x89PNG\r\n\x1a\n.."), Ok("image/png")));
        assert!(matches!(check(b""), Err(UploadError::Empty)));
        for bytes in [b"<svg onload='x'/>".as_slice(), b"GIF89a", b"%PDF-1.7"] {
            assert!(matches!(check(bytes), Err(UploadError::NotAPicture)));
        }
        let mut huge = vec![0; LARGEST + 1];
        huge.splice(0..3, [0xFF, 0xD8, 0xFF]);
        assert!(matches!(check(&huge), Err(UploadError::TooLarge)));
    }
}
