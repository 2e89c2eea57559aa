//! Every text of the tokens can be read on every ground it stands on, in both themes.
//!
//! The tokens are read from the style sheet and computed as a browser would: `var()`,
//! `light-dark()`, `calc()`, then OKLCH to linear sRGB (Björn Ottosson's matrices), then the
//! contrast ratio of WCAG 2.2.

use std::collections::BTreeMap;

const SHEET: &str = include_str!("../../assets/css/10-tokens.css");

/// WCAG AA for text of ordinary size.
const TEXT: f64 = 4.5;
/// WCAG AA for the parts of controls.
const PART: f64 = 3.0;

#[derive(Clone, Copy, PartialEq, Debug)]
enum Theme {
    Light,
    Dark,
}

struct Tokens {
    raw: BTreeMap<String, String>,
    theme: Theme,
}

impl Tokens {
    fn read(theme: Theme, contrast: &str, hue: Option<&str>) -> Self {
        let mut raw = BTreeMap::new();
        for declaration in SHEET.split(';') {
            let Some((head, value)) = declaration
                .rsplit_once(": ")
                .filter(|(head, _)| head.contains("--"))
            else {
                continue;
            };
            let Some((_, name)) = head.rsplit_once("--") else {
                continue;
            };
            // The first declaration is the one of the root; later ones are for preferences.
            raw.entry(name.trim().to_owned())
                .or_insert_with(|| value.split_whitespace().collect::<Vec<_>>().join(" "));
        }
        raw.insert("seed-contrast".to_owned(), contrast.to_owned());
        if let Some(hue) = hue {
            raw.insert("hue".to_owned(), hue.to_owned());
        }
        Self { raw, theme }
    }

    fn colour(&self, name: &str) -> [f64; 3] {
        let value = self
            .raw
            .get(name)
            .unwrap_or_else(|| panic!("no token --{name}"));
        let value = self.resolve(value);
        let inner = value
            .strip_prefix("oklch(")
            .and_then(|rest| rest.strip_suffix(')'));
        let parts = split(inner.unwrap_or_else(|| panic!("--{name} is {value}")), ' ');
        let numbers: Vec<f64> = parts.iter().map(|part| number(part)).collect();
        linear_srgb(numbers[0], numbers[1], numbers[2])
    }

    /// Replaces `var()` and `light-dark()` until none is left.
    fn resolve(&self, value: &str) -> String {
        let mut value = value.trim().to_owned();
        while let Some(at) = value.find("var(--") {
            let end = at + value[at..].find(')').unwrap();
            let name = &value[at + 6..end];
            let inner = self
                .raw
                .get(name)
                .unwrap_or_else(|| panic!("no token --{name}"))
                .clone();
            value.replace_range(at..=end, &inner);
        }
        while let Some(at) = value.find("light-dark(") {
            let inside = at + "light-dark(".len();
            let end = inside + closing(&value[inside..]);
            let both = split(&value[inside..end], ',');
            let chosen = both[usize::from(self.theme == Theme::Dark)]
                .trim()
                .to_owned();
            value.replace_range(at..=end, &chosen);
        }
        value
    }

    fn ratio(&self, text: &str, ground: &str) -> f64 {
        let (a, b) = (luminance(self.colour(text)), luminance(self.colour(ground)));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }
}

/// Where the bracket that was opened before `text` closes.
fn closing(text: &str) -> usize {
    let mut depth = 0;
    for (at, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' if depth == 0 => return at,
            ')' => depth -= 1,
            _ => {}
        }
    }
    panic!("unclosed: {text}")
}

/// Splits outside of brackets.
fn split(text: &str, separator: char) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0;
    for character in text.chars() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if character == separator && depth == 0 {
            parts.push(String::new());
        } else {
            parts.last_mut().unwrap().push(character);
        }
    }
    parts.retain(|part| !part.trim().is_empty());
    parts
}

/// A number, or `calc(a ± b * c)`.
fn number(text: &str) -> f64 {
    let Some(inner) = text
        .strip_prefix("calc(")
        .and_then(|rest| rest.strip_suffix(')'))
    else {
        return text
            .parse()
            .unwrap_or_else(|_| panic!("not a number: {text}"));
    };
    let words: Vec<&str> = inner.split(' ').collect();
    let [a, sign, b, "*", c] = words.as_slice() else {
        panic!("unknown sum: {inner}")
    };
    let product = number(b) * number(c);
    if *sign == "-" {
        number(a) - product
    } else {
        number(a) + product
    }
}

