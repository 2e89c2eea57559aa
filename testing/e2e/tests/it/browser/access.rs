//! Every page in both themes and on both widths: nothing keeps people out (axe-core finds no serious
//! violation), and a picture of each is written where `SOCIALSYNC_SCREENSHOTS` says.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::begin;
use super::gaps::with_gaps;
use super::window::{PHONE, WIDE, Window};
use crate::documents::{PARKING, new_version, until_state, upload};
use crate::evaluations;
use crate::kinds::one_of_each;
use crate::sites::read_site;
use crate::story::{Story, account_of};
use crate::trials::{TRIALS, tried, until};

const AXE: &str = include_str!("../../../vendor/axe-core/axe.min.js");

/// The ids that more than one part of the page has.
const TWICE: &str = "const ids = [...document.querySelectorAll('[id]')].map((one) => one.id);
    return ids.filter((id, at) => ids.indexOf(id) !== at)";

/// Name and path; `{conversation}` is one that the agent answered, `{kinds}` one with every kind
/// of message, `{version}` the newest version of the agent's settings, `{decision}` a decision,
/// `{comment}` a comment with a draft, `{evaluation}` a comparison of two versions, `{gap}` a gap with an answer of a person.
const PAGES: &[(&str, &str)] = &[
    ("inbox", "/inbox"),
    ("thread", "/inbox/{conversation}"),
    ("kinds", "/inbox/{kinds}"),
    ("comments", "/comments"),
    ("comment", "/comments/{comment}"),
    ("knowledge", "/knowledge"),
    ("search", "/knowledge/search?q=Do+you+deliver+to+Belgium"),
    ("documents", "/knowledge/documents"),
    ("document", "/knowledge/documents/{document}"),
    ("trial", "/knowledge/trials/{trial}"),
    ("web", "/knowledge/web"),
    ("site", "/knowledge/web/{site}"),
    ("changes", "/knowledge/documents/{document}/versions/2"),
    ("entry", "/knowledge/faq/new"),
    ("gaps", "/knowledge/gaps"),
    ("gap", "/knowledge/gaps/{gap}"),
    ("agent", "/agent"),
    ("playground", "/agent/playground?version_b=present"),
    ("versions", "/agent/versions"),
    ("version", "/agent/versions/{version}"),
    ("evaluations", "/agent/evaluations"),
    ("evaluation", "/agent/evaluations/{evaluation}"),
    ("tried", "/agent?evaluation={evaluation}"),
    ("decisions", "/decisions?mode=auto"),
    ("decision", "/decisions/{decision}"),
    ("channels", "/channels"),
    ("operations", "/operations"),
    ("journal", "/operations/journal"),
    ("effects", "/operations/effects"),
    ("runs", "/operations/runs"),
    ("jobs", "/operations/jobs"),
    ("settings", "/settings"),
    ("account", "/account"),
    ("mail", "/dev/mail"),
    ("notifications", "/notifications"),
    ("first-steps", "/welcome"),
    ("workspaces", "/workspaces"),
    ("docs", "/docs"),
];

