//! Both logins, from the consent page to a token that works.

use chrono::TimeDelta;
use kernel::Secret;
use meta::client::{App, INSTAGRAM_FIELDS, INSTAGRAM_SCOPES, WHATSAPP_SCOPES};
use meta::{Access, ErrorClass};
use url::Url;

use crate::simulated::{INSTAGRAM, NUMBER, WABA, client, platforms};

const CALLBACK: &str = "https://app.example.org/callback";

/// The person chooses an account and allows; the code in the address they are sent back to.
async fn allow(mut consent: Url, account: &str) -> String {
    consent
        .query_pairs_mut()
        .append_pair("account", account)
        .append_pair("decision", "allow");
    let browser = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let answer = browser.get(consent).send().await.unwrap();
    let back = Url::parse(answer.headers()["location"].to_str().unwrap()).unwrap();
    let pair = |key: &str| {
        back.query_pairs()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value.into_owned())
    };
    assert_eq!(pair("state").as_deref(), Some("s-1"));
    pair("code").unwrap()
}

fn app(id: &str, secret: &str) -> App {
    App {
        id: id.to_owned(),
        secret: Secret::new(secret),
    }
}

fn access(account_id: &str, token: &Secret) -> Access {
    Access {
        account_id: account_id.to_owned(),
        token: token.clone(),
    }
}

#[tokio::test]
async fn an_instagram_account_is_connected_and_its_token_renewed() {
    let simulator = platforms().await;
    let client = client(&simulator);
    let app = app("1300000000000001", "instagram-app-secret");
    for _both_shapes_of_the_answer in 0..2 {
        let consent = client.instagram_authorize_url(&app.id, CALLBACK, &INSTAGRAM_SCOPES, "s-1");
        let code = allow(consent, INSTAGRAM).await;
        let with_tail = format!("{code}#_");
        let short = client
            .instagram_exchange_code(&app, CALLBACK, &with_tail)
            .await
            .unwrap();
        assert!(
            short
                .permissions
                .contains(&"instagram_business_manage_messages".to_owned())
        );
        let used = client
            .instagram_exchange_code(&app, CALLBACK, &code)
            .await
            .unwrap_err();
        assert_eq!(used.platform().unwrap().key(), "login_failed");

        let long = client
            .instagram_long_token(&app, &short.token)
            .await
            .unwrap();
        assert!(long.expires_in.as_secs() > 59 * 86_400);
        let mine = access(INSTAGRAM, &long.token);
        let me = client.instagram_me(&mine).await.unwrap();
        assert_eq!(me.user_id, INSTAGRAM);
        assert_ne!(me.app_scoped_id.as_deref(), Some(INSTAGRAM));
        client
            .instagram_subscribe(&mine, &INSTAGRAM_FIELDS)
            .await
            .unwrap();

        let young = client
            .instagram_refresh_token(INSTAGRAM, &long.token)
            .await
            .unwrap_err();
        assert_eq!(young.class(), ErrorClass::Rejected);
        simulator.advance(TimeDelta::hours(25));
        let fresh = client
            .instagram_refresh_token(INSTAGRAM, &long.token)
            .await
            .unwrap();
        client
            .instagram_me(&access(INSTAGRAM, &fresh.token))
            .await
            .unwrap();
        client.instagram_unsubscribe(&mine).await.unwrap();
        simulator.advance(TimeDelta::days(61));
        let dead = client.instagram_me(&mine).await.unwrap_err();
        assert_eq!(dead.class(), ErrorClass::Token);
    }
}

#[tokio::test]
async fn a_whatsapp_number_is_found_behind_the_granted_token() {
    let simulator = platforms().await;
    let client = client(&simulator);
    let app = app("1400000000000001", "whatsapp-app-secret");
    let consent = client.whatsapp_authorize_url(&app.id, CALLBACK, &WHATSAPP_SCOPES, "s-1");
    let code = allow(consent, WABA).await;
    let token = client
        .whatsapp_exchange_code(&app, CALLBACK, &code)
        .await
        .unwrap();
    let used = client
        .whatsapp_exchange_code(&app, CALLBACK, &code)
        .await
        .unwrap_err();
    assert_eq!(used.platform().unwrap().key(), "login_failed");

    let info = client.debug_token(&app, &token.token).await.unwrap();
    assert!(info.is_valid);
    assert_eq!(info.app_id.as_deref(), Some(app.id.as_str()));
    assert_eq!(info.whatsapp_account_ids, [WABA]);
    let mine = access(WABA, &token.token);
    let numbers = client.whatsapp_phone_numbers(&mine, WABA, 3).await.unwrap();
    let [number] = numbers.items.as_slice() else {
        panic!("{numbers:?}")
    };
    assert_eq!(number.id, NUMBER);
    let again = client.whatsapp_phone_number(&mine, NUMBER).await.unwrap();
    assert_eq!(again.verified_name.as_deref(), Some("Atelier Lumen"));
    client.whatsapp_subscribe(&mine, WABA).await.unwrap();
    client.whatsapp_unsubscribe(&mine, WABA).await.unwrap();
    client
        .whatsapp_long_token(&app, &token.token)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_token_on_the_wrong_host_and_a_forged_one_are_dead() {
    let simulator = platforms().await;
    let client = client(&simulator);
    for token in ["EAAsimulatedAtelierLumenSystemUser", "forged"] {
        let error = client
            .instagram_me(&access(INSTAGRAM, &Secret::new(token)))
            .await
            .unwrap_err();
        assert_eq!(error.class(), ErrorClass::Token);
    }
}
