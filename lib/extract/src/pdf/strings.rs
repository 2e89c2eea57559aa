//! Text strings of PDF (ISO 32000-2, 7.9.2.2): UTF-16 or UTF-8 with a mark, else PDFDocEncoding.

use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::tidy;

/// Decodes a text string.
pub(crate) fn decode(bytes: &[u8]) -> String {
    if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
        return UTF_16BE.decode_without_bom_handling(rest).0.into_owned();
    }
    if let Some(rest) = bytes.strip_prefix(b"\xff\xfe") {
        return UTF_16LE.decode_without_bom_handling(rest).0.into_owned();
    }
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        return String::from_utf8_lossy(rest).into_owned();
    }
    // The letters of PDFDocEncoding are those of Windows but for a few signs.
    WINDOWS_1252
        .decode_without_bom_handling(bytes)
        .0
        .into_owned()
}

/// The title in a document's properties, unless a program put a file name there.
pub(crate) fn title(bytes: Option<&[u8]>) -> Option<String> {
    let title = tidy::line(&decode(bytes?));
    let lower = title.to_lowercase();
    let made_up = [
        "untitled",
        "microsoft word - ",
        "document",
        "(anonymous)",
        "unspecified",
    ];
    let file = [
        ".doc", ".docx", ".odt", ".pdf", ".indd", ".tex", ".dvi", ".ps", ".html",
    ];
    let useless = title.chars().filter(|c| c.is_alphabetic()).count() < 2
        || made_up.iter().any(|name| lower == *name)
        || lower.starts_with("microsoft word - ")
        || file.iter().any(|ending| lower.ends_with(ending));
    (!useless).then_some(title)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_read_in_all_three_encodings() {
        assert_eq!(decode(b"\xfe\xff\0\xe9\x20\xac"), "é€");
        assert_eq!(decode(b"\xef\xbb\xbf\xc3\xa9"), "é");
        assert_eq!(decode(b"caf\xe9"), "café");
    }

    #[test]
    fn a_file_name_is_no_title() {
        assert_eq!(title(Some(b"Microsoft Word - terms.doc")), None);
        assert_eq!(title(Some(b"Untitled")), None);
        assert_eq!(
            title(Some(b" Terms  of sale")).as_deref(),
            Some("Terms of sale")
        );
    }
}
