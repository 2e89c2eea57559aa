//! How `socialsync serve` stops.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use rig::{Product, Signal};

use crate::ground::Ground;

/// A client that sent half a webhook, of which the product waits for the rest, and stays.
fn half_a_webhook(product: &Product) -> TcpStream {
    let place = product.url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(place).unwrap();
    let head = "POST /webhooks/instagram HTTP/1.1\r\nHost: x\r\n\
                Expect: 100-continue\r\nContent-Length: 99\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    // It is asked to go on when somebody reads what follows.
    let mut told = BufReader::new(&stream);
    let mut line = String::new();
    told.read_line(&mut line).unwrap();
    assert_eq!(line, "HTTP/1.1 100 Continue\r\n");
    told.read_line(&mut line).unwrap();
    stream.write_all(b"{").unwrap();
    stream
}

/// Asks to stop, and waits until nothing listens any more.
fn ask_to_stop(product: &Product) {
    product.signal(Signal::TERM).unwrap();
    let place = product.url.trim_start_matches("http://");
    while TcpStream::connect(place).is_ok() {
        std::thread::yield_now();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn half_a_request_holds_a_stop_up_for_ten_seconds_at_the_most() {
    let ground = Ground::new().await;
    let product = ground.serve().await;
    let mut client = half_a_webhook(&product);
    let began = Instant::now();
    product.stop().unwrap();
    assert!(
        began.elapsed() < Duration::from_secs(20),
        "{}",
        ground.log()
    );
    let mut answer = String::new();
    client.read_to_string(&mut answer).ok();
    assert_eq!(answer, "", "nothing was promised");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_twice_does_not_wait() {
    let ground = Ground::new().await;
    let product = ground.serve().await;
    let _client = half_a_webhook(&product);
    ask_to_stop(&product);
    let began = Instant::now();
    let stopped = product.stop();
    assert!(began.elapsed() < Duration::from_secs(5), "{}", ground.log());
    let how = stopped.unwrap_err().to_string();
    assert!(how.contains("130"), "{how}");
}
