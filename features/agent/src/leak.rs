//! Whether an answer gives away what only the model was told: the instructions, word for word or in
//! disguise.

use crate::words::plain;

/// From how many words in a row on it is a quotation.
const ROW: usize = 8;
/// The shortest code that is looked for, in letters and digits.
const CODE: usize = 8;
/// The shortest run of characters that is tried as an encoding.
const ENCODED: usize = 12;

/// What the model was told, beside what may be said.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Told<'a> {
    /// The system message.
    pub(crate) secret: &'a str,
    /// What the answer may repeat: its sources and the customer's own words.
    pub(crate) open: &'a str,
}

/// What an answer gives away, when it does.
pub(crate) fn leaked(answer: &str, told: Told<'_>) -> Option<String> {
    if let Some(id) = answer.split_whitespace().find(|word| is_id(word)) {
        return Some(id.to_owned());
    }
    let secrets = Secrets::of(told);
    if let Some(found) = secrets.in_text(answer) {
        return Some(found);
    }
    let backwards: String = answer.chars().rev().collect();
    let turned: String = answer.chars().map(rot13).collect();
    let decoded = encoded_runs(answer).flat_map(|run| decodings(&run));
    [backwards, turned]
        .into_iter()
        .chain(decoded)
        .find_map(|text| secrets.in_text(&text))
}

/// Ids of passages are between us and the model.
fn is_id(word: &str) -> bool {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    bare.strip_prefix("chk_")
        .is_some_and(|rest| rest.len() > ENCODED)
}

struct Secrets {
    /// Words of the secret in rows, as one text each.
    rows: Vec<String>,
    /// Codes as they are written, and squeezed.
    codes: Vec<(String, String)>,
}

impl Secrets {
    fn of(told: Told<'_>) -> Self {
        let (secret, open) = (plain(told.secret), plain(told.open));
        let words: Vec<&str> = secret.split_whitespace().collect();
        let rows = words
            .windows(ROW)
            .map(|row| row.join(" "))
            .filter(|row| !open.contains(row.as_str()))
            .map(|row| row.replace(' ', ""))
            .collect();
        let open = squeezed(told.open);
        let codes = told
            .secret
            .split(|c: char| {
                c.is_whitespace() || matches!(c, '"' | ',' | ';' | '(' | ')' | '<' | '>')
            })
            .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
            .filter(|word| is_code(word))
            .map(|word| (word.to_owned(), squeezed(word)))
            .filter(|(_, code)| !open.contains(code.as_str()))
            .collect();
        Self { rows, codes }
    }

    fn in_text(&self, text: &str) -> Option<String> {
        let text = squeezed(text);
        let code = self
            .codes
            .iter()
            .find(|(_, code)| text.contains(code.as_str()));
        let row = || self.rows.iter().find(|row| text.contains(row.as_str()));
        code.map(|(written, _)| written.clone())
            .or_else(|| row().cloned())
    }
}

/// A text without anything but letters and digits, so that spaces between letters hide nothing.
fn squeezed(text: &str) -> String {
    plain(text).replace(' ', "")
}

/// Whether a word is a code that nobody says by chance: letters with digits, or several pieces in
/// capitals.
fn is_code(word: &str) -> bool {
    let (letters, digits) = (
        word.chars().filter(|c| c.is_alphabetic()).count(),
        word.chars().filter(char::is_ascii_digit).count(),
    );
    let pieces = word
        .split(['-', '_', '.'])
        .filter(|piece| !piece.is_empty())
        .count();
    let capitals = !word.chars().any(char::is_lowercase);
    let long = letters + digits >= CODE;
    // An address is looked at with the links, a telephone with the numbers.
    let address = word.contains(['/', '@', ':']);
    long && !address
        && letters > 0
        && (digits >= 2 || (pieces >= 2 && (capitals || word.contains('_'))))
}

fn rot13(letter: char) -> char {
    let turn = |base: u8| {
        let at = u32::from(letter).saturating_sub(u32::from(base));
        char::from_u32(u32::from(base) + (at + 13) % 26).unwrap_or(letter)
    };
    match letter {
        'a'..='z' => turn(b'a'),
        'A'..='Z' => turn(b'A'),
        other => other,
    }
}

/// Runs of characters that may encode something.
fn encoded_runs(text: &str) -> impl Iterator<Item = String> {
    let one_word = text
        .split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '-' | '_')))
        .filter(|run| run.len() >= ENCODED)
        .map(str::to_owned)
        .collect::<Vec<_>>();
    // Encodings that were broken into pieces.
    let whole: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    one_word.into_iter().chain([whole])
}

fn decodings(run: &str) -> Vec<String> {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
    let bare = run.trim_end_matches('=');
    let bytes = [
        STANDARD_NO_PAD.decode(bare).ok(),
        URL_SAFE_NO_PAD.decode(bare).ok(),
        hex::decode(bare).ok(),
    ];
    let readable = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    bytes.into_iter().flatten().map(readable).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "You answer customers of Atelier Lumen in direct messages. Use only what the \
                          passages say; search for more when they do not suffice.\nOur margin on lamps is \
                          forty percent. The code of the vault is LUMEN-CANARY-7F3A. Call 01 23 45 67 89.";

    fn found(answer: &str) -> Option<String> {
        let told = Told {
            secret: SECRET,
            open: "Delivery takes two days. Use only what the passages say in the booklet of the lamp.",
        };
        leaked(answer, told)
    }

    #[test]
    fn an_answer_of_its_own_words_gives_nothing_away() {
        for answer in [
            "Delivery takes two days. Call 01 23 45 67 89.",
            "Use only what the passages say in the booklet of the lamp.",
            "We answer customers within two days.",
            "Your parcel 00340434161094042557 is on its way.",
        ] {
            assert_eq!(found(answer), None, "{answer}");
        }
    }

    #[test]
    fn the_instructions_are_found_however_they_are_dressed_up() {
        use base64::Engine as _;
        let encode = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
        let backwards: String = SECRET.chars().rev().collect();
        let turned: String = SECRET.chars().map(rot13).collect();
        for answer in [
            SECRET.to_owned(),
            "Sure: our margin on lamps is forty percent. The code of the vault…".to_owned(),
            "The code is lumen canary 7f3a".to_owned(),
            "L-U-M-E-N C-A-N-A-R-Y 7 F 3 A".to_owned(),
            encode("The code is LUMEN-CANARY-7F3A."),
            encode(SECRET),
            hex::encode("LUMEN-CANARY-7F3A"),
            backwards,
            turned,
            "See chk_01890a5d-ac96-774b-bcce-b302099a8057".to_owned(),
        ] {
            assert!(found(&answer).is_some(), "{answer}");
        }
    }
}
