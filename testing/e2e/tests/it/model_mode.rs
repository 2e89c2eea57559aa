//! A model behind the agent: it searches, answers with sources, errs and fails, and the customer
//! gets one answer or a person.

use serde_json::{Value, json};

use crate::story::{Setup, Story};

pub const QUESTION: &str = "Do you deliver to Belgium?";

pub async fn in_model_mode() -> Story {
    let story = Story::begin().await;
    story.with_a_model("auto").await;
    story
}

/// The id of the passage that answers the question.
pub async fn passage(story: &Story) -> String {
    let id: uuid::Uuid = sqlx::query_scalar(
        "SELECT id FROM knowledge_chunks WHERE content LIKE 'Yes, we deliver to Belgium%'",
    )
    .fetch_one(&story.tables)
    .await
    .unwrap();
    kernel::ChunkId::from_uuid(id).to_string()
}

/// A rule by which the model answers.
pub fn answers(text: &str, confidence: f64, source: &str) -> Value {
    let arguments =
        json!({"text": text, "language": "en", "confidence": confidence, "sources": [source]});
    calls("answer", arguments)
}

/// Somebody comments the question, and the model holds its answer back; the platform's id.
pub async fn comment_that_is_thought_about(story: &Story) -> String {
    let source = passage(story).await;
    let mut held = answers("Yes, we deliver to Belgium.", 0.9, &source);
    held["hold"] = json!(true);
    story.model_answers(json!([held])).await;
    let comment = story.comment("880", QUESTION);
    story.model_was_asked(1).await;
    comment
}

fn calls(tool: &str, arguments: Value) -> Value {
    json!({"respond": {"tool_calls": [{"name": tool, "arguments": arguments}]}})
}

