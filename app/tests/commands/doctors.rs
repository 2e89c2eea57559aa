//! `socialsync doctor`, and settings that a start refuses.

use crate::ground::{Ground, said};

const KEY: &str = "the-first-key-of-forty-characters-or-so";

async fn relations(ground: &Ground) -> i64 {
    let tables = sqlx::PgPool::connect(&ground.database).await.unwrap();
    let sql = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace";
    sqlx::query_scalar(sql).fetch_one(&tables).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_doctor_changes_nothing_and_knows_a_wrong_key() {
    let ground = Ground::new().await;
    let examine = |key: &str| {
        let settings = [
            ("SOCIALSYNC_SECRET_KEY", key),
            ("INSTAGRAM_APP_SECRET", "a"),
            ("WHATSAPP_APP_SECRET", "b"),
            ("WEBHOOK_VERIFY_TOKEN", "c"),
        ];
        let output = ground.run(&["doctor"], &settings, "");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.success(), text)
    };
    let (well, text) = examine(KEY);
    assert!(well && text.contains("it answers and is empty"), "{text}");
    assert_eq!(relations(&ground).await, 0);
    assert!(!ground.data().exists());

    let settings = [("SOCIALSYNC_SECRET_KEY", KEY)];
    let made = ground.run(&["migrate"], &settings, "");
    assert!(made.status.success(), "{}", said(&made));
    let arguments = [
        "user",
        "create",
        "--email",
        "ana@shop.test",
        "--name",
        "Ana",
        "--workspace",
        "Shop",
    ];
    let made = ground.run(&arguments, &settings, "a long enough password\n");
    assert!(made.status.success(), "{}", said(&made));
    let (well, text) = examine(KEY);
    assert!(well && text.contains("its schema is at version"), "{text}");
    let (well, text) = examine(&KEY.replace("first", "other"));
    assert!(!well, "{text}");
    let wrong = "WRONG database: SOCIALSYNC_SECRET_KEY is not the key";
    assert!(text.contains(wrong), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_names_the_setting() {
    let ground = Ground::new().await;
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let address = format!("127.0.0.1:{port}");
    let unreachable = "postgres://nobody:topsecret@127.0.0.1:1/none";
    for (arguments, setting, value, named) in [
        (
            vec!["serve"],
            "SOCIALSYNC_LISTEN",
            address.as_str(),
            "set SOCIALSYNC_LISTEN",
        ),
        (
            vec!["serve"],
            "DATABASE_URL",
            unreachable,
            "the database of DATABASE_URL",
        ),
        (
            vec!["serve"],
            "DATABASE_URL",
            "mysql://x",
            "DATABASE_URL is not a PostgreSQL address",
        ),
        (
            vec!["serve"],
            "SOCIALSYNC_SECRET_KEY",
            "short",
            "SOCIALSYNC_SECRET_KEY",
        ),
        (
            vec!["serve"],
            "SOCIALSYNC_DATA_DIR",
            "/proc/none",
            "set SOCIALSYNC_DATA_DIR",
        ),
        (
            vec!["demo", "--port", &port, "--simulator-port", "0"],
            "A",
            "b",
            "with --port",
        ),
        (
            vec!["demo", "--simulator-port", &port],
            "A",
            "b",
            "with --simulator-port",
        ),
    ] {
        let mut arguments = arguments;
        let data = ground.data().display().to_string();
        if arguments[0] == "demo" {
            arguments.extend(["--data-dir", &data]);
        }
        let refused = ground.run(
            &arguments,
            &[("SOCIALSYNC_LISTEN", "127.0.0.1:0"), (setting, value)],
            "",
        );
        assert!(!refused.status.success(), "{arguments:?}");
        let why = said(&refused);
        assert!(why.contains(named), "{arguments:?} {setting}: {why}");
        assert!(!why.contains("topsecret"), "{why}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_database_that_runs_is_looked_into_and_not_called_wrong() {
    let ground = Ground::new().await;
    let examine = || {
        let settings = [
            ("DATABASE_URL", ""),
            ("INSTAGRAM_APP_SECRET", "a"),
            ("WHATSAPP_APP_SECRET", "b"),
            ("WEBHOOK_VERIFY_TOKEN", "c"),
        ];
        let output = ground.run(&["doctor"], &settings, "");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.success(), text)
    };
    let (well, text) = examine();
    assert!(well && text.contains("made by the first start"), "{text}");
    let product = ground.serve_privately().await;
    let (well, text) = examine();
    let good = "ok    database: it answers, its schema is at version";
    assert!(well && text.contains(good), "{text}");
    product.stop().unwrap();
    let (well, text) = examine();
    assert!(well && text.contains(good), "{text}");
}
