//! The process that reads one file and ends.
//!
//! It first gives up what it does not need, so that a file that finds a fault in a parser gains
//! nothing: no file can be opened or written any more, memory and processor time are bounded, and
//! when memory runs short the system ends this process and not the server. The file comes over
//! standard input, the answer goes to standard output. When its parent is gone, so is it.

use std::fs;
use std::io::{self, Read, Write};
use std::process::ExitCode;
use std::thread;

use rustix::process::{Resource, Rlimit, nice, setrlimit};

use url::Url;

use crate::html::Page;
use crate::read::read_page;
use crate::{Limits, Refusal};

/// How much more memory may be asked for than the program itself takes, in bytes. The heaviest files
/// of 10 MB that mean well, a PDF of 2000 pages of text and a DOCX of two million words, need less
/// than 100 MB.
const MEMORY: u64 = 256 * 1024 * 1024;
/// The stack of the thread that reads: parsers of others may call themselves, in bytes.
const STACK: usize = 32 * 1024 * 1024;
/// The most processor time, in seconds. The parent's own limit comes first unless it is gone.
const SECONDS: u64 = 10;
/// How much this process stands back for others.
const NICENESS: i32 = 10;
/// The longest name that is read, in bytes.
pub(crate) const LONGEST_NAME: usize = 4096;
/// The longest address of a page, in bytes.
pub(crate) const LONGEST_ADDRESS: usize = 64 * 1024;

/// What the child answers.
pub(crate) type Answer = Result<Page, Refusal>;

/// Reads the file on standard input, answers on standard output, and ends the process. To be called
/// before anything else is started: no thread, no runtime.
pub fn main() -> ExitCode {
    match serve() {
        Ok(never) => match never {},
        Err(error) => {
            // Told to the parent, who logs it. When it is gone nobody needs to know.
            let _unread = writeln!(io::stderr(), "the file could not be taken: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What never comes: the process ends before.
enum Never {}

fn serve() -> io::Result<Never> {
    // What a panic says may hold what people wrote.
    std::panic::set_hook(Box::new(|_| {}));
    give_up()?;
    let mut input = io::stdin().lock();
    let name = part(&mut input, LONGEST_NAME)?;
    let address = part(&mut input, LONGEST_ADDRESS)?;
    let limits = Limits::default();
    let bytes = part(&mut input, limits.file)?;
    let name = String::from_utf8_lossy(&name).into_owned();
    let base = Url::parse(&String::from_utf8_lossy(&address)).ok();
    thread::Builder::new().stack_size(STACK).spawn(move || {
        let answer = read_page(&bytes, &name, base.as_ref(), &limits);
        let code = i32::from(tell(&answer).is_err());
        std::process::exit(code)
    })?;
    // Nothing more is sent: input ends when the parent has its answer, gave up or died.
    io::copy(&mut input, &mut io::sink())?;
    std::process::exit(1)
}

/// Reads a part of the input: its length in eight bytes, and so many bytes.
fn part(input: &mut impl Read, most: usize) -> io::Result<Vec<u8>> {
    let mut length = [0; 8];
    input.read_exact(&mut length)?;
    let length = u64::from_be_bytes(length);
    if !usize::try_from(length).is_ok_and(|length| length <= most) {
        return Err(io::Error::other("it is too long"));
    }
    let mut bytes = Vec::new();
    let read = input.take(length).read_to_end(&mut bytes)?;
    if u64::try_from(read) == Ok(length) {
        Ok(bytes)
    } else {
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}

/// A length as [`part`] reads it.
pub(crate) fn length(bytes: &[u8]) -> [u8; 8] {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes()
}

fn tell(answer: &Answer) -> io::Result<()> {
    let mut output = io::BufWriter::new(io::stdout().lock());
    serde_json::to_writer(&mut output, answer)?;
    output.flush()
}

/// Gives up rights and bounds what may be used.
fn give_up() -> io::Result<()> {
    // Whether the system lets us stand back changes nothing that is promised.
    let _as_it_was = nice(NICENESS);
    let _as_it_was = fs::write("/proc/self/oom_score_adj", "1000");
    let memory = taken().unwrap_or(MEMORY) + MEMORY;
    let bounds = [
        (Resource::As, memory, memory),
        // At the first the process is told by a signal of its own, at the second it is killed.
        (Resource::Cpu, SECONDS, SECONDS + 1),
        (Resource::Core, 0, 0),
        // Last: from here on nothing can be opened, not even what the lines above read.
        (Resource::Fsize, 0, 0),
        (Resource::Nofile, 0, 0),
    ];
    for (resource, current, maximum) in bounds {
        let limit = Rlimit {
            current: Some(current),
            maximum: Some(maximum),
        };
        setrlimit(resource, limit)?;
    }
    Ok(())
}

/// The address space that the program itself takes, in bytes; none where the system does not say.
fn taken() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmSize:"))?;
    let kilobytes: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_read_whole_or_not_at_all() {
        let sent = [length(b"abc").as_slice(), b"abcdef"].concat();
        assert_eq!(part(&mut sent.as_slice(), 10).unwrap(), b"abc");
        assert!(part(&mut sent.as_slice(), 2).is_err());
        assert!(part(&mut sent.get(..9).unwrap(), 10).is_err());
    }
}
