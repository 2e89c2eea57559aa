use std::io::Write as _;
use std::time::Duration;

use fetch::{Caps, FetchError, Validators};
use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::io::AsyncWriteExt as _;

use crate::server::{Server, answer, small};

const TOO_LARGE: FetchError = FetchError::TooLarge { limit: 10_000 };

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(content).unwrap();
    packed.finish().unwrap()
}

#[tokio::test]
async fn a_page_comes_with_its_kind_its_version_and_nothing_of_us() {
    let headers = [
        ("Content-Type", "Text/HTML; charset=utf-8"),
        ("ETag", "\"v1\""),
        ("Last-Modified", "Mon, 02 Mar 2026 09:00:00 GMT"),
        ("Set-Cookie", "id=1"),
    ];
    let server = Server::saying(answer("200 OK", &headers, b"<p>hello")).await;
    let fetcher = server.fetcher();
    let page = fetcher.get(&server.url("/a?b#c"), &small()).await.unwrap();
    assert_eq!((page.status, &page.body[..]), (200, &b"<p>hello"[..]));
    assert_eq!(page.media_type().as_deref(), Some("text/html"));
    let version = Validators {
        etag: Some("\"v1\"".into()),
        last_modified: Some("Mon, 02 Mar 2026 09:00:00 GMT".into()),
    };
    assert_eq!(page.validators, version);
    fetcher.get(&page.url, &small()).await.unwrap();
    let head = server.heads()[1].to_ascii_lowercase();
    assert!(head.starts_with("get /a?b http/1.1\r\n"), "{head}");
    assert!(head.contains("\r\nuser-agent: socialsync/"), "{head}");
    for ours in ["cookie", "referer", "authorization", "if-none-match"] {
        assert!(!head.contains(ours), "{ours}: {head}");
    }
}

#[tokio::test]
async fn a_page_that_did_not_change_is_not_sent_again() {
    let server = Server::saying(answer("304 Not Modified", &[], b"")).await;
    let fetcher = server.fetcher();
    let known = Validators {
        etag: Some("\"v1\"".into()),
        last_modified: None,
    };
    let url = server.url("/");
    let unchanged = fetcher.get_if_changed(&url, &known, &small()).await;
    assert_eq!(unchanged, Ok(None));
    assert!(server.heads()[0].contains("if-none-match: \"v1\"\r\n"));
    // Nobody asked, so it is no answer.
    let unasked = fetcher.get(&url, &small()).await;
    assert_eq!(unasked, Err(FetchError::Status(304)));
}

#[tokio::test]
async fn a_page_above_the_cap_is_refused_whether_its_length_is_told_or_not() {
    let told = Server::saying(answer("200 OK", &[], &[b'a'; 10_001])).await;
    assert_eq!(told.get("/", &small()).await, Err(TOO_LARGE));
    let fits = Server::saying(answer("200 OK", &[], &[b'a'; 10_000])).await;
    assert_eq!(fits.get("/", &small()).await.unwrap().body.len(), 10_000);
    let endless = Server::on("127.0.0.1", |mut stream, _| {
        Box::pin(async move {
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
            loop {
                stream.write_all(&[b'a'; 4096]).await?;
            }
        })
    })
    .await;
    assert_eq!(endless.get("/", &small()).await, Err(TOO_LARGE));
}

#[tokio::test]
async fn a_packed_page_is_unpacked_and_a_bomb_stops_at_the_cap() {
    let packed = [("Content-Encoding", "gzip")];
    let honest = Server::saying(answer("200 OK", &packed, &gzip(b"hello"))).await;
    assert_eq!(honest.get("/", &small()).await.unwrap().body, "hello");
    let bomb = gzip(&vec![0; 9_000_000]);
    assert!(bomb.len() < 10_000, "only its content is too large");
    let bomb = Server::saying(answer("200 OK", &packed, &bomb)).await;
    assert_eq!(bomb.get("/", &small()).await, Err(TOO_LARGE));
    // Packed pieces of nothing, without end.
    let nothing = Server::on("127.0.0.1", |mut stream, _| {
        Box::pin(async move {
            let head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n";
            stream.write_all(head).await?;
            let piece = gzip(b"").repeat(100);
            loop {
                stream.write_all(&piece).await?;
            }
        })
    })
    .await;
    assert_eq!(nothing.get("/", &small()).await, Err(TOO_LARGE));
}

#[tokio::test]
async fn what_is_packed_otherwise_or_badly_is_not_taken_for_a_page() {
    let brotli = answer("200 OK", &[("Content-Encoding", "br")], b"x");
    let brotli = Server::saying(brotli).await;
    assert_eq!(brotli.get("/", &small()).await, Err(FetchError::Packed));
    let whole = gzip(b"hello, hello, hello");
    for wrong in [&whole[..whole.len() - 6], b"no gzip at all"] {
        let wrong = answer("200 OK", &[("Content-Encoding", "gzip")], wrong);
        let server = Server::saying(wrong).await;
        assert_eq!(server.get("/", &small()).await, Err(FetchError::Packed));
    }
}

#[tokio::test]
async fn a_site_that_drips_or_keeps_silent_costs_no_more_than_the_time_given() {
    let caps = Caps {
        time: Duration::from_millis(200),
        ..small()
    };
    let drip = Server::on("127.0.0.1", |mut stream, _| {
        Box::pin(async move {
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
            let mut tick = tokio::time::interval(Duration::from_millis(20));
            loop {
                tick.tick().await;
                stream.write_all(b".").await?;
            }
        })
    })
    .await;
    assert_eq!(drip.get("/", &caps).await, Err(FetchError::TooSlow));
    let silent = Server::on("127.0.0.1", |stream, _| {
        Box::pin(async move {
            let _open = stream;
            std::future::pending().await
        })
    })
    .await;
    assert_eq!(silent.get("/", &caps).await, Err(FetchError::TooSlow));
}

#[tokio::test]
async fn a_head_without_end_is_refused() {
    let long = "x".repeat(70_000);
    let one = Server::saying(answer("200 OK", &[("X-Long", &long)], b"")).await;
    assert_eq!(
        one.get("/", &small()).await,
        Err(FetchError::HeadersTooLarge)
    );
    let endless = Server::on("127.0.0.1", |mut stream, _| {
        Box::pin(async move {
            stream.write_all(b"HTTP/1.1 200 OK\r\nX-Long: ").await?;
            loop {
                stream.write_all(&[b'a'; 4096]).await?;
            }
        })
    })
    .await;
    assert_eq!(
        endless.get("/", &small()).await,
        Err(FetchError::HeadersTooLarge)
    );
    let many = vec![("X-Many", "x"); 300];
    let many = Server::saying(answer("200 OK", &many, b"")).await;
    assert_eq!(
        many.get("/", &small()).await,
        Err(FetchError::HeadersTooLarge)
    );
}

#[tokio::test]
async fn a_page_cut_short_and_what_is_no_http_are_broken() {
    let cut = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello".to_vec();
    let server = Server::saying(cut).await;
    assert_eq!(server.get("/", &small()).await, Err(FetchError::Broken));
    let server = Server::saying(b"220 smtp.example ESMTP\r\n".to_vec()).await;
    assert_eq!(server.get("/", &small()).await, Err(FetchError::Broken));
}

#[tokio::test]
async fn a_status_that_is_no_success_is_told() {
    for status in ["404 Not Found", "500 Internal Server Error", "300 Choices"] {
        let server = Server::saying(answer(status, &[], b"sorry")).await;
        let number = status[..3].parse().unwrap();
        let said = server.get("/", &small()).await;
        assert_eq!(said, Err(FetchError::Status(number)));
    }
}
