//! What languages are called: each by its own name.

use knowledge::language::Language;
use web::ui::Shell;

/// The name of a language.
pub(super) fn name(shell: &Shell, language: Language) -> String {
    let name = match language {
        Language::English => "English",
        Language::French => "Français",
        Language::Spanish => "Español",
        Language::Arabic => "العربية",
        Language::Danish => "Dansk",
        Language::Dutch => "Nederlands",
        Language::Finnish => "Suomi",
        Language::German => "Deutsch",
        Language::Greek => "Ελληνικά",
        Language::Hungarian => "Magyar",
        Language::Italian => "Italiano",
        Language::Norwegian => "Norsk",
        Language::Portuguese => "Português",
        Language::Romanian => "Română",
        Language::Russian => "Русский",
        Language::Swedish => "Svenska",
        Language::Turkish => "Türkçe",
        Language::Other => return shell.t("gaps.other_language").to_string(),
    };
    name.to_owned()
}

/// The names of languages by their tags, in one line.
pub(super) fn names(shell: &Shell, tags: &[String]) -> String {
    let names: Vec<String> = tags
        .iter()
        .map(|tag| name(shell, Language::from_tag(tag)))
        .collect();
    names.join(", ")
}
