//! Accents that a program drew over a letter, as TeX does with its old fonts.

/// Joins an accent and a letter that lie upon each other: the one ends `text`, the other is `next`.
/// `along` and `across` say how far the pen jumped between them, in parts of the font's size.
pub(super) fn join(text: &mut String, next: &str, along: f64, across: f64) -> bool {
    if !(-0.95..-0.15).contains(&along) || across > 0.35 {
        return false;
    }
    let (Some(last), Some(new)) = (text.chars().next_back(), single(next)) else {
        return false;
    };
    if let Some(mark) = combining(last)
        && new.is_alphabetic()
    {
        text.pop();
        // TeX sets accents over a dotless i.
        text.push(if new == 'ı' { 'i' } else { new });
        text.push(mark);
        return true;
    }
    if let Some(mark) = combining(new)
        && last.is_alphabetic()
    {
        text.push(mark);
        return true;
    }
    false
}

fn single(text: &str) -> Option<char> {
    let mut chars = text.chars();
    let first = chars.next()?;
    chars.next().is_none().then_some(first)
}

/// The combining form of an accent that stands alone.
fn combining(c: char) -> Option<char> {
    Some(match c {
        '`' => '\u{300}',
        '\u{b4}' => '\u{301}',
        '^' | '\u{2c6}' => '\u{302}',
        '~' | '\u{2dc}' => '\u{303}',
        '\u{af}' | '\u{2c9}' => '\u{304}',
        '\u{2d8}' => '\u{306}',
        '\u{2d9}' => '\u{307}',
        '\u{a8}' => '\u{308}',
        '\u{2da}' | '\u{b0}' => '\u{30a}',
        '\u{2dd}' => '\u{30b}',
        '\u{2c7}' => '\u{30c}',
        '\u{b8}' => '\u{327}',
        '\u{2db}' => '\u{328}',
        _ => return None,
    })
}
