//! The headers and footers of pages.

use super::body::Reader;
use super::notes::Notes;
use super::package::Package;
use super::relations::Relations;
use super::styles::Styles;
use super::xml::{Token, Xml, is_on, name};
use crate::{Content, Limits, Refusal, tidy};

/// What a section of a document says about its pages.
#[derive(Debug, Default)]
pub(super) struct Section {
    /// Its headers and footers.
    pub(super) heads: Vec<Head>,
    /// Whether its first page has its own.
    pub(super) first_differs: bool,
}

/// A header or footer.
#[derive(Debug)]
pub(super) struct Head {
    /// Whether it is at the foot.
    pub(super) foot: bool,
    /// `default`, `first` or `even`.
    pub(super) pages: String,
    /// The relation to its part.
    pub(super) id: String,
}

/// Reads the headers and footers that pages show, each text once.
pub(super) fn read(
    package: &mut Package<'_>,
    relations: &Relations,
    sections: &[Section],
    styles: &Styles,
    limits: &Limits,
) -> Result<(Vec<Content>, Vec<Content>), Refusal> {
    let even_differ = even_differ(package, relations, limits)?;
    let (mut heads, mut feet) = (Vec::new(), Vec::new());
    let mut seen: Vec<&str> = Vec::new();
    for section in sections {
        for head in &section.heads {
            let shown = match head.pages.as_str() {
                "first" => section.first_differs,
                "even" => even_differ,
                _ => true,
            };
            if !shown || seen.contains(&head.id.as_str()) {
                continue;
            }
            seen.push(&head.id);
            let text = match relations.get(&head.id) {
                Some(part) => package.text(&part.target)?.unwrap_or_default(),
                None => continue,
            };
            let side = if head.foot { &mut feet } else { &mut heads };
            for line in lines(&text, styles, limits)? {
                let content = Content::Running(line);
                if !side.contains(&content) {
                    side.push(content);
                }
            }
        }
    }
    Ok((heads, feet))
}

fn lines(text: &str, styles: &Styles, limits: &Limits) -> Result<Vec<String>, Refusal> {
    let none = Notes::default();
    let mut reader = Reader::new(styles, &none, limits);
    reader.read(text)?;
    let blocks = reader.finish().blocks;
    let mut lines: Vec<String> = blocks
        .iter()
        .flat_map(Content::lines)
        .map(|line| tidy::line(&line))
        .collect();
    lines.retain(|line| !line.is_empty());
    Ok(lines)
}

/// Whether even pages have headers of their own.
fn even_differ(
    package: &mut Package<'_>,
    relations: &Relations,
    limits: &Limits,
) -> Result<bool, Refusal> {
    let Some(part) = relations.of_type("settings").next() else {
        return Ok(false);
    };
    let text = package.text(&part.target)?.unwrap_or_default();
    let mut xml = Xml::new(&text, limits);
    while let Some(token) = xml.next()? {
        if let Token::Open { start, .. } = token
            && name(&start) == "evenAndOddHeaders"
        {
            return Ok(is_on(&start));
        }
    }
    Ok(false)
}
