//! Questions and answers go into a spreadsheet and come back from one.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::documents::send;
use crate::story::{Story, is_an_error};

const IMPORT: &str = "/api/knowledge/faq/import";

async fn export(story: &Story) -> String {
    let path = format!("{}/api/knowledge/faq/export", story.url);
    let answer = story.http.get(path).bearer_auth(story.token());
    answer.send().await.unwrap().text().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_exported_comes_back_unchanged_and_changes_are_taken_in() {
    let story = Story::begin().await;
    let sheet = export(&story).await;
    let (status, same) = send(&story, IMPORT, "faq.csv", sheet.clone()).await;
    assert_eq!(status, StatusCode::OK, "{same}");
    assert_eq!(
        (&same["created"], &same["updated"]),
        (&json!(0), &json!(0)),
        "{same}"
    );
    assert!(same["unchanged"].as_i64().unwrap() > 5, "{same}");

    let long = "x".repeat(5000);
    let rows = format!(
        "question;answer;language\n\
         Can I bring my dog?;Yes, dogs are welcome.;en\n\
         Do you rent the kiln?;;en\n\
         Is there a cloakroom?;{long};en\n"
    );
    let (status, import) = send(&story, IMPORT, "faq.csv", rows.clone()).await;
    assert_eq!(status, StatusCode::OK, "{import}");
    assert_eq!(import["created"], 1, "{import}");
    let refused = import["refused"].as_array().unwrap();
    let lines: Vec<_> = refused.iter().map(|row| row["line"].as_i64()).collect();
    assert_eq!(lines, [Some(3), Some(4)], "{import}");
    let hits = story
        .get("/api/knowledge/search?q=Can%20I%20bring%20my%20dog")
        .await;
    assert_eq!(hits["items"][0]["content"], "Yes, dogs are welcome.");
    let again = rows.replace("Yes, dogs are welcome.", "No, there is clay everywhere.");
    let (_, import) = send(&story, IMPORT, "faq.csv", again).await;
    assert_eq!(
        (&import["created"], &import["updated"]),
        (&json!(0), &json!(1)),
        "{import}"
    );
    assert!(
        export(&story)
            .await
            .contains("No, there is clay everywhere.")
    );
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_such_sheet_says_so_and_changes_nothing() {
    let story = Story::begin().await;
    let before: Value = story.get("/api/knowledge/faq").await;
    for wrong in ["name,price\nVase,30\n", ""] {
        let refused = send(&story, IMPORT, "prices.csv", wrong).await;
        is_an_error(
            &refused,
            StatusCode::UNPROCESSABLE_ENTITY,
            "VALIDATION_FAILED",
        );
        assert!(
            refused.1.to_string().contains("first row must name"),
            "{}",
            refused.1
        );
    }
    assert_eq!(story.get("/api/knowledge/faq").await, before);
    story.end().await;
}
