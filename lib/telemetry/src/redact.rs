//! What is never printed.

/// Stands where a private value would.
pub const HIDDEN: &str = "…";

/// Last words of field names whose values are secrets or what people wrote.
const PRIVATE: [&str; 9] = [
    "authorization",
    "body",
    "caption",
    "cookie",
    "password",
    "prompt",
    "secret",
    "text",
    "token",
];
/// Keys that open something; others, such as a job's, are only names.
const KEYS: [&str; 2] = ["api", "secret"];

/// Whether a field of this name is hidden: `token`, `access_token`, `page.token` and `api_key`
/// are; `token_count` and `job_key` are not.
pub fn is_private(field: &str) -> bool {
    let mut words = field.rsplit(['_', '.', '-']);
    let last = words.next().unwrap_or(field);
    if last.eq_ignore_ascii_case("key") {
        return words.next().is_some_and(|word| is_one_of(&KEYS, word));
    }
    is_one_of(&PRIVATE, last)
}

fn is_one_of(words: &[&str], word: &str) -> bool {
    words.iter().any(|other| other.eq_ignore_ascii_case(word))
}

/// A URL fit for a log: without user and password, and without the values of its query, where
/// platforms expect their tokens.
pub fn redact_url(url: &str) -> String {
    let url = url.split('#').next().unwrap_or(url);
    let (place, query) = match url.split_once('?') {
        Some((place, query)) => (place, Some(query)),
        None => (url, None),
    };
    let mut out = match place.split_once("://") {
        Some((scheme, rest)) => {
            let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            let host = authority.rsplit('@').next().unwrap_or(authority);
            format!("{scheme}://{host}{path}")
        }
        None => place.to_owned(),
    };
    for (index, pair) in query
        .into_iter()
        .flat_map(|query| query.split('&'))
        .enumerate()
    {
        out.push(if index == 0 { '?' } else { '&' });
        match pair.split_once('=') {
            Some((name, _)) => out.extend([name, "=", HIDDEN]),
            None => out.push_str(HIDDEN),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_judged_by_their_last_word() {
        for private in [
            "token",
            "access_token",
            "Authorization",
            "app.secret",
            "x-api-key",
            "text",
        ] {
            assert!(is_private(private), "{private}");
        }
        for open in [
            "token_count",
            "request_id",
            "context",
            "status",
            "body_bytes",
        ] {
            assert!(!is_private(open), "{open}");
        }
    }

    #[test]
    fn a_url_keeps_its_place_and_the_names_of_its_query() {
        assert_eq!(
            redact_url("https://u:p@graph.example.com/v25/me?access_token=abc&fields=id#x"),
            "https://graph.example.com/v25/me?access_token=…&fields=…"
        );
        assert_eq!(
            redact_url("postgres://u:p@localhost:5432/db?host=/run"),
            "postgres://localhost:5432/db?host=…"
        );
        assert_eq!(
            redact_url("https://example.com?just-a-token"),
            "https://example.com?…"
        );
        assert_eq!(redact_url("/inbox?q=anna"), "/inbox?q=…");
    }
}
