//! What keeps an answer from being sent without a person. Each check is a function of the answer
//! and the facts, and names what it found.

use serde::{Deserialize, Serialize};

use crate::comment::LONGEST_REPLY;
use crate::context::Context;
use crate::ground::Ground;
use crate::judge::Draft;
use crate::leak::{self, Told};
use crate::settings::Settings;
use crate::step::Passage;
use crate::{links, moderate, prompt};

/// Something about an answer that a person should see first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub(crate) struct Doubt {
    /// The stable reason.
    pub(crate) reason: String,
    /// What was found, such as the link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) found: Option<String>,
}

impl Doubt {
    pub(crate) fn because(reason: &str) -> Self {
        Self {
            reason: reason.to_owned(),
            found: None,
        }
    }

    pub(crate) fn about(reason: &str, found: impl Into<String>) -> Self {
        Self {
            found: Some(found.into()),
            ..Self::because(reason)
        }
    }
}

/// What an answer is held against.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts<'a> {
    /// The passages that it names as its sources.
    pub(crate) sources: Vec<&'a Passage>,
    /// What the customer wrote.
    pub(crate) asked: &'a str,
    /// What the business wants to be known and heeded, with its variables filled.
    pub(crate) instructions: String,
    /// The first words that the model reads, which are between us and it.
    pub(crate) system: String,
    /// What else may be said: names, opening hours, the day.
    pub(crate) around: String,
    /// Whether everybody reads the answer.
    pub(crate) public: bool,
}

impl<'a> Facts<'a> {
    /// The facts about a draft, in a conversation with this context.
    pub(crate) fn about(
        draft: &Draft,
        settings: &Settings,
        context: &Context,
        found: &[&'a Passage],
        asked: &'a str,
    ) -> Self {
        let sources = found.iter().copied();
        Self {
            sources: sources
                .filter(|passage| draft.sources.contains(&passage.chunk))
                .collect(),
            asked,
            instructions: context.filled(settings, settings.instructions.trim()),
            system: prompt::system(settings, context),
            around: context.sayable(settings),
            public: context.under.is_some(),
        }
    }

    fn source_texts(&self) -> impl Iterator<Item = &'a str> {
        let texts = |p: &&'a Passage| [p.title.as_str(), p.heading.as_str(), p.content.as_str()];
        let all: Vec<_> = self.sources.iter().flat_map(texts).collect();
        all.into_iter()
    }

    /// Whether the answer is in the language of all its sources.
    fn in_language_of_sources(&self, language: Option<&str>) -> bool {
        let primary = |tag: &str| {
            let first = tag.split(['-', '_']).next().unwrap_or_default();
            first.to_lowercase()
        };
        let own = language.map(primary);
        let mut sources = self.sources.iter();
        sources.all(|passage| own.as_deref() == Some(primary(&passage.language).as_str()))
    }
}

/// The longest answer that is sent without a person, in characters, whoever wrote it.
const LONGEST: usize = 4000;

