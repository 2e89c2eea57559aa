//! Reads one file and ends: the child process of the product's [`extract::Extractor`] in stories,
//! where the running program is a test.

use std::process::ExitCode;

fn main() -> ExitCode {
    extract::child::main()
}
