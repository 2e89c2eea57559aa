//! Kinds that the recorded payloads do not cover, from the vendor's description of them.

use meta::read::EventKind;
use meta::{Platform, WebhookEvent, explain, read};
use serde_json::{Value, json};

fn dm(part: Value) -> Value {
    let mut item =
        json!({"sender":{"id":"125"},"recipient":{"id":"178"},"timestamp":1_785_000_000_001_i64});
    item.as_object_mut()
        .unwrap()
        .extend(part.as_object().unwrap().clone());
    one(
        Platform::Instagram,
        json!({"id":"178","time":1_785_000_000_123_i64,"messaging":[item]}),
    )
}

fn wa(message: Value) -> Value {
    let mut full = json!({"from":"1650","id":"wamid.1","timestamp":"1785000000"});
    full.as_object_mut()
        .unwrap()
        .extend(message.as_object().unwrap().clone());
    wa_value(json!({"metadata":{"phone_number_id":"106"},"messages":[full]}))
}

fn wa_value(value: Value) -> Value {
    one(
        Platform::Whatsapp,
        json!({"id":"102","changes":[{"field":"messages","value":value}]}),
    )
}

fn events(platform: Platform, entry: Value) -> Vec<WebhookEvent> {
    read(platform, json!({"entry":[entry]}).to_string().as_bytes()).unwrap()
}

/// The explained event without the keys that every event here shares.
fn one(platform: Platform, entry: Value) -> Value {
    let found = explain(&events(platform, entry));
    let [event] = found.as_array().unwrap().as_slice() else {
        panic!("{found}")
    };
    let mut event = event.clone();
    let frame = [
        "account_id",
        "waba_id",
        "field",
        "phone_number_id",
        "timestamp_ms",
        "recipient",
        "sender",
    ];
    event
        .as_object_mut()
        .unwrap()
        .retain(|key, _| !frame.contains(&key.as_str()));
    event
}

#[test]
fn instagram_messages_in_all_their_variants() {
    let cases = [
        (
            json!({"message":{"mid":"m","text":"yes","reply_to":{"mid":"p"}}}),
            json!({"event":"message","direction":"inbound","message_id":"m","text":"yes","reply_to_id":"p"}),
        ),
        (
            json!({"message":{"mid":"m","text":"Yes","quick_reply":{"payload":"ANS"}}}),
            json!({"event":"message","direction":"inbound","message_id":"m","text":"Yes","payload":"ANS"}),
        ),
        (
            json!({"message":{"mid":"m","is_unsupported":true}}),
            json!({"event":"message_unsupported","direction":"inbound","message_id":"m"}),
        ),
        (
            json!({"message":{"mid":"m","is_unsupported":"true"}}),
            json!({"event":"message_unsupported","direction":"inbound","message_id":"m"}),
        ),
        (
            json!({"message":{"mid":"m","text":"x","is_echo":true,"app_id":5}}),
            json!({"event":"message","direction":"outbound","message_id":"m","text":"x","app_id":"5"}),
        ),
        (
            json!({"message":{"mid":"m","attachments":[{"type":"like_heart","payload":{}}]}}),
            json!({"event":"message","direction":"inbound","message_id":"m","attachments":[{"type":"like_heart"}]}),
        ),
        (
            json!({"message":{"mid":"m","attachments":[{"type":"ig_post","payload":{"url":"u","title":"t","ig_post_media_id":7}}]}}),
            json!({"event":"message","direction":"inbound","message_id":"m",
                "attachments":[{"type":"ig_post","url":"u","title":"t","media_id":"7"}]}),
        ),
        (
            json!({"message":{"mid":"m","text":"hi","referral":{"ref":"r","source":"ADS","type":"OPEN_THREAD","ad_id":"120"}}}),
            json!({"event":"message","direction":"inbound","message_id":"m","text":"hi","referral_ref":"r",
                "referral_source":"ADS","referral_type":"OPEN_THREAD","referral_ad_id":"120"}),
        ),
    ];
    for (part, expected) in cases {
        assert_eq!(dm(part), expected);
    }
}

