//! A load of HTTP requests over connections that stay open.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::bodies::Signed;
use crate::report::Times;

/// How requests are spread over time.
#[derive(Clone, Copy)]
pub enum Pace {
    /// So many a second at fixed instants, whatever the answers do: an answer's time counts from
    /// the instant at which its request was due.
    Rate(u32),
    /// Each connection sends its next request as soon as it has an answer.
    Flat,
}

/// What came of a load.
pub struct Outcome {
    /// From due (or sent) to answered, of those answered 200.
    pub times: Times,
    /// Answers other than 200.
    pub refused: usize,
    /// From the first request to the last answer.
    pub took: Duration,
}

/// Posts all bodies to a path of this host over so many connections.
pub async fn post(
    address: &str,
    path: &'static str,
    bodies: Arc<Vec<Signed>>,
    connections: usize,
    pace: Pace,
) -> Result<Outcome> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut senders = Vec::new();
    for _ in 0..connections {
        senders.push(connect(address).await?);
    }
    let began = Instant::now();
    let mut tasks = JoinSet::new();
    for mut sender in senders {
        let (bodies, next) = (Arc::clone(&bodies), Arc::clone(&next));
        let host = address.to_owned();
        tasks.spawn(async move {
            let mut times = Times::default();
            let mut refused = 0_usize;
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some(one) = bodies.get(number) else {
                    return anyhow::Ok((times, refused));
                };
                let due = match pace {
                    Pace::Rate(rate) => {
                        let due = began
                            + Duration::from_secs_f64(1.0 / f64::from(rate))
                                * u32::try_from(number)?;
                        tokio::time::sleep_until(due.into()).await;
                        due
                    }
                    Pace::Flat => Instant::now(),
                };
                let status = send(&mut sender, &host, path, one).await?;
                if status == StatusCode::OK {
                    times.push(due.elapsed());
                } else {
                    refused += 1;
                }
            }
        });
    }
    let mut outcome = Outcome {
        times: Times::default(),
        refused: 0,
        took: Duration::ZERO,
    };
    while let Some(done) = tasks.join_next().await {
        let (times, refused) = done??;
        outcome.times.extend(times);
        outcome.refused += refused;
    }
    outcome.took = began.elapsed();
    Ok(outcome)
}

async fn connect(address: &str) -> Result<SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender)
}

async fn send(
    sender: &mut SendRequest<Full<Bytes>>,
    host: &str,
    path: &str,
    one: &Signed,
) -> Result<StatusCode> {
    let request = Request::post(path)
        .header("host", host)
        .header("content-type", "application/json")
        .header("x-hub-signature-256", &one.signature)
        .body(Full::new(one.body.clone()))?;
    sender.ready().await?;
    let answer = sender.send_request(request).await.context("no answer")?;
    let status = answer.status();
    answer.into_body().collect().await?;
    Ok(status)
}
