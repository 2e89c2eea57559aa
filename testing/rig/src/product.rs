//! One process of the product.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use reqwest::{Client, StatusCode};
use rustix::process::{Pid, Signal, kill_process};

/// How long a process may take to become ready.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running product.
pub struct Product {
    child: Child,
    log: PathBuf,
    /// Where it listens.
    pub url: String,
}

impl Product {
    /// Starts the binary with these arguments and settings; its log goes into `log`.
    pub fn start(
        binary: &Path,
        arguments: &[&str],
        settings: &[(&str, String)],
        port: u16,
        log: &Path,
    ) -> Result<Self> {
        let file = File::options().create(true).append(true).open(log)?;
        let child = Command::new(binary)
            .args(arguments)
            .env_remove("DATABASE_URL")
            .envs(settings.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file)
            .spawn()
            .with_context(|| format!("{} can't be started", binary.display()))?;
        Ok(Self {
            child,
            log: log.to_owned(),
            url: format!("http://127.0.0.1:{port}"),
        })
    }

    /// Waits until it says that it is ready.
    pub async fn ready(&mut self, client: &Client) -> Result<()> {
        let address = format!("{}/readyz", self.url);
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            let answer = client.get(&address).send().await;
            if answer.is_ok_and(|answer| answer.status() == StatusCode::OK) {
                return Ok(());
            }
            if let Some(status) = self.child.try_wait()? {
                let told = fs::read_to_string(&self.log)?;
                bail!("the product ended instead of getting ready ({status}):\n{told}");
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        bail!("the product did not get ready")
    }

    /// Its process number.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to stop, as a service manager does, and waits for its end.
    pub fn stop(mut self) -> Result<()> {
        self.signal(Signal::TERM)?;
        let status = self.child.wait()?;
        if !status.success() {
            bail!("the product stopped with {status}");
        }
        Ok(())
    }
}

impl Product {
    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) -> Result<()> {
        let pid = i32::try_from(self.child.id())?;
        let pid = Pid::from_raw(pid).context("a process has a number")?;
        Ok(kill_process(pid, signal)?)
    }

    /// Ends it at once, as a lost machine would: SIGKILL.
    pub fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Product {
    fn drop(&mut self) {
        // Already ended, or nobody is there to hear of it.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