#[test]
fn instagram_events_around_messages() {
    let cases = [
        (
            json!({"reaction":{"mid":"m","action":"react","reaction":"love","emoji":"❤"}}),
            json!({"event":"reaction_added","message_id":"m","emoji":"❤","reaction":"love"}),
        ),
        (
            json!({"reaction":{"mid":"m","action":"unreact"}}),
            json!({"event":"reaction_removed","message_id":"m"}),
        ),
        (
            json!({"postback":{"mid":"m","title":"Start","payload":"START"}}),
            json!({"event":"postback","message_id":"m","title":"Start","payload":"START"}),
        ),
        (
            json!({"message_edit":{"mid":"m","text":"new","num_edit":1}}),
            json!({"event":"message_edit","message_id":"m","text":"new","num_edit":1}),
        ),
        (
            json!({"referral":{"ref":"r","source":"IGME","type":"OPEN_THREAD"}}),
            json!({"event":"referral","referral_ref":"r","referral_source":"IGME","referral_type":"OPEN_THREAD"}),
        ),
        (
            json!({"pass_thread_control":{"new_owner_app_id":"1","metadata":"x"}}),
            json!({"event":"pass_thread_control","new_owner_app_id":"1","metadata":"x"}),
        ),
    ];
    for (part, expected) in cases {
        assert_eq!(dm(part), expected);
    }
}

#[test]
fn an_edit_number_zero_without_text_asks_to_fetch_the_message() {
    let found = events(
        Platform::Instagram,
        json!({"id":"178","messaging":[{"message_edit":{"mid":"m","num_edit":0}}]}),
    );
    let EventKind::Edit(edit) = &found[0].kind else {
        panic!()
    };
    assert!(edit.asks_to_fetch());
}

#[test]
fn an_echo_names_the_customer_and_not_the_business() {
    let found = events(
        Platform::Instagram,
        json!({"id":"178","messaging":[
        {"sender":{"id":"178"},"recipient":{"id":"125"},"message":{"mid":"m","text":"x","is_echo":true}}]}),
    );
    assert_eq!(found[0].person.id.as_deref(), Some("125"));
}

#[test]
fn instagram_standby_changes_and_flat_lanes() {
    let item = json!({"sender":{"id":"125"},"message":{"mid":"m","text":"x"}});
    assert_eq!(
        one(Platform::Instagram, json!({"id":"178","standby":[item]}))["standby"],
        true
    );
    let button = one(
        Platform::Instagram,
        json!({"id":"0","changes":[{"field":"messages","value":item}]}),
    );
    assert_eq!(button["event"], "message");
    let comment = json!({"id":"c","text":"Price?","from":{"id":"23","username":"anna"},
        "media":{"id":"12","media_product_type":"FEED"},"parent_id":"11"});
    let expected = json!({"event":"comment","comment_id":"c","text":"Price?","from_id":"23","from_username":"anna",
        "media_id":"12","media_product_type":"FEED","parent_id":"11"});
    assert_eq!(
        one(
            Platform::Instagram,
            json!({"id":"178","field":"comments","value":comment})
        ),
        expected
    );
    let live = json!({"id":"178","changes":[{"field":"live_comments","value":comment}]});
    assert_eq!(one(Platform::Instagram, live), expected);
}

#[test]
fn our_own_reply_comes_back_as_an_own_comment() {
    let value = json!({"comment_id":"c","from":{"id":178}});
    let found = one(
        Platform::Instagram,
        json!({"id":"178","changes":[{"field":"comments","value":value}]}),
    );
    assert_eq!(found["own"], true);
}

#[test]
fn whatsapp_messages_in_all_their_variants() {
    let cases = [
        (
            json!({"type":"interactive","interactive":{"type":"button_reply","button_reply":{"id":"b","title":"Yes"}}}),
            json!({"type":"interactive","interactive_type":"button_reply","payload":"b","text":"Yes"}),
        ),
        (
            json!({"type":"order","order":{"catalog_id":"c","text":"","product_items":[{"product_retailer_id":"p","quantity":2,"item_price":3.5,"currency":"EUR"}]}}),
            json!({"type":"order","catalog_id":"c","product_items_count":1}),
        ),
        (
            json!({"type":"text","text":{"body":"re"},"context":{"from":"2","id":"wamid.0"}}),
            json!({"type":"text","text":"re","reply_to_id":"wamid.0"}),
        ),
        (
            json!({"type":"image","image":{"id":"1"},"errors":[{"code":131_052,"title":"t"}]}),
            json!({"type":"image","media_id":"1","error_codes":[131_052]}),
        ),
        (
            json!({"text":{"body":"no type"}}),
            json!({"type":"text","text":"no type"}),
        ),
        (json!({"type":"interactive"}), json!({"type":"interactive"})),
    ];
    for (part, mut expected) in cases {
        expected["event"] = json!("message");
        expected["direction"] = json!("inbound");
        expected["message_id"] = json!("wamid.1");
        assert_eq!(wa(part), expected);
    }
    assert_eq!(
        wa(json!({"type":"hologram","hologram":{}}))["event"],
        "message_unsupported"
    );
}

