use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::setup::{NUMBER, Story, WA_TOKEN, WABA, options};

const ANNA: &str = "32470000001";

#[tokio::test]
async fn a_send_is_accepted_and_followed_by_its_statuses() {
    let story = Story::start().await;
    story.wa_writes(ANNA, "Bonjour").await;
    let (status, answer) = story
        .wa_send(
            json!({"to": format!("+{ANNA}"), "type": "text", "text": {"body": "Bonjour !"},
                        "biz_opaque_callback_data": "job-77"}),
        )
        .await;
    assert_eq!(status, 200);
    assert_eq!(
        answer["contacts"][0],
        json!({"input": format!("+{ANNA}"), "wa_id": ANNA})
    );
    let id = &answer["messages"][0]["id"];
    let seen = story.app.wait(3).await;
    for (delivery, status) in seen[1..].iter().zip(["sent", "delivered"]) {
        let value = &delivery.item()["statuses"][0];
        assert_eq!((&value["id"], &value["status"]), (id, &json!(status)));
        assert_eq!(value["biz_opaque_callback_data"], "job-77");
        assert_eq!(value["recipient_id"], ANNA);
        assert_eq!(value["pricing"]["category"], "service");
        assert!(value["timestamp"].is_string());
    }
    let path = format!("whatsapp/{NUMBER}/receipts");
    story
        .control(&path, json!({"message_id": id, "status": "read"}))
        .await;
    story
        .control(
            &path,
            json!({"message_id": id, "status": "failed", "code": 131_026}),
        )
        .await;
    let seen = story.app.wait(5).await;
    assert_eq!(seen[3].item()["statuses"][0]["status"], "read");
    assert_eq!(seen[4].item()["statuses"][0]["errors"][0]["code"], 131_026);
}

#[tokio::test]
async fn outside_the_window_only_templates_leave() {
    let story = Story::start().await;
    let (status, error) = story.wa_text(ANNA, "Hello?").await;
    assert_eq!((status, &error["error"]["code"]), (400, &json!(131_047)));
    assert_eq!(
        error["error"]["error_data"]["messaging_product"],
        "whatsapp"
    );
    story.wa_writes(ANNA, "Hi").await;
    assert_eq!(story.wa_text(ANNA, "Hello").await.0, 200);
    story
        .control("clock", json!({"advance_seconds": 24 * 3600}))
        .await;
    assert_eq!(
        story.wa_text(ANNA, "Hello").await.1["error"]["code"],
        131_047
    );
    let template = |name: &str| {
        json!({"to": ANNA, "type": "template",
               "template": {"name": name, "language": {"code": "en_US"}}})
    };
    assert_eq!(story.wa_send(template("hello_world")).await.0, 200);
    let (status, error) = story.wa_send(template("no_such")).await;
    assert_eq!((status, &error["error"]["code"]), (404, &json!(132_001)));
}

#[tokio::test]
async fn a_closed_window_can_be_reported_late() {
    let mut late = options();
    late.late_window_errors = true;
    let story = Story::with(late).await;
    story.wa_writes(ANNA, "Hi").await;
    story
        .control("clock", json!({"advance_seconds": 90_000}))
        .await;
    assert_eq!(story.wa_text(ANNA, "Hello").await.0, 200);
    let failed = story.app.wait(2).await[1].item();
    assert_eq!(failed["statuses"][0]["errors"][0]["code"], 131_047);
}

#[tokio::test]
async fn a_person_without_a_visible_number_is_reached_by_the_business_scoped_id() {
    let story = Story::start().await;
    let new = json!({"from": ANNA, "text": "Hola", "name": "Ana", "bsuid_only": true});
    story
        .control(&format!("whatsapp/{NUMBER}/messages"), new)
        .await;
    let value = story.app.wait(1).await[0].item();
    assert!(value["messages"][0].get("from").is_none());
    assert!(value["contacts"][0].get("wa_id").is_none());
    let user_id = value["contacts"][0]["user_id"].as_str().unwrap().to_owned();
    let body = json!({"recipient": user_id, "type": "text", "text": {"body": "Hola Ana"}});
    let (status, answer) = story.wa_send(body).await;
    assert_eq!(status, 200);
    assert_eq!(
        answer["contacts"][0],
        json!({"input": user_id, "user_id": user_id})
    );
    let status = &story.app.wait(2).await[1].item()["statuses"][0];
    assert!(status.get("recipient_id").is_none());
    assert_eq!(status["recipient_user_id"], user_id);
    let again = json!({"from": ANNA, "text": "Gracias", "bsuid_only": true});
    story
        .control(&format!("whatsapp/{NUMBER}/messages"), again)
        .await;
    assert_eq!(story.get("/_sandbox/state").await["customers"], 1);
}

