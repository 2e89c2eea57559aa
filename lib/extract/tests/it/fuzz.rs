//! Files with faults that nobody thought of: parts of good files, changed at random.

use extract::{Limits, read};
use proptest::prelude::*;

use crate::made::{deflated, docx, page, stream};

fn good_files() -> Vec<(&'static str, Vec<u8>)> {
    let words =
        b"BT /F 12 Tf 14 TL 50 700 Td (Delivery is free from) Tj T* [(forty) -300 (euros)] TJ ET";
    let table = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>A</w:t></w:r></w:p></w:tc></w:tr></w:tbl>";
    vec![
        ("a.pdf", page(stream("", words), "", &[])),
        (
            "b.pdf",
            page(stream("/Filter /FlateDecode", &deflated(words)), "", &[]),
        ),
        (
            "c.pdf",
            std::fs::read(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/tests/files/owner-password.pdf"
            ))
            .unwrap(),
        ),
        (
            "d.docx",
            docx(&format!("<w:p><w:r><w:t>Hello</w:t></w:r></w:p>{table}")),
        ),
        (
            "e.html",
            b"<!doctype html><table><tr><td>a<td><b>b</table><ul><li>c".to_vec(),
        ),
        ("f.csv", b"a;b\n\"1;2\";3\n".to_vec()),
    ]
}

/// A change of a file.
#[derive(Clone, Debug)]
enum Change {
    Set(prop::sample::Index, u8),
    Cut(prop::sample::Index, usize),
    Repeat(prop::sample::Index, usize),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => (any::<prop::sample::Index>(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
        1 => (any::<prop::sample::Index>(), 1_usize..200).prop_map(|(at, length)| Change::Cut(at, length)),
        1 => (any::<prop::sample::Index>(), 1_usize..200).prop_map(|(at, length)| Change::Repeat(at, length)),
    ]
}

fn changed(mut bytes: Vec<u8>, changes: &[Change]) -> Vec<u8> {
    for change in changes {
        if bytes.is_empty() {
            break;
        }
        match change {
            Change::Set(at, byte) => {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            Change::Cut(at, length) => {
                let at = at.index(bytes.len());
                let end = (at + length).min(bytes.len());
                bytes.drain(at..end);
            }
            Change::Repeat(at, length) => {
                let at = at.index(bytes.len());
                let end = (at + length).min(bytes.len());
                let part = bytes[at..end].to_vec();
                bytes.splice(at..at, part);
            }
        }
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 300,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_damaged_file_gives_a_document_or_a_refusal(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec(change(), 1..12),
    ) {
        let files = good_files();
        let (name, bytes) = &files[which.index(files.len())];
        let bytes = changed(bytes.clone(), &changes);
        // Whatever it is, it comes back: nothing panics through and nothing hangs.
        let _either = read(&bytes, name, &Limits::default());
    }
}

#[test]
fn the_good_files_are_read() {
    for (name, bytes) in good_files() {
        assert!(read(&bytes, name, &Limits::default()).is_ok(), "{name}");
    }
}
