use serde_json::json;

use super::ErrorClass::{
    Permission, Policy, RateLimited, Rejected, Token, Transient, Unknown, WindowClosed,
};
use super::*;

fn error(http: u16, code: i64, subcode: i64) -> PlatformError {
    let body = json!({"error":{"message":"m","type":"OAuthException","code":code,
        "error_subcode":subcode,"fbtrace_id":"A"}});
    PlatformError::from_body(http, body.to_string().as_bytes()).unwrap()
}

fn check(rows: &[(u16, &[i64], ErrorClass)]) {
    for (http, codes, class) in rows {
        for code in *codes {
            assert_eq!(error(*http, *code, 0).class(), *class, "{http} {code}");
        }
    }
}

#[test]
fn general_codes_have_their_class() {
    check(&[
        (400, &[1, 2], Transient),
        (400, &[4, 17, 32, 613, 341], RateLimited),
        (400, &[80_001, 80_002, 80_006, 80_007, 80_008], RateLimited),
        (403, &[3, 10, 200, 250, 299], Permission),
        (400, &[100, 230, 506, 2500], Rejected),
        (401, &[102, 104, 190], Token),
        (403, &[368], Policy),
        (400, &[77_777], Unknown),
        (500, &[77_777], Transient),
    ]);
    for (subcode, key) in [
        (458, "app_removed"),
        (459, "checkpoint"),
        (460, "password_changed"),
        (463, "token_expired"),
        (464, "login_unconfirmed"),
        (467, "token_invalid"),
        (492, "role_lost"),
        (999, "token_invalid"),
    ] {
        let error = error(400, 190, subcode);
        assert_eq!((error.class(), error.key()), (Token, key));
    }
    assert_eq!(error(400, 100, 33).key(), "object_gone");
    assert_eq!(error(400, 100, 36_009).key(), "login_failed");
    assert_eq!(error(400, 100, 2_018_001).key(), "person_unreachable");
    assert_eq!(error(400, 613, 1996).class(), RateLimited);
    assert_eq!(error(400, 17, 2_446_079).class(), RateLimited);
}

#[test]
fn instagram_messaging_codes_have_their_class() {
    for (http, code, subcode, class) in [
        (403, 10, 2_534_022, WindowClosed),
        (400, 100, 2_534_014, Rejected),
        (400, 100, 2_534_025, Rejected),
        (400, 10_903, 0, Rejected),
        (400, 10_900, 0, Rejected),
        (400, 100, 2_534_039, Rejected),
        (400, 100, 2_534_040, Rejected),
        (400, 100, 2_534_013, Rejected),
        (400, 100, 2_534_001, Rejected),
        (400, 551, 1_545_041, Rejected),
        (400, 2, 1_545_133, Transient),
        (400, 1200, 0, Transient),
        (403, 10, 2_534_999, Permission),
        (400, 100, 2_534_999, Rejected),
    ] {
        assert_eq!(
            error(http, code, subcode).class(),
            class,
            "{code}/{subcode}"
        );
    }
}

#[test]
fn whatsapp_codes_have_their_class() {
    check(&[
        (401, &[0, 190], Token),
        (500, &[3], Permission),
        (403, &[10, 200, 299], Permission),
        (400, &[1], Transient),
        (503, &[2, 133_004], Transient),
        (500, &[131_000, 131_016, 131_057], Transient),
        (400, &[4, 80_007, 130_429, 133_016, 131_056], RateLimited),
        (400, &[131_048, 131_064], Policy),
        (403, &[368, 131_031, 130_497], Policy),
        (400, &[131_042], Permission),
        (400, &[131_047], WindowClosed),
        (
            400,
            &[131_049, 131_050, 130_472, 131_026, 131_021],
            Rejected,
        ),
        (400, &[131_030, 131_037, 131_005, 131_045], Permission),
        (400, &[131_008, 131_009, 100, 33, 135_000], Rejected),
        (
            400,
            &[131_051, 131_052, 131_053, 131_055, 131_062, 131_063],
            Rejected,
        ),
        (
            400,
            &[
                132_000, 132_005, 132_007, 132_008, 132_012, 132_068, 132_069,
            ],
            Rejected,
        ),
        (404, &[132_001], Rejected),
        (400, &[132_015, 132_016], Rejected),
        (
            400,
            &[133_000, 133_005, 133_006, 133_008, 133_009, 133_010],
            Permission,
        ),
        (400, &[133_015], RateLimited),
        (400, &[134_011, 141_000], Permission),
        (
            400,
            &[137_000, 139_100, 139_101, 139_102, 139_103],
            Rejected,
        ),
    ]);
}

#[test]
fn the_platforms_own_hint_counts_for_codes_nobody_described() {
    let class = |code: i64| {
        let body = json!({"error":{"code":code,"is_transient":true}}).to_string();
        PlatformError::from_body(400, body.as_bytes())
            .unwrap()
            .class()
    };
    assert_eq!(class(77), Transient);
    assert_eq!(class(4), RateLimited);
}

#[test]
fn a_status_alone_is_classified_too() {
    assert_eq!(PlatformError::from_status(401).class(), Token);
    assert_eq!(PlatformError::from_status(429).class(), RateLimited);
    assert_eq!(PlatformError::from_status(502).class(), Transient);
    assert_eq!(PlatformError::from_status(418).class(), Unknown);
}

#[test]
fn what_proves_that_nothing_happened() {
    assert!(error(400, 1, 0).proves_nothing_happened());
    assert!(error(400, 4, 0).proves_nothing_happened());
    assert!(error(403, 10, 2_534_022).proves_nothing_happened());
    assert!(error(500, 3, 0).proves_nothing_happened());
    assert!(error(500, 131_057, 0).proves_nothing_happened());
    assert!(error(500, 190, 0).proves_nothing_happened());
    for (http, code) in [
        (500, 1),
        (503, 2),
        (500, 131_000),
        (500, 131_016),
        (503, 133_004),
        (500, 5),
    ] {
        assert!(
            !error(http, code, 0).proves_nothing_happened(),
            "{http} {code}"
        );
    }
    assert!(!PlatformError::from_status(408).proves_nothing_happened());
    assert!(!PlatformError::from_status(502).proves_nothing_happened());
    assert!(PlatformError::from_status(404).proves_nothing_happened());
}

#[test]
fn a_late_failure_in_a_webhook_has_the_same_meaning() {
    let piece = PieceError {
        code: 131_047,
        title: Some("t".into()),
        details: None,
    };
    assert_eq!(PlatformError::from(&piece).class(), WindowClosed);
}

#[test]
fn the_flat_error_of_the_login_is_read() {
    let body = br#"{"error_type":"OAuthException","code":400,"error_message":"Matching code was not found"}"#;
    assert_eq!(
        PlatformError::from_body(400, body).unwrap().key(),
        "login_failed"
    );
    assert_eq!(PlatformError::from_body(400, b"<html>"), None);
}

#[test]
fn keys_are_unique_and_sentences_are_sentences() {
    let mut keys: Vec<_> = Problem::ALL.iter().map(|problem| problem.key()).collect();
    keys.sort_unstable();
    let all = keys.len();
    keys.dedup();
    assert_eq!(keys.len(), all);
    for problem in Problem::ALL {
        assert!(problem.for_people().ends_with('.') && problem.for_people().len() > 30);
    }
}

#[test]
fn an_error_shows_its_key_and_codes_but_not_the_words_of_the_platform() {
    assert_eq!(
        error(403, 10, 2_534_022).to_string(),
        "the platform answered window_closed (code 10/2534022)"
    );
}
