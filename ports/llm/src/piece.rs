//! What a model writes, piece by piece.

/// A piece of an answer, as it comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Text of the answer itself.
    Text(&'a str),
    /// A part of a tool call's arguments. The parts of one call make the JSON that the call holds
    /// at the end; `call` tells the calls of an answer apart.
    Arguments {
        /// Which call of the answer, from 0.
        call: usize,
        /// The tool, as far as its name has come.
        tool: &'a str,
        /// The part.
        part: &'a str,
    },
}

impl<'a> Piece<'a> {
    /// The text, when it is some.
    pub fn text(self) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Arguments { .. } => None,
        }
    }
}
