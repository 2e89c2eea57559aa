//! The key that a database's secrets are sealed with.

use crate::ground::{Ground, said};

const OLD: &str = "the-first-key-of-forty-characters-or-so";
const NEW: &str = "another-key-of-forty-characters-or-so-1";

#[tokio::test(flavor = "multi_thread")]
async fn a_process_with_another_key_refuses_to_start_and_names_the_setting() {
    let ground = Ground::new().await;
    let make = |email: &str, key: &str| {
        let arguments = [
            "user",
            "create",
            "--email",
            email,
            "--name",
            "Ana",
            "--workspace",
            "Shop",
        ];
        let settings = [("SOCIALSYNC_SECRET_KEY", key)];
        ground.run(&arguments, &settings, "a long enough password\n")
    };
    let first = make("ana@shop.test", OLD);
    assert!(first.status.success(), "{}", said(&first));
    let settings = [
        ("SOCIALSYNC_SECRET_KEY", NEW),
        ("SOCIALSYNC_LISTEN", "127.0.0.1:0"),
    ];
    for refused in [
        make("lea@shop.test", NEW),
        ground.run(&["serve"], &settings, ""),
    ] {
        assert!(!refused.status.success());
        let why =
            "SOCIALSYNC_SECRET_KEY is not the key that the secrets in this database are sealed";
        assert!(said(&refused).contains(why), "{}", said(&refused));
    }
    // While the old key is at hand too, the new one takes its place.
    let both = make("lea@shop.test", &format!("{NEW},{OLD}"));
    assert!(both.status.success(), "{}", said(&both));
    let new = make("noor@shop.test", NEW);
    assert!(new.status.success(), "{}", said(&new));
    assert!(!make("mia@shop.test", OLD).status.success());
}
