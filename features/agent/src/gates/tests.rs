//! The rules, one by one.

use super::*;

fn facts<'a>(settings: &'a Settings, text: &'a str) -> Facts<'a> {
    Facts {
        settings,
        public: false,
        mode: Mode::Auto,
        account_on: true,
        conversation_on: true,
        owned_by_human: false,
        standby: false,
        window_open: true,
        business_open: true,
        spent: None,
        sees_pictures: false,
        text,
        kinds: &[],
    }
}

fn reason(facts: &Facts<'_>) -> String {
    match check(facts).1 {
        None => "passed".to_owned(),
        Some(Stop::Greet) => "greet".to_owned(),
        Some(Stop::Silent { reason }) => format!("silent {reason}"),
        Some(Stop::Escalate { reason }) => format!("escalate {reason}"),
    }
}

#[test]
fn a_question_passes_all_rules_and_each_is_recorded() {
    let settings = Settings::default();
    let (tried, stop) = check(&facts(&settings, "Do you ship to Belgium?"));
    assert_eq!(stop, None);
    assert_eq!(tried.len(), RULES.len() - OF_COMMENTS.len());
    assert!(tried.iter().all(|gate| gate.passed));
}

#[test]
fn every_switch_silences() {
    let settings = Settings::default();
    let base = facts(&settings, "Do you ship to Belgium?");
    let cases = [
        (
            Facts {
                mode: Mode::Off,
                ..base.clone()
            },
            "silent mode_off",
        ),
        (
            Facts {
                account_on: false,
                ..base.clone()
            },
            "silent account_off",
        ),
        (
            Facts {
                conversation_on: false,
                ..base.clone()
            },
            "silent conversation_off",
        ),
        (
            Facts {
                owned_by_human: true,
                ..base.clone()
            },
            "silent human_owns",
        ),
        (
            Facts {
                standby: true,
                ..base.clone()
            },
            "silent standby",
        ),
        (
            Facts {
                window_open: false,
                ..base.clone()
            },
            "silent window_closed",
        ),
    ];
    for (facts, expected) in cases {
        assert_eq!(reason(&facts), expected);
        let (tried, _) = check(&facts);
        assert!(!tried.last().unwrap().passed);
    }
}

#[test]
fn a_person_looks_at_a_photo_and_nobody_at_a_sticker() {
    let settings = Settings::default();
    let (photo, sticker) = (["image".to_owned()], ["sticker".to_owned()]);
    assert_eq!(
        reason(&Facts {
            kinds: &photo,
            ..facts(&settings, "")
        }),
        "escalate no_text"
    );
    assert_eq!(
        reason(&Facts {
            kinds: &sticker,
            ..facts(&settings, " ")
        }),
        "silent nothing_to_answer"
    );
}

#[test]
fn the_settings_decide_about_words_and_hours() {
    let settings = Settings {
        blocked_keywords: vec!["lawyer".to_owned()],
        blocked_phrases: vec!["money back".to_owned()],
        ignore_examples: vec!["Follow me back!".to_owned()],
        outside_hours: OutsideHours::Silent,
        ..Settings::default()
    };
    assert_eq!(
        reason(&facts(&settings, "My LAWYER will write")),
        "escalate blocked_keyword"
    );
    assert_eq!(
        reason(&facts(&settings, "my l-a-w-y-e-r will write, my l4wyer")),
        "escalate blocked_keyword"
    );
    assert_eq!(
        reason(&facts(&settings, "I want my money back")),
        "escalate blocked_phrase"
    );
    assert_eq!(
        reason(&facts(&settings, "pls folow me back")),
        "silent ignored_example"
    );
    assert_eq!(
        reason(&facts(&settings, "Can I talk to a human?")),
        "escalate customer_asked_for_human"
    );
    let night = Facts {
        business_open: false,
        ..facts(&settings, "Do you ship?")
    };
    assert_eq!(reason(&night), "silent outside_hours");
    assert_eq!(
        reason(&facts(&settings, "Merci !")),
        "silent nothing_to_answer"
    );
    assert_eq!(reason(&facts(&settings, "Hello")), "greet");
}

#[test]
fn the_switches_of_the_workspace_silence_whatever_the_mode() {
    let off = Settings {
        ai_control_enabled: false,
        ..Settings::default()
    };
    assert_eq!(reason(&facts(&off, "Do you ship?")), "silent ai_off");
    let no_chats = Settings {
        ai_enabled_for_chats: false,
        ..Settings::default()
    };
    assert_eq!(
        reason(&facts(&no_chats, "Do you ship?")),
        "silent chats_off"
    );
    let no_comments = Settings {
        ai_enabled_for_comments: false,
        ..Settings::default()
    };
    assert_eq!(reason(&facts(&no_comments, "Do you ship?")), "passed");
}

#[test]
fn a_photo_is_answered_by_a_model_that_sees_it() {
    let settings = Settings::default();
    let photo = ["image".to_owned()];
    for text in ["", "Hello!"] {
        let seen = Facts {
            kinds: &photo,
            sees_pictures: true,
            ..facts(&settings, text)
        };
        assert_eq!(reason(&seen), "passed");
    }
}

#[test]
fn an_offence_and_a_call_for_help_reach_a_person() {
    let settings = Settings::default();
    let said = |text| reason(&facts(&settings, text));
    assert_eq!(
        said("You f.u.c.k.i.n.g idiot"),
        "escalate offensive_message"
    );
    assert_eq!(said("I want to kill myself"), "escalate person_in_danger");
    assert_eq!(said("Where the hell is my parcel?"), "passed");
}

#[test]
fn a_spent_budget_silences_only_when_it_should() {
    let silent = Settings {
        budget: crate::settings::Budget {
            when_spent: WhenSpent::Silent,
            ..crate::settings::Budget::default()
        },
        ..Settings::default()
    };
    for (settings, expected) in [
        (Settings::default(), "passed"),
        (silent, "silent budget_spent"),
    ] {
        let spent = Facts {
            spent: Some(Period::Day),
            ..facts(&settings, "Do you ship?")
        };
        assert_eq!(reason(&spent), expected);
        assert_eq!(reason(&facts(&settings, "Do you ship?")), "passed");
    }
}

#[test]
fn in_shadow_also_conversations_of_people_are_drafted_for() {
    let settings = Settings::default();
    let theirs = Facts {
        mode: Mode::Shadow,
        owned_by_human: true,
        ..facts(&settings, "Do you ship?")
    };
    assert_eq!(reason(&theirs), "passed");
}

#[test]
fn a_comment_heeds_its_own_switch_and_none_of_a_conversation() {
    let mut settings = Settings {
        ai_enabled_for_chats: false,
        ..Settings::default()
    };
    let under = |settings: &Settings, text: &str| {
        reason(&Facts {
            public: true,
            conversation_on: false,
            owned_by_human: true,
            standby: true,
            window_open: false,
            ..facts(settings, text)
        })
    };
    assert_eq!(under(&settings, "Do you ship to Belgium?"), "passed");
    for text in ["Love it!", "Hello", "@anna", "😍"] {
        assert_eq!(under(&settings, text), "silent nothing_to_answer", "{text}");
    }
    settings.ai_enabled_for_comments = false;
    assert_eq!(
        under(&settings, "Do you ship to Belgium?"),
        "silent comments_off"
    );
    settings.ai_enabled_for_chats = true;
    let chat = facts(&settings, "Do you ship to Belgium?");
    assert_eq!(reason(&chat), "passed");
}
