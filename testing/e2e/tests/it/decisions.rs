//! Decisions are found again, marked by people, and made again with today's settings.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::model_mode::QUESTION;
use crate::story::{Story, account_of, is_an_error};

async fn found(story: &Story, filters: &str) -> Vec<String> {
    let list = story.get(&format!("/api/decisions?{filters}")).await;
    let items = list["items"].as_array().unwrap().iter();
    let text = |one: &Value| one["message_text"].as_str().unwrap().to_owned();
    items.map(text).collect()
}

/// Three customers: answered in English, handed over in French, and answered on `WhatsApp`.
async fn three(story: &Story) {
    for (platform, from, text) in [
        ("instagram", "700501", QUESTION),
        (
            "instagram",
            "700502",
            "Qui a gagné la course cycliste de 1987 ?",
        ),
        ("whatsapp", "33600000501", "How long does delivery take?"),
    ] {
        story.customer(platform, from, text).await;
        story.settle().await;
    }
}

async fn mark(story: &Story, decision: &Value, body: Value) -> (StatusCode, Value) {
    let path = format!("/api/decisions/{}/mark", decision["id"].as_str().unwrap());
    story.ask(Method::PUT, &path, Some(&body)).await
}

async fn cases(story: &Story) -> i64 {
    story.count("SELECT count(*) FROM evaluation_cases").await
}

