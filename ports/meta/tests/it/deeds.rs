//! What the product does every day, done at the simulated platforms.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use chrono::TimeDelta;
use kernel::UserId;
use meta::client::{
    HumanAuthor, InstagramContent, MediaSource, ReplyMode, SenderAction, WhatsAppContent,
    WhatsAppRecipient,
};
use meta::text::{Limit, split};
use meta::{CallError, ErrorClass, SendOutcome};
use simulator::{NewMessage, Platform};

use crate::simulated::{
    ANNA, ANNA_NUMBER, INSTAGRAM, NUMBER, anna_writes, client, client_with, confirmed, instagram,
    platforms, to_anna, to_anna_on_whatsapp, whatsapp,
};

fn class_of(outcome: &SendOutcome) -> ErrorClass {
    match outcome {
        SendOutcome::Refused(error) => error.class(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_answer_on_instagram_is_found_again_in_the_thread() {
    let simulator = platforms().await;
    let question = anna_writes(&simulator, Platform::Instagram);
    let client = client(&simulator);
    let answer = confirmed(
        client
            .instagram_send(&instagram(), &to_anna("Yes, three."))
            .await,
    );

    let found = client
        .instagram_conversations(&instagram(), Some(ANNA), 3)
        .await
        .unwrap();
    assert!(found.complete);
    let [thread] = found.items.as_slice() else {
        panic!("{found:?}")
    };
    assert!(thread.updated_at.is_some());
    assert!(thread.participants.iter().any(|one| one.id == ANNA));
    let messages = client
        .instagram_messages(&instagram(), &thread.id)
        .await
        .unwrap();
    let texts: Vec<_> = messages
        .iter()
        .map(|one| (one.id.as_str(), one.text.as_deref().unwrap()))
        .collect();
    assert_eq!(
        texts,
        [
            (answer.as_str(), "Yes, three."),
            (question.as_str(), "Is it in stock?")
        ]
    );
    let again = client
        .instagram_message(&instagram(), &answer)
        .await
        .unwrap();
    assert_eq!(again.from.unwrap().id, INSTAGRAM);
}

#[tokio::test]
async fn a_picture_and_signs_go_to_instagram() {
    let simulator = platforms().await;
    anna_writes(&simulator, Platform::Instagram);
    let client = client(&simulator);
    let mut send = to_anna("");
    send.content = InstagramContent::ImageUrl("https://cdn.example.org/a.jpg".to_owned());
    confirmed(client.instagram_send(&instagram(), &send).await);
    for action in [
        SenderAction::TypingOn,
        SenderAction::TypingOff,
        SenderAction::MarkSeen,
    ] {
        client
            .instagram_sender_action(&instagram(), ANNA, action)
            .await
            .unwrap();
    }
    let profile = client.instagram_contact(&instagram(), ANNA).await.unwrap();
    assert!(profile.username.is_some());
}

#[tokio::test]
async fn a_long_text_is_taken_only_in_parts() {
    let simulator = platforms().await;
    anna_writes(&simulator, Platform::Instagram);
    let client = client(&simulator);
    let long = "Nous l'avons reçu à midi, et il est déjà prêt pour vous. ".repeat(40);
    let whole = client.instagram_send(&instagram(), &to_anna(&long)).await;
    assert_eq!(class_of(&whole), ErrorClass::Rejected);
    let parts = split(&long, Limit::of(meta::Platform::Instagram));
    assert!(parts.len() > 1);
    for part in parts {
        confirmed(client.instagram_send(&instagram(), &to_anna(&part)).await);
    }
}

#[tokio::test]
async fn after_a_day_only_a_person_may_answer_and_after_a_week_nobody() {
    let simulator = platforms().await;
    anna_writes(&simulator, Platform::Instagram);
    anna_writes(&simulator, Platform::Whatsapp);
    let client = client(&simulator);
    simulator.advance(TimeDelta::hours(25));
    let late = client
        .instagram_send(&instagram(), &to_anna("Hello again"))
        .await;
    assert_eq!(class_of(&late), ErrorClass::WindowClosed);
    let late = client
        .whatsapp_send(&whatsapp(), NUMBER, &to_anna_on_whatsapp("Hello"))
        .await;
    assert_eq!(class_of(&late), ErrorClass::WindowClosed);

    let mut by_person = to_anna("Back from the weekend");
    by_person.mode = ReplyMode::HumanAgent(HumanAuthor::new(UserId::new()));
    confirmed(client.instagram_send(&instagram(), &by_person).await);
    simulator.advance(TimeDelta::days(7));
    let too_late = client.instagram_send(&instagram(), &by_person).await;
    assert_eq!(class_of(&too_late), ErrorClass::WindowClosed);
}

#[tokio::test]
async fn whatsapp_takes_text_by_number_and_by_user_id() {
    let simulator = platforms().await;
    let question = anna_writes(&simulator, Platform::Whatsapp);
    let client = client(&simulator);
    let mut send = to_anna_on_whatsapp("Yes, three.");
    send.reply_to = Some(question.clone());
    let outcome = client.whatsapp_send(&whatsapp(), NUMBER, &send).await;
    let SendOutcome::Confirmed { wa_id, .. } = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(wa_id.as_deref(), Some(ANNA_NUMBER));
    client
        .whatsapp_mark_read(&whatsapp(), NUMBER, &question, true)
        .await
        .unwrap();
    client
        .whatsapp_mark_read(&whatsapp(), NUMBER, &question, false)
        .await
        .unwrap();

    let user_id = "BE.13491208655302741918";
    let stranger = NewMessage {
        from: user_id.to_owned(),
        text: Some("hello".to_owned()),
        ..NewMessage::default()
    };
    simulator
        .customer_writes(Platform::Whatsapp, NUMBER, &stranger)
        .unwrap();
    send.to = WhatsAppRecipient::UserId(user_id.to_owned());
    send.reply_to = None;
    let outcome = client.whatsapp_send(&whatsapp(), NUMBER, &send).await;
    let SendOutcome::Confirmed {
        user_id: reached,
        wa_id: None,
        ..
    } = outcome
    else {
        panic!("{outcome:?}")
    };
    assert_eq!(reached.as_deref(), Some(user_id));
}

#[tokio::test]
async fn a_file_goes_up_is_sent_and_comes_down_until_its_link_dies() {
    let simulator = platforms().await;
    anna_writes(&simulator, Platform::Whatsapp);
    let client = client(&simulator);
    let picture = Bytes::from_static(b"\x89PNG not really");
    let media_id = client
        .whatsapp_upload(&whatsapp(), NUMBER, "mug.png", "image/png", picture.clone())
        .await
        .unwrap();
    for (source, caption) in [
        (
            MediaSource::Id(media_id.clone()),
            Some("The mug".to_owned()),
        ),
        (
            MediaSource::Link("https://cdn.example.org/a.jpg".to_owned()),
            None,
        ),
    ] {
        let mut send = to_anna_on_whatsapp("");
        send.content = WhatsAppContent::Image { source, caption };
        confirmed(client.whatsapp_send(&whatsapp(), NUMBER, &send).await);
    }

    let info = client.whatsapp_media(&whatsapp(), &media_id).await.unwrap();
    assert_eq!(info.size, Some(15));
    let found = client
        .whatsapp_download(&whatsapp(), &info.url, 1000)
        .await
        .unwrap();
    assert_eq!(found.bytes, picture);
    assert_eq!(found.mime_type.as_deref(), Some("image/png"));
    let capped = client
        .whatsapp_download(&whatsapp(), &info.url, 8)
        .await
        .unwrap_err();
    assert_eq!(capped.class(), ErrorClass::Rejected);
    let foreign = client
        .whatsapp_download(&whatsapp(), "http://127.0.0.1:9/x", 8)
        .await;
    assert_eq!(foreign.unwrap_err(), CallError::ForeignHost);

    simulator.advance(TimeDelta::minutes(6));
    let dead = client
        .whatsapp_download(&whatsapp(), &info.url, 1000)
        .await
        .unwrap_err();
    assert_eq!(dead.platform().unwrap().key(), "object_gone");
}

#[tokio::test]
async fn the_profile_of_a_person_who_never_wrote_is_refused() {
    let simulator = platforms().await;
    let error = client(&simulator)
        .instagram_contact(&instagram(), "999")
        .await
        .unwrap_err();
    assert_eq!(error.class(), ErrorClass::Rejected);
}

#[tokio::test]
async fn usage_is_told_for_the_account_of_the_call() {
    let simulator = platforms().await;
    let told = Arc::new(Mutex::new(Vec::new()));
    let listener = Arc::clone(&told);
    let client = client_with(
        &simulator,
        Some(Arc::new(move |account: &str, usage| {
            listener.lock().unwrap().push((account.to_owned(), usage));
        })),
    );
    client.instagram_me(&instagram()).await.unwrap();
    let told = told.lock().unwrap();
    let [(account, usage)] = told.as_slice() else {
        panic!("{told:?}")
    };
    assert_eq!(account, INSTAGRAM);
    assert_eq!(usage.pace(), meta::Pace::Free);
}
