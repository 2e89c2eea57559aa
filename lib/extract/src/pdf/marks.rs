//! Marked content (ISO 32000-2, 14.6): stretches of a page that carry a text of their own instead
//! of what their glyphs mean, or that belong to a hidden layer.

use std::borrow::Cow;

/// The open stretches of marked content.
#[derive(Debug, Default)]
pub(super) struct Marks {
    open: Vec<Mark>,
    hidden: usize,
    replaced: usize,
}

/// The deepest nesting that is followed.
const DEEPEST: usize = 1000;

/// What an open stretch does to the text in it.
#[derive(Debug)]
pub(super) enum Mark {
    /// Nothing.
    Plain,
    /// Nobody sees it.
    Hidden,
    /// It means this; none once that was said.
    Replaced(Option<String>),
}

impl Marks {
    pub(super) fn begin(&mut self, mark: Mark) {
        if self.open.len() >= DEEPEST {
            return;
        }
        match mark {
            Mark::Plain => {}
            Mark::Hidden => self.hidden += 1,
            Mark::Replaced(_) => self.replaced += 1,
        }
        self.open.push(mark);
    }

    pub(super) fn end(&mut self) {
        match self.open.pop() {
            Some(Mark::Hidden) => self.hidden -= 1,
            Some(Mark::Replaced(_)) => self.replaced -= 1,
            Some(Mark::Plain) | None => {}
        }
    }

    /// What a glyph that means `text` says here; none when it is not seen.
    pub(super) fn said<'t>(&mut self, text: &'t str) -> Option<Cow<'t, str>> {
        if self.hidden > 0 {
            return None;
        }
        if self.replaced == 0 {
            return Some(Cow::Borrowed(text));
        }
        // The outermost replacement covers what is inside of it.
        let said = self.open.iter_mut().find_map(|mark| match mark {
            Mark::Replaced(text) => Some(text.take()),
            Mark::Plain | Mark::Hidden => None,
        });
        Some(Cow::Owned(said.flatten().unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outermost_replacement_is_said_once() {
        let mut marks = Marks::default();
        marks.begin(Mark::Replaced(Some("ffi".into())));
        marks.begin(Mark::Replaced(Some("inner".into())));
        assert_eq!(marks.said("x").as_deref(), Some("ffi"));
        assert_eq!(marks.said("y").as_deref(), Some(""));
        marks.end();
        marks.end();
        assert_eq!(marks.said("z").as_deref(), Some("z"));
    }

    #[test]
    fn what_is_hidden_stays_so_until_its_end() {
        let mut marks = Marks::default();
        marks.begin(Mark::Hidden);
        marks.begin(Mark::Plain);
        assert_eq!(marks.said("x"), None);
        marks.end();
        marks.end();
        marks.end();
        assert_eq!(marks.said("x").as_deref(), Some("x"));
    }
}
