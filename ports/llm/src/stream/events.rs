//! The data of server-sent events, out of bytes that are cut anywhere.

/// Cuts bytes into events. Every `data:` line is one: no provider spreads its JSON over two, and
/// some forget the empty line between events. Comments, which only keep the connection open, and
/// other fields are passed over (WHATWG HTML, 9.2).
#[derive(Debug, Default)]
pub(crate) struct Events {
    line: Vec<u8>,
}

impl Events {
    /// The data of every line that these bytes complete.
    pub(crate) fn feed(&mut self, bytes: &[u8]) -> Vec<String> {
        let mut found = Vec::new();
        for byte in bytes {
            if !matches!(byte, b'\n' | b'\r') {
                self.line.push(*byte);
                continue;
            }
            let line = std::mem::take(&mut self.line);
            if let Some(data) = line.strip_prefix(b"data:") {
                let text = String::from_utf8_lossy(data);
                let text = text.trim();
                if !text.is_empty() {
                    found.push(text.to_owned());
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: &[u8], size: usize) -> Vec<String> {
        let mut events = Events::default();
        bytes
            .chunks(size)
            .flat_map(|chunk| events.feed(chunk))
            .collect()
    }

    #[test]
    fn events_are_the_same_wherever_the_bytes_are_cut() {
        let stream = "\u{feff}: OPENROUTER PROCESSING\r\n\r\ndata: {\"a\":\"é…\"}\n\ndata:{}\nevent: x\n\
                      data:\n: data: no\ndata: [DONE]\n\n";
        let expected = ["{\"a\":\"é…\"}", "{}", "[DONE]"];
        for size in 1..stream.len() {
            assert_eq!(all(stream.as_bytes(), size), expected, "{size}");
        }
    }

    #[test]
    fn a_line_that_never_ended_is_no_event() {
        assert!(all(b"data: {\"a\"", 3).is_empty());
    }
}