#[test]
fn whatsapp_edits_and_system_notes() {
    assert_eq!(
        wa(
            json!({"type":"edit","edit":{"original_message_id":"w0","message":{"type":"text","text":{"body":"new"}}}})
        ),
        json!({"event":"message_edit","direction":"inbound","message_id":"wamid.1","type":"edit",
            "target_message_id":"w0","text":"new"})
    );
    assert_eq!(
        wa(
            json!({"type":"system","system":{"type":"user_changed_number","body":"b","wa_id":"99"}})
        ),
        json!({"event":"system","direction":"inbound","message_id":"wamid.1","type":"system",
            "system_type":"user_changed_number","text":"b","new_wa_id":"99"})
    );
    assert_eq!(
        wa(json!({"type":"reaction","reaction":{"message_id":"w0","emoji":""}}))["event"],
        "reaction_removed"
    );
}

#[test]
fn whatsapp_values_can_hold_errors_and_refused_history() {
    assert_eq!(
        wa_value(json!({"errors":[{"code":131_000}]})),
        json!({"event":"errors","error_codes":[131_000]})
    );
    let refused = json!({"history":[{"errors":[{"code":"2593109"}]}]});
    let entry = json!({"id":"102","changes":[{"field":"history","value":refused}]});
    assert_eq!(
        one(Platform::Whatsapp, entry),
        json!({"event":"errors","error_codes":[2_593_109]})
    );
}

#[test]
fn whatsapp_history_tells_both_sides_apart() {
    let value = json!({"metadata":{"phone_number_id":"106","display_phone_number":"+1 555-0100"},
        "history":[{"metadata":{"phase":1},"threads":[{"id":"1650","messages":[
            {"from":"1650","id":"a","type":"text","text":{"body":"q"},"history_context":{"status":"READ"}},
            {"from":"15550100","id":"b","type":"text","text":{"body":"a"}},
            {"from":"15550100","to":"1650","id":"c","type":"media_placeholder"}]}]}]});
    let found = events(
        Platform::Whatsapp,
        json!({"id":"102","changes":[{"field":"history","value":value}]}),
    );
    let directions: Vec<Value> = explain(&found)
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["direction"].clone())
        .collect();
    assert_eq!(directions, ["inbound", "outbound", "outbound"]);
    assert!(
        found
            .iter()
            .all(|event| event.person.id.as_deref() == Some("1650"))
    );
    let EventKind::Message(first) = &found[0].kind else {
        panic!()
    };
    assert_eq!(
        first.history.as_ref().unwrap().status.as_deref(),
        Some("READ")
    );
}

#[test]
fn two_customers_in_one_value_keep_their_own_names() {
    let value = json!({"contacts":[{"wa_id":"1","profile":{"name":"Ann"}},{"user_id":"US.2","profile":{"name":"Bob","username":"@bob"}}],
        "messages":[{"from_user_id":"US.2","id":"b","type":"text","text":{"body":"x"}},
            {"from":"1","id":"a","type":"text","text":{"body":"x"}},
            {"from":"3","id":"c","type":"text","text":{"body":"x"}}]});
    let found = events(
        Platform::Whatsapp,
        json!({"id":"102","changes":[{"field":"messages","value":value}]}),
    );
    let names: Vec<_> = found
        .iter()
        .map(|event| event.person.name.as_deref())
        .collect();
    assert_eq!(names, [Some("Bob"), Some("Ann"), None]);
    assert_eq!(found[0].person.username.as_deref(), Some("bob"));
    assert_eq!(found[0].person.key(), Some("US.2"));
}