fn linear_srgb(lightness: f64, chroma: f64, hue: f64) -> [f64; 3] {
    let (green_red, blue_yellow) = (
        chroma * hue.to_radians().cos(),
        chroma * hue.to_radians().sin(),
    );
    let cone = |green: f64, blue: f64| (lightness + green * green_red + blue * blue_yellow).powi(3);
    let long = cone(0.396_337_777_4, 0.215_803_757_3);
    let medium = cone(-0.105_561_345_8, -0.063_854_172_8);
    let short = cone(-0.089_484_177_5, -1.291_485_548_0);
    [
        4.076_741_662_1 * long - 3.307_711_591_3 * medium + 0.230_969_929_2 * short,
        -1.268_438_004_6 * long + 2.609_757_401_1 * medium - 0.341_319_396_5 * short,
        -0.004_196_086_3 * long - 0.703_418_614_7 * medium + 1.707_614_701_0 * short,
    ]
    .map(|channel| channel.clamp(0.0, 1.0))
}

fn luminance([r, g, b]: [f64; 3]) -> f64 {
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

/// Texts and the grounds they stand on.
fn text_pairs() -> Vec<(&'static str, &'static str)> {
    let grounds = [
        "background",
        "card",
        "popover",
        "sidebar",
        "muted",
        "secondary",
        "hover",
        "accent",
        "sidebar-accent",
        "selected",
        "ai",
        "neutral-2",
        "neutral-4",
    ];
    let tints = ["ok-tint", "warn-tint", "danger-tint", "info-tint"];
    let mut pairs = Vec::new();
    for ground in grounds {
        pairs.push(("foreground", ground));
        pairs.push(("muted-foreground", ground));
    }
    for ground in tints {
        pairs.push(("foreground", ground));
        pairs.push(("ai-foreground", ground));
    }
    for ground in [
        "background",
        "card",
        "popover",
        "muted",
        "sidebar",
        "ai",
        "selected",
        "hover",
    ] {
        pairs.push(("ai-foreground", ground));
    }
    for (text, ground) in ["ok", "warn", "danger", "info"].into_iter().zip(tints) {
        pairs.push((text, ground));
        pairs.extend(["background", "popover", "selected"].map(|ground| (text, ground)));
    }
    pairs.extend([
        ("card-foreground", "card"),
        ("popover-foreground", "popover"),
        ("primary-foreground", "primary"),
        ("primary-foreground", "primary-hover"),
        ("secondary-foreground", "secondary"),
        ("accent-foreground", "accent"),
        ("sidebar-foreground", "sidebar"),
        ("sidebar-foreground", "sidebar-accent"),
        ("sidebar-accent-foreground", "sidebar-accent"),
        ("destructive-foreground", "destructive"),
        ("destructive-foreground", "destructive-hover"),
        ("neutral-1", "neutral-12"),
    ]);
    pairs
}

fn check(contrast: &str, least: f64, pairs: &[(&str, &str)], hue: Option<&str>) {
    let mut failures = Vec::new();
    for theme in [Theme::Light, Theme::Dark] {
        let tokens = Tokens::read(theme, contrast, hue);
        for (text, ground) in pairs {
            let ratio = tokens.ratio(text, ground);
            if ratio < least {
                failures.push(format!("{theme:?}: --{text} on --{ground} is {ratio:.2}"));
            }
        }
    }
    assert!(
        failures.is_empty(),
        "below {least}:\n{}",
        failures.join("\n")
    );
}

#[test]
fn the_mathematics_agree_with_known_colours() {
    // #ffffff, #000000 and #5159d7, whose contrast with white is known.
    let white = luminance(linear_srgb(1.0, 0.0, 0.0));
    let violet = luminance(linear_srgb(0.531, 0.190_2, 275.1));
    assert!((white - 1.0).abs() < 1e-3);
    assert!(
        (1.05 / (violet + 0.05) - 5.53).abs() < 0.1,
        "{}",
        1.05 / (violet + 0.05)
    );
}

#[test]
fn every_text_can_be_read_on_its_ground() {
    check("1", TEXT, &text_pairs(), None);
}

#[test]
fn more_contrast_stays_readable() {
    check("1.12", TEXT, &text_pairs(), None);
}

#[test]
fn initials_can_be_read_on_every_disc() {
    for part in SHEET.split("--hue: ").skip(1) {
        let hue = part.split(';').next().unwrap();
        check("1", TEXT, &[("avatar-foreground", "avatar")], Some(hue));
    }
}

#[test]
fn the_parts_of_controls_can_be_seen() {
    check(
        "1",
        PART,
        &[
            ("ring", "background"),
            ("neutral-9", "background"),
            ("primary", "background"),
            ("danger", "background"),
            ("primary-foreground", "neutral-9"),
            ("chart-1", "ai"),
        ],
        None,
    );
}
