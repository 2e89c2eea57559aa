//! XML as it comes, with a bound on its depth. Entities of the file's own are refused: no word
//! processor writes them, and they can be made to grow without end.

use std::borrow::Cow;

use quick_xml::XmlVersion;
use quick_xml::encoding::EncodingError;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{Namespace, ResolveResult};
use quick_xml::reader::NsReader;

use crate::{Limits, Refusal};

/// The vocabularies that matter, in the transitional and the strict form of the standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Words {
    /// WordprocessingML.
    Word,
    /// DrawingML, charts and diagrams.
    Drawing,
    /// Formulas.
    Math,
    /// Drawings of old.
    Vml,
    /// Alternatives for programs of other ages.
    Compatibility,
    /// Any other.
    Other,
}

/// A part of an XML text.
#[derive(Debug)]
pub(super) enum Token<'t> {
    Open { words: Words, start: BytesStart<'t> },
    Close,
    Text(String),
}

/// An XML text that is read from its start to its end.
pub(super) struct Xml<'x> {
    reader: NsReader<&'x [u8]>,
    depth: usize,
    deepest: usize,
}

impl<'x> Xml<'x> {
    pub(super) fn new(text: &'x str, limits: &Limits) -> Self {
        let mut reader = NsReader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        Self {
            reader,
            depth: 0,
            deepest: limits.depth,
        }
    }

    /// The next part, none at the end. A text that ends before its elements do is damaged.
    pub(super) fn next(&mut self) -> Result<Option<Token<'x>>, Refusal> {
        loop {
            let (found, event) = self
                .reader
                .read_resolved_event()
                .map_err(|_| Refusal::Damaged)?;
            return Ok(Some(match event {
                Event::Start(start) => {
                    let words = words(&found);
                    self.depth += 1;
                    if self.depth > self.deepest {
                        return Err(Refusal::TooComplex);
                    }
                    Token::Open { words, start }
                }
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    Token::Close
                }
                Event::Text(text) => Token::Text(decoded(text.xml10_content())?),
                Event::CData(text) => Token::Text(decoded(text.xml10_content())?),
                Event::GeneralRef(name) => Token::Text(reference(&name)?.to_string()),
                Event::DocType(_) => return Err(Refusal::Damaged),
                Event::Eof if self.depth > 0 => return Err(Refusal::Damaged),
                Event::Eof => return Ok(None),
                Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => continue,
            }));
        }
    }
}

/// The name of an element without its prefix.
pub(super) fn name<'s>(start: &'s BytesStart<'_>) -> &'s str {
    std::str::from_utf8(start.local_name().into_inner()).unwrap_or_default()
}

fn decoded(text: Result<Cow<'_, str>, EncodingError>) -> Result<String, Refusal> {
    text.map(Cow::into_owned).map_err(|_| Refusal::Damaged)
}

fn reference(name: &quick_xml::events::BytesRef<'_>) -> Result<char, Refusal> {
    if let Some(letter) = name.resolve_char_ref().map_err(|_| Refusal::Damaged)? {
        return Ok(letter);
    }
    match decoded(name.xml10_content())?.as_str() {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        _ => Err(Refusal::Damaged),
    }
}

fn words(found: &ResolveResult<'_>) -> Words {
    let ResolveResult::Bound(Namespace(name)) = found else {
        return Words::Other;
    };
    let name = std::str::from_utf8(name).unwrap_or_default();
    if name.ends_with("/wordprocessingml/2006/main") || name.ends_with("/wordprocessingml/main") {
        Words::Word
    } else if name.contains("/drawingml/") {
        Words::Drawing
    } else if name.ends_with("/math") {
        Words::Math
    } else if name == "urn:schemas-microsoft-com:vml" {
        Words::Vml
    } else if name.ends_with("/markup-compatibility/2006") {
        Words::Compatibility
    } else {
        Words::Other
    }
}

/// The value of an attribute, by its name without a prefix.
pub(super) fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut all = start.attributes();
    let mut all = all.with_checks(false).flatten();
    let found = all.find(|attribute| attribute.key.local_name().as_ref() == name.as_bytes())?;
    Some(
        found
            .normalized_value(XmlVersion::Implicit1_0)
            .ok()?
            .into_owned(),
    )
}

/// Whether a switch is on: it is there, and not switched off by its value (17.17.4).
pub(super) fn is_on(start: &BytesStart<'_>) -> bool {
    !matches!(
        attribute(start, "val").as_deref(),
        Some("0" | "false" | "off")
    )
}

/// The text of the first element of this name, when the XML is sound until there.
pub(super) fn text_of(text: &str, wanted: &str, limits: &Limits) -> Option<String> {
    let mut xml = Xml::new(text, limits);
    let mut inside = false;
    let mut found = String::new();
    while let Some(token) = xml.next().ok()? {
        match token {
            Token::Open { start, .. } => inside |= name(&start) == wanted,
            Token::Text(text) if inside => found.push_str(&text),
            Token::Close if inside => return Some(found),
            Token::Close | Token::Text(_) => {}
        }
    }
    None
}
