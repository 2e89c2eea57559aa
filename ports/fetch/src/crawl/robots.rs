//! `robots.txt` (RFC 9309): what a site asks crawlers to leave alone.

use std::time::Duration;

use url::Url;

use super::canonical::{escapes, path};

/// More rules than this for one crawler are not honest.
const MOST_RULES: usize = 5_000;

/// A site's wishes for one crawler.
#[derive(Debug, Default)]
pub(super) struct Robots {
    rules: Vec<Rule>,
    /// The pause between requests that is asked for.
    pub(super) delay: Option<Duration>,
    /// Addresses of sitemaps, as they stand there.
    pub(super) sitemaps: Vec<String>,
}

#[derive(Debug)]
struct Rule {
    pattern: String,
    allow: bool,
}

impl Robots {
    /// For a site without a `robots.txt`: everything may be read (section 2.3.1.3).
    pub(super) fn none() -> Self {
        Self::default()
    }

    /// Reads the file for the crawler called `product`. The groups that name it hold together; if
    /// none does, those for everybody.
    pub(super) fn parse(text: &str, product: &str) -> Self {
        let (mut own, mut general) = (Self::default(), Self::default());
        let (mut named, mut sitemaps) = (false, Vec::new());
        let (mut for_own, mut for_all, mut in_rules) = (false, false, true);
        for line in text.trim_start_matches('\u{feff}').split(['\n', '\r']) {
            let line = line.split('#').next().unwrap_or_default();
            let Some((key, value)) = line.split_once(':') else {
                continue;
            };
            let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
            match key.as_str() {
                "sitemap" => sitemaps.push(value.to_owned()),
                "user-agent" => {
                    if in_rules {
                        (for_own, for_all, in_rules) = (false, false, false);
                    }
                    for_own |= product_token(value).eq_ignore_ascii_case(product);
                    for_all |= value == "*";
                    named |= for_own;
                }
                "allow" | "disallow" | "crawl-delay" => {
                    in_rules = true;
                    for (wanted, group) in [(for_own, &mut own), (for_all, &mut general)] {
                        if wanted {
                            group.add(&key, value);
                        }
                    }
                }
                _ => {}
            }
        }
        let group = if named { own } else { general };
        Self { sitemaps, ..group }
    }

    fn add(&mut self, key: &str, value: &str) {
        if key == "crawl-delay" {
            let seconds = value.parse().ok();
            self.delay = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        } else if !value.is_empty() && self.rules.len() < MOST_RULES {
            self.rules.push(Rule {
                pattern: escapes(value),
                allow: key == "allow",
            });
        }
    }

    /// Whether the URL may be read: the longest pattern decides, `allow` in a tie.
    pub(super) fn allow(&self, url: &Url) -> bool {
        let path = path(url);
        self.rules
            .iter()
            .filter(|rule| matches(&rule.pattern, &path))
            .max_by_key(|rule| (rule.pattern.len(), rule.allow))
            .is_none_or(|rule| rule.allow)
    }
}

/// `SocialSync/1.0` names the product SocialSync.
fn product_token(value: &str) -> &str {
    let end = value.find(|c: char| !c.is_ascii_alphabetic() && c != '-' && c != '_');
    value.split_at(end.unwrap_or(value.len())).0
}

