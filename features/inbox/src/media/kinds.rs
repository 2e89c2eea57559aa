//! What a file is by its first bytes. Nothing else is believed: a file that calls itself a picture
//! and is a page must never be shown as a page.

/// What is none of the kinds below.
const UNKNOWN: &str = "application/octet-stream";

/// How a browser may meet a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// In a page.
    Inside,
    /// As a download.
    Apart,
}

/// The media type of this content.
pub(crate) fn kind_of(bytes: &[u8]) -> &'static str {
    let at =
        |from: usize, mark: &[u8]| bytes.get(from..).is_some_and(|rest| rest.starts_with(mark));
    if at(0, &[0xFF, 0xD8, 0xFF]) {
        "image/jpeg"
    } else if at(0, b"\x89PNG\r\n\x1a\n") {
        "image/png"
    } else if at(0, b"GIF87a") || at(0, b"GIF89a") {
        "image/gif"
    } else if at(0, b"RIFF") && at(8, b"WEBP") {
        "image/webp"
    } else if at(0, b"RIFF") && at(8, b"WAVE") {
        "audio/wav"
    } else if at(4, b"ftypM4A") {
        "audio/mp4"
    } else if at(4, b"ftypqt") {
        "video/quicktime"
    } else if at(4, b"ftyp3g") {
        "video/3gpp"
    } else if at(4, b"ftyp") {
        "video/mp4"
    } else if at(0, &[0x1A, 0x45, 0xDF, 0xA3]) {
        "video/webm"
    } else if at(0, b"OggS") {
        "audio/ogg"
    } else if at(0, b"#!AMR") {
        "audio/amr"
    } else if at(0, b"ID3") || at(0, &[0xFF, 0xFB]) || at(0, &[0xFF, 0xF3]) {
        "audio/mpeg"
    } else if at(0, &[0xFF, 0xF1]) || at(0, &[0xFF, 0xF9]) {
        "audio/aac"
    } else if at(0, b"%PDF-") {
        "application/pdf"
    } else {
        UNKNOWN
    }
}

/// Pictures, films and sound are shown; everything else is handed over to be saved.
pub(crate) fn shown(media_type: &str) -> Shown {
    let kind = media_type.split('/').next().unwrap_or_default();
    if matches!(kind, "image" | "video" | "audio") && media_type != "image/svg+xml" {
        Shown::Inside
    } else {
        Shown::Apart
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_content_says() {
        assert_eq!(kind_of(b"\x89PNG\r\n\x1a\nrest"), "image/png");
        assert_eq!(kind_of(&[0xFF, 0xD8, 0xFF, 0xE0]), "image/jpeg");
        assert_eq!(kind_of(b"\0\0\0\x20ftypisom"), "video/mp4");
        assert_eq!(kind_of(b"RIFF\0\0\0\0WEBP"), "image/webp");
        assert_eq!(kind_of(b"OggS\0"), "audio/ogg");
    }

    #[test]
    fn pages_scripts_and_drawings_are_never_shown() {
        for bytes in [
            b"<html><script>alert(1)</script>".as_slice(),
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>",
            b"",
            b"GIF",
        ] {
            assert_eq!(shown(kind_of(bytes)), Shown::Apart, "{bytes:?}");
        }
        assert_eq!(shown(kind_of(b"%PDF-1.7")), Shown::Apart);
        assert_eq!(shown(kind_of(b"GIF89a")), Shown::Inside);
    }
}
