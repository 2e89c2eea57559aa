//! `socialsync user create`.

use crate::ground::{Ground, said};

const ANA: [&str; 8] = [
    "user",
    "create",
    "--email",
    "Ana@Shop.test",
    "--name",
    "Ana",
    "--workspace",
    "Shop",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_made_once_and_their_address_is_proven() {
    let ground = Ground::new().await;
    let weak = ground.run(&ANA, &[], "short\n");
    assert!(!weak.status.success());
    assert_eq!(
        said(&weak),
        "error: the registration can't be accepted: the password must have at least 10 characters\n"
    );
    let made = ground.run(&ANA, &[], "a long enough password\n");
    assert!(made.status.success(), "{}", said(&made));
    let again = ground.run(&ANA, &[], "another long password\n");
    assert!(!again.status.success());
    assert_eq!(
        said(&again),
        "error: this e-mail address has an account already\n"
    );
    let tables = sqlx::PgPool::connect(&ground.database).await.unwrap();
    let sql = "SELECT email, email_proven_at IS NOT NULL FROM users";
    let people: Vec<(String, bool)> = sqlx::query_as(sql).fetch_all(&tables).await.unwrap();
    assert_eq!(people, [("ana@shop.test".to_owned(), true)]);
}
