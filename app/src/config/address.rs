//! E-mail addresses in settings.

/// Whether mail could be sent to this. What a setting names by mistake is told at start.
pub(super) fn looks_like_one(text: &str) -> bool {
    let fits = text.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && !host.starts_with('.') && !host.contains('@')
    });
    let forbidden = |letter: char| letter.is_whitespace() || ",;<>()".contains(letter);
    fits && !text.contains(forbidden)
}
