//! A document cut into passages, on the borders of headings and sentences.

use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd};
use serde::Serialize;
use text_splitter::{ChunkConfig, ChunkConfigError, MarkdownSplitter, TextSplitter};

/// The longest passage, in characters.
const LONGEST: usize = 1000;
/// How much of a passage the next one repeats, in characters.
const OVERLAP: usize = 200;

/// A passage of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Piece {
    /// The headings above it, from the outside in, as `Delivery › Belgium`; may be empty.
    pub heading: String,
    /// Its text.
    pub content: String,
}

/// A document as passages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The document's own title, when it has one.
    pub title: Option<String>,
    /// Its passages in order.
    pub pieces: Vec<Piece>,
}

/// Cuts plain text.
pub fn plain(text: &str) -> Result<Cut, ChunkConfigError> {
    let splitter = TextSplitter::new(ChunkConfig::new(LONGEST).with_overlap(OVERLAP)?);
    let pieces = splitter
        .chunks(text)
        .map(|content| piece("", content))
        .collect();
    Ok(Cut {
        title: None,
        pieces,
    })
}

/// Cuts Markdown: no passage reaches over a heading. A first heading of level one is the title.
pub fn markdown(text: &str) -> Result<Cut, ChunkConfigError> {
    let splitter = MarkdownSplitter::new(ChunkConfig::new(LONGEST).with_overlap(OVERLAP)?);
    let headings = headings(text);
    let mut cut = Cut {
        title: None,
        pieces: Vec::new(),
    };
    let mut path: Vec<(HeadingLevel, &str)> = Vec::new();
    let mut from = 0;
    for heading in &headings {
        take(
            &splitter,
            text.get(from..heading.starts),
            &path,
            &mut cut.pieces,
        );
        from = heading.ends;
        if heading.level == HeadingLevel::H1 && cut.title.is_none() && path.is_empty() {
            cut.title = Some(heading.text.clone());
            continue;
        }
        path.retain(|(level, _)| *level < heading.level);
        path.push((heading.level, &heading.text));
    }
    take(&splitter, text.get(from..), &path, &mut cut.pieces);
    Ok(cut)
}

fn take(
    splitter: &MarkdownSplitter<text_splitter::Characters>,
    section: Option<&str>,
    path: &[(HeadingLevel, &str)],
    pieces: &mut Vec<Piece>,
) {
    let names: Vec<&str> = path.iter().map(|(_, name)| *name).collect();
    let heading = names.join(" › ");
    let section = section.unwrap_or_default();
    pieces.extend(
        splitter
            .chunks(section)
            .map(|content| piece(&heading, content)),
    );
}

fn piece(heading: &str, content: &str) -> Piece {
    Piece {
        heading: heading.to_owned(),
        content: content.to_owned(),
    }
}

struct Heading {
    level: HeadingLevel,
    text: String,
    starts: usize,
    ends: usize,
}

fn headings(text: &str) -> Vec<Heading> {
    let mut found: Vec<Heading> = Vec::new();
    let mut inside = false;
    for (event, range) in Parser::new(text).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                inside = true;
                found.push(Heading {
                    level,
                    text: String::new(),
                    starts: range.start,
                    ends: range.end,
                });
            }
            Event::End(TagEnd::Heading(_)) => inside = false,
            Event::Text(words) | Event::Code(words) if inside => {
                if let Some(heading) = found.last_mut() {
                    heading.text.push_str(&words);
                }
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passage_carries_the_headings_above_it() {
        let text =
            "# Delivery\nIntro.\n\n## Europe\nThree days.\n\n### Spain\nFour.\n\n## World\nTen.";
        let cut = markdown(text).unwrap();
        assert_eq!(cut.title.as_deref(), Some("Delivery"));
        let shown: Vec<_> = cut
            .pieces
            .iter()
            .map(|piece| (piece.heading.as_str(), piece.content.as_str()))
            .collect();
        assert_eq!(
            shown,
            [
                ("", "Intro."),
                ("Europe", "Three days."),
                ("Europe › Spain", "Four."),
                ("World", "Ten.")
            ]
        );
    }

    #[test]
    fn a_long_text_is_cut_on_sentences_and_the_passages_overlap() {
        let text = "This sentence speaks of the parcel and its way. ".repeat(80);
        let cut = plain(&text).unwrap();
        assert!(cut.pieces.len() > 3);
        for piece in &cut.pieces {
            assert!(piece.content.chars().count() <= LONGEST);
            assert!(piece.content.ends_with("way."), "{}", piece.content);
        }
        let whole: usize = cut.pieces.iter().map(|piece| piece.content.len()).sum();
        assert!(whole > text.trim().len() + OVERLAP);
    }

    #[test]
    fn a_hash_inside_code_is_no_heading() {
        let cut = markdown("```\n# not a heading\n```\ntext").unwrap();
        assert_eq!(cut.title, None);
        assert_eq!(cut.pieces.len(), 1);
    }
}