/// Pages of people who are not signed in.
const PUBLIC: &[(&str, &str)] = &[
    ("front", "/"),
    ("privacy", "/privacy"),
    ("sign-in", "/sign-in"),
    ("sign-up", "/sign-up"),
    ("forgot", "/forgot"),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_open_to_everybody_in_both_themes_and_widths() {
    let story = begin().await;
    let ids = [
        ("{conversation}", fill(&story).await),
        ("{comment}", comments(&story).await),
        ("{kinds}", one_of_each(&story).await),
        ("{version}", a_version(&story).await),
        ("{decision}", a_decision(&story).await),
        ("{evaluation}", an_evaluation(&story).await),
        ("{document}", a_document(&story).await),
        ("{trial}", a_trial(&story).await),
        ("{gap}", with_gaps(&story).await),
        ("{site}", a_site(&story).await),
    ];
    let window = Window::open(&story).await;
    let mut violations = Vec::new();
    look(&window, PUBLIC, &ids, &mut violations).await;
    window.sign_in().await;
    look(&window, PAGES, &ids, &mut violations).await;
    window.close().await;
    assert!(violations.is_empty(), "\n{}", violations.join("\n"));
    story.end().await;
}

/// Customers of all kinds; one conversation that was answered.
async fn fill(story: &Story) -> String {
    for (platform, from, name, text) in [
        (
            "instagram",
            "700901",
            "Emma Peeters",
            "Hello! Do you deliver to Belgium?",
        ),
        (
            "whatsapp",
            "33600000901",
            "Hugo Bernard",
            "Bonjour, quels sont vos horaires d'ouverture ?",
        ),
        (
            "instagram",
            "700902",
            "Lucía Romero",
            "¿Tenéis tarjetas regalo?",
        ),
        (
            "instagram",
            "700903",
            "Tom Becker",
            "I want to talk to a human please",
        ),
        (
            "whatsapp",
            "33600000902",
            "Amira Haddad",
            "My mug has a crack, can you repair it?",
        ),
        (
            "whatsapp",
            "33600000903",
            "Sven Maes",
            "Which payment methods do you accept?",
        ),
    ] {
        let path = format!("{platform}/{}/messages", account_of(platform));
        let message = json!({ "from": from, "name": name, "text": text });
        story.sandbox(&path, &message).await;
        story.settle().await;
    }
    story
        .until("the names are known", async || {
            let list = story.get("/api/conversations?limit=50").await.to_string();
            ["Emma", "Lucía", "Tom"]
                .iter()
                .all(|name| list.contains(name))
        })
        .await;
    let list = story.get("/api/conversations?limit=50").await;
    let answered = list["items"].as_array().unwrap().iter();
    let mut answered = answered.filter(|one| one["badge"] == "ai_replied");
    answered.next().unwrap()["id"].as_str().unwrap().to_owned()
}

/// Comments that were answered, left alone and left to a person; one with a draft.
async fn comments(story: &Story) -> String {
    for (from, text) in [
        ("880", "Do you deliver to Belgium?"),
        ("881", "So beautiful! 😍"),
        ("882", "Which planet do the mugs come from?"),
    ] {
        story.comment(from, text);
    }
    story.settle().await;
    let suggests = json!({"mode": "suggest"});
    story.put("/api/ai-settings", &suggests).await;
    story.comment("883", "Do you have gift cards?");
    story.settle().await;
    story
        .put("/api/ai-settings", &json!({"mode": "auto"}))
        .await;
    let list = story.get("/api/comments?state=suggested").await;
    list["items"][0]["id"].as_str().unwrap().to_owned()
}

/// A version of the settings that changed a few of them.
async fn a_version(story: &Story) -> String {
    let change = json!({"tone": "formal", "blocked_keywords": ["lawyer"], "note": "Less jokes"});
    story.put("/api/ai-settings", &change).await;
    let versions = story.get("/api/ai-settings/versions").await;
    versions["items"][0]["id"].as_str().unwrap().to_owned()
}

/// A decision that somebody marked.
async fn a_decision(story: &Story) -> String {
    let decision = story.decision_about("tarjetas regalo").await;
    let id = decision["id"].as_str().unwrap().to_owned();
    let mark = json!({ "mark": "wrong", "better": "Yes, from 20 euros on." });
    let path = format!("/api/decisions/{id}/mark");
    story.put(&path, &mark).await;
    id
}

/// A change that was played over the newest conversations.
async fn an_evaluation(story: &Story) -> String {
    let new = json!({ "name": "Lately", "past": 20 });
    let set = story.post("/api/evaluation-sets", &new).await;
    let changes = json!({ "blocked_keywords": ["payment"], "confidence": 0.2 });
    let wanted = json!({ "set_id": set["id"], "candidate": { "changes": changes } });
    let id = evaluations::begin(story, wanted).await;
    evaluations::ended(story, &id).await;
    id
}

/// A document with a second version.
async fn a_document(story: &Story) -> String {
    let document = upload(story, "parking.md", PARKING).await;
    until_state(story, &document, "ready").await;
    let changed = PARKING.replace("free", "paid");
    let again = new_version(story, &document, "parking.md", changed).await;
    until_state(story, &again, "ready").await["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// A document that is tried.
async fn a_trial(story: &Story) -> String {
    let hours = "# Hours\n\nThe workshop is open on Mondays.";
    let trial = tried(story, TRIALS, "hours.md", hours).await;
    until(story, "ready").await;
    trial["id"].as_str().unwrap().to_owned()
}

/// A site that was read.
async fn a_site(story: &Story) -> String {
    let site = read_site(story, 4).await;
    site["id"].as_str().unwrap().to_owned()
}

async fn look(
    window: &Window,
    pages: &[(&str, &str)],
    ids: &[(&str, String)],
    violations: &mut Vec<String>,
) {
    for (width, size) in [("wide", WIDE), ("phone", PHONE)] {
        window.resize(size).await;
        for scheme in ["light", "dark"] {
            window.prefer(scheme).await;
            for (name, path) in pages {
                let named = |path: String, (name, id): &(&str, String)| path.replace(name, id);
                window.go(&ids.iter().fold((*path).to_owned(), named)).await;
                window.until("a finished page", async || {
                    window.learn("return document.readyState === 'complete' && !document.querySelector('.htmx-request')").await == true
                })
                .await;
                for found in serious(window).await {
                    violations.push(format!("{name} {width} {scheme}: {found}"));
                }
                // What is fetched anew is found by its id: one that stands twice doubles a part.
                let twice = window.learn(TWICE).await;
                if twice != json!([]) {
                    violations.push(format!("{name} {width}: ids that stand twice: {twice}"));
                }
                picture(window, &format!("{name}-{width}-{scheme}")).await;
            }
        }
    }
}

/// What axe-core calls serious or critical.
async fn serious(window: &Window) -> Vec<String> {
    window.driver.execute(AXE, Vec::new()).await.unwrap();
    let script = "const done = arguments[arguments.length - 1];
        axe.run(document, { resultTypes: ['violations'] }).then(
            (result) => done(result.violations.filter((one) => ['serious', 'critical'].includes(one.impact))
                .map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160) + ' ' + (node.any[0]?.message || '')).join(' | ')}`)),
            (error) => done([String(error)]));";
    let found = window
        .driver
        .execute_async(script, Vec::new())
        .await
        .unwrap();
    let found: Vec<Value> = found.json().as_array().cloned().unwrap_or_default();
    found
        .iter()
        .map(|one| one.as_str().unwrap_or_default().to_owned())
        .collect()
}

pub async fn picture(window: &Window, name: &str) {
    if let Some(folder) = std::env::var_os("SOCIALSYNC_SCREENSHOTS") {
        let folder = PathBuf::from(folder);
        std::fs::create_dir_all(&folder).unwrap();
        window
            .driver
            .screenshot(&folder.join(format!("{name}.png")))
            .await
            .unwrap();
    }
}
