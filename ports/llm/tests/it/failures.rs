//! Every operation fails in the ways that a vendor can, and says which it was.

use std::time::Duration;

use llm::{EmbeddingEndpoint, EmbeddingKind, EmbeddingTask, Error, MODERATION_MODEL};
use serde_json::json;
use simulator::FaultKind;

use crate::setup::{LONG, Vendors, asking, patience};

/// Enough where no answer will come, so that the clock alone ends it.
const SHORT: Duration = Duration::from_millis(400);

/// Does it; the error.
async fn fails(vendors: &Vendors, what: &str, longest: Duration) -> Error {
    let client = &vendors.client;
    let embed = async |endpoint: &EmbeddingEndpoint| {
        let embedded = client.embed(endpoint, EmbeddingTask::Query, &["hello"], longest);
        embedded.await.unwrap_err()
    };
    match what {
        "chat" => client
            .chat(&vendors.openrouter(), &asking("?"), longest)
            .await
            .unwrap_err(),
        "stream" => {
            let mut impatient = patience();
            impatient.overall = longest;
            let (_, ended) = vendors
                .listen(&vendors.openai(), &asking("?"), impatient)
                .await;
            ended.unwrap_err()
        }
        "openai embeddings" => {
            embed(&vendors.vectors(EmbeddingKind::OpenAi, "text-embedding-3-small", 768)).await
        }
        "gemini embeddings" => embed(&vendors.gemini()).await,
        "moderation" => {
            let openai = vendors.openai();
            let judged = client.moderate(&openai, MODERATION_MODEL, &["hello"], longest);
            judged.await.unwrap_err()
        }
        _ => client
            .models(&vendors.openrouter(), longest)
            .await
            .unwrap_err(),
    }
}

/// What can be done, and the name of its operation.
const ALL: [(&str, &str); 6] = [
    ("chat", "chat"),
    ("stream", "chat"),
    ("openai embeddings", "embeddings"),
    ("gemini embeddings", "embeddings"),
    ("moderation", "moderation"),
    ("models", "models"),
];

#[tokio::test]
async fn a_throttle_says_how_long_to_wait() {
    let vendors = Vendors::start().await;
    for (what, operation) in ALL {
        vendors.fail_once(operation, FaultKind::RateLimited, Some(7000));
        let wait = Some(Duration::from_secs(7));
        let expected = Error::RateLimited { retry_after: wait };
        assert_eq!(fails(&vendors, what, LONG).await, expected, "{what}");
    }
}

#[tokio::test]
async fn each_fault_has_its_class() {
    let vendors = Vendors::start().await;
    for (kind, class) in [
        (FaultKind::ServerError, "transient"),
        (FaultKind::ExpiredToken, "auth"),
        (FaultKind::ConnectionReset, "transient"),
        (FaultKind::ResetAfter, "transient"),
        (FaultKind::TimeoutBefore, "timeout"),
        (FaultKind::TimeoutAfter, "timeout"),
    ] {
        let longest = if class == "timeout" { SHORT } else { LONG };
        for (what, operation) in ALL {
            vendors.fail_once(operation, kind, None);
            assert_eq!(
                fails(&vendors, what, longest).await.class(),
                class,
                "{what} {kind:?}"
            );
        }
    }
}

#[tokio::test]
async fn an_empty_account_and_nonsense_are_told_apart() {
    let vendors = Vendors::start().await;
    for (what, operation) in ALL {
        vendors
            .script(json!([{"operation": operation, "error": {"status": 402}}]))
            .await;
        assert_eq!(
            fails(&vendors, what, LONG).await,
            Error::OutOfCredit,
            "{what}"
        );
        vendors
            .script(json!([{"operation": operation, "broken": "not_json"}]))
            .await;
        assert_eq!(
            fails(&vendors, what, LONG).await.class(),
            "malformed",
            "{what}"
        );
        let inside = json!({"error": {"code": 402, "message": "no"}});
        vendors
            .script(json!([{"operation": operation, "replay": {"body": inside}}]))
            .await;
        assert_eq!(
            fails(&vendors, what, LONG).await,
            Error::OutOfCredit,
            "{what}"
        );
    }
}

#[tokio::test]
async fn one_byte_a_second_is_too_slow_for_everything() {
    let vendors = Vendors::start().await;
    for (what, operation) in ALL {
        vendors
            .script(json!([{"operation": operation, "broken": "drip"}]))
            .await;
        assert_eq!(fails(&vendors, what, SHORT).await, Error::Timeout, "{what}");
    }
}
