//! What each way of failing means for the effect ledger, beside what the platform really did.

use meta::client::{TransportError, UnknownCause};
use meta::{CallError, ErrorClass, SendOutcome};
use simulator::{FaultKind, NewFault, Platform, Simulator};

use crate::simulated::{
    NUMBER, anna_writes, client, instagram, platforms, to_anna, to_anna_on_whatsapp, whatsapp,
};

pub fn fail_once(simulator: &Simulator, operation: &str, kind: FaultKind) {
    simulator
        .add_fault(NewFault {
            operation: operation.to_owned(),
            kind,
            times: Some(1),
            probability: None,
            account_id: None,
            delay_ms: None,
        })
        .unwrap();
}

/// Sends under a fault on both platforms; the outcomes, each with whether it was performed.
async fn sends_under(kind: FaultKind) -> Vec<(SendOutcome, bool)> {
    let simulator = platforms().await;
    anna_writes(&simulator, Platform::Instagram);
    anna_writes(&simulator, Platform::Whatsapp);
    let client = client(&simulator);
    let mut outcomes = Vec::new();

    fail_once(&simulator, "send_message", kind);
    let outcome = client.instagram_send(&instagram(), &to_anna("Yes.")).await;
    outcomes.push((
        outcome,
        simulator.calls(0).iter().any(|call| call.performed),
    ));

    let before = simulator.calls(0).len();
    fail_once(&simulator, "send_message", kind);
    let send = to_anna_on_whatsapp("Yes.");
    let outcome = client.whatsapp_send(&whatsapp(), NUMBER, &send).await;
    let performed = simulator
        .calls(0)
        .iter()
        .skip(before)
        .any(|call| call.performed);
    outcomes.push((outcome, performed));
    outcomes
}

#[tokio::test]
async fn a_throttle_and_an_expired_token_are_refusals() {
    for (kind, class) in [
        (FaultKind::RateLimited, ErrorClass::RateLimited),
        (FaultKind::ExpiredToken, ErrorClass::Token),
    ] {
        for (outcome, performed) in sends_under(kind).await {
            let SendOutcome::Refused(error) = &outcome else {
                panic!("{kind:?} {outcome:?}")
            };
            assert_eq!(error.class(), class, "{kind:?}");
            assert!(error.fbtrace_id.is_some());
            assert!(!performed);
            assert_eq!(outcome.may_be_repeated(), class == ErrorClass::RateLimited);
        }
    }
}

#[tokio::test]
async fn after_a_server_error_nobody_knows() {
    for (outcome, _) in sends_under(FaultKind::ServerError).await {
        let server_error = matches!(&outcome, SendOutcome::Unknown(UnknownCause::ServerError(_)));
        assert!(server_error && !outcome.may_be_repeated(), "{outcome:?}");
    }
}

#[tokio::test]
async fn silence_is_unknown_whether_the_deed_was_done_or_not() {
    for (kind, done) in [
        (FaultKind::TimeoutBefore, false),
        (FaultKind::TimeoutAfter, true),
    ] {
        for (outcome, performed) in sends_under(kind).await {
            assert_eq!(outcome, SendOutcome::Unknown(UnknownCause::TimedOut));
            assert_eq!(performed, done, "{kind:?}");
        }
    }
}

#[tokio::test]
async fn a_reset_after_the_request_was_written_is_unknown() {
    for (outcome, _) in sends_under(FaultKind::ConnectionReset).await {
        let lost = matches!(
            &outcome,
            SendOutcome::Unknown(UnknownCause::ConnectionLost(_))
        );
        assert!(lost, "{outcome:?}");
    }
}

#[tokio::test]
async fn a_reset_on_a_connection_that_was_used_before_is_unknown_and_sent_once() {
    let simulator = platforms().await;
    anna_writes(&simulator, Platform::Instagram);
    let client = client(&simulator);
    client.instagram_me(&instagram()).await.unwrap();
    fail_once(&simulator, "send_message", FaultKind::ConnectionReset);
    let outcome = client.instagram_send(&instagram(), &to_anna("Yes.")).await;
    assert!(matches!(outcome, SendOutcome::Unknown(_)), "{outcome:?}");
    assert_eq!(simulator.calls(0).len(), 1);
}

#[tokio::test]
async fn reads_that_fail_say_whether_to_try_again() {
    let simulator = platforms().await;
    let client = client(&simulator);
    fail_once(&simulator, "read_object", FaultKind::TimeoutBefore);
    let error = client.instagram_me(&instagram()).await.unwrap_err();
    assert_eq!(error, CallError::Transport(TransportError::TimedOut));
    fail_once(&simulator, "read_object", FaultKind::RateLimited);
    let error = client.instagram_me(&instagram()).await.unwrap_err();
    assert_eq!(error.class(), ErrorClass::RateLimited);
    assert!(error.platform().unwrap().retry_after.is_some());
}
