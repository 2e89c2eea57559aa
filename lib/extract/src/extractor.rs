//! Files read by child processes.

use std::borrow::Cow;
use std::ffi::OsString;
use std::io;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use rustix::process::Signal;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use url::Url;

use crate::child::{Answer, LONGEST_ADDRESS, LONGEST_NAME, length};
use crate::html::Page;
use crate::{Document, Limits, Refusal};

/// How long one file may take. A tenth of the promised ten seconds is left for starting.
const TIME: Duration = Duration::from_secs(8);
/// How long a child may live that closed its pipes.
const LINGERING: Duration = Duration::from_millis(500);
/// How many files are read at once. More than there are processors, so that hostile files that use
/// up their time do not make others wait for theirs.
const AT_ONCE: usize = 10;
/// The longest answer, in bytes.
const LONGEST_ANSWER: u64 = 64 * 1024 * 1024;
/// How much is kept of what a child says before it dies, in bytes.
const LAST_WORDS: u64 = 4096;

/// Why a file gave no document.
#[derive(Debug, thiserror::Error)]
pub enum ExtractError {
    /// It lies in the file.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// No child process could be started, or it could not begin; another attempt may succeed.
    #[error("the reader of files could not be started")]
    Unavailable(#[source] io::Error),
}

/// Reads files, each in a child process of its own with bounds on time and memory.
#[derive(Clone, Debug)]
pub struct Extractor {
    program: PathBuf,
    arguments: Vec<OsString>,
    slots: Arc<Semaphore>,
    time: Duration,
}

impl Extractor {
    /// Reads files by `program`, which with `arguments` does nothing but call [`crate::child::main`].
    pub fn new(program: PathBuf, arguments: impl IntoIterator<Item = impl Into<OsString>>) -> Self {
        Self {
            program,
            arguments: arguments.into_iter().map(Into::into).collect(),
            slots: Arc::new(Semaphore::new(AT_ONCE)),
            time: TIME,
        }
    }

    /// Reads files by the program that is running, also when its file was replaced meanwhile.
    pub fn of_this_program(
        arguments: impl IntoIterator<Item = impl Into<OsString>>,
    ) -> io::Result<Self> {
        let running = Path::new("/proc/self/exe");
        let program = if running.exists() {
            running.to_owned()
        } else {
            std::env::current_exe()?
        };
        Ok(Self::new(program, arguments))
    }

    /// The same with another limit of time for one file.
    #[must_use]
    pub fn within(mut self, time: Duration) -> Self {
        self.time = time;
        self
    }

    /// Reads one file; `name` is what it is called or its media type. Waits for its turn when ten
    /// others are being read. Dropping the future ends the child.
    pub async fn extract(&self, bytes: &[u8], name: &str) -> Result<Document, ExtractError> {
        Ok(self.ask(bytes, name, "").await?.document)
    }

    /// The same for a file of the web, with its links: `content_type` is as it was sent, `address`
    /// where the file stands.
    pub async fn extract_page(
        &self,
        bytes: &[u8],
        content_type: &str,
        address: &Url,
    ) -> Result<Page, ExtractError> {
        self.ask(bytes, content_type, address.as_str()).await
    }

    async fn ask(&self, bytes: &[u8], name: &str, address: &str) -> Result<Page, ExtractError> {
        let limit = Limits::default().file;
        if bytes.len() > limit {
            let limit = u64::try_from(limit).unwrap_or(u64::MAX);
            return Err(Refusal::TooLarge { limit }.into());
        }
        // Never closed: it is ours.
        let _slot = self
            .slots
            .acquire()
            .await
            .map_err(|error| unavailable(io::Error::other(error)))?;
        let mut child = self.start().map_err(unavailable)?;
        let name = shortened(name);
        // Longer addresses lead nowhere.
        let address = if address.len() > LONGEST_ADDRESS {
            ""
        } else {
            address
        };
        let about = [&*name, address];
        let Ok((said, last_words)) = timeout(self.time, talk(&mut child, about, bytes)).await
        else {
            child.kill().await.map_err(unavailable)?;
            return Err(Refusal::TimedOut.into());
        };
        // A child that closed its pipes and does not end is ended.
        let status = if let Ok(status) = timeout(LINGERING, child.wait()).await {
            status
        } else {
            child.kill().await.map_err(unavailable)?;
            child.wait().await
        };
        let status = status.map_err(unavailable)?;
        if u64::try_from(said.len()).is_ok_and(|length| length > LONGEST_ANSWER) {
            return Err(Refusal::TooComplex.into());
        }
        if status.success() {
            let answer: Answer = serde_json::from_slice(&said).unwrap_or(Err(Refusal::Crashed));
            return Ok(answer?);
        }
        Err(death(status, &String::from_utf8_lossy(&last_words)))
    }

    fn start(&self) -> io::Result<Child> {
        Command::new(&self.program)
            .args(&self.arguments)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
    }
}

/// A name without its middle when it is too long to be sent: how it begins and ends tells the kind.
fn shortened(name: &str) -> Cow<'_, str> {
    if name.len() <= LONGEST_NAME {
        return Cow::Borrowed(name);
    }
    let half = LONGEST_NAME / 2;
    let start = name
        .get(..name.floor_char_boundary(half))
        .unwrap_or_default();
    let end = name
        .get(name.ceil_char_boundary(name.len() - half)..)
        .unwrap_or_default();
    Cow::Owned(format!("{start}{end}"))
}

fn unavailable(error: io::Error) -> ExtractError {
    ExtractError::Unavailable(error)
}

/// Sends the file and hears the answer, and what was said besides.
async fn talk(child: &mut Child, about: [&str; 2], bytes: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let input = child.stdin.take();
    let output = hear(child.stdout.take(), LONGEST_ANSWER + 1);
    let errors = hear(child.stderr.take(), LAST_WORDS);
    // The input stays open until the answer is there: its end would end the child.
    let (_input, said, last_words) = tokio::join!(send(input, about, bytes), output, errors);
    (said, last_words)
}

async fn send(input: Option<ChildStdin>, about: [&str; 2], bytes: &[u8]) -> Option<ChildStdin> {
    let mut input = input?;
    for part in about.map(str::as_bytes).into_iter().chain([bytes]) {
        // A child that died says why by how it ended.
        input.write_all(&length(part)).await.ok()?;
        input.write_all(part).await.ok()?;
    }
    input.flush().await.ok()?;
    Some(input)
}

async fn hear(output: Option<impl AsyncRead + Unpin>, most: u64) -> Vec<u8> {
    let mut heard = Vec::new();
    if let Some(output) = output
        && let Err(error) = output.take(most).read_to_end(&mut heard).await
    {
        tracing::debug!(%error, "the reader of a file was not heard to its end");
    }
    heard
}

/// Why a child died.
fn death(status: ExitStatus, last_words: &str) -> ExtractError {
    let signal = |wanted: Signal| status.signal() == Some(wanted.as_raw());
    let memory = last_words.contains("memory allocation of")
        || last_words.contains("has overflowed its stack")
        // Only the system kills without a word, when memory runs short.
        || signal(Signal::KILL);
    if memory {
        return Refusal::TooComplex.into();
    }
    if signal(Signal::XCPU) {
        return Refusal::TimedOut.into();
    }
    if status.signal().is_some() {
        tracing::warn!(%status, "the reader of a file crashed");
        return Refusal::Crashed.into();
    }
    unavailable(io::Error::other(format!("{status}: {}", last_words.trim())))
}
