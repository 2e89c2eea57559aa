//! The body of a document, and of its headers and notes: elements become contents.

use std::collections::HashMap;

use quick_xml::events::BytesStart;

use super::heads::{Head, Section};
use super::holder::{Holder, Holders};
use super::included::Included;
use super::notes::{self, Notes};
use super::paragraph::Paragraph;
use super::styles::{Styles, outline};
use super::xml::{Token, Words, Xml, attribute, is_on, name};
use crate::{Content, Limits, Refusal, symbols};

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub(super) blocks: Vec<Content>,
    pub(super) sections: Vec<Section>,
    /// The texts of notes, when notes were read.
    pub(super) notes: HashMap<String, String>,
    /// Files that were put in.
    pub(super) included: Vec<Included>,
}

/// Reads one part of a document.
pub(super) struct Reader<'c> {
    styles: &'c Styles,
    notes: &'c Notes,
    limits: &'c Limits,
    open: Vec<Inside>,
    /// How deep we are in what is not taken.
    skipped: usize,
    paragraphs: Vec<Paragraph>,
    holders: Holders,
    /// The open fields, and whether their instruction is read and not their result.
    fields: Vec<bool>,
    hidden: bool,
    /// How much text was written, in bytes.
    written: usize,
    due: Vec<String>,
    body: Body,
}

/// An open element.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Inside {
    Paragraph,
    ParagraphProperties,
    Run,
    RunProperties,
    RowProperties,
    Section,
    Text,
    Table,
    Row,
    Cell,
    Box,
    Note(String),
    Alternatives {
        taken: bool,
    },
    /// One of several, and how much was written before it.
    Alternative {
        before: usize,
    },
    Other,
}

impl<'c> Reader<'c> {
    pub(super) fn new(styles: &'c Styles, notes: &'c Notes, limits: &'c Limits) -> Self {
        Self {
            styles,
            notes,
            limits,
            open: Vec::new(),
            skipped: 0,
            paragraphs: Vec::new(),
            holders: Holders::default(),
            fields: Vec::new(),
            hidden: false,
            written: 0,
            due: Vec::new(),
            body: Body::default(),
        }
    }