pub async fn asks(story: &Story, customer: &str) -> Value {
    story.customer("instagram", customer, QUESTION).await;
    story.settle().await;
    let decisions = story.decisions().await;
    assert_eq!(decisions.len(), 1, "{decisions:#?}");
    decisions[0].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_model_searches_and_answers_with_a_source_and_the_record_shows_it() {
    let story = in_model_mode().await;
    let decision = asks(&story, "700100").await;
    assert_eq!(story.words_to("700100").len(), 1);
    assert_eq!(decision["outcome"], "answered", "{decision:#}");
    let told = &decision["explanation"];
    let calls = told["calls"].as_array().unwrap();
    assert_eq!(calls.len(), 2, "{told:#}");
    for call in calls {
        assert_eq!(call["model"], "simulated/first");
        assert!(call["usage"]["prompt_tokens"].as_i64().unwrap() > 0);
    }
    assert_eq!(told["tools"][0]["name"], "search_knowledge");
    assert_eq!(told["tools"][0]["query"], QUESTION);
    let used = |p: &&Value| p["used"] == true && p["score"].as_f64().unwrap() > 0.0;
    assert_eq!(
        told["passages"]
            .as_array()
            .unwrap()
            .iter()
            .filter(used)
            .count(),
        1
    );
    assert!(told["gates"].as_array().unwrap().len() > 10);
    let model = story.model_calls().await;
    assert_eq!(model.len(), 2);
    let system = model[0]["request"]["messages"][0]["content"]
        .as_str()
        .unwrap();
    assert!(system.contains("End by calling"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn arguments_of_a_tool_that_are_no_json_are_told_to_the_model_and_harm_nobody() {
    let story = in_model_mode().await;
    let source = passage(&story).await;
    let mut broken = calls("search_knowledge", json!("{\"query\": "));
    broken["after_tools"] = json!(false);
    story
        .model_answers(json!([broken, answers("Yes, we do.", 0.9, &source)]))
        .await;
    let decision = asks(&story, "700101").await;
    assert_eq!(story.words_to("700101"), ["Yes, we do."]);
    let refused = &decision["explanation"]["tools"][0]["refused"];
    assert_eq!(refused, "The arguments are not a JSON object.");
    let told = story.model_calls().await[1]["request"]["messages"].to_string();
    assert!(told.contains("The arguments are not a JSON object."));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_can_not_be_read_goes_to_a_person() {
    let story = in_model_mode().await;
    story
        .model_answers(json!([calls("answer", json!("{\"text\": \"Yes"))]))
        .await;
    let decision = asks(&story, "700102").await;
    assert_eq!(decision["outcome"], "escalated");
    assert_eq!(decision["reason"], "answer_unreadable");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_with_an_invented_source_waits_for_a_person() {
    let story = in_model_mode().await;
    let invented = kernel::ChunkId::new().to_string();
    story
        .model_answers(json!([answers("Yes, for free!", 0.99, &invented)]))
        .await;
    let decision = asks(&story, "700103").await;
    assert!(story.words_to("700103").is_empty(), "it was sent unseen");
    assert_eq!(decision["outcome"], "suggested");
    assert_eq!(decision["reason"], "unsourced");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_the_model_is_not_sure_of_goes_to_a_person() {
    let story = in_model_mode().await;
    let source = passage(&story).await;
    story
        .model_answers(json!([answers("Perhaps.", 0.4, &source)]))
        .await;
    let decision = asks(&story, "700104").await;
    let words = story.words_to("700104");
    assert_eq!(words.len(), 1, "one notice");
    assert!(!words[0].contains("Perhaps"), "{words:?}");
    assert_eq!(decision["outcome"], "escalated");
    assert_eq!(decision["reason"], "low_confidence");
    assert_eq!(decision["explanation"]["answer"], "Perhaps.");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_asks_for_a_person_gets_one_once_and_people_are_told() {
    let story = in_model_mode().await;
    let reason = json!({"reason": "The customer is upset."});
    story
        .model_answers(json!([calls("escalate", reason)]))
        .await;
    let decision = asks(&story, "700105").await;
    assert_eq!(decision["reason"], "agent_asked_for_human");
    story
        .customer("instagram", "700105", "Hello? Is anybody there?")
        .await;
    story.settle().await;
    assert_eq!(
        story.words_to("700105").len(),
        1,
        "one notice, then silence"
    );
    let conversation = story.conversation_with("700105").await;
    assert_eq!(conversation["owner"], "human");
    assert_eq!(conversation["badge"], "escalated");
    let open = story.get("/api/escalations?state=open").await;
    assert_eq!(open["items"].as_array().unwrap().len(), 1);
    let told = story
        .count("SELECT count(*) FROM notifications WHERE kind = 'escalation'")
        .await;
    assert_eq!(told, 1, "in the product");
    let id = conversation["id"].as_str().unwrap();
    let about = |path: &std::path::Path| {
        let mail = path.extension().is_some_and(|kind| kind == "json");
        mail && std::fs::read_to_string(path).unwrap().contains(id)
    };
    let folder = std::fs::read_dir(story.folder().join("mail")).unwrap();
    let mails = folder.filter(|file| about(&file.as_ref().unwrap().path()));
    assert_eq!(mails.count(), 1, "by mail");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_installations_key_serves_a_workspace_without_a_provider() {
    let installed = Setup {
        settings: vec![
            ("OPENAI_API_KEY", "sk-installed".to_owned()),
            ("OPENAI_BASE_URL", "{simulator}/openai/v1".to_owned()),
        ],
        ..Setup::default()
    };
    let story = Story::begin_with(installed).await;
    let decision = asks(&story, "700109").await;
    assert_eq!(decision["outcome"], "answered");
    assert_eq!(story.model_calls().await.len(), 2);
    let settings = story.get("/api/ai-settings").await;
    assert_eq!(settings["installed_model"], "gpt-5-mini");
    assert_eq!(settings["has_key"], false);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_model_searches_the_documents_it_names_and_no_others() {
    let story = in_model_mode().await;
    let (name, words): (String, String) = sqlx::query_as(
        "SELECT f.name, left(c.content, 80) FROM files f JOIN knowledge_chunks c ON c.file_id = f.id
         ORDER BY f.name, c.ordinal LIMIT 1",
    )
    .fetch_one(&story.tables)
    .await
    .unwrap();
    let arguments = json!({"query": words, "documents": [name]});
    let mut named = calls("search_files", arguments);
    named["after_tools"] = json!(false);
    let source = passage(&story).await;
    story
        .model_answers(json!([named, answers("Yes, we do.", 0.9, &source)]))
        .await;
    asks(&story, "700108").await;
    let request = &story.model_calls().await[1]["request"];
    let messages = request["messages"].as_array().unwrap();
    let facts = messages[1]["content"].as_str().unwrap();
    assert!(
        facts.contains(&name),
        "the model is told the names: {facts}"
    );
    let tool = messages.iter().find(|one| one["role"] == "tool").unwrap();
    let found: Value = serde_json::from_str(tool["content"].as_str().unwrap()).unwrap();
    let passages = found["passages"].as_array().unwrap();
    assert!(!passages.is_empty(), "{found}");
    for one in passages {
        let id: kernel::ChunkId = one["id"].as_str().unwrap().parse().unwrap();
        let file: String = sqlx::query_scalar(
            "SELECT f.name FROM files f JOIN knowledge_chunks c ON c.file_id = f.id WHERE c.id = $1",
        )
        .bind(id.uuid())
        .fetch_one(&story.tables)
        .await
        .unwrap();
        assert_eq!(file, name);
    }
    story.end().await;
}
