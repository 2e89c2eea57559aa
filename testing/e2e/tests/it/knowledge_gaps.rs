//! What customers ask and nobody has written down: found, grouped, drafted, tried and answered.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::model_mode::QUESTION;
use crate::story::{Setup, Story, account_of};
use crate::vectors::all_embedded;

/// What is asked about engraving, in two languages, and about dogs.
pub const ENGRAVING: [(&str, &str, &str, &str); 3] = [
    (
        "instagram",
        "701400",
        "Emma Peeters",
        "Do you offer engraving of a name?",
    ),
    (
        "whatsapp",
        "33600001401",
        "Tom Becker",
        "Hello! Is engraving a name on a bowl possible?",
    ),
    (
        "whatsapp",
        "33600001402",
        "Hugo Bernard",
        "Pouvez-vous graver un prénom sur une tasse ?",
    ),
];
const DOGS: &str = "Are dogs allowed in the shop?";
/// Answered today, in another language.
const BIKE: &str = "Peut-on venir chez vous à vélo ?";
/// What a person answers to the first.
pub const REPLY: &str =
    "Hi Emma, yes, we engrave up to twelve letters for 9 euros. It takes three days more.\nCamille";
const ANSWER: &str = "Yes, we engrave up to twelve letters for 9 euros. It takes three days more.";

pub async fn asks(story: &Story, (platform, from, name, text): (&str, &str, &str, &str)) {
    let path = format!("{platform}/{}/messages", account_of(platform));
    let message = json!({ "from": from, "name": name, "text": text });
    story.sandbox(&path, &message).await;
    story.settle().await;
    story
        .until("the name is known", async || {
            let list = story.get("/api/conversations?limit=50").await.to_string();
            list.contains(name)
        })
        .await;
}

pub async fn look(story: &Story) {
    let began = story.post("/api/knowledge-gaps/refresh", &json!({})).await;
    assert_eq!(began["running"], true);
    story.settle().await;
    let state = story.get("/api/knowledge-gaps/refresh").await;
    assert_eq!(state["running"], false, "{state}");
}

async fn gaps(story: &Story, state: &str) -> Vec<Value> {
    let list = story
        .get(&format!("/api/knowledge-gaps?state={state}"))
        .await;
    list["items"].as_array().unwrap().clone()
}

async fn about(story: &Story, state: &str, words: &str) -> Option<Value> {
    let of = |gap: &Value| gap["question"].as_str().unwrap().contains(words);
    gaps(story, state).await.into_iter().find(of)
}

fn texts(list: &Value) -> Vec<&str> {
    let mut texts: Vec<&str> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["text"].as_str().unwrap())
        .collect();
    texts.sort_unstable();
    texts
}

fn path(gap: &Value, then: &str) -> String {
    format!("/api/knowledge-gaps/{}{then}", gap["id"].as_str().unwrap())
}

/// The draft as an FAQ entry.
fn entry(draft: &Value) -> Value {
    json!({
        "questions": draft["questions"],
        "answer": draft["answer"],
        "language": draft["language"],
    })
}

/// Four customers, one of whom a person answers; with search by meaning.
async fn with_gaps() -> Story {
    let story = Story::begin_with(Setup {
        settings: vec![("SOCIALSYNC_EMBEDDER", "local".to_owned())],
        ..Setup::default()
    })
    .await;
    all_embedded(&story).await;
    for one in ENGRAVING {
        asks(&story, one).await;
    }
    asks(&story, ("instagram", "701403", "Lucía Romero", DOGS)).await;
    story.customer("instagram", "701404", QUESTION).await;
    story
        .customer("instagram", "701405", "I want a human please")
        .await;
    story.settle().await;
    let conversation = story.conversation_with("701400").await;
    story.human_reply(&conversation, REPLY).await;
    story.settle().await;
    look(&story).await;
    story
}

