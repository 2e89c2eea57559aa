use std::net::TcpListener;

use kernel::Secret;
use meta::client::{InstagramContent, InstagramSend, ReplyMode, TransportError};
use meta::{Access, CallError, ErrorClass, MetaClient, MetaUrls, SendOutcome};

fn access() -> Access {
    Access {
        account_id: "178".to_owned(),
        token: Secret::new("very-secret-token"),
    }
}

fn client(base: &str) -> MetaClient {
    MetaClient::new(&MetaUrls {
        graph_instagram: base.to_owned(),
        ..MetaUrls::default()
    })
    .unwrap()
}

fn hello() -> InstagramSend {
    InstagramSend {
        to: "125".to_owned(),
        content: InstagramContent::Text("hello".to_owned()),
        mode: ReplyMode::Standard,
    }
}

/// An address nobody listens at.
fn closed_port() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

#[tokio::test]
async fn a_refused_connection_proves_that_nothing_was_sent() {
    let outcome = client(&closed_port())
        .instagram_send(&access(), &hello())
        .await;
    assert!(
        matches!(outcome, SendOutcome::NotSent { .. }),
        "{outcome:?}"
    );
    assert!(outcome.may_be_repeated());
}

#[tokio::test]
async fn a_host_without_an_address_proves_that_nothing_was_sent() {
    let client = client("http://nobody.invalid");
    let outcome = client.instagram_send(&access(), &hello()).await;
    assert!(
        matches!(outcome, SendOutcome::NotSent { .. }),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn a_lost_read_is_transient_and_shows_no_token() {
    let client = client(&closed_port());
    let error = client
        .instagram_refresh_token("178", &Secret::new("very-secret-token"))
        .await
        .unwrap_err();
    assert_eq!(error.class(), ErrorClass::Transient);
    assert!(matches!(
        error,
        CallError::Transport(TransportError::NotSent(_))
    ));
    assert!(!format!("{error} {error:?}").contains("very-secret-token"));
}
