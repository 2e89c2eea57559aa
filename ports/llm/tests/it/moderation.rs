use llm::{Error, MODERATION_MODEL, ModerationCategory};
use serde_json::json;

use crate::setup::Vendors;

#[tokio::test]
async fn each_text_is_judged_by_itself_in_the_order_it_was_given() {
    let vendors = Vendors::start().await;
    let mut texts = vec!["Do you ship to Belgium?"; 70];
    texts[1] = "You are an idiot";
    texts[69] = "Je vais me tuer";
    let judged = vendors.moderate(&texts).await.unwrap();
    assert_eq!(judged.model, MODERATION_MODEL);
    assert_eq!(judged.verdicts.len(), 70);
    let flagged = judged
        .verdicts
        .iter()
        .enumerate()
        .filter(|(_, v)| v.flagged);
    assert_eq!(flagged.map(|(at, _)| at).collect::<Vec<_>>(), [1, 69]);
    assert!(judged.verdicts[1].score(&ModerationCategory::Harassment) > 0.8);
    assert!(judged.verdicts[69].score(&ModerationCategory::SelfHarmIntent) > 0.9);
    assert!(judged.verdicts[0].categories.len() == 13);
    let sent = vendors.requests("moderation").await;
    assert!(sent.iter().all(|body| body["model"] == MODERATION_MODEL));
    assert_eq!(sent.len(), 3);
}

#[tokio::test]
async fn a_category_that_came_later_is_kept_by_its_name() {
    let vendors = Vendors::scripted(json!([
        {"operation": "moderation", "match": "coins", "respond": {"scores": {"scam": 0.75}}}]))
    .await;
    let judge = async |text| {
        let judged = vendors.moderate(&[text]).await.unwrap();
        judged.verdicts.into_iter().next().unwrap()
    };
    let scam = ModerationCategory::Other("scam".to_owned());
    let judged = judge("Free COINS here").await;
    assert!(judged.flagged && judged.categories[&scam].flagged);
    assert!(!judge("Hello").await.categories.contains_key(&scam));
}

#[tokio::test]
async fn a_missing_verdict_is_an_error() {
    let vendors = Vendors::scripted(json!([
        {"operation": "moderation", "replay": {"body": {"model": "m", "results": [{"flagged": false}]}}}]))
    .await;
    let judged = vendors.moderate(&["a", "b"]).await;
    assert_eq!(judged.unwrap_err(), Error::WrongCount { wanted: 2, got: 1 });
}
