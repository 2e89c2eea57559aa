//! Every component in every state on one page, to look at while one changes them.

use askama::Template;

use super::{FieldErrors, Flash, Shell, Tone};

/// The gallery.
#[derive(Debug, Clone, Template)]
#[template(path = "gallery.html")]
pub struct Gallery {
    /// The shell.
    pub shell: Shell,
    /// Names of the colour steps.
    pub scales: [&'static str; 2],
    /// Tones of badges and callouts.
    pub tones: [&'static str; 6],
    /// A few people.
    pub people: [&'static str; 6],
    /// A form with mistakes.
    pub errors: FieldErrors,
    /// A word that can be taken back, and one that cannot.
    pub flashes: Vec<Flash>,
    /// Values of a chart.
    pub values: Vec<f64>,
    /// Names of all icons.
    pub icons: Vec<&'static str>,
}

/// The icons of the sprite, one a line; `cargo xtask vendor` makes the sprite from it.
const ICONS: &str = include_str!("../../assets/icons.txt");

impl Gallery {
    /// The gallery for an owner.
    pub fn sample() -> Self {
        let mut errors = FieldErrors::default();
        errors.add(
            "email",
            "This is not an e-mail address. It should look like you@shop.com.",
        );
        errors.add("about", "Please write at least a sentence.");
        Self {
            shell: Shell::sample().at("knowledge"),
            scales: ["neutral", "accent"],
            tones: ["neutral", "ai", "ok", "warn", "danger", "info"],
            people: [
                "Léa Moreau",
                "Kwame Osei",
                "Aiko Sato",
                "Rafael Braga",
                "Nora Petit",
                "Tom Weiss",
            ],
            errors,
            flashes: vec![
                Flash::ok("Conversation resolved").with_undo("/conversations/1/reopen"),
                Flash {
                    tone: Tone::Neutral,
                    text: "Link copied".to_owned(),
                    undo: None,
                },
                Flash::danger("The message could not be sent."),
            ],
            values: vec![2.0, 3.0, 2.5, 5.0, 4.0, 6.0, 7.5, 7.0, 9.0],
            icons: ICONS.lines().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets;
    use crate::i18n::Locale;
    use crate::ui::samples::{SampleInbox, SamplePlain};

    fn pages() -> [String; 3] {
        [
            Gallery::sample().render().unwrap(),
            SampleInbox::sample().render().unwrap(),
            SamplePlain::sample().render().unwrap(),
        ]
    }

    #[test]
    fn no_page_asks_for_an_asset_that_is_not_there() {
        for page in pages() {
            assert!(!page.contains("/assets/unknown"));
            assert!(page.contains(assets::asset("app.css")));
        }
    }

    #[test]
    fn every_language_fills_every_word() {
        for locale in Locale::ALL {
            let mut page = SampleInbox::sample();
            page.shell.frame.locale = locale;
            let html = page.render().unwrap();
            assert!(
                !html.contains(">ui.") && !html.contains(">inbox."),
                "a bare key in {}",
                locale.tag()
            );
            assert!(!html.contains("{name}") && !html.contains("{time}"));
            assert!(html.contains(&format!("lang=\"{}\"", locale.tag())));
        }
    }

    #[test]
    fn no_page_has_script_or_style_inside() {
        for page in pages() {
            assert!(
                !page.contains(" style="),
                "a style attribute breaks the content security policy"
            );
            assert!(!page.contains("<style") && !page.contains(" onclick="));
            assert!(
                !page
                    .replace("<script src", "")
                    .replace("<script type=\"module\" src", "")
                    .contains("<script")
            );
        }
    }

    #[test]
    fn no_page_uses_an_icon_that_the_sprite_lacks() {
        let known: Vec<_> = ICONS.lines().collect();
        for page in pages() {
            for part in page.split(".svg#").skip(1) {
                let name = part.split('"').next().unwrap();
                assert!(known.contains(&name), "no icon {name}");
            }
        }
    }
}
