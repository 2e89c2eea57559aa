//! Every kind of message is shown as what it is, in the thread and in the list.

use serde_json::{Value, json};

use crate::story::{Story, account_of};

const PERSON: &str = "700401";
const NUMBER: &str = "33600000401";

async fn begin() -> Story {
    let story = Story::begin().await;
    let off = json!({ "settings": { "mode": "off" } });
    story.put("/api/ai-settings", &off).await;
    story
}

/// A messaging item of Instagram, as it comes.
pub async fn instagram(story: &Story, part: Value) {
    let mut item = json!({
        "sender": { "id": PERSON },
        "recipient": { "id": account_of("instagram") },
        "timestamp": kernel::Clock::System.now().timestamp_millis(),
    });
    let (item_fields, part) = (item.as_object_mut().unwrap(), part);
    item_fields.extend(part.as_object().unwrap().clone());
    let entry = json!({ "id": account_of("instagram"), "time": 1, "messaging": [item] });
    let body = json!({ "object": "instagram", "entry": [entry] }).to_string();
    assert_eq!(story.webhook("instagram", body.as_bytes()).await, 200);
    story.taken_in().await;
}

/// A message of WhatsApp, as it comes.
pub async fn whatsapp(story: &Story, part: Value) {
    let mut message = json!({
        "from": NUMBER,
        "timestamp": kernel::Clock::System.now().timestamp().to_string(),
    });
    let part = part.as_object().unwrap().clone();
    message.as_object_mut().unwrap().extend(part);
    let value = json!({
        "messaging_product": "whatsapp",
        "metadata": { "phone_number_id": account_of("whatsapp"), "display_phone_number": "1" },
        "contacts": [{ "profile": { "name": "Léa" }, "wa_id": NUMBER }],
        "messages": [message],
    });
    let changes = json!([{ "field": "messages", "value": value }]);
    let entry = json!({ "id": "102290000000001", "changes": changes });
    let body = json!({ "object": "whatsapp_business_account", "entry": [entry] }).to_string();
    assert_eq!(story.webhook("whatsapp", body.as_bytes()).await, 200);
    story.taken_in().await;
}

async fn page(story: &Story, path: &str) -> String {
    let request = story.http.get(format!("{}{path}", story.url));
    let answer = request.bearer_auth(story.token()).send().await.unwrap();
    assert!(answer.status().is_success(), "{path}: {}", answer.status());
    answer.text().await.unwrap()
}

async fn thread(story: &Story, customer: &str) -> String {
    let id = story.conversation_if_any(customer).await.unwrap();
    page(story, &format!("/inbox/{id}/thread")).await
}

/// One customer who sends one of each.
pub async fn one_of_each(story: &Story) -> String {
    let mode = async |mode: &str| {
        let settings = json!({ "settings": { "mode": mode } });
        story.put("/api/ai-settings", &settings).await;
    };
    mode("off").await;
    let control = format!("whatsapp/{}/messages", account_of("whatsapp"));
    let from = json!({ "from": NUMBER, "name": "Léa Martin" });
    let sends = async |part: Value| {
        let mut message = from.clone();
        let fields = message.as_object_mut().unwrap();
        fields.extend(part.as_object().unwrap().clone());
        let answer = story.sandbox(&control, &message).await;
        answer["message_id"].as_str().unwrap().to_owned()
    };
    let file = |kind: &str| json!({ "attachments": [{ "type": kind }] });
    let first = sends(json!({ "text": "Hello, I bought this red vase." })).await;
    let mut picture = file("image");
    picture["text"] = json!("It stands on my table.");
    let picture = sends(picture).await;
    for part in [file("document"), file("audio"), file("sticker")] {
        sends(part).await;
    }
    sends(json!({ "text": "This is the one I mean", "reply_to": picture })).await;
    let act = |name: &str| format!("whatsapp/{}/{name}", account_of("whatsapp"));
    let reaction = json!({ "from": NUMBER, "message_id": picture, "emoji": "❤️" });
    story.sandbox(&act("reactions"), &reaction).await;
    let edit = json!({ "message_id": first, "text": "Hello, I bought this brown vase." });
    story.sandbox(&act("edit"), &edit).await;
    let regretted = sends(json!({ "text": "Never mind." })).await;
    story
        .sandbox(&act("unsend"), &json!({ "message_id": regretted }))
        .await;
    story.taken_in().await;
    for part in [
        json!({ "id": "g1", "type": "location", "location": { "latitude": 50.8467, "longitude": 4.3525,
                "name": "Grand-Place", "address": "1000 Brussels" } }),
        json!({ "id": "g2", "type": "contacts", "contacts": [{ "name": { "formatted_name": "Ana Silva" },
                "phones": [{ "phone": "+32 2 555 01 02" }], "emails": [{ "email": "ana@silva.example" }] }] }),
        json!({ "id": "g3", "type": "order", "order": { "catalog_id": "9", "text": "Gift wrap, please", "product_items":
                [{ "product_retailer_id": "MUG-1", "quantity": "2", "item_price": "12.50", "currency": "EUR" },
                 { "product_retailer_id": "VASE-RED", "quantity": "1", "item_price": "48", "currency": "EUR" }] } }),
        json!({ "id": "g4", "type": "interactive", "interactive": { "type": "button_reply",
                "button_reply": { "id": "1", "title": "Deliver on Tuesday" } } }),
        json!({ "id": "g5", "type": "text", "text": { "body": "I saw your advertisement" }, "referral":
                { "source_type": "ad", "source_id": "1", "headline": "Hand-made mugs", "source_url": "https://fb.me/1" } }),
        json!({ "id": "g6", "type": "unsupported", "unsupported": { "type": "poll" },
                "errors": [{ "code": 131_051, "title": "Message type unknown" }] }),
    ] {
        whatsapp(story, part).await;
    }
    mode("auto").await;
    let found = story.conversation_if_any(NUMBER).await;
    found.unwrap().to_string()
}

