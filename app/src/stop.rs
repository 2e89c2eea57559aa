//! When to stop: Ctrl-C or a polite signal.

use tokio_util::sync::CancellationToken;

use crate::words::say;

/// What a process that was told to stop at once says to who started it (128 and SIGINT).
const AT_ONCE: i32 = 130;

/// A token that is cancelled when the person or the service manager asks to stop (SIGINT or
/// SIGTERM); it is listened for from now on. Who asks once more does not want to wait: the process ends
/// where it stands.
pub fn token() -> CancellationToken {
    let token = CancellationToken::new();
    let asked = token.clone();
    let mut requests = Requests::listen();
    tokio::spawn(async move {
        requests.next().await;
        say("Stopping; what is at work is finished first. Once more stops at once.");
        asked.cancel();
        requests.next().await;
        std::process::exit(AT_ONCE);
    });
    token
}

/// Ends when somebody asks to stop; it is listened for from the call on.
pub fn requested() -> impl Future<Output = ()> {
    let mut requests = Requests::listen();
    async move { requests.next().await }
}

/// The requests to stop, from when it began to listen.
struct Requests {
    #[cfg(unix)]
    terminate: Option<tokio::signal::unix::Signal>,
    #[cfg(unix)]
    interrupt: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl Requests {
    fn listen() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        let heard = |kind| {
            signal(kind)
                .inspect_err(|error| tracing::warn!(%error, "a signal can't be heard"))
                .ok()
        };
        Self {
            terminate: heard(SignalKind::terminate()),
            interrupt: heard(SignalKind::interrupt()),
        }
    }

    async fn next(&mut self) {
        tokio::select! {
            () = heard(&mut self.terminate) => {}
            () = heard(&mut self.interrupt) => {}
        }
    }
}

#[cfg(unix)]
async fn heard(signal: &mut Option<tokio::signal::unix::Signal>) {
    match signal {
        Some(signal) => {
            signal.recv().await;
        }
        None => std::future::pending().await,
    }
}

#[cfg(not(unix))]
impl Requests {
    fn listen() -> Self {
        Self {}
    }

    async fn next(&mut self) {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::warn!(%error, "Ctrl-C can't be heard");
            std::future::pending::<()>().await;
        }
    }
}
