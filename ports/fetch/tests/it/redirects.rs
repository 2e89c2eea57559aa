use fetch::{FetchError, Fetcher};
use tokio::io::AsyncWriteExt as _;

use crate::server::{Server, answer, small};

/// Leads `/to?URL` to the URL, `/count/N` to `/count/N-1`, and says "here" elsewhere.
async fn leading() -> Server {
    Server::on("127.0.0.1", |mut stream, path| {
        let target = match path.strip_prefix("/to?") {
            Some(target) => Some(target.to_owned()),
            None => path
                .strip_prefix("/count/")
                .and_then(|number| number.parse::<u32>().ok()?.checked_sub(1))
                .map(|number| format!("/count/{number}")),
        };
        let all = match target {
            Some(target) => answer("302 Found", &[("Location", &target)], b"moved"),
            None => answer("200 OK", &[], b"here"),
        };
        Box::pin(async move { stream.write_all(&all).await })
    })
    .await
}

#[tokio::test]
async fn five_redirects_are_followed_and_a_sixth_is_not() {
    let server = leading().await;
    let page = server.get("/count/5", &small()).await.unwrap();
    assert_eq!(
        (page.url, &page.body[..]),
        (server.url("/count/0"), &b"here"[..])
    );
    let end = server.get("/count/6", &small()).await;
    assert_eq!(end, Err(FetchError::TooManyRedirects));
    assert_eq!(server.heads().len(), 12);
}

#[tokio::test]
async fn a_redirect_into_the_house_is_refused_at_each_hop() {
    let (server, inside) = (leading().await, leading().await);
    let fetcher = server.fetcher();
    let port = inside.address.port();
    for target in [
        format!("http://127.0.0.1:{port}/"),
        format!("http://2130706433:{port}/"),
        format!("http://0x7f.1:{port}/"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
        format!("//127.0.0.1:{port}/"),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "http://[fd00:ec2::254]/latest/meta-data/".to_owned(),
    ] {
        // Straight, and behind one more hop.
        let straight = server.url(&format!("/to?{target}"));
        let behind = server.url(&format!("/to?{straight}"));
        for url in [straight, behind] {
            let refused = fetcher.get(&url, &small()).await;
            assert!(
                matches!(refused, Err(FetchError::RefusedAddress { .. })),
                "{url}: {refused:?}"
            );
        }
    }
    assert!(inside.heads().is_empty(), "nobody came");
    assert_eq!(server.heads().len(), 7 + 14);
}

#[tokio::test]
async fn a_redirect_to_another_scheme_port_or_person_is_refused() {
    let server = leading().await;
    for (target, error) in [
        ("file:///etc/passwd", FetchError::NotHttp),
        ("ftp://example.com/", FetchError::NotHttp),
        ("http://example.com:6379/", FetchError::RefusedPort(6379)),
        ("http://me:secret@example.com/", FetchError::Credentials),
        ("http://[half", FetchError::BadRedirect),
    ] {
        let refused = server.get(&format!("/to?{target}"), &small()).await;
        assert_eq!(refused, Err(error), "{target}");
    }
    let nowhere = Server::saying(answer("302 Found", &[], b"")).await;
    let refused = nowhere.get("/", &small()).await;
    assert_eq!(refused, Err(FetchError::BadRedirect));
}

#[tokio::test]
async fn without_a_list_nothing_on_this_machine_is_asked() {
    let server = leading().await;
    let fetcher = Fetcher::new(fetch::Policy::default()).unwrap();
    let refused = fetcher.get(&server.url("/"), &small()).await;
    assert!(matches!(refused, Err(FetchError::RefusedAddress { .. })));
    assert!(server.heads().is_empty());
}
