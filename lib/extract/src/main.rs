//! Reads the file on standard input and answers with its text as JSON: the child process of
//! [`extract::Extractor`], on its own for the tests.

use std::process::ExitCode;

fn main() -> ExitCode {
    extract::child::main()
}
