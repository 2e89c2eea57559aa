//! What a file is, told from its first bytes. Its name only tells kinds of plain text apart.

use crate::{Kind, Refusal, encoding, html};

/// What a file turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Pdf,
    /// A zip archive: a DOCX, or something that [`crate::docx`] names.
    Zip,
    /// Text of this kind.
    Text(Kind),
}

/// How much of a file is looked at, in bytes.
const LOOK: usize = 4096;

/// What is refused, by its first bytes.
const OTHERS: &[(&[u8], &str)] = &[
    (b"MZ", "a Windows program"),
    (b"\x7fELF", "a program"),
    (b"\xcf\xfa\xed\xfe", "a program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"BM", "a picture (BMP)"),
    (b"II*\0", "a picture (TIFF)"),
    (b"MM\0*", "a picture (TIFF)"),
    (b"8BPS", "a picture (Photoshop)"),
    (b"{\\rtf", "a rich text file (.rtf)"),
    (b"%!PS", "a PostScript file"),
    (b"\x1f\x8b", "a compressed file (gzip)"),
    (b"BZh", "a compressed file (bzip2)"),
    (b"\xfd7zXZ", "a compressed file (xz)"),
    (b"\x28\xb5\x2f\xfd", "a compressed file (Zstandard)"),
    (b"7z\xbc\xaf\x27\x1c", "an archive (7z)"),
    (b"Rar!\x1a\x07", "an archive (RAR)"),
    (b"ID3", "a sound file"),
    (b"OggS", "a sound file"),
    (b"fLaC", "a sound file"),
    (b"\x1a\x45\xdf\xa3", "a video"),
    (b"SQLite format 3\0", "a database"),
    (b"wOFF", "a font"),
    (b"wOF2", "a font"),
    (b"\0\x01\0\0\0", "a font"),
    (b"OTTO", "a font"),
];

/// The compound files of Microsoft Office until 2003, and its encrypted files since.
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// Tells what a file is.
pub(crate) fn tell(bytes: &[u8], name: &str) -> Result<Found, Refusal> {
    let start = bytes.get(..LOOK).unwrap_or(bytes);
    // Readers of PDF look for its mark in the first kilobyte.
    if find(start.get(..1024).unwrap_or(start), b"%PDF-").is_some() {
        return Ok(Found::Pdf);
    }
    if start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06") {
        return Ok(Found::Zip);
    }
    if start.starts_with(COMPOUND) {
        return Err(compound(bytes));
    }
    if let Some(other) = other(start) {
        return Err(Refusal::unknown(other));
    }
    if encoding::is_binary(bytes) {
        return Err(Refusal::unknown("no text but data of another program"));
    }
    Ok(Found::Text(text_kind(start, name)?))
}

fn other(start: &[u8]) -> Option<&'static str> {
    if start.starts_with(b"RIFF") {
        return Some(match start.get(8..12) {
            Some(b"WEBP") => "a picture (WebP)",
            _ => "a sound or video file",
        });
    }
    if start.get(4..8) == Some(b"ftyp") {
        return Some(match start.get(8..12) {
            Some(b"heic" | b"heix" | b"mif1" | b"avif") => "a picture",
            _ => "a video",
        });
    }
    let by_magic = OTHERS.iter().find(|(magic, _)| {
        // Two letters are a weak sign: a text may begin with them.
        start.starts_with(magic) && (magic.len() > 2 || encoding::is_binary(start))
    });
    by_magic.map(|(_, name)| *name)
}

/// What a compound file is, by the names of its streams, which are in UTF-16.
fn compound(bytes: &[u8]) -> Refusal {
    let has = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        find(bytes, &wide).is_some()
    };
    if has("EncryptedPackage") {
        return Refusal::PasswordProtected;
    }
    Refusal::unknown(if has("WordDocument") {
        "an old Word document (.doc); save it as .docx"
    } else if has("Workbook") || has("Book") {
        "an old spreadsheet (.xls); save the sheet as CSV"
    } else if has("PowerPoint Document") {
        "an old presentation (.ppt); save it as PDF"
    } else if has("__substg1.0") {
        "an Outlook message"
    } else {
        "a file of an old office program"
    })
}

fn text_kind(start: &[u8], name: &str) -> Result<Kind, Refusal> {
    let text = encoding::decode(start);
    if html::looks_like(&text) {
        return Ok(Kind::Html);
    }
    let text = text.trim_start();
    if text.starts_with("<svg") || text.starts_with("<?xml") {
        return Err(Refusal::unknown("an XML file"));
    }
    let name = name.to_ascii_lowercase();
    let ending = name.rsplit('.').next().unwrap_or_default();
    Ok(match ending {
        "csv" | "tsv" | "tab" => Kind::Csv,
        "md" | "markdown" | "mdown" | "mkd" => Kind::Markdown,
        "html" | "htm" | "xhtml" => Kind::Html,
        _ if name.starts_with("text/csv") || name.starts_with("text/tab-separated") => Kind::Csv,
        _ if name.starts_with("text/markdown") => Kind::Markdown,
        _ if name.starts_with("text/html") => Kind::Html,
        _ => Kind::Text,
    })
}

/// Where `needle` begins in `hay`.
pub(crate) fn find(hay: &[u8], needle: &[u8]) -> Option<usize> {
    hay.windows(needle.len()).position(|part| part == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(bytes: &[u8], name: &str) -> String {
        tell(bytes, name).unwrap_err().to_string()
    }

    #[test]
    fn the_content_decides_and_not_the_name() {
        assert_eq!(tell(b"\n\n%PDF-1.7\n", "a.txt").unwrap(), Found::Pdf);
        assert_eq!(tell(b"PK\x03\x04", "a.pdf").unwrap(), Found::Zip);
        let text = |content: &[u8], name| tell(content, name).unwrap();
        assert_eq!(text(b"Hello", "a.pdf"), Found::Text(Kind::Text));
        assert_eq!(text(b"a,b", "prices.CSV"), Found::Text(Kind::Csv));
        assert_eq!(
            text(b"a,b", "text/csv; charset=utf-8"),
            Found::Text(Kind::Csv)
        );
        assert_eq!(text(b"# Hello", "a.md"), Found::Text(Kind::Markdown));
        assert_eq!(
            text(b"<!DOCTYPE html><p>a", "a.txt"),
            Found::Text(Kind::Html)
        );
    }

    #[test]
    fn what_can_not_be_read_is_named() {
        assert!(refused(b"MZ\x90\0\x03\0\0\0", "invoice.pdf").contains("a Windows program"));
        assert!(refused(b"\x89PNG\r\n\x1a\n\0\0", "a.pdf").contains("a picture (PNG)"));
        assert!(refused(b"{\\rtf1 hello}", "a.docx").contains(".rtf"));
        assert!(refused(b"<?xml version=\"1.0\"?><a/>", "a.txt").contains("an XML file"));
    }

    #[test]
    fn old_office_files_and_encrypted_ones_are_told_apart() {
        let with = |stream: &str| {
            let mut bytes = COMPOUND.to_vec();
            bytes.extend(stream.encode_utf16().flat_map(u16::to_le_bytes));
            tell(&bytes, "a.docx").unwrap_err()
        };
        assert_eq!(with("EncryptedPackage"), Refusal::PasswordProtected);
        assert!(with("WordDocument").to_string().contains("(.doc)"));
        assert!(with("Workbook").to_string().contains("(.xls)"));
    }

    #[test]
    fn a_text_may_begin_with_the_letters_of_a_magic_number() {
        assert_eq!(
            tell(b"BMW parts", "a.txt").unwrap(),
            Found::Text(Kind::Text)
        );
    }
}
