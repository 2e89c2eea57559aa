//! The sizes of multilingual-e5-small.

/// Numbers in a token's row, and in the vector of a text.
pub(crate) const WIDTH: usize = 384;
/// Layers of the transformer.
pub(crate) const LAYERS: usize = 12;
/// Heads of its attention.
pub(crate) const HEADS: usize = 12;
/// Numbers in a row of one head.
pub(crate) const HEAD: usize = WIDTH / HEADS;
/// Numbers in a row between the two halves of a layer's last part.
pub(crate) const INNER: usize = 1536;
/// The longest text in tokens, with the two that enclose it.
pub(crate) const POSITIONS: usize = 512;
/// Rows of the vocabulary.
pub(crate) const ROWS: usize = 250_037;
/// Pieces that a text may be cut into.
pub(crate) const PIECES: usize = 250_002;
/// Weights that share a scale.
pub(crate) const BLOCK: usize = 32;
/// Bytes of them in the file: the scale, and two weights in each byte.
pub(crate) const BLOCK_BYTES: usize = 2 + BLOCK / 2;

/// The token before a text.
pub(crate) const BEGIN: u32 = 0;
/// The token after a text.
pub(crate) const END: u32 = 2;
/// The token of a character that no piece has.
pub(crate) const UNKNOWN: u32 = 3;
/// What keeps a division by a row's spread finite.
pub(crate) const EPSILON: f32 = 1e-12;

/// How the file begins, after its mark: its version, the sizes, then the vocabulary's with the
/// tokens before a text, after it, for nothing and for the unknown.
pub(crate) const HEADER: [u32; 15] = [
    1,
    384,
    12,
    12,
    1536,
    250_037,
    512,
    2,
    EPSILON.to_bits(),
    32,
    250_002,
    BEGIN,
    END,
    1,
    UNKNOWN,
];
