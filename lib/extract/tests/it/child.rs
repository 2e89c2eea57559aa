//! What the child process gives up before it reads.

use std::io::{Read as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use extract::{ExtractError, Extractor, Kind};

use crate::made::{extractor, forms_in_forms};

fn start() -> Child {
    Command::new(env!("CARGO_BIN_EXE_extract"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Waits until `done`, for at most ten seconds.
fn eventually(what: &str, mut done: impl FnMut() -> bool) {
    let until = Instant::now() + Duration::from_secs(10);
    while !done() {
        assert!(Instant::now() < until, "not within 10 s: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn it_can_open_and_write_no_file_and_its_memory_is_bounded() {
    let mut child = start();
    let limits = || std::fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
    let limit = |name: &str| {
        let limits = limits();
        let line = limits
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .unwrap();
        line.split_whitespace().next().unwrap().to_owned()
    };
    eventually("no file may be opened", || limit("Max open files") == "0");
    assert_eq!(limit("Max file size"), "0");
    assert_eq!(limit("Max core file size"), "0");
    assert_eq!(limit("Max cpu time"), "10");
    let memory: u64 = limit("Max address space").parse().unwrap();
    assert!(memory < 1024 * 1024 * 1024, "{memory}");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn it_ends_when_its_parent_is_gone() {
    let mut child = start();
    let mut input = child.stdin.take().unwrap();
    for part in [b"a.pdf".as_slice(), &forms_in_forms()] {
        input
            .write_all(&u64::try_from(part.len()).unwrap().to_be_bytes())
            .unwrap();
        input.write_all(part).unwrap();
    }
    drop(input);
    let mut said = Vec::new();
    child.stdout.take().unwrap().read_to_end(&mut said).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1));
    assert!(said.is_empty());
}

#[tokio::test]
async fn a_program_that_is_not_the_reader_is_no_fault_of_the_file() {
    let none: [&str; 0] = [];
    for program in ["/nowhere/extract", "/bin/false"] {
        let result = Extractor::new(program.into(), none)
            .extract(b"Hello", "a.txt")
            .await;
        assert!(
            matches!(result, Err(ExtractError::Unavailable(_))),
            "{result:?}"
        );
    }
}

#[tokio::test]
async fn a_name_of_any_length_tells_the_kind() {
    let read = async |name: String| {
        extractor()
            .extract(b"a;b\n1;2\n", &name)
            .await
            .unwrap()
            .kind
    };
    assert_eq!(read(format!("{}.csv", "é".repeat(10_000))).await, Kind::Csv);
    assert_eq!(
        read(format!("text/csv; x={}", "y".repeat(10_000))).await,
        Kind::Csv
    );
    let address = format!("https://example.org/{}", "a".repeat(100_000));
    let address = address.parse().unwrap();
    let page = extractor()
        .extract_page(b"<p>Hello", "text/html", &address)
        .await;
    assert_eq!(page.unwrap().document.to_text(), "Hello\n");
}

#[tokio::test]
async fn many_files_are_read_at_once_and_more_wait_for_their_turn() {
    let extractor = extractor();
    let all = (0..25).map(|number| {
        let extractor = extractor.clone();
        let text = format!("Text {number}");
        tokio::spawn(async move { extractor.extract(text.as_bytes(), "a.txt").await })
    });
    for (number, read) in all.collect::<Vec<_>>().into_iter().enumerate() {
        assert_eq!(
            read.await.unwrap().unwrap().to_text(),
            format!("Text {number}\n")
        );
    }
}
