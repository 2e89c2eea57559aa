//! What the styles of a document mean: headings, the title, items of lists.

use std::collections::HashMap;

use super::xml::{Token, Words, Xml, attribute, name};
use crate::{Limits, Refusal};

/// How often a style may be based on another.
const LONGEST_CHAIN: usize = 16;

/// What a paragraph is, by its style.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Role {
    /// The level of a heading, from 1.
    pub(super) heading: Option<u8>,
    /// Whether it is an item of a list.
    pub(super) item: bool,
}

/// The styles of a document, by their ids.
#[derive(Debug, Default)]
pub(super) struct Styles(HashMap<String, Style>);

#[derive(Debug, Default)]
struct Style {
    name: String,
    based_on: Option<String>,
    outline: Option<u8>,
    item: bool,
}

impl Styles {
    pub(super) fn read(text: &str, limits: &Limits) -> Result<Self, Refusal> {
        let mut styles = HashMap::new();
        let mut xml = Xml::new(text, limits);
        let mut id = String::new();
        let mut style = Style::default();
        while let Some(token) = xml.next()? {
            let Token::Open {
                words: Words::Word,
                start,
            } = token
            else {
                continue;
            };
            let value = || attribute(&start, "val");
            match name(&start) {
                "style" => {
                    let before = std::mem::take(&mut style);
                    styles.insert(std::mem::take(&mut id), before);
                    id = attribute(&start, "styleId").unwrap_or_default();
                }
                "name" => style.name = value().unwrap_or_default(),
                "basedOn" => style.based_on = value(),
                "outlineLvl" => style.outline = value().and_then(|value| outline(&value)),
                "numId" => style.item = value().is_some_and(|id| id != "0"),
                _ => {}
            }
        }
        styles.insert(id, style);
        Ok(Self(styles))
    }

    /// What the style with this id means.
    pub(super) fn role(&self, id: &str) -> Role {
        let mut role = Role::default();
        let mut next = Some(id);
        for _ in 0..LONGEST_CHAIN {
            let Some(id) = next else { break };
            let Some(style) = self.0.get(id) else {
                role.heading = role.heading.or_else(|| by_name(id));
                break;
            };
            role.heading = role
                .heading
                .or_else(|| by_name(&style.name))
                .or(style.outline);
            role.item |= style.item;
            next = style.based_on.as_deref();
        }
        role
    }
}

/// The level that an outline level stands for; the tenth is that of running text (17.3.1.20).
pub(super) fn outline(value: &str) -> Option<u8> {
    let level: u8 = value.parse().ok()?;
    (level < 9).then_some((level + 1).min(6))
}

/// The level of a heading by the name of its style, which programs of every language keep in
/// English.
fn by_name(name: &str) -> Option<u8> {
    let name = name.to_ascii_lowercase();
    if name == "title" {
        return Some(1);
    }
    let level: u8 = name.strip_prefix("heading")?.trim().parse().ok()?;
    (1..=9).contains(&level).then_some(level.min(6))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_is_told_by_name_outline_and_what_it_is_based_on() {
        let xml = r#"<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
            <w:style w:styleId="Titre2"><w:name w:val="heading 2"/></w:style>
            <w:style w:styleId="Mine"><w:name w:val="Mine"/><w:basedOn w:val="Titre2"/></w:style>
            <w:style w:styleId="Out"><w:pPr><w:outlineLvl w:val="2"/></w:pPr></w:style>
            <w:style w:styleId="Loop"><w:basedOn w:val="Loop"/></w:style>
            <w:style w:styleId="L"><w:pPr><w:numPr><w:numId w:val="3"/></w:numPr></w:pPr></w:style>
            </w:styles>"#;
        let styles = Styles::read(xml, &Limits::default()).unwrap();
        let heading = |id| styles.role(id).heading;
        assert_eq!(heading("Titre2"), Some(2));
        assert_eq!(heading("Mine"), Some(2));
        assert_eq!(heading("Out"), Some(3));
        assert_eq!(heading("Heading1"), Some(1));
        assert_eq!(heading("Loop"), None);
        assert!(styles.role("L").item);
    }
}
