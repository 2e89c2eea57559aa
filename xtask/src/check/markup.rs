//! Habits of pages: what the content security policy or htmx 4 would not run, colours outside the
//! tokens, and addresses of others.

use std::sync::LazyLock;

use regex::Regex;

use super::Source;

/// The one file of the application with colours.
const TOKENS: &str = "tokens.css";
/// The simulator shares nothing with the application: its one style sheet begins with its own
/// tokens.
const SIMULATOR: &str = "testing/simulator/";
/// A simulated web site of somebody else: no page of ours, and as wild as those are.
const FOREIGN_SITE: &str = "testing/simulator/src/site/";

const COLOUR: &str = "a colour outside the tokens";

struct Rule {
    /// Extensions that it is for.
    files: &'static [&'static str],
    pattern: Option<Regex>,
    /// What makes a match fine all the same.
    unless: Option<Regex>,
    problem: &'static str,
}

fn rule(
    files: &'static [&'static str],
    pattern: &str,
    unless: Option<&str>,
    problem: &'static str,
) -> Rule {
    Rule {
        files,
        pattern: Regex::new(pattern).ok(),
        unless: unless.and_then(|text| Regex::new(text).ok()),
        problem,
    }
}

static RULES: LazyLock<[Rule; 8]> = LazyLock::new(|| {
    let pages = &["html"][..];
    [
        rule(
            &["html", "js"],
            r"\b(hx-swap-oob|hx-ext|hx-on\b|sse-swap|sse-connect|ws-connect)",
            None,
            "a habit of htmx 2",
        ),
        rule(
            pages,
            r"(?i)<script\b[^>]*>",
            Some(r#"(?i)\bsrc\s*=|type\s*=\s*["']?application/(ld\+)?json"#),
            "an inline script, which the content security policy refuses",
        ),
        rule(
            pages,
            r"(?i)<style\b|\sstyle\s*=",
            None,
            "an inline style, which the content security policy refuses",
        ),
        rule(
            pages,
            r#"(?i)\son[a-z]+\s*=\s*["'{]"#,
            None,
            "an inline event handler, which the content security policy refuses",
        ),
        rule(
            pages,
            r#"(?i)\b(src|href|srcset|action|poster)\s*=\s*["']?\s*(https?:)?//"#,
            None,
            "an address of somebody else",
        ),
        rule(
            &["css"],
            r#"(?i)(@import|url\()\s*(url\()?\s*["']?\s*(https?:)?//"#,
            None,
            "an address of somebody else",
        ),
        rule(
            &["css"],
            r"(?i)#([0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3,4})\b|\b(rgba?|hsla?|hwb|lab|lch|oklab|oklch)\(",
            None,
            COLOUR,
        ),
        rule(
            pages,
            r#"(?i)\b(fill|stroke|color|bgcolor|stop-color)\s*=\s*["']?(#[0-9a-f]{3,8}|rgb|hsl)"#,
            None,
            COLOUR,
        ),
    ]
});

/// One sentence for each bad habit.
pub fn violations(source: &Source) -> Vec<String> {
    let extension = source.path.rsplit('.').next().unwrap_or_default();
    if source.path.ends_with(TOKENS) || source.path.starts_with(FOREIGN_SITE) {
        return Vec::new();
    }
    let mut all = Vec::new();
    for rule in RULES.iter().filter(|rule| rule.files.contains(&extension)) {
        let Some(pattern) = &rule.pattern else {
            all.push(format!(
                "{}: the rule against {} can't be read",
                source.path, rule.problem
            ));
            continue;
        };
        for found in pattern.find_iter(&source.text) {
            let before = source.text.get(..found.start()).unwrap_or_default();
            let unless = rule.unless.as_ref();
            let fine = unless.is_some_and(|unless| unless.is_match(found.as_str()));
            if fine || (rule.problem == COLOUR && defines_simulator_token(source, before)) {
                continue;
            }
            let line = before.split('\n').count();
            let shown = found.as_str().trim();
            all.push(format!(
                "{}:{line}: {} ({shown})",
                source.path, rule.problem
            ));
        }
    }
    all
}

/// Whether the line that goes on after `before` defines a custom property of the simulator.
fn defines_simulator_token(source: &Source, before: &str) -> bool {
    let begin = before.rsplit('\n').next().unwrap_or_default();
    source.path.starts_with(SIMULATOR) && begin.trim_start().starts_with("--")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, text: &str) -> Vec<String> {
        violations(&Source {
            path: path.to_owned(),
            text: text.to_owned(),
        })
    }

    #[test]
    fn every_rule_can_be_read() {
        assert!(RULES.iter().all(|rule| rule.pattern.is_some()));
    }

    #[test]
    fn bad_habits_of_pages_are_named() {
        for bad in [
            r#"<div hx-swap-oob="true">"#,
            r#"<div hx-ext="sse">"#,
            r#"<div hx-on:click="x()">"#,
            "<script>alert(1)</script>",
            r#"<p style="x">"#,
            "<style>p {}</style>",
            r#"<a onclick="x()">"#,
            r#"<img src="https://example.com/a.png">"#,
            r"<link href='//example.com/a.css'>",
            r##"<path fill="#fff">"##,
        ] {
            assert_eq!(check("lib/web/templates/a.html", bad).len(), 1, "{bad}");
        }
    }

    #[test]
    fn good_pages_pass() {
        for good in [
            r#"<script src="/assets/app.js" type="module"></script>"#,
            r#"<script type="application/json">{}</script>"#,
            r##"<a href="#abc" class="style" data-on="1">at https://example.com</a>"##,
            r#"<p {% if once %}hidden{% endif %}>{{ icon = "x" }}</p>"#,
            r#"<path stroke="currentColor">"#,
        ] {
            assert!(check("lib/web/templates/a.html", good).is_empty(), "{good}");
        }
    }

    #[test]
    fn colours_stand_in_the_tokens() {
        assert_eq!(
            check("lib/web/assets/inbox.css", "a { color: #fff; }").len(),
            1
        );
        assert_eq!(
            check("lib/web/assets/inbox.css", "\n\na { color: oklch(1 2 3); }")[0]
                .split(':')
                .nth(1),
            Some("3")
        );
        assert!(check("lib/web/assets/tokens.css", "a { color: #fff; }").is_empty());
        assert!(check("lib/web/assets/inbox.css", "a { color: var(--ink); }").is_empty());
    }

    #[test]
    fn the_simulator_has_tokens_of_its_own() {
        let sheet = ":root {\n  --ink: oklch(1 2 3);\n}\np { color: oklch(1 2 3); }";
        let said = check("testing/simulator/src/page/page.css", sheet);
        assert_eq!(said.len(), 1);
        assert!(
            said[0].starts_with("testing/simulator/src/page/page.css:4:"),
            "{said:?}"
        );
        assert_eq!(check("lib/web/assets/css/20-base.css", sheet).len(), 2);
    }

    #[test]
    fn a_simulated_web_site_may_be_as_it_likes() {
        let page = "<a href=\"https://example.com/\">elsewhere</a>";
        assert!(check("testing/simulator/src/site/pages/index.html", page).is_empty());
        assert_eq!(check("testing/simulator/src/page/page.html", page).len(), 1);
    }

    #[test]
    fn style_sheets_fetch_nothing_from_others() {
        for bad in [
            "@import 'https://example.com/a.css';",
            "a { src: url(//example.com/b.woff2) }",
        ] {
            assert_eq!(check("lib/web/assets/a.css", bad).len(), 1, "{bad}");
        }
        assert!(check("lib/web/assets/a.css", "a { src: url('/assets/b.woff2') }").is_empty());
    }
}
