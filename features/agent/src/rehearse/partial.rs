//! The text of an answer out of a tool call's arguments that are still on their way.

/// Reads `{"text": "…", …}` part by part and gives the characters of the text as they come.
#[derive(Debug, Default)]
pub(super) struct Partial {
    /// How many objects and lists are open.
    depth: usize,
    place: Place,
    /// The key whose value comes next, on the outermost level.
    key: String,
    /// Whether a value comes next, and no key.
    value: bool,
    /// The first half of a character that is written as two.
    high: Option<u32>,
}

#[derive(Debug, Default, Clone, Copy)]
enum Place {
    #[default]
    Between,
    /// Inside a string.
    Within(Role),
    /// Behind a backslash.
    Escape(Role),
    /// Inside `\uXXXX`: what it is so far, and how many digits came.
    Code(Role, u32, u8),
}

/// What a string is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Key,
    Text,
    Other,
}

impl Partial {
    /// Takes the next part; what it adds to the text.
    pub(super) fn take(&mut self, part: &str) -> String {
        let mut added = String::new();
        for letter in part.chars() {
            self.step(letter, &mut added);
        }
        added
    }

    fn step(&mut self, letter: char, added: &mut String) {
        self.place = match self.place {
            Place::Between => self.between(letter),
            Place::Within(_) if letter == '"' => Place::Between,
            Place::Within(role) if letter == '\\' => Place::Escape(role),
            Place::Within(role) => {
                self.put(role, letter, added);
                Place::Within(role)
            }
            Place::Escape(role) if letter == 'u' => Place::Code(role, 0, 0),
            Place::Escape(role) => {
                let meant = match letter {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    'b' => '\u{8}',
                    'f' => '\u{c}',
                    other => other,
                };
                self.put(role, meant, added);
                Place::Within(role)
            }
            Place::Code(role, code, digits) => {
                let code = code * 16 + letter.to_digit(16).unwrap_or_default();
                if digits < 3 {
                    Place::Code(role, code, digits + 1)
                } else {
                    self.put_code(role, code, added);
                    Place::Within(role)
                }
            }
        };
    }

    fn between(&mut self, letter: char) -> Place {
        match letter {
            '{' | '[' => self.depth += 1,
            '}' | ']' => self.depth = self.depth.saturating_sub(1),
            ':' if self.depth == 1 => self.value = true,
            ',' if self.depth == 1 => self.value = false,
            '"' if self.depth == 1 && !self.value => {
                self.key.clear();
                return Place::Within(Role::Key);
            }
            '"' if self.depth == 1 && self.key == "text" => return Place::Within(Role::Text),
            '"' => return Place::Within(Role::Other),
            _ => {}
        }
        Place::Between
    }

    fn put(&mut self, role: Role, letter: char, added: &mut String) {
        match role {
            Role::Key => self.key.push(letter),
            Role::Text => added.push(letter),
            Role::Other => {}
        }
    }

    fn put_code(&mut self, role: Role, code: u32, added: &mut String) {
        if (0xD800..0xDC00).contains(&code) {
            self.high = Some(code);
            return;
        }
        let whole = match self.high.take() {
            Some(high) if (0xDC00..0xE000).contains(&code) => {
                0x1_0000 + (high - 0xD800) * 0x400 + (code - 0xDC00)
            }
            _ => code,
        };
        self.put(role, char::from_u32(whole).unwrap_or('\u{FFFD}'), added);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(json: &str, size: usize) -> String {
        let letters: Vec<char> = json.chars().collect();
        let mut partial = Partial::default();
        letters
            .chunks(size)
            .map(|part| partial.take(&part.iter().collect::<String>()))
            .collect()
    }

    #[test]
    fn the_text_is_the_same_however_it_is_cut() {
        let text = "Ja — \"drei\" Tage:\n{nicht} [mehr], C:\\x, 🎁 é";
        let sources = json!(["chk_1", {"text": "not this"}]);
        let whole = json!({"sources": sources, "language": "de", "text": text, "confidence": 0.9});
        for size in [1, 2, 3, 7, 500] {
            assert_eq!(read(&whole.to_string(), size), text, "{size}");
        }
    }

    #[test]
    fn characters_that_are_written_as_codes_are_read() {
        assert_eq!(
            read(r#"{"text":"caf\u00e9 \ud83c\udf81 \/ \ud83c!"}"#, 1),
            "café 🎁 / !"
        );
    }

    #[test]
    fn what_is_no_answer_gives_no_text() {
        for json in [
            r#"{"query": "text"}"#,
            r#"["text", "a"]"#,
            "nonsense \" text",
            "",
        ] {
            assert_eq!(read(json, 1), "", "{json}");
        }
    }
}
