//! A document cut into passages, on the borders of headings and sentences.

use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd};
use serde::{Deserialize, Serialize};
use text_splitter::{ChunkConfig, ChunkConfigError, MarkdownSplitter, TextSplitter};

/// The longest passage, in characters.
const LONGEST: usize = 1000;
/// How much of a passage the next one repeats, in characters.
const OVERLAP: usize = 200;
/// The longest text that is cut in one go, in bytes. Cutting takes longer the longer a text goes on
/// without a border, and faster than the text grows.
const STRETCH: usize = 16 * 1024;

/// A passage of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Piece {
    /// The headings above it, from the outside in, as `Delivery › Belgium`; may be empty.
    pub heading: String,
    /// Its text.
    pub content: String,
    /// The page it begins on, from 1; only a PDF knows.
    pub page: Option<i32>,
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
    let pieces = stretches(text)
        .flat_map(|(_, stretch)| splitter.chunks(stretch))
        .map(|content| piece("", content, None))
        .collect();
    Ok(Cut {
        title: None,
        pieces,
    })
}

/// Cuts Markdown: no passage reaches over a heading. A first heading of level one is the title.
/// `page` tells which page the byte at an offset is on.
pub fn markdown(text: &str, page: impl Fn(usize) -> Option<u32>) -> Result<Cut, ChunkConfigError> {
    let splitter = MarkdownSplitter::new(ChunkConfig::new(LONGEST).with_overlap(OVERLAP)?);
    let headings = headings(text);
    let mut cut = Cut {
        title: None,
        pieces: Vec::new(),
    };
    let mut path: Vec<(HeadingLevel, &str)> = Vec::new();
    let mut title = None;
    let mut from = 0;
    let mut take = |from: usize, to: Option<usize>, path: &[(HeadingLevel, &str)]| {
        let names: Vec<&str> = path.iter().map(|(_, name)| *name).collect();
        let heading = names.join(" › ");
        let section = text.get(from..to.unwrap_or(text.len())).unwrap_or_default();
        for (start, stretch) in stretches(section) {
            for (at, content) in splitter.chunk_indices(stretch) {
                let page = page(from + start + at).and_then(|page| i32::try_from(page).ok());
                cut.pieces.push(piece(&heading, content, page));
            }
        }
    };
    for heading in &headings {
        take(from, Some(heading.starts), &path);
        from = heading.ends;
        if heading.level == HeadingLevel::H1 && title.is_none() && path.is_empty() {
            title = Some(heading.text.clone());
            continue;
        }
        path.retain(|(level, _)| *level < heading.level);
        path.push((heading.level, &heading.text));
    }
    take(from, None, &path);
    cut.title = title;
    Ok(cut)
}

/// A text in parts of at most [`STRETCH`] bytes with where each begins, cut between lines, else
/// between words, else wherever characters end.
fn stretches(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let rest = text.get(from..).filter(|rest| !rest.is_empty())?;
        let most = rest.floor_char_boundary(STRETCH);
        let whole = rest.get(..most).filter(|whole| whole.len() < rest.len());
        let border = whole.and_then(|whole| {
            let lines = whole.rfind("\n\n").or_else(|| whole.rfind('\n'));
            lines.or_else(|| whole.rfind(char::is_whitespace))
        });
        let length = match border {
            Some(border) if border > 0 => border,
            _ => most,
        };
        let stretch = rest.get(..length)?;
        let start = from;
        from += length;
        Some((start, stretch))
    })
}

fn piece(heading: &str, content: &str, page: Option<i32>) -> Piece {
    Piece {
        heading: heading.to_owned(),
        content: content.to_owned(),
        page,
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
        let cut = markdown(text, |_| None).unwrap();
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
    fn a_text_without_any_border_is_cut_and_nothing_of_it_is_lost() {
        let text = "x".repeat(300_000) + &"é".repeat(40_000);
        let cut = markdown(&text, |_| None).unwrap();
        let whole: usize = cut.pieces.iter().map(|piece| piece.content.len()).sum();
        assert!(whole >= text.len());
        assert!(
            cut.pieces
                .iter()
                .all(|p| p.content.chars().count() <= LONGEST)
        );
    }

    #[test]
    fn stretches_are_the_whole_text_cut_between_lines() {
        let text = "A line of some words.\n".repeat(5000);
        let parts: Vec<_> = stretches(&text).collect();
        assert!(parts.len() > 3);
        assert!(parts.iter().skip(1).all(|(_, part)| part.starts_with('\n')));
        let whole: String = parts.iter().map(|(_, part)| *part).collect();
        assert_eq!(whole, text);
    }

    #[test]
    fn a_passage_knows_its_page() {
        let text = "one\n\n## Two\n\ntwo";
        let cut = markdown(text, |at| Some(if at < 5 { 1 } else { 2 })).unwrap();
        let pages: Vec<_> = cut.pieces.iter().map(|piece| piece.page).collect();
        assert_eq!(pages, [Some(1), Some(2)]);
    }

    #[test]
    fn a_hash_inside_code_is_no_heading() {
        let cut = markdown("```\n# not a heading\n```\ntext", |_| None).unwrap();
        assert_eq!(cut.title, None);
        assert_eq!(cut.pieces.len(), 1);
    }
}
