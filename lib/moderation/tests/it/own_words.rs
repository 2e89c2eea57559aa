use moderation::{Category, Filter};

fn terms(filter: &Filter, text: &str) -> Vec<String> {
    let found = filter.findings(text).into_iter();
    found.map(|finding| finding.term).collect()
}

#[test]
fn a_workspaces_words_are_met_as_a_whole_in_any_disguise() {
    let filter = Filter::new(&["Rival", "scam*", "b2b"], &[]);
    assert_eq!(
        filter.check("Buy at RIVAL!").unwrap().category,
        Category::Blocked
    );
    assert_eq!(terms(&filter, "r1val, r i v a l, rìvаl"), ["rival"; 3]);
    assert_eq!(terms(&filter, "scammers and b2b"), ["scam", "b2b"]);
    assert!(terms(&filter, "rivals, arrival, ascam, b2c").is_empty());
}

#[test]
fn a_phrase_is_met_where_its_words_follow_each_other() {
    let filter = Filter::new(&[], &["free followers", "bit.ly"]);
    assert_eq!(
        terms(&filter, "Get FREE  followers, here"),
        ["free followers"]
    );
    assert_eq!(terms(&filter, "see bit.ly/abc"), ["bit ly"]);
    assert!(terms(&filter, "free for followers. Free. Followers").is_empty());
}

#[test]
fn words_of_every_script_and_signs_without_letters_can_be_blocked() {
    let filter = Filter::new(&["🍆", "❤️", "спам", "馬鹿", "محتال"], &["🍑 pics"]);
    assert_eq!(terms(&filter, "x🍆y"), ["🍆"]);
    assert_eq!(terms(&filter, "❤ 🍑 pics"), ["❤", "🍑 pics"]);
    assert!(terms(&filter, "nice pics").is_empty());
    assert_eq!(terms(&filter, "Это СПАМ!"), ["спам"]);
    assert_eq!(terms(&filter, "あなたは馬鹿です"), ["馬鹿"]);
    assert_eq!(terms(&filter, "أنت محتال"), ["محتال"]);
}

#[test]
fn what_people_type_is_no_notation() {
    let filter = Filter::new(&["{a|b}", "=x", "~", "(", "", "  "], &["call (now)"]);
    assert_eq!(terms(&filter, "a b"), ["a|b"; 0]);
    assert_eq!(terms(&filter, "call now"), ["call now"]);
    assert!(terms(&filter, "hello there").is_empty());
    assert!(Filter::new::<&str>(&[], &[]).check("anything").is_none());
}
