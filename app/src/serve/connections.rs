//! The connections of the web door: how long a client may take, and how they end.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;
use tower_http::timeout::{DeadlineBody, TimeoutBody};

/// How many connections are open at a time; the others wait to be taken.
const MOST: usize = 10_000;
/// How long nothing is accepted after the system refused, such as when no file is left to open.
const REST: Duration = Duration::from_millis(500);

/// How long a client may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// For the head of a request, and between two requests.
    pub(super) head: Duration,
    /// Between two parts of a body.
    pub(super) pause: Duration,
    /// For a whole body.
    pub(super) body: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            pause: Duration::from_secs(30),
            body: Duration::from_mins(5),
        }
    }
}

/// Serves until `stop`. Then no connection is taken any more, those without a request end, and the
/// others end with the answer that they wait for, at the latest at `cut`.
pub(super) async fn serve(
    listener: TcpListener,
    app: Router,
    patience: Patience,
    stop: &CancellationToken,
    cut: &CancellationToken,
) {
    let slots = Arc::new(Semaphore::new(MOST));
    let connections = TaskTracker::new();
    while let Some((stream, peer, slot)) = next(&listener, &slots, stop).await {
        let attended = attend(stream, peer, app.clone(), patience, stop.clone());
        let cut = cut.clone();
        connections.spawn(async move {
            cut.run_until_cancelled(attended).await;
            drop(slot);
        });
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

/// The next connection, once there is room for one; none when asked to stop.
async fn next(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
    stop: &CancellationToken,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let slot = Arc::clone(slots).acquire_owned();
    let slot = stop.run_until_cancelled(slot).await?.ok()?;
    loop {
        match stop.run_until_cancelled(listener.accept()).await? {
            Ok((stream, peer)) => return Some((stream, peer, slot)),
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                stop.run_until_cancelled(tokio::time::sleep(REST)).await?;
            }
        }
    }
}

async fn attend(
    stream: TcpStream,
    peer: SocketAddr,
    app: Router,
    patience: Patience,
    stop: CancellationToken,
) {
    // An answer is written whole: waiting for more of it would only make it late.
    stream.set_nodelay(true).ok();
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(|body| {
            let body = TimeoutBody::new(patience.pause, body);
            DeadlineBody::new(patience.body, body)
        });
        request.extensions_mut().insert(ConnectInfo(peer));
        app.clone().oneshot(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience.head)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::{get, post};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::sync::Notify;
    use tokio::task::JoinHandle;

    use super::*;

    struct Door {
        place: SocketAddr,
        stop: CancellationToken,
        cut: CancellationToken,
        served: JoinHandle<()>,
        /// Told when somebody asks for the answer that never comes.
        stuck: Arc<Notify>,
    }

    /// A door that reads bodies, says who asks, and has one answer that never comes.
    async fn open(patience: Patience) -> Door {
        let stuck = Arc::new(Notify::new());
        let told = Arc::clone(&stuck);
        let never = move || {
            told.notify_one();
            std::future::pending::<&str>()
        };
        let app = Router::new()
            .route("/read", post(|body: String| async move { body }))
            .route(
                "/peer",
                get(|ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.to_string() }),
            )
            .route("/never", get(never));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let place = listener.local_addr().unwrap();
        let (stop, cut) = (CancellationToken::new(), CancellationToken::new());
        let (stopping, cutting) = (stop.clone(), cut.clone());
        let served = tokio::spawn(async move {
            serve(listener, app, patience, &stopping, &cutting).await;
        });
        Door {
            place,
            stop,
            cut,
            served,
            stuck,
        }
    }

    async fn send(place: SocketAddr, text: &str) -> TcpStream {
        let mut stream = TcpStream::connect(place).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        stream
    }

    /// What the door says until it closes the connection.
    async fn hear(mut stream: TcpStream) -> String {
        let mut said = String::new();
        stream.read_to_string(&mut said).await.ok();
        said
    }

    fn short() -> Patience {
        Patience {
            head: Duration::from_millis(50),
            pause: Duration::from_millis(50),
            ..Patience::default()
        }
    }

    #[tokio::test]
    async fn a_request_is_answered_and_its_sender_known() {
        let door = open(Patience::default()).await;
        let ask = "GET /peer HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        let stream = send(door.place, ask).await;
        let own = stream.local_addr().unwrap().to_string();
        let said = hear(stream).await;
        assert!(
            said.starts_with("HTTP/1.1 200") && said.ends_with(&own),
            "{said}"
        );
    }

    #[tokio::test]
    async fn half_a_head_and_half_a_body_are_not_waited_for() {
        let door = open(short()).await;
        for half in [
            "",
            "POST /read HTTP/1.1\r\nHos",
            "POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf",
        ] {
            let said = hear(send(door.place, half).await).await;
            assert!(!said.contains("200"), "{half:?}: {said}");
        }
    }

    #[tokio::test]
    async fn a_body_that_drips_for_ever_is_not_waited_for() {
        let patience = Patience {
            body: Duration::from_millis(80),
            ..Patience::default()
        };
        let door = open(patience).await;
        let head = "POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: 99999\r\n\r\n";
        let (mut reading, mut writing) = send(door.place, head).await.into_split();
        let drip = tokio::spawn(async move {
            while writing.write_all(b"x").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        });
        let mut said = String::new();
        reading.read_to_string(&mut said).await.ok();
        assert!(!said.contains("200"), "{said}");
        drip.await.unwrap();
    }

    #[tokio::test]
    async fn a_stop_ends_idle_connections_at_once_and_stuck_ones_when_it_is_time() {
        let door = open(Patience::default()).await;
        let idle = send(door.place, "GET /peer HTTP/1.1\r\nHost: x\r\n\r\n").await;
        idle.readable().await.unwrap();
        // Both are being read when they are asked to go on.
        let half = "POST /read HTTP/1.1\r\nHost: x\r\n\
                    Expect: 100-continue\r\nContent-Length: 9\r\n\r\n";
        let half = send(door.place, half).await;
        half.readable().await.unwrap();
        let stuck = send(door.place, "GET /never HTTP/1.1\r\nHost: x\r\n\r\n").await;
        door.stuck.notified().await;
        door.stop.cancel();
        assert!(hear(idle).await.contains("200"));
        assert!(!door.served.is_finished());
        door.cut.cancel();
        door.served.await.unwrap();
        assert_eq!(hear(half).await, "HTTP/1.1 100 Continue\r\n\r\n");
        assert_eq!(hear(stuck).await, "");
        assert!(TcpStream::connect(door.place).await.is_err());
    }
}
