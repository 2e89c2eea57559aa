//! One concern a file: long files hide two.

use super::Source;

const LONG: usize = 250;
const TOO_LONG: usize = 500;

/// A sentence when the file is too long.
pub fn violation(source: &Source) -> Option<String> {
    let lines = source.text.lines().count();
    (lines > TOO_LONG).then(|| {
        format!(
            "{} has {lines} lines, more than {TOO_LONG}: split it by concern",
            source.path
        )
    })
}

/// Files that are longer than they should be, the longest first.
pub fn long(sources: &[Source]) -> Vec<String> {
    let mut long: Vec<(usize, &str)> = sources
        .iter()
        .map(|source| (source.text.lines().count(), source.path.as_str()))
        .filter(|(lines, _)| *lines > LONG)
        .collect();
    long.sort_by(|a, b| b.cmp(a));
    long.iter()
        .map(|(lines, path)| format!("{path} ({lines} lines)"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, lines: usize) -> Source {
        Source {
            path: path.to_owned(),
            text: "\n".repeat(lines),
        }
    }

    #[test]
    fn five_hundred_lines_are_the_end() {
        assert_eq!(violation(&file("a.rs", 500)), None);
        assert!(violation(&file("a.rs", 501)).unwrap().contains("501 lines"));
    }

    #[test]
    fn long_files_are_listed_the_longest_first() {
        let files = [file("a.rs", 250), file("b.rs", 251), file("c.rs", 300)];
        assert_eq!(long(&files), ["c.rs (300 lines)", "b.rs (251 lines)"]);
    }
}