/// The words of a page, without its markup.
fn words(page: &str) -> String {
    let mut words = String::new();
    for piece in page.split('<') {
        words.push_str(piece.split_once('>').map_or(piece, |(_, text)| text));
        words.push(' ');
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_instagram_sends_is_shown_as_what_it_is() {
    let story = begin().await;
    let cdn = format!(
        "{}/lookaside.fbsbx.com/ig_messaging_cdn",
        story.simulator.url()
    );
    let attached = |kind: &str, payload: Value| {
        json!({ "message": { "mid": format!("m-{kind}"),
                 "attachments": [{ "type": kind, "payload": payload }] } })
    };
    let url = |name: &str| json!({ "url": format!("{cdn}/{name}") });
    for (part, shown, listed) in [
        (attached("image", url("1")), "<img src=\"/media/", "Photo"),
        (attached("video", url("2")), "<video src=\"/media/", "Video"),
        (attached("audio", url("3")), "<audio src=\"/media/", "Audio"),
        (
            json!({ "message": { "mid": "s1", "text": "wow",
                    "reply_to": { "story": { "id": "179", "url": format!("{cdn}/4") } } } }),
            "Replied to your story",
            "Replied to your story · wow",
        ),
        (
            attached("story_mention", url("5")),
            "Mentioned you in a story",
            "Mentioned you in a story",
        ),
        (
            attached(
                "ig_reel",
                json!({ "title": "Glazing", "url": "https://www.instagram.com/reel/1" }),
            ),
            "href=\"https://www.instagram.com/reel/1\"",
            "Shared post · Glazing",
        ),
        (
            json!({ "message": { "mid": "q1", "text": "Yes", "quick_reply": { "payload": "Y" } } }),
            "Tapped a button",
            "Yes",
        ),
        (
            json!({ "postback": { "mid": "p1", "title": "Start here", "payload": "START" } }),
            "Start here",
            "Start here",
        ),
        (
            json!({ "referral": { "ref": "spring", "source": "ADS", "type": "OPEN_THREAD",
                    "ads_context_data": { "ad_title": "Spring sale" } } }),
            "From an advertisement",
            "Came from a link · Spring sale",
        ),
        (
            json!({ "message": { "mid": "u1", "is_unsupported": true } }),
            "can’t be shown here",
            "Message that can’t be shown here",
        ),
        (
            attached("hologram", json!({ "depth": 3 })),
            "<code>hologram</code>",
            "can’t be shown here",
        ),
    ] {
        instagram(&story, part.clone()).await;
        let thread = thread(&story, PERSON).await;
        let shown_words = words(&thread);
        let is_shown = thread.contains(shown)
            || shown_words.contains(shown)
            || (shown.contains("can’t be shown")
                && shown_words.contains("Look at this one in Instagram"));
        assert!(is_shown, "{part}: {shown_words}");
        let list = words(&page(&story, "/inbox/list").await);
        assert!(list.contains(listed), "{part}: {list}");
        assert!(
            !thread.contains("lookaside"),
            "a platform's link is in the page"
        );
    }
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_whatsapp_sends_is_shown_as_what_it_is() {
    let story = begin().await;
    let file = |kind: &str, extra: Value| {
        let mut part = json!({ "id": "1", "mime_type": "x/y" });
        let fields = part.as_object_mut().unwrap();
        fields.extend(extra.as_object().unwrap().clone());
        json!({ "id": format!("w-{kind}"), "type": kind, kind: part })
    };
    for (part, shown, listed) in [
        (file("sticker", json!({})), "data-small", "Sticker"),
        (
            file("audio", json!({ "voice": true })),
            "Voice message",
            "Audio",
        ),
        (
            file("document", json!({ "filename": "<offer>.pdf" })),
            "&#60;offer&#62;.pdf",
            "Document · ",
        ),
        (
            json!({ "id": "l1", "type": "location", "location":
                { "latitude": 50.85, "longitude": 4.35, "name": "Grand-Place", "address": "Brussels" } }),
            "Grand-Place Brussels",
            "Location · Grand-Place",
        ),
        (
            json!({ "id": "c1", "type": "contacts", "contacts":
                [{ "name": { "formatted_name": "Ana" }, "phones": [{ "phone": "+32 2 1" }] }] }),
            "href=\"tel:+32 2 1\"",
            "Contact · Ana",
        ),
        (
            json!({ "id": "o1", "type": "order", "order": { "catalog_id": "9", "product_items":
                [{ "product_retailer_id": "MUG-1", "quantity": "2", "item_price": "12.5", "currency": "EUR" }] } }),
            "2 × MUG-1 12.5 EUR",
            "Order",
        ),
        (
            json!({ "id": "b1", "type": "button", "button": { "payload": "P", "text": "Track it" } }),
            "Tapped a button Track it",
            "Track it",
        ),
        (
            json!({ "id": "i1", "type": "interactive", "interactive": { "type": "list_reply",
                "list_reply": { "id": "1", "title": "Tuesday" } } }),
            "Tapped a button Tuesday",
            "Tuesday",
        ),
        (
            json!({ "id": "n1", "type": "interactive", "interactive": { "type": "nfm_reply",
                "nfm_reply": { "name": "flow", "body": "Sent",
                               "response_json": "{\"flow_token\":\"T0KEN\",\"size\":\"large\"}" } } }),
            "Filled in a form size large",
            "Sent",
        ),
        (
            json!({ "id": "r1", "type": "text", "text": { "body": "Hello" }, "referral":
                { "source_type": "ad", "source_id": "1", "headline": "Mugs" } }),
            "From an advertisement · Mugs",
            "Hello",
        ),
        (
            json!({ "id": "f1", "type": "text", "text": { "body": "Look" },
                    "context": { "forwarded": true } }),
            "Forwarded Look",
            "Look",
        ),
        (
            json!({ "id": "x1", "type": "unsupported", "unsupported": { "type": "poll" },
                    "errors": [{ "code": 131_051, "title": "Message type unknown" }] }),
            "<code>poll</code>",
            "can’t be shown here",
        ),
    ] {
        whatsapp(&story, part.clone()).await;
        let thread = thread(&story, NUMBER).await;
        let shown_words = words(&thread);
        assert!(
            thread.contains(shown) || shown_words.contains(shown),
            "{part}: {shown_words}"
        );
        let list = words(&page(&story, "/inbox/list").await);
        assert!(list.contains(listed), "{part}: {list}");
        assert!(
            !thread.contains("T0KEN"),
            "the platform's token is in the page"
        );
    }
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_to_a_message_is_shown_on_it() {
    let story = begin().await;
    let first = story
        .customer("whatsapp", NUMBER, "Do you have a red one?")
        .await;
    let control = |act: &str| format!("whatsapp/{}/{act}", account_of("whatsapp"));
    let reaction = json!({ "from": NUMBER, "message_id": first, "emoji": "🙏" });
    story.sandbox(&control("reactions"), &reaction).await;
    let edit = json!({ "message_id": first, "text": "Do you have a blue one?" });
    story.sandbox(&control("edit"), &edit).await;
    let answer = json!({ "from": NUMBER, "text": "And big?", "reply_to": first });
    story.sandbox(&control("messages"), &answer).await;
    story.taken_in().await;
    let thread_now = thread(&story, NUMBER).await;
    let shown = words(&thread_now);
    assert!(thread_now.contains("Reactions: 🙏"), "{shown}");
    // The edit shows both; the answer shows what it answers.
    assert!(shown.contains("Edited"), "{shown}");
    assert!(shown.contains("Do you have a red one?"), "{shown}");
    assert!(
        shown.contains("Customer Do you have a blue one? And big?"),
        "{shown}"
    );
    let unsend = json!({ "message_id": first });
    story.sandbox(&control("unsend"), &unsend).await;
    story.taken_in().await;
    let after = thread(&story, NUMBER).await;
    for gone in ["red one", "blue one", "🙏"] {
        assert!(!after.contains(gone), "{gone}: {}", words(&after));
    }
    assert!(words(&after).contains("This message was taken back"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_dated_in_the_future_came_when_it_came() {
    let story = begin().await;
    let message = json!({ "mid": "mid.of.tomorrow", "text": "Hello from tomorrow" });
    let tomorrow = kernel::Clock::System.now() + chrono::TimeDelta::days(400);
    let dated = json!({ "timestamp": tomorrow.timestamp_millis(), "message": message });
    instagram(&story, dated).await;
    let late = "SELECT count(*) FROM messages WHERE sent_at > now()";
    assert_eq!(story.count(late).await, 0);
    let conversation = story.conversation_with(PERSON).await;
    let said = conversation.to_string();
    assert!(
        !said.contains(&tomorrow.format("%Y-").to_string()),
        "{said}"
    );
    story.end().await;
}
