//! The archive of a DOCX. Its names are only looked up and never become paths.

use std::io::{Cursor, Read as _};

use zip::ZipArchive;
use zip::result::ZipError;

use super::relations::Relations;
use crate::{Limits, Refusal, encoding};

/// The most files in an archive.
const MOST_FILES: usize = 20_000;

/// An archive, with a bound on what all that is read from it may come to.
pub(super) struct Package<'b> {
    archive: ZipArchive<Cursor<&'b [u8]>>,
    left: usize,
    limits: Limits,
}

impl<'b> Package<'b> {
    pub(super) fn open(bytes: &'b [u8], limits: &Limits) -> Result<Self, Refusal> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(refusal)?;
        if archive.len() > MOST_FILES {
            return Err(Refusal::TooComplex);
        }
        Ok(Self {
            archive,
            left: limits.inflated,
            limits: *limits,
        })
    }

    /// The name of the main document, or what else the archive is.
    pub(super) fn main(&mut self) -> Result<String, Refusal> {
        if let Some(other) = self.other_kind() {
            return Err(Refusal::unknown(other));
        }
        let limits = self.limits;
        let main = Relations::of(self, "", &limits)?
            .of_type("officeDocument")
            .map(|part| part.target.clone())
            .find(|name| self.place(name).is_some());
        let main = main.or_else(|| {
            let usual = "word/document.xml";
            self.place(usual).map(|_| usual.to_owned())
        });
        if main.is_none() && self.place("[Content_Types].xml").is_some() {
            return Err(Refusal::Damaged);
        }
        main.ok_or_else(|| Refusal::unknown("an archive (.zip)"))
    }

    fn other_kind(&mut self) -> Option<&'static str> {
        const KINDS: [(&str, &str); 9] = [
            (
                "xl/workbook.xml",
                "a spreadsheet (.xlsx); save the sheet as CSV",
            ),
            (
                "xl/workbook.bin",
                "a spreadsheet (.xlsb); save the sheet as CSV",
            ),
            (
                "ppt/presentation.xml",
                "a presentation (.pptx); save it as PDF",
            ),
            ("visio/document.xml", "a drawing (.vsdx); save it as PDF"),
            ("META-INF/container.xml", "an e-book (.epub)"),
            ("AndroidManifest.xml", "an Android program"),
            ("META-INF/MANIFEST.MF", "a Java program"),
            (
                "Index/Document.iwa",
                "a document of Apple's programs; save it as PDF",
            ),
            (
                "content.xml",
                "a document of LibreOffice; save it as .docx or PDF",
            ),
        ];
        let found = KINDS.iter().find(|(name, _)| self.place(name).is_some());
        found.map(|(_, kind)| *kind)
    }

    /// The text of a part; none when there is no such part.
    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, Refusal> {
        // As a rule it is UTF-8 and needs no copy.
        Ok(self.bytes(name)?.map(|bytes| {
            String::from_utf8(bytes)
                .unwrap_or_else(|error| encoding::decode(error.as_bytes()).into_owned())
        }))
    }

    /// A part; none when there is no such part.
    pub(super) fn bytes(&mut self, name: &str) -> Result<Option<Vec<u8>>, Refusal> {
        let Some(place) = self.place(name) else {
            return Ok(None);
        };
        let limit = u64::try_from(self.left)
            .unwrap_or(u64::MAX)
            .saturating_add(1);
        let mut bytes = Vec::new();
        self.archive
            .by_index(place)
            .map_err(refusal)?
            .take(limit)
            .read_to_end(&mut bytes)
            .map_err(|_| Refusal::Damaged)?;
        self.left = self
            .left
            .checked_sub(bytes.len())
            .ok_or(Refusal::TooComplex)?;
        Ok(Some(bytes))
    }

    /// How many bytes may still be read.
    pub(super) fn left(&self) -> usize {
        self.left
    }

    /// Names are the same in capitals and in small letters (ECMA-376-2, 6.2.2.3), and some programs
    /// write other dividers or do not encode them.
    fn place(&self, name: &str) -> Option<usize> {
        let exact = self.archive.index_for_name(name);
        exact.or_else(|| {
            let wanted = alike(name);
            self.archive
                .file_names()
                .position(|other| alike(other) == wanted)
        })
    }
}

/// The bytes of a name, decoded and made alike.
fn alike(name: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(name.len());
    let mut rest = name.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digit = |byte: &u8| char::from(*byte).to_digit(16);
        let code = match (first, after) {
            (b'%', [high, low, ..]) => digit(high).zip(digit(low)),
            _ => None,
        };
        let decoded = code.and_then(|(high, low)| u8::try_from(high * 16 + low).ok());
        let byte = decoded.unwrap_or(*first);
        out.push(if byte == b'\\' {
            b'/'
        } else {
            byte.to_ascii_lowercase()
        });
        rest = after
            .get(if decoded.is_some() { 2 } else { 0 }..)
            .unwrap_or_default();
    }
    out
}

fn refusal(error: ZipError) -> Refusal {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword => {
            Refusal::PasswordProtected
        }
        _ => Refusal::Damaged,
    }
}

#[cfg(test)]
mod tests {
    use super::alike;

    #[test]
    fn names_are_alike_whatever_program_wrote_them() {
        assert_eq!(alike("Word\\Main%20Part.xml"), alike("word/main part.xml"));
        assert_eq!(alike("100%"), b"100%");
        assert_ne!(alike("word/a.xml"), alike("word/b.xml"));
    }
}
