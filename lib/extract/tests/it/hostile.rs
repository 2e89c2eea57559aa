//! Files made to do harm. Each ends in its state, soon.

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use extract::{ExtractError, Refusal};

use crate::made::{
    deflated, docx, docx_of, extractor, forms_in_forms, page, page_with, pdf, stream, word, zip,
};

/// Within this every file must have ended.
const SOON: Duration = Duration::from_secs(10);

/// What a file came to, as the code of its refusal or `read`.
async fn state(bytes: &[u8], name: &str) -> String {
    let start = Instant::now();
    let state = match extractor().extract(bytes, name).await {
        Ok(_) => "read".to_owned(),
        Err(ExtractError::Refused(refusal)) => refusal.code().to_owned(),
        Err(ExtractError::Unavailable(error)) => panic!("{name}: {error}"),
    };
    assert!(start.elapsed() < SOON, "{name} took {:?}", start.elapsed());
    state
}

/// A stream that comes to a gigabyte of spaces: repeated runs, deflated.
fn bomb() -> Vec<u8> {
    let runs = [0x81, b' '].repeat(8 * 1024 * 1024);
    stream("/Filter [/FlateDecode /RunLengthDecode]", &deflated(&runs))
}

fn page_loop() -> Vec<u8> {
    pdf(&[
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R 2 0 R] /Count 9 >>".to_vec(),
        b"<< /Type /Pages /Kids [2 0 R 3 0 R] /Parent 2 0 R /Count 9 >>".to_vec(),
    ])
}

