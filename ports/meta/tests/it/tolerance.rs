use meta::read::{EventKind, ReadError, by_entry};
use meta::{Platform, explain, read};
use proptest::prelude::*;
use serde_json::{Value, json};

const PLATFORMS: [Platform; 2] = Platform::ALL;

fn instagram(entry: Value) -> Vec<meta::WebhookEvent> {
    read(
        Platform::Instagram,
        json!({"object":"instagram","entry":[entry]})
            .to_string()
            .as_bytes(),
    )
    .unwrap()
}

fn text_item(mid: &str) -> Value {
    json!({"sender":{"id":"1"},"recipient":{"id":"9"},"timestamp":1_785_000_000_001_i64,
        "message":{"mid":mid,"text":"hi"}})
}

#[test]
fn a_broken_piece_does_not_cost_its_siblings() {
    let events = instagram(json!({"id":"9","time":1_785_000_000_123_i64,"messaging":[
        text_item("a"), 7, {"sender":{"id":"1"},"message":"gone"}, {"message":{"text":"no id"}},
        text_item("b")]}));
    let kinds: Vec<_> = events
        .iter()
        .map(|event| match &event.kind {
            EventKind::Message(message) => message.id.as_str(),
            EventKind::Unreadable { reason, .. } => reason.as_str(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        kinds,
        [
            "a",
            "a messaging item is not an object",
            "message is not an object",
            "a message has no id",
            "b"
        ]
    );
}

#[test]
fn broken_whatsapp_pieces_do_not_cost_their_siblings() {
    let body = json!({"object":"whatsapp_business_account","entry":[null, {"id":5,"changes":[
        {"field":"messages"}, 3, {"value":{"x":1}},
        {"field":"messages","value":{"metadata":{"phone_number_id":77},
            "messages":[3, {"from":"1","id":"w1","type":"text","text":{"body":"hi"}}, {"from":"1","type":"text"},
                {"from":"1","id":"w2","type":"reaction","reaction":{}}],
            "statuses":[{"status":"read"}, {"id":"w0","status":"read"}]}}]}]});
    let events = read(Platform::Whatsapp, body.to_string().as_bytes()).unwrap();
    let names: Vec<Value> = explain(&events)
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["event"].clone())
        .collect();
    assert_eq!(
        names,
        [
            "unreadable",
            "unreadable",
            "unreadable",
            "unreadable",
            "unreadable",
            "message",
            "unreadable",
            "unreadable",
            "unreadable",
            "status"
        ]
    );
    let message = &events[5];
    assert_eq!(message.account_id.as_deref(), Some("5"));
    assert_eq!(message.route_id(), Some("77"));
    assert_eq!(
        by_entry(&events).map(<[_]>::len).collect::<Vec<_>>(),
        [1, 9]
    );
}

#[test]
fn an_unknown_kind_keeps_its_json() {
    let events = instagram(json!({"id":"9","messaging":[
        {"sender":{"id":"1"},"recipient":{"id":"9"},"poll":{"answer":3}}]}));
    let EventKind::Unsupported { what, raw } = &events[0].kind else {
        panic!()
    };
    assert_eq!(what, "poll");
    assert_eq!(raw["poll"]["answer"], 3);
}

#[test]
fn half_an_emoji_and_nul_in_one_message_do_not_park_the_batch() {
    let body = br#"{"object":"instagram","entry":[{"id":"9","messaging":[
        {"message":{"mid":"a","text":"cut \ud83d"}},{"message":{"mid":"b","text":"nul \u0000 here"}}]}]}"#;
    let texts: Vec<_> = read(Platform::Instagram, body)
        .unwrap()
        .into_iter()
        .map(|event| match event.kind {
            EventKind::Message(message) => message.text.unwrap(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(texts, ["cut \u{fffd}", "nul \u{fffd} here"]);
}

#[test]
fn what_is_no_webhook_is_an_error_that_says_why() {
    let error = |body: &[u8]| read(Platform::Instagram, body).unwrap_err();
    assert!(matches!(error(b""), ReadError::NotJson(_)));
    assert!(matches!(
        error(br#"{"object":"instagram","entry":[{"id":"#),
        ReadError::NotJson(_)
    ));
    assert!(matches!(error(b"\xff\xfe"), ReadError::NotJson(_)));
    assert!(matches!(error(b"[]"), ReadError::NoEntries));
    assert!(matches!(
        error(br#"{"object":"instagram"}"#),
        ReadError::NoEntries
    ));
    assert_eq!(
        error(br#"{"object":"page","entry":[]}"#).to_string(),
        r#"the body is about "page", not about "instagram""#
    );
}

#[test]
fn deep_nesting_and_three_megabytes_are_answered_without_harm() {
    for open in ["[", r#"{"a":"#] {
        let deep = format!(r#"{{"object":"instagram","entry":{}"#, open.repeat(500_000));
        assert!(matches!(
            read(Platform::Instagram, deep.as_bytes()),
            Err(ReadError::NotJson(_))
        ));
    }
    let items: Vec<Value> = (0..1000)
        .map(|n| {
            let mut item = text_item(&format!("m{n}"));
            item["message"]["text"] = json!("é".repeat(1500));
            item
        })
        .collect();
    let events = instagram(json!({"id":"9","messaging":items}));
    assert_eq!(events.len(), 1000);
}

/// JSON whose keys are often those the reader looks for.
fn json_value() -> impl Strategy<Value = Value> {
    let key = prop::sample::select(vec![
        "object",
        "entry",
        "id",
        "time",
        "messaging",
        "standby",
        "changes",
        "field",
        "value",
        "message",
        "mid",
        "text",
        "attachments",
        "payload",
        "type",
        "reaction",
        "read",
        "message_edit",
        "postback",
        "referral",
        "from",
        "to",
        "messages",
        "statuses",
        "message_echoes",
        "history",
        "threads",
        "errors",
        "code",
        "contacts",
        "wa_id",
        "profile",
        "timestamp",
        "interactive",
        "system",
        "edit",
        "revoke",
        "original_message_id",
        "status",
        "user_preferences",
        "user_id_update",
        "metadata",
        "comments",
        "sender",
        "recipient",
    ])
    .prop_map(str::to_owned);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        key.clone().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 96, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..6)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_json_is_read_without_panic(value in json_value()) {
        for platform in PLATFORMS {
            for body in [value.clone(), json!({"entry":value}), json!({"entry":[{"id":"1","changes":[{"field":"messages","value":value}],"messaging":value}]})] {
                if let Ok(events) = read(platform, body.to_string().as_bytes()) {
                    let _ = explain(&events);
                }
            }
        }
    }

    #[test]
    fn any_bytes_are_read_without_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..200), cut in 0_usize..400) {
        for platform in PLATFORMS {
            let _ = read(platform, &bytes);
        }
        let mut body = br#"{"object":"instagram","entry":[{"id":"9","messaging":[{"message":{"mid":"a","text":"\u00e9\ud83d\ude00"}}]}]}"#.to_vec();
        let at = cut % body.len();
        body.truncate(at);
        body.append(&mut bytes);
        let _ = read(Platform::Instagram, &body);
    }
}