/// Whether a path begins with the pattern, in which `*` is any text and a `$` at the end the end.
fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, to_end) = match pattern.strip_suffix('$') {
        Some(pattern) => (pattern, true),
        None => (pattern, false),
    };
    let mut parts = pattern.split('*');
    let Some(mut rest) = path.strip_prefix(parts.next().unwrap_or_default()) else {
        return false;
    };
    let mut last = None;
    for part in parts {
        // Each but the last part is best met as early as possible.
        if let Some(part) = last.replace(part) {
            match rest.split_once(part) {
                Some((_, after)) => rest = after,
                None => return false,
            }
        }
    }
    match (last, to_end) {
        (None, true) => rest.is_empty(),
        (None, false) => true,
        (Some(last), true) => rest.ends_with(last),
        (Some(last), false) => rest.contains(last),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn allows(robots: &str, path: &str) -> bool {
        let url = Url::parse(&format!("https://shop.test{path}")).unwrap();
        Robots::parse(robots, "SocialSync").allow(&url)
    }

    #[test]
    fn the_group_that_names_the_crawler_holds_and_else_the_one_for_everybody() {
        let general = "User-agent: *\nDisallow: /private\n";
        assert!(!allows(general, "/private/a"));
        assert!(allows(general, "/public"));
        let named =
            format!("{general}\nUser-agent: Other\nUser-Agent: socialsync/2\nDisallow: /x\n");
        assert!(allows(&named, "/private/a"));
        assert!(!allows(&named, "/x"));
        let open = format!("{general}User-agent: SocialSync\nDisallow:\n");
        assert!(allows(&open, "/private"));
        let twice = "User-agent: SocialSync\nDisallow: /a\nUser-agent: b\nDisallow: /b\n\
                     User-agent: SocialSync\nDisallow: /c";
        assert_eq!(
            ["/a", "/b", "/c"].map(|path| allows(twice, path)),
            [false, true, false]
        );
    }

    #[test]
    fn the_longest_pattern_decides_and_allow_wins_a_tie() {
        let robots = "User-agent: *\nDisallow: /\nAllow: /site/\nDisallow: /site/staff/";
        assert!(allows(robots, "/site/"));
        assert!(!allows(robots, "/site/staff/rota"));
        assert!(!allows(robots, "/"));
        assert!(allows("User-agent: *\nDisallow: /a\nAllow: /a", "/a"));
    }

    #[test]
    fn stars_stand_for_any_text_and_a_dollar_for_the_end() {
        let matches = |pattern: &str, path: &str| {
            !allows(&format!("User-agent: *\nDisallow: {pattern}"), path)
        };
        assert!(matches("/fish", "/fish.html") && matches("/fish", "/fishheads/yummy"));
        assert!(!matches("/fish", "/Fish.asp") && !matches("/fish", "/catfish"));
        assert!(matches("/fish*", "/fish") && matches("/*.php", "/folder/any.php.file"));
        assert!(matches("/*.php$", "/folder/any.php") && !matches("/*.php$", "/a.php?x=1"));
        assert!(matches("/fish*.php", "/fishheads/catfish.php?parameters"));
        assert!(!matches("/fish*.php", "/Fish.PHP"));
        assert!(matches("/$", "/") && !matches("/$", "/a"));
        assert!(matches("*", "/") && matches("/*a*b$", "/xaxbxb"));
        assert!(matches("/a*a$", "/aa") && !matches("/a*a$", "/a"));
        assert!(matches("/é", "/%c3%a9") && matches("/%7ejoe", "/~joe"));
        assert!(matches("/?sort=", "/?sort=price"));
    }

    #[test]
    fn comments_blank_lines_and_other_ends_of_lines_are_read() {
        let robots = "\u{feff}# ours\r\nUSER-AGENT : * # all\r\n\r\nDISALLOW : /a # no\rNoise\n\
                      crawl-delay: 2.5\nSitemap: https://shop.test/map.xml\n";
        assert!(!allows(robots, "/a"));
        let parsed = Robots::parse(robots, "SocialSync");
        assert_eq!(parsed.delay, Some(Duration::from_millis(2500)));
        assert_eq!(parsed.sitemaps, ["https://shop.test/map.xml"]);
    }

    #[test]
    fn without_rules_everything_is_open() {
        let url = Url::parse("https://shop.test/a").unwrap();
        assert!(Robots::none().allow(&url));
        assert!(Robots::parse("", "SocialSync").allow(&url));
        assert!(Robots::parse("<html>not found</html>", "SocialSync").allow(&url));
    }

    proptest! {
        #[test]
        fn no_file_is_too_odd_to_be_read(text in "(?s).{0,400}") {
            let url = Url::parse("https://shop.test/a?b").unwrap();
            let robots = format!("User-agent: *\nDisallow: {text}");
            Robots::parse(&robots, "SocialSync").allow(&url);
            Robots::parse(&text, "SocialSync").allow(&url);
        }

        #[test]
        fn a_pattern_without_signs_is_a_prefix(pattern in "/[a-c/]{0,6}", path in "/[a-c/]{0,8}") {
            prop_assert_eq!(matches(&pattern, &path), path.starts_with(&pattern));
        }
    }
}