#[tokio::test(flavor = "multi_thread")]
async fn decisions_are_found_by_every_filter_and_the_page_keeps_them_in_its_address() {
    let story = Story::begin().await;
    three(&story).await;
    let (belgium, cycling, delivery) = (
        QUESTION,
        "Qui a gagné la course cycliste de 1987 ?",
        "How long does delivery take?",
    );
    let whatsapp = story.decision_about("How long").await["account_id"].clone();
    let whatsapp = format!("channel={}", whatsapp.as_str().unwrap());
    let marked = story.decision_about("Belgium").await;
    mark(&story, &marked, json!({ "mark": "right" })).await;
    let today = kernel::Clock::System.now().date_naive();
    let on = |days: i64| (today + chrono::TimeDelta::days(days)).to_string();
    for (filters, wanted) in [
        (String::new(), vec![delivery, cycling, belgium]),
        ("outcome=escalated".to_owned(), vec![cycling]),
        ("reason=no_answer_found&text=".to_owned(), vec![cycling]),
        (whatsapp.clone(), vec![delivery]),
        ("language=fr".to_owned(), vec![cycling]),
        (
            "mode=auto&outcome=".to_owned(),
            vec![delivery, cycling, belgium],
        ),
        ("mode=suggest".to_owned(), vec![]),
        (format!("from={}", on(2)), vec![]),
        (format!("until={}", on(-2)), vec![]),
        (
            format!("from={}&until={}", on(-2), on(2)),
            vec![delivery, cycling, belgium],
        ),
        ("mark=right".to_owned(), vec![belgium]),
        ("mark=none".to_owned(), vec![delivery, cycling]),
        ("mark=wrong".to_owned(), vec![]),
        ("text=CYCLISTE".to_owned(), vec![cycling]),
        // A sign of SQL is only a sign here; and answers are looked through, too.
        ("text=delivery%25take".to_owned(), vec![]),
        ("text=delivery+take%3F".to_owned(), vec![delivery]),
        ("text=from+%E2%82%AC60+it+is+free".to_owned(), vec![belgium]),
    ] {
        assert_eq!(found(&story, &filters).await, wanted, "{filters}");
    }
    let page = story
        .page(&format!("/decisions?{whatsapp}&text=delivery&limit=1"))
        .await;
    assert!(
        page.contains("How long") && !page.contains("cycliste"),
        "{page}"
    );
    assert!(
        page.contains("value=\"delivery\""),
        "what was typed is gone"
    );
    let page = story.page("/decisions?mode=auto&limit=1").await;
    let next = page.split("rel=\"next\" href=\"").nth(1).unwrap();
    let next = next
        .split('"')
        .next()
        .unwrap()
        .replace("&#38;", "&")
        .replace("&amp;", "&");
    assert!(next.contains("mode=auto"), "{next}");
    assert!(story.page(&next).await.contains("cycliste"));
    for wrong in ["outcome=odd", "from=yesterday", "channel=7", "mark=maybe"] {
        let refused = story
            .ask(Method::GET, &format!("/api/decisions?{wrong}"), None)
            .await;
        is_an_error(
            &refused,
            StatusCode::UNPROCESSABLE_ENTITY,
            "VALIDATION_FAILED",
        );
    }
    let _ = account_of("instagram");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mark_becomes_a_case_follows_the_mark_and_goes_with_the_customer() {
    let story = Story::begin().await;
    three(&story).await;
    let answered = story.decision_about("Belgium").await;
    let handed_over = story.decision_about("cycliste").await;
    let (_, marked) = mark(&story, &answered, json!({ "mark": "right" })).await;
    assert_eq!(marked["mark"]["mark"], "right");
    assert!(marked["mark"]["marked_by"].is_string());
    mark(&story, &handed_over, json!({ "mark": "right" })).await;
    let rows: Vec<(String, String, bool)> = sqlx::query_as(
        "SELECT question, expected, should_abstain FROM evaluation_cases ORDER BY id",
    )
    .fetch_all(&story.tables)
    .await
    .unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].0, QUESTION);
    assert!(rows[0].1.contains("Belgium") && !rows[0].2, "{rows:#?}");
    assert!(rows[1].1.is_empty() && rows[1].2, "{rows:#?}");
    let better = "Bernard Hinault? Non: demandez à un historien.";
    let changed = json!({ "mark": "wrong", "better": better });
    mark(&story, &handed_over, changed).await;
    let expected: String = sqlx::query_scalar(
        "SELECT expected FROM evaluation_cases WHERE question LIKE '%cycliste%'",
    )
    .fetch_one(&story.tables)
    .await
    .unwrap();
    assert_eq!(expected, better);
    assert_eq!(cases(&story).await, 2, "the same message is one case");
    // Wrong, and nobody says what would be right: nothing to measure by.
    mark(&story, &answered, json!({ "mark": "wrong" })).await;
    assert_eq!(cases(&story).await, 1);
    let path = format!("/api/decisions/{}/mark", answered["id"].as_str().unwrap());
    let (status, cleared) = story.ask(Method::DELETE, &path, None).await;
    assert_eq!((status, &cleared["mark"]), (StatusCode::OK, &Value::Null));
    let conversation = story.conversation_with("700502").await;
    let contact = conversation["contact_id"].as_str().unwrap();
    story
        .ask(Method::DELETE, &format!("/api/contacts/{contact}"), None)
        .await;
    assert_eq!(cases(&story).await, 0, "it outlives the customer");
    let both = json!({ "mark": "wrong", "better": "Yes.", "should_abstain": true });
    let refused = mark(&story, &answered, both).await;
    is_an_error(
        &refused,
        StatusCode::UNPROCESSABLE_ENTITY,
        "VALIDATION_FAILED",
    );
    assert!(refused.1["detail"]["fields"]["better"].is_string());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_is_made_again_with_todays_settings_and_nothing_is_sent() {
    let story = Story::begin().await;
    let customer = "700505";
    story
        .customer("instagram", customer, "Hi, good morning")
        .await;
    story.settle().await;
    story.customer("instagram", customer, QUESTION).await;
    story.settle().await;
    let sent = story.words_to(customer).len();
    let decision = story.decision_about("Belgium").await;
    let path = format!("/api/decisions/{}/replay", decision["id"].as_str().unwrap());
    let same = story.post(&path, &json!({})).await;
    assert_eq!(same["same"], true, "{same:#}");
    assert_eq!(same["then"]["id"], decision["id"]);
    story.with_a_model("suggest").await;
    let other = story.post(&path, &json!({})).await;
    assert_eq!(other["same"], false);
    assert_eq!(
        (&other["then"]["outcome"], &other["now"]["outcome"]),
        (&json!("answered"), &json!("suggested"))
    );
    // The model saw what had been said, and no more than that.
    let shown = story.model_calls().await[0]["request"]["messages"].to_string();
    assert!(shown.contains("good morning"), "{shown}");
    assert_eq!(shown.matches(QUESTION).count(), 1, "{shown}");
    assert_eq!(story.words_to(customer).len(), sent);
    assert_eq!(story.count("SELECT count(*) FROM suggestions").await, 0);
    assert_eq!(story.count("SELECT count(*) FROM ai_decisions").await, 2);
    story.end().await;
}
