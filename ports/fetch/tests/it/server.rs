//! A server that answers every request with bytes of its own, right or wrong, and counts.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fetch::{Caps, FetchError, Fetcher, Page, Policy};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

type Answering = Pin<Box<dyn Future<Output = std::io::Result<()>> + Send>>;

/// A running server and the heads of the requests that it got.
pub struct Server {
    pub address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// On a free port of `ip`; `answer` gets the connection and the path after each request.
    pub async fn on<A>(ip: &str, answer: A) -> Self
    where
        A: Fn(TcpStream, String) -> Answering + Send + Sync + 'static,
    {
        let listener = TcpListener::bind((ip, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let (seen, answer) = (Arc::clone(&heads), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (seen, answer) = (Arc::clone(&seen), Arc::clone(&answer));
                tokio::spawn(async move {
                    let head = read_head(&mut stream).await?;
                    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
                    seen.lock().unwrap().push(head);
                    answer(stream, path).await
                });
            }
        });
        Self { address, heads }
    }

    /// On loopback, with one answer to everything that is sent whole.
    pub async fn saying(answer: impl Into<Vec<u8>>) -> Self {
        let answer = Arc::new(answer.into());
        Self::on("127.0.0.1", move |mut stream, _| {
            let answer = Arc::clone(&answer);
            Box::pin(async move { stream.write_all(&answer).await })
        })
        .await
    }

    pub fn url(&self, path: &str) -> Url {
        format!("http://{}{path}", self.address).parse().unwrap()
    }

    /// The heads of the requests so far.
    pub fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }

    /// Fetches a path with a client that may come here and nowhere else.
    pub async fn get(&self, path: &str, caps: &Caps) -> Result<Page, FetchError> {
        self.fetcher().get(&self.url(path), caps).await
    }

    pub fn fetcher(&self) -> Fetcher {
        Fetcher::new(self.policy()).unwrap()
    }

    pub fn policy(&self) -> Policy {
        Policy {
            allow: vec![self.address.to_string().parse().unwrap()],
        }
    }
}

async fn read_head(stream: &mut TcpStream) -> std::io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

/// A whole answer with this status line, headers and content.
pub fn answer(status: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let headers: Vec<String> = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let head = format!(
        "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n{}\r\n",
        body.len(),
        headers.concat()
    );
    [head.as_bytes(), body].concat()
}

/// Caps that are short enough for a test to meet them.
pub fn small() -> Caps {
    Caps {
        body: 10_000,
        time: Duration::from_secs(5),
    }
}