    pub(super) fn read(&mut self, text: &str) -> Result<(), Refusal> {
        let mut xml = Xml::new(text, self.limits);
        while let Some(token) = xml.next()? {
            match token {
                Token::Open { .. } if self.skipped > 0 => self.skipped += 1,
                Token::Close if self.skipped > 0 => self.skipped -= 1,
                Token::Open { words, start } => match self.opened(words, &start) {
                    Some(inside) => self.open.push(inside),
                    None => self.skipped = 1,
                },
                Token::Close => self.closed()?,
                Token::Text(text) => {
                    if self.open.last() == Some(&Inside::Text) {
                        self.write(&text);
                    }
                }
            }
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Body {
        self.body.blocks = self.holders.finish();
        self.body
    }

    /// Takes note of an element; none when nothing in it is taken.
    fn opened(&mut self, words: Words, start: &BytesStart<'_>) -> Option<Inside> {
        match words {
            Words::Word => self.word(start),
            Words::Drawing => Some(match name(start) {
                // The names in a chart are kept beside the sheet that they come from.
                "p" | "strCache" => self.paragraph(),
                "t" => Inside::Text,
                "v" => {
                    self.write(" ");
                    Inside::Text
                }
                _ => Inside::Other,
            }),
            Words::Math => Some(match name(start) {
                "t" => Inside::Text,
                "den" => {
                    self.write("/");
                    Inside::Other
                }
                _ => Inside::Other,
            }),
            Words::Vml => {
                if name(start) == "textpath"
                    && let Some(art) = attribute(start, "string")
                {
                    self.write(&format!(" {art} "));
                }
                Some(Inside::Other)
            }
            Words::Compatibility => self.alternative(name(start)),
            Words::Other => Some(Inside::Other),
        }
    }

    fn word(&mut self, start: &BytesStart<'_>) -> Option<Inside> {
        match self.open.last() {
            Some(Inside::ParagraphProperties) => return self.paragraph_property(start),
            Some(Inside::RunProperties) => {
                self.hidden |= name(start) == "vanish" && is_on(start);
                return Some(Inside::Other);
            }
            Some(Inside::RowProperties) => {
                self.holders.row_property(name(start), is_on(start));
                return Some(Inside::Other);
            }
            Some(Inside::Section) => {
                self.section_property(start);
                return Some(Inside::Other);
            }
            _ => {}
        }
        let value = |of: &str| attribute(start, of).unwrap_or_default();
        match name(start) {
            // Deleted text, properties as they were, what stands above ruby, and what Word asks for.
            "del" | "moveFrom" | "rt" | "sdtPr" | "pPrChange" | "rPrChange" | "sectPrChange"
            | "tblPrChange" | "tcPrChange" | "trPrChange" => return None,
            "p" => return Some(self.paragraph()),
            "pPr" => return Some(Inside::ParagraphProperties),
            "r" => {
                self.hidden = false;
                return Some(Inside::Run);
            }
            "rPr" if self.open.last() == Some(&Inside::Run) => return Some(Inside::RunProperties),
            "t" => return Some(Inside::Text),
            "tab" | "ptab" => self.write(" "),
            "br" | "cr" => self.write("\n"),
            "noBreakHyphen" => self.write("-"),
            "sym" => {
                let code = u32::from_str_radix(&value("char"), 16).unwrap_or_default();
                if let Some(letter) = symbols::letter(&value("font"), code) {
                    self.write(letter.encode_utf8(&mut [0; 4]));
                }
            }
            "fldChar" => self.field(&value("fldCharType")),
            kind @ ("footnoteReference" | "endnoteReference") if !self.hidden => {
                let key = notes::key(kind.trim_end_matches("Reference"), &value("id"));
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    paragraph.notes.push(key);
                }
            }
            kind @ ("footnote" | "endnote") => {
                // Separators are notes too.
                if !matches!(value("type").as_str(), "" | "normal") {
                    return None;
                }
                self.holders.open(Holder::blocks());
                return Some(Inside::Note(notes::key(kind, &value("id"))));
            }
            "tbl" => return Some(self.hold(Holder::table(), Inside::Table)),
            "tr" => return Some(self.hold(Holder::row(), Inside::Row)),
            "tc" => return Some(self.hold(Holder::cell(), Inside::Cell)),
            "trPr" => return Some(Inside::RowProperties),
            "cellDel" => self.holders.delete_cell(),
            "gridSpan" => self.holders.span(value("val").parse().unwrap_or(1)),
            "txbxContent" => return Some(self.hold(Holder::blocks(), Inside::Box)),
            "sectPr" => {
                self.body.sections.push(Section::default());
                return Some(Inside::Section);
            }
            "altChunk" => self.body.included.push(Included {
                place: self.holders.length(),
                id: value("id"),
            }),
            _ => {}
        }
        Some(Inside::Other)
    }

    fn hold(&mut self, holder: Holder, inside: Inside) -> Inside {
        self.holders.open(holder);
        inside
    }

    fn paragraph(&mut self) -> Inside {
        self.paragraphs.push(Paragraph::default());
        Inside::Paragraph
    }

    fn paragraph_property(&mut self, start: &BytesStart<'_>) -> Option<Inside> {
        let value = attribute(start, "val");
        match (name(start), self.paragraphs.last_mut()) {
            ("pPrChange" | "rPr", _) => return None,
            ("numPr", Some(_)) => return Some(Inside::ParagraphProperties),
            ("pStyle", Some(paragraph)) => paragraph.style = value,
            ("outlineLvl", Some(paragraph)) => {
                paragraph.outline = value.as_deref().and_then(outline);
            }
            ("numId", Some(paragraph)) => {
                paragraph.item = Some(value.is_some_and(|id| id != "0"));
            }
            ("sectPr", _) => {
                self.body.sections.push(Section::default());
                return Some(Inside::Section);
            }
            _ => {}
        }
        Some(Inside::Other)
    }

    fn section_property(&mut self, start: &BytesStart<'_>) {
        let Some(section) = self.body.sections.last_mut() else {
            return;
        };
        match name(start) {
            kind @ ("headerReference" | "footerReference") => section.heads.push(Head {
                foot: kind == "footerReference",
                pages: attribute(start, "type").unwrap_or_default(),
                id: attribute(start, "id").unwrap_or_default(),
            }),
            "titlePg" => section.first_differs = is_on(start),
            _ => {}
        }
    }

    /// Of alternatives the first is taken that says something: the newest form, which every program
    /// since 2010 shows.
    fn alternative(&mut self, name: &str) -> Option<Inside> {
        match (name, self.open.last()) {
            ("AlternateContent", _) => Some(Inside::Alternatives { taken: false }),
            ("Choice" | "Fallback", Some(Inside::Alternatives { taken })) => {
                let before = self.written;
                (!taken).then_some(Inside::Alternative { before })
            }
            _ => Some(Inside::Other),
        }
    }

    fn close_alternative(&mut self, before: usize) {
        if self.written > before
            && let Some(Inside::Alternatives { taken }) = self.open.last_mut()
        {
            *taken = true;
        }
    }

    fn field(&mut self, kind: &str) {
        match kind {
            "begin" => self.fields.push(true),
            "separate" => {
                if let Some(instruction) = self.fields.last_mut() {
                    *instruction = false;
                }
            }
            "end" => {
                self.fields.pop();
            }
            _ => {}
        }
    }

    fn write(&mut self, text: &str) {
        if self.hidden || self.fields.contains(&true) {
            return;
        }
        if let Some(paragraph) = self.paragraphs.last_mut() {
            paragraph.text.push_str(text);
            self.written += text.len();
        }
    }

    fn closed(&mut self) -> Result<(), Refusal> {
        match self.open.pop() {
            Some(Inside::Paragraph) => self.close_paragraph(),
            Some(Inside::Run) => self.hidden = false,
            Some(Inside::Alternative { before }) => self.close_alternative(before),
            Some(Inside::Box) => {
                let blocks = self.holders.close_blocks();
                match self.paragraphs.last_mut() {
                    Some(paragraph) => paragraph.after.extend(blocks),
                    None => blocks.into_iter().for_each(|block| self.holders.put(block)),
                }
            }
            Some(Inside::Note(key)) => {
                let text = Holders::flat(&self.holders.close_blocks());
                self.body.notes.insert(key, text);
            }
            Some(Inside::Cell) => self.holders.close_cell(self.limits)?,
            Some(Inside::Row) => self.holders.close_row(),
            Some(Inside::Table) => {
                self.holders.close_table();
                self.put_notes();
            }
            _ => {}
        }
        Ok(())
    }

    fn close_paragraph(&mut self) {
        // An instruction never spans a paragraph unless the file is broken; the rest is text.
        self.fields
            .iter_mut()
            .for_each(|instruction| *instruction = false);
        let Some(paragraph) = self.paragraphs.pop() else {
            return;
        };
        let content = paragraph.content(self.styles);
        self.due.extend(paragraph.notes);
        let contents = content.into_iter().chain(paragraph.after);
        // A paragraph within a drawing hangs on the one that holds the drawing.
        let within = self.open.iter().rev().find_map(|inside| match inside {
            Inside::Paragraph => Some(true),
            Inside::Box | Inside::Cell | Inside::Note(_) => Some(false),
            _ => None,
        });
        match self.paragraphs.last_mut() {
            Some(outer) if within == Some(true) => outer.after.extend(contents),
            _ => contents.for_each(|content| self.holders.put(content)),
        }
        self.put_notes();
    }

    /// Puts notes after the paragraph or the table that refers to them.
    fn put_notes(&mut self) {
        if !self.holders.is_outermost() {
            return;
        }
        for key in std::mem::take(&mut self.due) {
            if let Some(text) = self.notes.get(&key).filter(|text| !text.is_empty()) {
                self.holders.put(Content::Note(text.to_owned()));
            }
        }
    }
}