#[tokio::test]
async fn read_marks_need_a_customers_message() {
    let story = Story::start().await;
    let id = story.wa_writes(ANNA, "Hi").await;
    let mark = |id: &str| json!({"status": "read", "message_id": id, "typing_indicator": {"type": "text"}});
    let (status, answer) = story.wa_send(mark(&id)).await;
    assert_eq!((status, answer), (200, json!({"success": true})));
    assert_eq!(
        story.wa_send(mark("wamid.nothing")).await.1["error"]["code"],
        131_009
    );
    assert_eq!(story.sim.calls(0)[0].operation, "mark_read");
}

#[tokio::test]
async fn media_links_need_the_token_and_die_after_five_minutes() {
    let story = Story::start().await;
    story.wa_writes(ANNA, "Hi").await;
    let form = Form::new()
        .text("messaging_product", "whatsapp")
        .text("type", "image/png")
        .part(
            "file",
            Part::bytes(vec![1, 2, 3])
                .mime_str("image/png")
                .unwrap()
                .file_name("a.png"),
        );
    let url = format!(
        "{}/graph.facebook.com/v25.0/{NUMBER}/media",
        story.sim.url()
    );
    let answer = story
        .http
        .post(url)
        .bearer_auth(WA_TOKEN)
        .multipart(form)
        .send()
        .await
        .unwrap();
    let id = answer.json::<Value>().await.unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let read = format!("/graph.facebook.com/v25.0/{id}");
    let (_, file) = story.call(Method::GET, &read, Some(WA_TOKEN), None).await;
    let link = file["url"].as_str().unwrap();
    let open = story.http.get(link).send().await.unwrap();
    assert_eq!(open.status(), 401);
    let good = story
        .http
        .get(link)
        .bearer_auth(WA_TOKEN)
        .send()
        .await
        .unwrap();
    assert_eq!(good.bytes().await.unwrap().as_ref(), [1, 2, 3]);
    let send = json!({"to": ANNA, "type": "image", "image": {"id": id, "caption": "Here"}});
    assert_eq!(story.wa_send(send).await.0, 200);
    story
        .control("clock", json!({"advance_seconds": 301}))
        .await;
    let dead = story
        .http
        .get(link)
        .bearer_auth(WA_TOKEN)
        .send()
        .await
        .unwrap();
    assert_eq!(dead.status(), 404);
}

#[tokio::test]
async fn the_pair_rate_refuses_the_forty_sixth_message_when_it_is_on() {
    let mut strict = options();
    strict.rates.pairs = true;
    let story = Story::with(strict).await;
    story.wa_writes(ANNA, "Hi").await;
    for n in 0..45 {
        assert_eq!(story.wa_text(ANNA, &format!("{n}")).await.0, 200);
    }
    assert_eq!(story.wa_text(ANNA, "45").await.1["error"]["code"], 131_056);
}

#[tokio::test]
async fn only_subscribed_business_accounts_deliver() {
    let story = Story::start().await;
    let path = format!("/graph.facebook.com/v25.0/{WABA}/subscribed_apps");
    assert_eq!(
        story
            .call(Method::DELETE, &path, Some(WA_TOKEN), None)
            .await
            .0,
        200
    );
    story.wa_writes(ANNA, "unheard").await;
    assert_eq!(
        story
            .call(Method::POST, &path, Some(WA_TOKEN), None)
            .await
            .0,
        200
    );
    story.wa_writes(ANNA, "heard").await;
    let seen = story.app.wait(1).await;
    assert_eq!(seen[0].item()["messages"][0]["text"]["body"], "heard");
    assert_eq!(seen.len(), 1);
}

#[tokio::test]
async fn an_answer_from_the_phone_app_arrives_as_a_coexistence_echo() {
    let story = Story::start().await;
    story.wa_writes(ANNA, "Hi").await;
    let echo = json!({"to": ANNA, "text": "A person here."});
    let id = story
        .control(&format!("whatsapp/{NUMBER}/echo"), echo)
        .await;
    let delivery = story.app.wait(2).await[1].clone();
    assert_eq!(
        delivery.json()["entry"][0]["changes"][0]["field"],
        "smb_message_echoes"
    );
    assert_eq!(delivery.item()["message_echoes"][0]["id"], id["message_id"]);
}
