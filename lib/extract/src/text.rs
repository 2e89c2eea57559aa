//! Plain text and Markdown.

use crate::limits::Meter;
use crate::{Block, Content, Document, Kind, Limits, Refusal, tidy};

/// Plain text: paragraphs divided by empty lines.
pub(crate) fn plain(text: &str, limits: &Limits) -> Result<Document, Refusal> {
    let mut meter = Meter::new(limits);
    let mut blocks: Vec<Block> = Vec::new();
    let mut paragraph = String::new();
    for line in text.lines().chain([""]) {
        let line = tidy::clean(line);
        let line = line.trim_end();
        if !line.is_empty() {
            if !paragraph.is_empty() {
                paragraph.push('\n');
            }
            paragraph.push_str(line);
        } else if !paragraph.is_empty() {
            meter.take(&paragraph)?;
            blocks.push(Content::Paragraph(std::mem::take(&mut paragraph)).into());
        }
    }
    Ok(Document {
        kind: Kind::Text,
        title: None,
        blocks,
        pages: None,
    })
}

/// Markdown, as it was written.
pub(crate) fn markdown(text: &str, limits: &Limits) -> Result<Document, Refusal> {
    Meter::new(limits).take(text)?;
    let text: String = text.chars().filter(|c| *c != '\0').collect();
    Ok(Document {
        kind: Kind::Markdown,
        title: None,
        blocks: vec![Content::Markdown(text).into()],
        pages: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_lines_divide_paragraphs_and_other_line_ends_stay() {
        let document = plain("One\r\ntwo\r\n\r\n  \r\nThree\n", &Limits::default()).unwrap();
        let expected = ["One\ntwo", "Three"].map(|text| Content::Paragraph(text.into()).into());
        assert_eq!(document.blocks, expected);
    }

    #[test]
    fn markdown_is_kept_to_the_letter() {
        let text = "# A\n\n* b\n\n    code\n";
        let document = markdown(text, &Limits::default()).unwrap();
        assert_eq!(document.to_markdown().text, text);
    }
}
