use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use fetch::{Addresses, FetchError, Fetcher, Lookup, Policy};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use url::Url;

use crate::server::{Server, answer, small};

/// Names that mean something else each time they are looked up; the last answer stays.
#[derive(Default)]
struct Turning {
    answers: Vec<Vec<IpAddr>>,
    asked: Mutex<Vec<String>>,
}

impl Turning {
    fn new(answers: &[&[&str]]) -> Arc<Self> {
        let answers = answers
            .iter()
            .map(|answer| answer.iter().map(|ip| ip.parse().unwrap()).collect())
            .collect();
        Arc::new(Self {
            answers,
            ..Self::default()
        })
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl Lookup for Turning {
    fn lookup(&self, host: &str) -> Addresses {
        let mut asked = self.asked.lock().unwrap();
        let turn = asked.len().min(self.answers.len().saturating_sub(1));
        asked.push(host.to_owned());
        let answer = self.answers.get(turn).cloned();
        Box::pin(async move { answer.ok_or_else(|| io::ErrorKind::NotFound.into()) })
    }
}

async fn ask(policy: Policy, names: &Arc<Turning>, url: &str) -> Result<String, FetchError> {
    let fetcher = Fetcher::with_lookup(policy, names.clone()).unwrap();
    let url: Url = url.parse().unwrap();
    let page = fetcher.get(&url, &small()).await?;
    Ok(String::from_utf8_lossy(&page.body).into_owned())
}

#[tokio::test]
async fn a_name_that_leads_into_the_house_is_refused() {
    for inside in [
        "127.0.0.1",
        "10.0.0.7",
        "169.254.169.254",
        "100.100.100.200",
        "::1",
        "::ffff:192.168.1.1",
        "fd00:ec2::254",
        "64:ff9b::7f00:1",
    ] {
        let names = Turning::new(&[&[inside]]);
        let refused = ask(Policy::default(), &names, "http://shop.test/").await;
        let error = FetchError::RefusedAddress {
            host: "shop.test".into(),
        };
        assert_eq!(refused, Err(error), "{inside}");
        assert_eq!(names.asked(), ["shop.test"]);
    }
}

#[tokio::test]
async fn an_answer_that_mixes_the_public_with_the_house_is_refused_whole() {
    let names = Turning::new(&[&["93.184.215.14", "127.0.0.1"]]);
    let refused = ask(Policy::default(), &names, "https://shop.test/").await;
    assert!(matches!(refused, Err(FetchError::RefusedAddress { .. })));
}

#[tokio::test]
async fn a_connection_goes_to_the_answer_that_was_checked_and_to_no_later_one() {
    let first = Server::saying(answer("200 OK", &[], b"first")).await;
    let port = first.address.port();
    let policy = || Policy {
        allow: vec![format!("shop.test:{port}").parse().unwrap()],
    };
    let url = format!("http://shop.test:{port}/");
    // Whoever looked the name up once to check and once to connect would come to 127.0.0.2.
    let names = Turning::new(&[&["127.0.0.1"], &["127.0.0.2"]]);
    assert_eq!(ask(policy(), &names, &url).await.as_deref(), Ok("first"));
    assert_eq!(names.asked(), ["shop.test"]);
}

#[tokio::test]
async fn a_name_that_turns_into_the_house_behind_a_redirect_is_refused() {
    let lead = answer("302 Found", &[("Location", "http://shop.test/")], b"");
    let server = Server::saying(lead).await;
    let port = server.address.port();
    let policy = Policy {
        allow: vec![format!("shop.test:{port}").parse().unwrap()],
    };
    // The same name: allowed on one port, and judged on another.
    let names = Turning::new(&[&["127.0.0.1"]]);
    let refused = ask(policy, &names, &format!("http://shop.test:{port}/")).await;
    assert!(matches!(refused, Err(FetchError::RefusedAddress { .. })));
    assert_eq!(names.asked().len(), 2);
}

#[tokio::test]
async fn the_operating_systems_own_names_for_this_machine_are_refused() {
    let fetcher = Fetcher::new(Policy::default()).unwrap();
    let url = "http://localhost/".parse().unwrap();
    let refused = fetcher.get(&url, &small()).await;
    assert!(matches!(refused, Err(FetchError::RefusedAddress { .. })));
}

#[tokio::test]
async fn a_name_that_nobody_has_and_a_host_that_does_not_answer_are_told_apart() {
    let names = Turning::new(&[]);
    let unknown = ask(Policy::default(), &names, "http://shop.test/").await;
    let host = "shop.test".to_owned();
    assert_eq!(unknown, Err(FetchError::UnknownHost { host }));
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = closed.local_addr().unwrap();
    drop(closed);
    let policy = Policy {
        allow: vec![address.to_string().parse().unwrap()],
    };
    let silent = ask(policy, &names, &format!("http://{address}/")).await;
    let host = "127.0.0.1".to_owned();
    assert_eq!(silent, Err(FetchError::Unreachable { host }));
}

#[tokio::test]
async fn a_site_whose_tls_does_not_hold_is_not_read() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await?;
        stream
            .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            .await?;
        // Until the client has gone.
        stream.read_to_end(&mut Vec::new()).await
    });
    let policy = Policy {
        allow: vec![address.to_string().parse().unwrap()],
    };
    let names = Turning::new(&[]);
    let refused = ask(policy, &names, &format!("https://{address}/")).await;
    let host = "127.0.0.1".to_owned();
    assert_eq!(refused, Err(FetchError::Insecure { host }));
}
