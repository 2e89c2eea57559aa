//! Files that were put into a document (17.17.2.1) and that no word processor has made part of it
//! yet: web pages, other documents, plain text.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::body::Body;
use super::package::Package;
use super::relations::Relations;
use crate::{Content, Document, Limits, Refusal, encoding, html, text};

/// How deeply documents are read that were put into others.
const DEEPEST: usize = 3;
/// The most parts of a web archive that are looked at.
const MOST_PARTS: usize = 1000;

/// A file that was put in.
#[derive(Debug)]
pub(super) struct Included {
    /// Before which content of the body.
    pub(super) place: usize,
    /// The relation to its part.
    pub(super) id: String,
}

/// Puts the contents of included files where they belong.
pub(super) fn put(
    package: &mut Package<'_>,
    relations: &Relations,
    body: &mut Body,
    limits: &Limits,
    depth: usize,
) -> Result<(), Refusal> {
    // From the last on, so that the places of the others stay.
    for Included { place, id } in std::mem::take(&mut body.included).into_iter().rev() {
        let Some(part) = relations.get(&id) else {
            continue;
        };
        let Some(bytes) = package.bytes(&part.target)? else {
            continue;
        };
        let limits = Limits {
            inflated: package.left(),
            ..*limits
        };
        let contents = contents(&bytes, &limits, depth)?;
        let place = place.min(body.blocks.len());
        body.blocks.splice(place..place, contents);
    }
    Ok(())
}

/// What a file says; nothing when it is of a kind that is not read here.
fn contents(bytes: &[u8], limits: &Limits, depth: usize) -> Result<Vec<Content>, Refusal> {
    let document = if bytes.starts_with(b"PK\x03\x04") {
        if depth >= DEEPEST {
            return Err(Refusal::TooComplex);
        }
        super::read_within(bytes, limits, depth + 1)?
    } else if let Some(page) = page_of_archive(bytes, 0) {
        web_page(&page, limits)?
    } else if bytes.starts_with(b"{\\rtf") || encoding::is_binary(bytes) {
        return Ok(Vec::new());
    } else if html::looks_like(&encoding::decode(bytes)) {
        web_page(bytes, limits)?
    } else {
        text::plain(&encoding::decode(bytes), limits)?
    };
    let blocks = document.blocks.into_iter();
    Ok(blocks.map(|block| block.content).collect())
}

fn web_page(bytes: &[u8], limits: &Limits) -> Result<Document, Refusal> {
    Ok(html::read(&html::decode(bytes, None), None, limits)?.document)
}

/// The page of a web archive in one file (RFC 2557), decoded.
fn page_of_archive(bytes: &[u8], depth: usize) -> Option<Vec<u8>> {
    let (head, body) = head_and_body(bytes)?;
    let kind = field(&head, "content-type")?;
    let lower = kind.to_ascii_lowercase();
    if lower.starts_with("text/html") {
        let form = field(&head, "content-transfer-encoding").unwrap_or_default();
        return Some(match form.to_ascii_lowercase().as_str() {
            "quoted-printable" => from_quoted(body),
            "base64" => from_base64(body),
            _ => body.to_vec(),
        });
    }
    if !lower.starts_with("multipart/") || depth >= DEEPEST {
        return None;
    }
    let at = lower.find("boundary=")? + "boundary=".len();
    let divider = kind.get(at..)?.split(';').next()?.trim().trim_matches('"');
    let divider = format!("--{divider}");
    let mut rest = body;
    for _ in 0..MOST_PARTS {
        let start = crate::kind::find(rest, divider.as_bytes())? + divider.len();
        let part = rest.get(start..)?;
        let end = crate::kind::find(part, divider.as_bytes()).unwrap_or(part.len());
        let (part, after) = part.split_at(end);
        if let Some(page) = page_of_archive(part.trim_ascii_start(), depth + 1) {
            return Some(page);
        }
        rest = after;
    }
    None
}

/// The lines before the first empty one, with folded ones made whole, and what follows.
fn head_and_body(bytes: &[u8]) -> Option<(String, &[u8])> {
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace())?;
    if !first.is_ascii_alphabetic() {
        return None;
    }
    let ends = [b"\r\n\r\n".as_slice(), b"\n\n"]
        .into_iter()
        .filter_map(|end| {
            let start = bytes.get(..LONGEST_HEAD).unwrap_or(bytes);
            Some((crate::kind::find(start, end)?, end.len()))
        });
    let (end, length) = ends.min()?;
    let head = String::from_utf8_lossy(bytes.get(..end)?);
    let head = head
        .replace("\r\n", "\n")
        .replace("\n ", " ")
        .replace("\n\t", " ");
    Some((head, bytes.get(end + length..)?))
}

/// The longest head of a part, in bytes.
const LONGEST_HEAD: usize = 16 * 1024;

fn field(head: &str, name: &str) -> Option<String> {
    let mut fields = head.lines().filter_map(|line| line.split_once(':'));
    let (_, value) = fields.find(|(key, _)| key.trim().eq_ignore_ascii_case(name))?;
    Some(value.trim().to_owned())
}

/// Decodes quoted-printable text (RFC 2045, 6.7).
fn from_quoted(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, after)) = rest.split_first() {
        rest = match after {
            [b'\r', b'\n', after @ ..] | [b'\n', after @ ..] if *first == b'=' => after,
            [high, low, after @ ..] if *first == b'=' => {
                let digit = |byte: &u8| char::from(*byte).to_digit(16);
                let value = digit(high)
                    .zip(digit(low))
                    .map(|(high, low)| high * 16 + low);
                out.push(
                    value
                        .and_then(|value| u8::try_from(value).ok())
                        .unwrap_or(b'?'),
                );
                after
            }
            after => {
                out.push(*first);
                after
            }
        };
    }
    out
}

/// Decodes Base64 (RFC 2045, 6.8); nothing when it is none.
fn from_base64(bytes: &[u8]) -> Vec<u8> {
    let whole: Vec<u8> = bytes
        .iter()
        .copied()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    STANDARD.decode(whole).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_of_a_web_archive_is_found_and_decoded() {
        let archive = |form: &str, body: &str| {
            format!(
                "MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n  boundary=\"--=x\"\r\n\r\n\
                 ----=x\r\nContent-Type: image/png\r\n\r\nabc\r\n----=x\r\nContent-Type: text/html;\r\n \
                 charset=\"utf-8\"\r\nContent-Transfer-Encoding: {form}\r\n\r\n{body}\r\n----=x--\r\n"
            )
        };
        let page = |form, body| {
            let page = page_of_archive(archive(form, body).as_bytes(), 0).unwrap();
            String::from_utf8(page).unwrap().trim_end().to_owned()
        };
        assert_eq!(
            page("quoted-printable", "<p id=3Da>caf=C3=A9 and t=\r\nea"),
            "<p id=a>café and tea"
        );
        assert_eq!(page("base64", "PHA+Y2Fmw6k=\r\n"), "<p>café");
        assert_eq!(page("8bit", "<p>tea"), "<p>tea");
        assert_eq!(page_of_archive(b"Notes: a text\n\nwith lines", 0), None);
    }
}
