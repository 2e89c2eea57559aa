//! The threads that embed for a busy program.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use local_embeddings::{EmbedError, Embedder, Settings, Task};

use crate::support::model;

fn embedder() -> Embedder {
    Embedder::start(Settings::from_env(), |_| {}, || false).unwrap()
}

#[tokio::test]
async fn vectors_are_those_of_the_model_in_the_order_of_the_texts() {
    let embedder = embedder();
    let texts: Vec<String> = (0..9).map(|n| format!("Passage number {n}")).collect();
    let borrowed: Vec<&str> = texts.iter().map(String::as_str).collect();
    let model = model();
    let expected = model.embed(Task::Query, &["Which one?"]).unwrap();
    assert_eq!(embedder.query("Which one?").await.unwrap(), expected[0]);
    let found = embedder.passages(texts.clone()).await.unwrap();
    for (text, found) in borrowed.iter().zip(found) {
        let alone = model.embed(Task::Passage, &[text]).unwrap().remove(0);
        assert!(crate::support::cosine(&alone, &found) > 0.999_999);
    }
    assert!(embedder.passages(Vec::new()).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_model_is_loaded_when_it_is_needed_and_not_before() {
    let embedder = embedder();
    assert!(!embedder.is_ready());
    embedder.query("Where?").await.unwrap();
    assert!(embedder.is_ready());
}

#[tokio::test]
async fn what_is_prepared_in_the_background_is_ready_for_the_first_passage() {
    let embedder = embedder();
    embedder.prepare();
    // It comes after the preparation, and needs no model.
    embedder.passages(Vec::new()).await.unwrap();
    assert!(embedder.is_ready());
}

#[tokio::test]
async fn a_question_does_not_wait_for_passages() {
    let embedder = Arc::new(embedder());
    embedder.query("Is it loaded?").await.unwrap();
    let passages = vec!["Shoes may be returned within thirty days. ".repeat(20); 400];
    let busy = tokio::spawn({
        let embedder = Arc::clone(&embedder);
        async move { embedder.passages(passages).await }
    });
    tokio::task::yield_now().await;
    embedder.query("May I return them?").await.unwrap();
    assert!(!busy.is_finished());
    // Who gives up does not keep the next one waiting.
    busy.abort();
    busy.await.unwrap_err();
    embedder.passages(vec!["Next".to_owned()]).await.unwrap();
}

#[tokio::test]
async fn passages_stand_back_for_a_busy_program_and_questions_do_not() {
    let looks = Arc::new(AtomicUsize::new(0));
    let looked = Arc::clone(&looks);
    let is_busy = move || looked.fetch_add(1, Ordering::Relaxed).is_multiple_of(2);
    let embedder = Embedder::start(Settings::from_env(), |_| {}, is_busy).unwrap();
    embedder.query("May I return them?").await.unwrap();
    assert_eq!(looks.load(Ordering::Relaxed), 0);
    embedder.passages(vec!["Next".to_owned()]).await.unwrap();
    // Twice for each of the twelve layers; once where the machine itself paused for too long.
    let looks = looks.load(Ordering::Relaxed);
    assert!((12..=24).contains(&looks), "{looks}");
}

#[tokio::test]
async fn all_callers_are_told_why_there_is_no_model() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings {
        model_dir: Some(folder.path().to_owned()),
        cache_dir: None,
    };
    let embedder = Embedder::start(settings, |_| {}, || false).unwrap();
    for _ in 0..2 {
        let error = embedder.query("Where?").await.unwrap_err();
        assert!(matches!(error, EmbedError::Unavailable(_)));
        assert!(
            error.to_string().contains("no embedding model at"),
            "{error}"
        );
    }
    let error = embedder.passages(vec!["Here".to_owned()]).await;
    assert!(matches!(error, Err(EmbedError::Unavailable(_))));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_thread_of_passages_gives_way_and_the_one_of_questions_does_not() {
    let embedder = embedder();
    // A thread has its name once it works.
    embedder.passages(Vec::new()).await.unwrap();
    embedder.query("Where?").await.unwrap();
    assert_eq!(niceness("embed-passages"), Some(19));
    let ours = niceness_of("/proc/thread-self");
    assert_eq!(niceness("embed-queries"), Some(ours));
}

/// How far the thread of this name gives way to others.
#[cfg(target_os = "linux")]
fn niceness(name: &str) -> Option<i32> {
    let mut threads = std::fs::read_dir("/proc/self/task").unwrap();
    threads.find_map(|thread| {
        let folder = thread.unwrap().path();
        let own = std::fs::read_to_string(folder.join("comm")).unwrap();
        (own.trim() == name).then(|| niceness_of(folder.to_str().unwrap()))
    })
}

#[cfg(target_os = "linux")]
fn niceness_of(folder: &str) -> i32 {
    let stat = std::fs::read_to_string(format!("{folder}/stat")).unwrap();
    let (_, after_name) = stat.rsplit_once(')').unwrap();
    after_name
        .split_whitespace()
        .nth(16)
        .unwrap()
        .parse()
        .unwrap()
}