fn many_pages() -> Vec<u8> {
    let mut objects = vec![b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(), Vec::new()];
    let mut kids = String::new();
    for number in 3..5003 {
        write!(kids, "{number} 0 R ").unwrap();
        objects.push(b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>".to_vec());
    }
    objects[1] = format!("<< /Type /Pages /Kids [{kids}] /Count 5000 >>").into_bytes();
    pdf(&objects)
}

fn scanned() -> Vec<u8> {
    let picture = stream(
        "/Type /XObject /Subtype /Image /Width 2 /Height 2 /BitsPerComponent 8 /ColorSpace /DeviceGray",
        &[0, 255, 255, 0],
    );
    page(
        stream("", b"q 500 0 0 700 50 50 cm /I Do Q"),
        "/XObject << /I 6 0 R >>",
        &[picture],
    )
}

fn xref_loop() -> Vec<u8> {
    let mut bytes = b"%PDF-1.4\n".to_vec();
    let start = bytes.len();
    bytes.extend(
        format!("xref\n0 0\ntrailer << /Prev {start} >>\nstartxref\n{start}\n%%EOF").into_bytes(),
    );
    bytes
}

fn after(head: &[u8], repeated: &str, times: usize) -> Vec<u8> {
    [head, repeated.repeat(times).as_bytes()].concat()
}

fn laughs() -> Vec<u8> {
    let mut kinds = "<!ENTITY a0 'ha'>".to_owned();
    for level in 1..30 {
        let below = format!("&a{};", level - 1).repeat(10);
        write!(kinds, "<!ENTITY a{level} '{below}'>").unwrap();
    }
    let body = word(
        "document",
        "<w:body><w:p><w:r><w:t>&a29;</w:t></w:r></w:p></w:body>",
    );
    let body = body.replacen("?>", &format!("?><!DOCTYPE x [{kinds}]>"), 1);
    docx_of(&body, &[])
}

fn deep_word() -> Vec<u8> {
    docx(&format!(
        "{}{}",
        "<w:p>".repeat(300_000),
        "</w:p>".repeat(300_000)
    ))
}

fn nested_tables() -> Vec<u8> {
    let (open, close) = (
        "<w:tbl><w:tr><w:tc>".repeat(400_000),
        "</w:tc></w:tr></w:tbl>".repeat(400_000),
    );
    docx(&format!("{open}{close}"))
}

fn zip_bomb() -> Vec<u8> {
    let text = " ".repeat(300 * 1024 * 1024);
    docx(&format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"))
}

#[tokio::test]
async fn hostile_archives_end_in_their_states() {
    let inner = zip(&[("a.txt", b"a")]);
    let truncated = docx("<w:p><w:r><w:t>Hello</w:t></w:r></w:p>");
    let truncated = truncated.get(..truncated.len() / 2).unwrap().to_vec();
    let cut = docx_of("<w:document xmlns:w='x'><w:body><w:p>", &[]);
    let sheet = zip(&[("[Content_Types].xml", b""), ("xl/workbook.xml", b"<x/>")]);
    let cases = [
        ("a bomb", zip_bomb(), "too_complex"),
        ("a zip in a zip", zip(&[("b.zip", &inner)]), "unknown_kind"),
        ("entities that grow", laughs(), "damaged"),
        ("deep nesting", deep_word(), "too_complex"),
        ("deep tables", nested_tables(), "too_complex"),
        ("half an archive", truncated, "damaged"),
        ("half an XML", cut, "damaged"),
        ("a spreadsheet", sheet, "unknown_kind"),
        ("no words", docx("<w:p/>"), "no_text"),
        ("an empty archive", zip(&[]), "unknown_kind"),
    ];
    for (case, bytes, expected) in cases {
        assert_eq!(state(&bytes, "a.docx").await, expected, "{case}");
    }
}

#[tokio::test]
async fn hostile_pdfs_end_in_their_states() {
    let nested = "[".repeat(2_000_000);
    let deep_content = page(stream("", nested.as_bytes()), "", &[]);
    let deep_object = page(stream("", b""), "/X 6 0 R", &[after(b"", "[", 1_000_000)]);
    let whole = page(stream("", b"BT /F 12 Tf 50 700 Td (Hello) Tj ET"), "", &[]);
    let cut = whole.get(..whole.len() / 3).unwrap().to_vec();
    let busy = stream(
        "/Filter /FlateDecode",
        &deflated(&b"(aa)Tj ".repeat(6_000_000)),
    );
    let busy = page(busy, "", &[]);
    let cases: [(&str, Vec<u8>, &[&str]); 17] = [
        (
            "a letter that stands for a book",
            book_letter(),
            &["too_complex", "timed_out"],
        ),
        ("a map of marks", many_marks(), &["read", "no_text"]),
        ("pages in a loop", page_loop(), &["no_text", "damaged"]),
        ("5000 pages", many_pages(), &["too_many_pages"]),
        ("a bomb as a page", page(bomb(), "", &[]), &["too_complex"]),
        (
            "a bomb as objects",
            object_bomb(),
            &["too_complex", "damaged"],
        ),
        (
            "forms in forms",
            forms_in_forms(),
            &["too_complex", "timed_out"],
        ),
        ("endless operators", busy, &["too_complex", "no_text"]),
        ("a table of contents in a loop", xref_loop(), &["damaged"]),
        (
            "deep arrays in a page",
            deep_content,
            &["no_text", "too_complex"],
        ),
        (
            "deep arrays in an object",
            deep_object,
            &["no_text", "damaged", "too_complex"],
        ),
        (
            "ten megabytes of brackets",
            after(b"%PDF-1.7\n", "(", 10_000_000),
            &["damaged"],
        ),
        (
            "ten megabytes of arrays",
            after(b"%PDF-1.7\n1 0 obj\n", "[", 10_000_000),
            &["damaged"],
        ),
        (
            "ten megabytes of objects",
            after(b"%PDF-1.7\n", "1 0 obj ", 1_250_000),
            &["damaged"],
        ),
        (
            "ten megabytes of dictionaries",
            after(b"%PDF-1.7\n1 0 obj", "<<", 5_000_000),
            &["damaged"],
        ),
        ("a third of a file", cut, &["damaged", "no_text"]),
        ("a scan", scanned(), &["scanned"]),
    ];
    for (case, bytes, expected) in cases {
        let state = state(&bytes, "a.pdf").await;
        assert!(expected.contains(&state.as_str()), "{case}: {state}");
    }
}

/// A page in a font whose map is this.
fn mapped(content: &[u8], map: &str) -> Vec<u8> {
    let font = b"<< /Type /Font /Subtype /TrueType /BaseFont /X /ToUnicode 7 0 R >>";
    let content = stream("/Filter /FlateDecode", &deflated(content));
    let map = stream("/Filter /FlateDecode", &deflated(map.as_bytes()));
    page_with(content, "/H 6 0 R", "", &[font.to_vec(), map])
}

fn book_letter() -> Vec<u8> {
    let content = format!("BT /H 12 Tf 50 700 Td ({}) Tj ET", "A".repeat(200_000));
    let map = format!(
        "beginbfrange <00> <ff> <{}> endbfrange",
        "0041".repeat(100_000)
    );
    mapped(content.as_bytes(), &map)
}

/// A letter under very many accents, and one after them.
fn many_marks() -> Vec<u8> {
    let content = format!(
        "BT /H 12 Tf 50 700 Td 0.01 Tz (b{}b) Tj ET",
        "a".repeat(1_000_000)
    );
    mapped(
        content.as_bytes(),
        "beginbfchar <61> <0301> <62> <0065> endbfchar",
    )
}

/// A file whose objects are in a stream that comes to a gigabyte.
fn object_bomb() -> Vec<u8> {
    let runs = [0x81, b' '].repeat(8 * 1024 * 1024);
    let objects = stream(
        "/Type /ObjStm /N 2 /First 20 /Filter [/FlateDecode /RunLengthDecode]",
        &deflated(&runs),
    );
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let place = bytes.len();
    bytes.extend(b"1 0 obj\n");
    bytes.extend(&objects);
    bytes.extend(b"\nendobj\n");
    let start = bytes.len();
    let mut entries = vec![0, 0, 0, 0, 0];
    let place = u32::try_from(place).unwrap().to_be_bytes();
    entries.extend([1, place[1], place[2], place[3], 0]);
    for index in [0, 1] {
        entries.extend([2, 0, 0, 1, index]);
    }
    bytes.extend(b"4 0 obj\n");
    bytes.extend(stream(
        "/Type /XRef /W [1 3 1] /Size 4 /Root 2 0 R",
        &entries,
    ));
    bytes.extend(format!("\nendobj\nstartxref\n{start}\n%%EOF\n").into_bytes());
    bytes
}

#[tokio::test]
async fn files_with_a_password_say_so() {
    for file in [
        "password-rc4.pdf",
        "password-aes128.pdf",
        "password-aes256.pdf",
    ] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/files")
            .join(file);
        let bytes = std::fs::read(path).unwrap();
        assert_eq!(state(&bytes, file).await, "password_protected", "{file}");
    }
}

#[tokio::test]
async fn hostile_texts_end_in_their_states() {
    let cases: [(&str, Vec<u8>, &[&str]); 8] = [
        (
            "deep.html",
            after(b"<!doctype html>", "<div>", 2_000_000),
            &["too_complex"],
        ),
        (
            "bold.html",
            after(b"<!doctype html>", "<p><b a=1><i>", 700_000),
            &["too_complex"],
        ),
        (
            "open.html",
            after(b"<!doctype html>", "<", 10_000_000),
            &["read", "no_text"],
        ),
        (
            "tables.html",
            after(b"<!doctype html>", "<table>a", 1_200_000),
            &["too_complex"],
        ),
        (
            "flat.html",
            after(b"<!doctype html>", "<p>a", 2_400_000),
            &["too_complex"],
        ),
        ("wide.csv", after(b"a", ",a", 5_000_000), &["too_complex"]),
        (
            "long.csv",
            after(b"a", "a,b,c\n", 1_500_000),
            &["too_complex"],
        ),
        (
            "program.pdf",
            after(b"MZ\x90\0", "\0", 1000),
            &["unknown_kind"],
        ),
    ];
    for (name, bytes, expected) in cases {
        let state = state(&bytes, name).await;
        assert!(expected.contains(&state.as_str()), "{name}: {state}");
    }
}

#[tokio::test]
async fn names_that_lead_out_of_the_archive_write_nothing() {
    let outside = std::env::temp_dir().join(format!("extract-out-{}", std::process::id()));
    let name = format!("../../../../../..{}", outside.display());
    let document = word(
        "document",
        "<w:body><w:p><w:r><w:t>Hello</w:t></w:r></w:p></w:body>",
    );
    let bytes = zip(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("word/document.xml", document.as_bytes()),
        (&name, b"out"),
        (&outside.display().to_string(), b"out"),
        ("word/_rels/document.xml.rels", br#"<Relationships><Relationship Id="r0" Type="x/styles" Target="../../../../etc/passwd"/></Relationships>"#),
    ]);
    let document = extractor().extract(&bytes, "a.docx").await.unwrap();
    assert_eq!(document.to_text(), "Hello\n");
    assert!(!outside.exists());
}

#[tokio::test]
async fn ten_hostile_files_at_once_end_soon_and_cost_the_parent_little() {
    let files = [
        forms_in_forms(),
        page(bomb(), "", &[]),
        object_bomb(),
        after(b"%PDF-1.7\n", "(", 10_000_000),
        after(b"%PDF-1.7\n1 0 obj\n", "[", 10_000_000),
        zip_bomb(),
        deep_word(),
        after(b"<!doctype html>", "<p><b a=1><i>", 700_000),
        forms_in_forms(),
        forms_in_forms(),
    ];
    let before = resident();
    let start = Instant::now();
    let extractor = extractor();
    let all = files.iter().map(|bytes| extractor.extract(bytes, "file"));
    let states: Vec<_> = futures_of(all).await;
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
    for state in states {
        assert!(matches!(state, Err(ExtractError::Refused(_))), "{state:?}");
    }
    let more = resident().saturating_sub(before);
    assert!(more < 100_000, "{more} kB more");
}

/// Runs all at once on this task.
async fn futures_of<T>(all: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut running: Vec<_> = all.map(Box::pin).collect();
    let mut done: Vec<Option<T>> = running.iter().map(|_| None).collect();
    std::future::poll_fn(move |context| {
        for (future, done) in running.iter_mut().zip(&mut done) {
            if done.is_none()
                && let std::task::Poll::Ready(value) = future.as_mut().poll(context)
            {
                *done = Some(value);
            }
        }
        if done.iter().all(Option::is_some) {
            std::task::Poll::Ready(done.iter_mut().filter_map(Option::take).collect())
        } else {
            std::task::Poll::Pending
        }
    })
    .await
}

/// The most memory that this process had so far, in kilobytes.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[tokio::test]
async fn a_file_that_takes_too_long_is_given_up() {
    let extractor = extractor().within(Duration::from_millis(1));
    let refused = extractor
        .extract(&forms_in_forms(), "a.pdf")
        .await
        .unwrap_err();
    assert!(
        matches!(refused, ExtractError::Refused(Refusal::TimedOut)),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_file_that_is_too_large_is_not_even_sent() {
    let refused = extractor()
        .extract(&vec![b'a'; 11_000_000], "a.txt")
        .await
        .unwrap_err();
    assert!(
        matches!(refused, ExtractError::Refused(Refusal::TooLarge { .. })),
        "{refused:?}"
    );
}
