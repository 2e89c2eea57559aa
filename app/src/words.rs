//! What commands say to the person at the terminal.

use std::io::Write as _;

/// Says a line of progress on standard error.
pub fn say(line: &str) {
    // A closed terminal is no reason to stop.
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// Prints a result on standard output.
pub fn print(text: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}
