//! Ground to run a command on: an empty database and an empty folder.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use embedded_postgres::{Cluster, Settings};
use rig::Product;
use tempfile::TempDir;

/// The built binary.
pub const BINARY: &str = env!("CARGO_BIN_EXE_socialsync");

/// A database and a data folder of their own.
pub struct Ground {
    pub database: String,
    pub folder: TempDir,
    _cluster: Option<Cluster>,
}

impl Ground {
    /// On the server of this test run, or on one of its own when the test runs alone.
    pub async fn new() -> Self {
        let folder = rig::folder().unwrap();
        let given = std::env::var("SOCIALSYNC_TEST_DATABASE_URL").ok();
        let (server, cluster) = if let Some(url) = given {
            (url, None)
        } else {
            let settings = Settings::from_env(folder.path().join("postgres")).throw_away();
            let start = move || Cluster::start(&settings, &|_| {});
            let cluster = tokio::task::spawn_blocking(start).await.unwrap().unwrap();
            (cluster.connect_url("postgres"), Some(cluster))
        };
        let name = format!("command_{}", hex::encode(rand::random::<[u8; 12]>()));
        db::create_database_if_missing(&server, &name)
            .await
            .unwrap();
        let mut database = url::Url::parse(&server).unwrap();
        database.set_path(&name);
        Self {
            database: database.to_string(),
            folder,
            _cluster: cluster,
        }
    }

    /// Where the commands keep everything.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Where the processes log.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_file()).unwrap()
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// The settings of every command here.
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        vec![
            ("DATABASE_URL", self.database.clone()),
            ("SOCIALSYNC_DATA_DIR", self.data().display().to_string()),
        ]
    }

    /// Runs a command to its end with these settings beside the usual ones.
    pub fn run(&self, arguments: &[&str], settings: &[(&str, &str)], input: &str) -> Output {
        let mut child = Command::new(BINARY)
            .args(arguments)
            .envs(self.settings())
            .envs(settings.iter().copied())
            .current_dir(self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(input.as_bytes())
            .unwrap();
        child.wait_with_output().unwrap()
    }

    /// Serves on a free port, until it is ready.
    pub async fn serve(&self) -> Product {
        let mut product = self.begin(&["serve"], self.settings());
        product.ready(&reqwest::Client::new()).await.unwrap();
        product
    }

    /// The same with a private database.
    pub async fn serve_privately(&self) -> Product {
        let mut settings = self.settings();
        settings.retain(|(name, _)| *name != "DATABASE_URL");
        let mut product = self.begin(&["serve"], settings);
        product.ready(&reqwest::Client::new()).await.unwrap();
        product
    }

    /// Begins a command that listens on a free port.
    pub fn begin(&self, arguments: &[&str], mut settings: Vec<(&'static str, String)>) -> Product {
        let port = rig::free_port().unwrap();
        settings.push(("SOCIALSYNC_LISTEN", format!("127.0.0.1:{port}")));
        let binary = Path::new(BINARY);
        Product::start(binary, arguments, &settings, port, &self.log_file()).unwrap()
    }
}

/// What a command said to the person at the terminal.
pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
