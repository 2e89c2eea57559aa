//! Marked content (ISO 32000-2, 14.6): stretches of a page that carry a text of their own instead
//! of what their glyphs mean, or that belong to a hidden layer.

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

/// What a glyph says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// What it means.
    Itself,
    /// This, which stands for it and for others after it.
    Other(String),
    /// Nothing more: it was said with a glyph before it.
    Before,
    /// Nothing: it is not seen.
    Nothing,
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

    /// What a glyph says here.
    pub(super) fn said(&mut self) -> Said {
        if self.hidden > 0 {
            return Said::Nothing;
        }
        // The outermost replacement covers what is inside of it.
        let replaced = self.open.iter_mut().find_map(|mark| match mark {
            Mark::Replaced(text) => Some(text.take()),
            Mark::Plain | Mark::Hidden => None,
        });
        match replaced {
            None => Said::Itself,
            Some(Some(text)) => Said::Other(text),
            Some(None) => Said::Before,
        }
    }

    /// Whether a text stands for what is shown now.
    pub(super) fn replaces(&self) -> bool {
        self.replaced > 0
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
        assert_eq!(marks.said(), Said::Other("ffi".into()));
        assert_eq!(marks.said(), Said::Before);
        marks.end();
        assert!(marks.replaces());
        marks.end();
        assert_eq!(marks.said(), Said::Itself);
    }

    #[test]
    fn what_is_hidden_stays_so_until_its_end() {
        let mut marks = Marks::default();
        marks.begin(Mark::Hidden);
        marks.begin(Mark::Plain);
        assert_eq!(marks.said(), Said::Nothing);
        marks.end();
        marks.end();
        marks.end();
        assert_eq!(marks.said(), Said::Itself);
    }
}
