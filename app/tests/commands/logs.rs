//! What `socialsync serve` writes down of its work.

use std::time::Duration;

use serde_json::Value;

use crate::ground::Ground;

#[tokio::test(flavor = "multi_thread")]
async fn each_request_is_one_line_without_what_was_sent() {
    let ground = Ground::new().await;
    let product = ground.serve().await;
    let client = reqwest::Client::new();
    let body = serde_json::json!({ "email": "ana@shop.test", "password": "a long secret" });
    let login = client.post(format!("{}/api/auth/login?q=asked", product.url));
    let login = login.header("x-request-id", "req-12345678").json(&body);
    assert_eq!(login.send().await.unwrap().status(), 401);
    product.stop().unwrap();
    let log = ground.log();
    let lines = log
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok());
    let answered: Vec<Value> = lines
        .filter(|line: &Value| line["request_id"] == "req-12345678")
        .collect();
    assert_eq!(answered.len(), 1, "{log}");
    let line = &answered[0];
    assert_eq!(line["level"], "INFO");
    assert_eq!(line["method"], "POST");
    assert_eq!(line["route"], "/api/auth/login");
    assert_eq!(line["status"], 401);
    assert!(line["ms"].is_number(), "{line}");
    for secret in ["a long secret", "ana@shop.test", "asked"] {
        assert!(!log.contains(secret), "{log}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_with_some_of_the_roles_says_where_its_files_are() {
    let ground = Ground::new().await;
    let worker = ground.begin(&["serve", "--role", "worker"], ground.settings());
    let told = async {
        while !ground.log().contains("This process serves no web") {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let came = tokio::time::timeout(Duration::from_mins(1), told).await;
    assert!(came.is_ok(), "{}", ground.log());
    assert!(
        ground.log().contains("or S3_BUCKET has to be set"),
        "{}",
        ground.log()
    );
    worker.stop().unwrap();
}