#[tokio::test(flavor = "multi_thread")]
async fn what_two_languages_ask_is_one_gap_and_its_answer_answers_the_next_customer() {
    let story = with_gaps().await;
    let open = gaps(&story, "open").await;
    assert_eq!(open.len(), 2, "{open:#?}");
    let gap = open[0].clone();
    assert_eq!(
        (&gap["questions"], &gap["customers"]),
        (&json!(3), &json!(3))
    );
    assert_eq!(gap["languages"], json!(["en", "fr"]));
    assert_eq!(open[1]["question"], DOGS);
    assert_eq!(
        story.get("/api/knowledge-gaps/refresh").await["by_meaning"],
        true
    );

    let detail = story.get(&path(&gap, "")).await;
    let replied: Vec<&Value> = detail["questions"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| !one["reply"].is_null())
        .collect();
    assert_eq!(replied.len(), 1);
    assert_eq!(replied[0]["reply"], REPLY);
    assert!(
        detail["best"]["score"].as_f64().unwrap() < 0.7,
        "{detail:#}"
    );

    // The draft has the person's words without the persons.
    let draft = story.post(&path(&gap, "/draft"), &json!({})).await;
    assert_eq!(draft["answer"], ANSWER);
    assert_eq!(draft["source"], "person");
    assert_eq!(draft["removed"], json!(["name"]));
    assert_eq!(draft["language"], "en");
    assert_eq!(draft["questions"].as_array().unwrap().len(), 3);

    // The preview names these questions and no others, and keeps nothing.
    let preview = story.post(&path(&gap, "/preview"), &entry(&draft)).await;
    let mut asked: Vec<String> = ENGRAVING.iter().map(|one| one.3.to_owned()).collect();
    asked.sort_unstable();
    assert_eq!(texts(&preview["answers"]), asked, "{preview:#}");
    assert_eq!(preview["misses"], json!([]));
    assert_eq!(preview["takes"], json!([]), "{preview:#}");
    assert!(preview["played"].as_i64().unwrap() >= 5, "{preview:#}");
    for one in preview["answers"].as_array().unwrap() {
        assert!(one["before"].as_f64().unwrap() < 0.7 && one["after"].as_f64().unwrap() >= 0.7);
    }
    let found = story.get("/api/knowledge/search?q=engrave+a+name").await;
    assert!(
        !found.to_string().contains("twelve letters"),
        "a draft is found by others"
    );

    // Kept, it answers the next one, and the gap is answered.
    let (status, kept) = story
        .ask(Method::POST, &path(&gap, "/answer"), Some(&entry(&draft)))
        .await;
    assert_eq!(status, StatusCode::CREATED, "{kept}");
    story.settle().await;
    let answered = gaps(&story, "answered").await;
    assert_eq!(answered.len(), 1, "{answered:#?}");
    assert_eq!(answered[0]["id"], gap["id"], "it is another one");
    assert_eq!(answered[0]["faq_id"], kept["id"]);
    story
        .customer(
            "instagram",
            "701406",
            "Do you offer engraving of a name on cups?",
        )
        .await;
    story.settle().await;
    assert_eq!(story.words_to("701406"), [ANSWER]);
    look(&story).await;
    assert_eq!(gaps(&story, "open").await.len(), 1, "only dogs are left");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gap_that_was_dismissed_stays_gone_and_comes_back_when_somebody_wants_it() {
    let story = Story::begin().await;
    asks(&story, ("instagram", "701410", "Emma Peeters", DOGS)).await;
    look(&story).await;
    let gap = about(&story, "open", "dogs").await.unwrap();
    story.post(&path(&gap, "/dismiss"), &json!({})).await;
    assert!(about(&story, "open", "dogs").await.is_none());
    asks(
        &story,
        (
            "instagram",
            "701411",
            "Tom Becker",
            "are dogs allowed in your shop",
        ),
    )
    .await;
    look(&story).await;
    assert!(
        about(&story, "open", "dogs").await.is_none(),
        "it came back"
    );
    let away = about(&story, "dismissed", "dogs").await.unwrap();
    assert_eq!((&away["id"], &away["questions"]), (&gap["id"], &json!(2)));
    let back = story.post(&path(&gap, "/restore"), &json!({})).await;
    assert_eq!(back["state"], "open");

    // Whoever is forgotten is forgotten here, too.
    for customer in ["701410", "701411"] {
        let conversation = story.conversation_with(customer).await;
        let contact = conversation["contact_id"].as_str().unwrap();
        let erase = format!("/api/contacts/{contact}");
        story.ask(Method::DELETE, &erase, None).await;
        let left = about(&story, "open", "dogs").await;
        let left = left.map(|gap| gap["questions"].as_i64().unwrap());
        assert_eq!(left, (customer == "701410").then_some(1));
    }
    let (status, _) = story.ask(Method::GET, &path(&gap, ""), None).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_was_marked_wrong_is_a_gap_until_the_knowledge_says_something_else() {
    let story = Story::begin().await;
    story.customer("instagram", "701420", QUESTION).await;
    story.settle().await;
    look(&story).await;
    assert_eq!(gaps(&story, "open").await.len(), 0);
    let decision = story.decision_about("Belgium").await;
    let mark = format!("/api/decisions/{}/mark", decision["id"].as_str().unwrap());
    let wrong = json!({ "mark": "wrong", "better": "No, not any more." });
    story.put(&mark, &wrong).await;
    look(&story).await;
    let gap = about(&story, "open", "Belgium").await.unwrap();
    let detail = story.get(&path(&gap, "")).await;
    assert_eq!(detail["questions"][0]["kind"], "corrected");
    // The draft would take its place.
    let draft = json!({ "questions": [QUESTION], "answer": "No, not any more.", "language": "en" });
    let preview = story.post(&path(&gap, "/preview"), &draft).await;
    assert_eq!(
        texts(&preview["misses"]),
        [QUESTION],
        "two answers compete: {preview:#}"
    );
    // "A person should have been asked" is no gap.
    story
        .put(&mark, &json!({ "mark": "wrong", "should_abstain": true }))
        .await;
    look(&story).await;
    assert_eq!(gaps(&story, "open").await.len(), 0);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_that_a_person_answered_otherwise_is_a_gap() {
    let story = Story::begin().await;
    story
        .put("/api/ai-settings", &json!({ "mode": "suggest" }))
        .await;
    story.customer("instagram", "701440", QUESTION).await;
    story.settle().await;
    let conversation = story.conversation_with("701440").await;
    story
        .human_reply(&conversation, "Sorry, our carrier left us last week.")
        .await;
    story.settle().await;
    look(&story).await;
    let gap = about(&story, "open", "Belgium").await.unwrap();
    let detail = story.get(&path(&gap, "")).await;
    assert_eq!(detail["questions"][0]["kind"], "replaced", "{detail:#}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_that_takes_what_is_answered_today_says_so_and_one_with_marks_is_not_kept() {
    let story = Story::begin().await;
    let english = json!({
        "questions": ["Can I come by bicycle?", BIKE],
        "answer": "Yes, there is a bike rack behind the house.",
        "language": "en",
    });
    story.post("/api/knowledge/faq", &english).await;
    story.customer("instagram", "701430", BIKE).await;
    asks(&story, ("instagram", "701431", "Emma Peeters", DOGS)).await;
    look(&story).await;
    let gap = about(&story, "open", "dogs").await.unwrap();
    let greedy = json!({
        "questions": [DOGS, BIKE],
        "answer": "Oui, les chiens et les vélos sont les bienvenus.",
        "language": "fr",
    });
    let preview = story.post(&path(&gap, "/preview"), &greedy).await;
    assert_eq!(texts(&preview["answers"]), [DOGS]);
    assert_eq!(texts(&preview["takes"]), [BIKE], "{preview:#}");
    let taken = &preview["takes"][0];
    assert_eq!(taken["before_title"], "Can I come by bicycle?");
    let marked = json!({ "questions": [DOGS], "answer": "Yes, ask […]." });
    let (status, _) = story
        .ask(Method::POST, &path(&gap, "/answer"), Some(&marked))
        .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let (status, _) = story
        .ask(
            Method::POST,
            &path(&gap, "/preview"),
            Some(&json!({ "questions": [], "answer": "" })),
        )
        .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let entries = "SELECT count(*) FROM faq_qa WHERE answer LIKE '%dogs%'";
    assert_eq!(story.count(entries).await, 0);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_writes_the_answer_from_what_people_said_and_nothing_else() {
    let story = Story::begin().await;
    asks(&story, ENGRAVING[0]).await;
    let conversation = story.conversation_with("701400").await;
    story.human_reply(&conversation, REPLY).await;
    story.settle().await;
    look(&story).await;
    let gap = about(&story, "open", "engraving").await.unwrap();
    let by_model = json!({ "by_model": true });
    let write = async || story.post(&path(&gap, "/draft"), &by_model).await;
    let without = write().await;
    assert_eq!(without["trouble"], "no_model");
    assert_eq!(without["answer"], ANSWER, "the person's words stay");

    story.with_a_model("auto").await;
    let says = async |text: &str| {
        let rule = json!([{ "respond": { "content": text } }]);
        story.model_answers(rule).await;
    };
    says("We engrave up to twelve letters for 9 euros; it takes three days more.").await;
    let written = write().await;
    assert_eq!(written["source"], "model", "{written:#}");
    assert!(
        written["answer"]
            .as_str()
            .unwrap()
            .starts_with("We engrave")
    );
    let shown = story.model_calls().await.last().unwrap()["request"]["messages"].to_string();
    assert!(
        shown.contains("twelve letters") && shown.contains("<data>") && !shown.contains("Emma"),
        "{shown}"
    );
    let ledger = story.get("/api/ai-usage").await;
    assert_eq!(ledger["items"][0]["purpose"], "faq_draft");

    for unfounded in [
        "We engrave thirty letters for 5 euros.",
        "We engrave up to twelve letters, see https://engraving.evil.example/lamps.",
    ] {
        says(unfounded).await;
        assert_eq!(write().await["trouble"], "not_grounded", "{unfounded}");
    }
    story
        .model_answers(json!([{ "error": { "status": 401 } }]))
        .await;
    assert_eq!(write().await["trouble"], "model_failed");
    let asked = story.model_calls().await.len();
    let spent = json!({
        "prices": { "simulated/first": { "prompt": 1_000_000, "completion": 1_000_000 } },
        "budget": { "daily_micro_usd": 1 },
    });
    story.put("/api/ai-settings", &spent).await;
    says("We engrave up to twelve letters.").await;
    write().await;
    let last = write().await;
    assert_eq!(last["trouble"], "budget_spent", "{last:#}");
    assert!(story.model_calls().await.len() <= asked + 1);
    story.end().await;
}
