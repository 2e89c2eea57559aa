//! What serde says about a field that does not fit, in words of people.

use std::collections::BTreeMap;

use crate::Problem;

/// What serde says (`… target type: user.name: invalid type …`), told apart into field and reason.
pub(super) fn unfit(text: &str) -> Problem {
    let reason = ["query string: ", "form body: ", " type: "]
        .iter()
        .find_map(|head| text.split_once(head))
        .map_or(text, |(_, reason)| reason);
    let (field, reason) = match reason.split_once(": ") {
        Some((path, reason)) if !path.contains(' ') => (path, reason),
        _ => ("", reason),
    };
    let named = |word| {
        reason
            .split_once(word)
            .and_then(|(_, rest)| rest.split('`').nth(1))
    };
    let words = ["missing field", "unknown field", "duplicate field"];
    let field = match (field, words.into_iter().find_map(named)) {
        ("" | ".", Some(name)) => name.to_owned(),
        // Of an unknown field the path ends in its name already.
        (path, Some(name)) if path.rsplit('.').next() == Some(name) => path.to_owned(),
        (path, Some(name)) => format!("{path}.{name}"),
        ("" | ".", None) => "body".to_owned(),
        (path, None) => path.to_owned(),
    };
    let reason = reason
        .split_once(" at line ")
        .map_or(reason, |(head, _)| head);
    let mut problem = Problem::invalid(BTreeMap::<String, String>::new());
    problem.fields.insert(field, plain(reason));
    problem
}

/// The reason without the words of the parser. What our own types say stays as it is.
fn plain(reason: &str) -> String {
    let starts = |head: &str| reason.starts_with(head);
    if starts("missing field") {
        return "is required".to_owned();
    }
    if starts("unknown field") {
        return "is not known".to_owned();
    }
    if starts("duplicate field") {
        return "is given twice".to_owned();
    }
    if starts("unknown variant") {
        let known: Vec<_> = reason.split('`').skip(3).step_by(2).collect();
        return format!("must be one of: {}", known.join(", "));
    }
    if starts("invalid type") || starts("invalid value") {
        let wanted = reason.split_once(", expected ").map(|(_, wanted)| wanted);
        return format!("must be {}", wanted.map_or("of another form", form));
    }
    if starts("invalid digit found") || starts("cannot parse integer") {
        return "must be a whole number".to_owned();
    }
    if starts("number too") || starts("out of range integral") {
        return "is too large or too small".to_owned();
    }
    if starts("provided string was not") {
        return "must be true or false".to_owned();
    }
    let of_a_time = [
        "premature end of input",
        "input contains invalid",
        "input is ",
    ];
    if of_a_time.into_iter().any(starts) || starts("trailing input") {
        return "must be a date and time (RFC 3339)".to_owned();
    }
    if starts("data did not match") || starts("invalid length") || starts("UUID parsing failed") {
        return "is of another form".to_owned();
    }
    reason.to_owned()
}

/// What was expected, in words of JSON.
fn form(wanted: &str) -> &str {
    let whole = [
        "u8",
        "u16",
        "u32",
        "u64",
        "usize",
        "i8",
        "i16",
        "i32",
        "i64",
        "isize",
        "a nonzero",
    ];
    match wanted {
        "a string" | "str" | "string" | "a borrowed string" => "a text",
        "a boolean" | "bool" => "true or false",
        "a sequence" => "a list",
        "f32" | "f64" | "a number" => "a number",
        "a map" => "an object",
        "an object" | "a text" | "a list" => wanted,
        _ if wanted.starts_with("struct ") || wanted.starts_with("internally tagged") => {
            "an object"
        }
        _ if wanted.starts_with("an array") || wanted.starts_with("a tuple") => "a list",
        _ if wanted.contains("date") => "a date and time (RFC 3339)",
        _ if whole.into_iter().any(|kind| wanted.starts_with(kind)) => "a whole number in range",
        _ if wanted.starts_with("an id of") || wanted.starts_with("a value of") => wanted,
        _ => "of another form",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_that_does_not_fit_is_named_and_the_parser_is_not_heard() {
        let json = "Failed to deserialize the JSON body into the target type: ";
        let query = "Failed to deserialize query string: ";
        let form = "Failed to deserialize form body: ";
        for (text, field, reason) in [
            (
                format!("{query}conversation: not an id of the form cnv_…"),
                "conversation",
                "not an id of the form cnv_…",
            ),
            (
                format!("{form}missing field `email`"),
                "email",
                "is required",
            ),
            (
                format!("{query}limit: invalid digit found in string"),
                "limit",
                "must be a whole number",
            ),
            (
                format!(
                    "{json}user.name: invalid type: integer `1`, expected a string at line 1 column 9"
                ),
                "user.name",
                "must be a text",
            ),
            (
                format!(
                    "{json}size: invalid value: integer `900`, expected u8 at line 1 column 26"
                ),
                "size",
                "must be a whole number in range",
            ),
            (
                format!(
                    "{json}mode: unknown variant `x`, expected one of `off`, `auto` at line 1 column 9"
                ),
                "mode",
                "must be one of: off, auto",
            ),
            (
                format!(
                    "{json}settings: invalid type: string \"a\", expected struct Settings at line 1 column 9"
                ),
                "settings",
                "must be an object",
            ),
            (
                format!(
                    "{json}settings.what: unknown field `what`, expected `mode` or `text` at line 1 column 9"
                ),
                "settings.what",
                "is not known",
            ),
            (
                format!("{json}invalid type: sequence, expected an object at line 1 column 0"),
                "body",
                "must be an object",
            ),
            (
                format!("{query}before: premature end of input"),
                "before",
                "must be a date and time (RFC 3339)",
            ),
        ] {
            let problem = unfit(&text);
            assert_eq!(
                problem.fields.get(field).map(String::as_str),
                Some(reason),
                "{text}"
            );
        }
    }
}