/// The doubts about an answer, the graver first.
pub(crate) fn doubts(draft: &Draft, settings: &Settings, facts: &Facts<'_>) -> Vec<Doubt> {
    let mut found = Vec::new();
    if !draft.quoted {
        let open: Vec<&str> = facts.source_texts().chain([facts.asked]).collect();
        let told = Told {
            secret: &facts.system,
            open: &open.join("\n"),
        };
        if let Some(leak) = leak::leaked(&draft.text, told) {
            found.push(Doubt::about("instructions_leaked", leak));
        }
    }
    let mut known = links::find(&facts.instructions);
    // Their own mail box may be named to them, and to nobody else.
    let own = links::find(facts.asked).into_iter();
    known.extend(own.filter(|link| link.is_mail_box() && !facts.public));
    if settings.allowed_links.is_empty() {
        known.extend(facts.source_texts().flat_map(links::find));
    }
    if let Some(link) = links::foreign(&draft.text, &settings.allowed_links, &known) {
        found.push(Doubt::about("foreign_link", link));
    }
    if !draft.sourced {
        found.push(Doubt::because("unsourced"));
    }
    if !draft.quoted {
        let mut ground = Ground::default();
        let beside = [facts.instructions.as_str(), &facts.around];
        facts
            .source_texts()
            .chain(beside)
            .for_each(|text| ground.learn(text));
        ground.hear(facts.asked);
        let language = draft.language.as_deref();
        let same = facts.in_language_of_sources(language);
        if let Some(claim) = ground.unfounded(&draft.text, language, same) {
            found.push(Doubt::about("not_grounded", claim));
        }
    }
    let blocked = [
        settings.blocked_keywords.as_slice(),
        settings.blocked_phrases.as_slice(),
    ];
    if let Some(word) = moderate::outgoing(&draft.text, draft.quoted, &blocked.concat()) {
        found.push(Doubt::about("moderation_out", word));
    }
    if !draft.language_fits {
        found.push(Doubt::because("language_mismatch"));
    }
    let most = if draft.quoted {
        LONGEST
    } else {
        settings.answer_length.most()
    };
    let most = if facts.public {
        most.min(LONGEST_REPLY)
    } else {
        most
    };
    if draft.text.chars().count() > most {
        found.push(Doubt::because("too_long"));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Length;

    fn passage(content: &str) -> Passage {
        Passage {
            chunk: kernel::ChunkId::new(),
            faq: false,
            title: "Delivery".to_owned(),
            heading: String::new(),
            content: content.to_owned(),
            language: "en".to_owned(),
            score: 0.9,
        }
    }

    fn reasons(draft: &Draft, settings: &Settings, source: &str) -> Vec<String> {
        let source = passage(source);
        let facts = Facts {
            sources: vec![&source],
            asked: "How long does it take? I am you@home.example",
            instructions: settings.instructions.clone(),
            system: format!("You answer for the shop. {}", settings.instructions),
            around: "Atelier Lumen".to_owned(),
            public: false,
        };
        let doubts = doubts(draft, settings, &facts);
        doubts.into_iter().map(|doubt| doubt.reason).collect()
    }

    fn draft(text: &str) -> Draft {
        Draft {
            text: text.to_owned(),
            ..Draft::sample()
        }
    }

    const SOURCE: &str = "It takes two to four days. See https://shop.example/delivery.";

    #[test]
    fn a_sourced_answer_in_the_right_language_is_beyond_doubt() {
        let settings = Settings::default();
        assert!(reasons(&Draft::sample(), &settings, SOURCE).is_empty());
        let unsourced = Draft {
            sourced: false,
            language_fits: false,
            ..Draft::sample()
        };
        let found = reasons(&unsourced, &settings, SOURCE);
        assert_eq!(found, ["unsourced", "language_mismatch"]);
    }

    #[test]
    fn a_claim_that_stands_in_no_source_waits_for_a_person_and_what_the_instructions_say_does_not()
    {
        let settings = Settings {
            instructions: "Delivery to islands takes nine days.".to_owned(),
            ..Settings::default()
        };
        let found = |text| reasons(&draft(text), &settings, SOURCE);
        assert_eq!(found("It takes five days."), ["not_grounded"]);
        assert!(found("It takes 9 days for Atelier Lumen.").is_empty());
    }

    #[test]
    fn the_instructions_are_not_given_away() {
        let settings = Settings {
            instructions: "Never tell that our margin on all the lamps is high.".to_owned(),
            ..Settings::default()
        };
        let told = draft("I was told: never tell that our margin on all the lamps is high.");
        let found = reasons(&told, &settings, SOURCE);
        assert_eq!(found, ["instructions_leaked"]);
    }

    #[test]
    fn links_come_from_the_list_and_without_one_from_the_sources() {
        let with = |list: &[&str]| Settings {
            allowed_links: list.iter().map(|entry| (*entry).to_owned()).collect(),
            instructions: "For complaints: https://help.example/form".to_owned(),
            ..Settings::default()
        };
        let found = |text, list: &[&str], quoted| {
            let draft = Draft {
                quoted,
                ..draft(text)
            };
            reasons(&draft, &with(list), SOURCE)
        };
        for quoted in [false, true] {
            let sourced = "See https://shop.example/delivery";
            assert!(found(sourced, &[], quoted).is_empty());
            assert!(found(sourced, &["shop.example"], quoted).is_empty());
            assert_eq!(found(sourced, &["help.example"], quoted), ["foreign_link"]);
            let instructed = "See https://help.example/form";
            assert!(found(instructed, &["shop.example"], quoted).is_empty());
            let foreign = "See https://evil.example";
            assert_eq!(found(foreign, &[], quoted), ["foreign_link"]);
            let mail_box = "Write to boss@evil.example";
            assert_eq!(
                found(mail_box, &["shop.example"], quoted)[0],
                "foreign_link"
            );
            let own = "We write to you@home.example";
            assert!(!found(own, &["shop.example"], quoted).contains(&"foreign_link".to_owned()));
        }
    }

    #[test]
    fn the_length_that_is_asked_for_limits_what_a_model_wrote_and_not_what_is_quoted() {
        let mut long = draft(&"two days, ".repeat(90));
        let with = |answer_length| Settings {
            answer_length,
            ..Settings::default()
        };
        assert_eq!(reasons(&long, &with(Length::Short), SOURCE), ["too_long"]);
        assert!(reasons(&long, &with(Length::Medium), SOURCE).is_empty());
        long.quoted = true;
        assert!(reasons(&long, &with(Length::Short), SOURCE).is_empty());
        long.text = "a".repeat(LONGEST + 1);
        assert_eq!(reasons(&long, &with(Length::Long), SOURCE), ["too_long"]);
    }
}
