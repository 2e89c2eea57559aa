//! SQL stands in store files, so that every question to the database of a feature is in one place.

use std::sync::LazyLock;

use regex::Regex;

use super::Source;

static SQL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x) \b query (_as|_scalar|_file|_file_as|_file_scalar)? ! \s* [(\[{]
        | \b sqlx :: (query(_as|_scalar)?(_with)? | raw_sql | QueryBuilder) \b",
    )
    .ok()
});

/// Doors hold no SQL and do not even know the library.
const DOORS: [&str; 3] = ["api", "pages", "jobs"];

/// One sentence for each line with SQL in the wrong file.
pub fn violations(source: &Source) -> Vec<String> {
    let door = source.path.starts_with("features/")
        && DOORS.iter().any(|door| is_part(&source.path, door));
    if !door && may_hold_sql(&source.path) {
        return Vec::new();
    }
    let mut all = Vec::new();
    for (index, line) in source.text.lines().enumerate() {
        if line.trim_start().starts_with("//") {
            continue;
        }
        let place = format!("{}:{}", source.path, index + 1);
        if door && line.contains("sqlx") {
            all.push(format!("{place}: a door knows no database, call a verb"));
        } else if SQL.as_ref().is_none_or(|sql| sql.is_match(line)) {
            all.push(format!("{place}: SQL belongs into a store file"));
        }
    }
    all
}

fn may_hold_sql(path: &str) -> bool {
    let owner = ["lib/db/", "lib/queue/", "testing/", "xtask/"];
    owner.iter().any(|owner| path.starts_with(owner))
        || path.contains("/tests/")
        || is_part(path, "store")
}

/// Whether `path` is `name.rs` or lies in a folder `name`.
fn is_part(path: &str, name: &str) -> bool {
    path.split('/')
        .any(|part| part == name || part.strip_suffix(".rs") == Some(name))
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
    fn store_files_and_the_database_crates_may_hold_sql() {
        for path in [
            "features/inbox/src/store.rs",
            "features/inbox/src/store/threads.rs",
            "lib/db/src/tenant.rs",
            "lib/queue/src/enqueue.rs",
            "features/inbox/tests/it/main.rs",
        ] {
            assert!(
                check(path, "sqlx::query!(\"SELECT 1\")").is_empty(),
                "{path}"
            );
        }
    }

    #[test]
    fn other_files_may_not() {
        for line in [
            "sqlx::query!(\"SELECT 1\")",
            "let x = query_as!(Row, \"SELECT 1\")",
            "query_scalar! {",
            "sqlx::query(\"SELECT 1\")",
            "sqlx::query_as::<_, Row>(text)",
            "sqlx::raw_sql(text)",
        ] {
            let said = check("features/inbox/src/receive.rs", line);
            assert_eq!(
                said,
                ["features/inbox/src/receive.rs:1: SQL belongs into a store file"],
                "{line}"
            );
        }
    }

    #[test]
    fn words_and_comments_are_not_sql() {
        assert!(
            check(
                "lib/web/src/a.rs",
                "// sqlx::query!(…)\nlet query = url.query();"
            )
            .is_empty()
        );
        assert!(check("features/inbox/src/a.rs", "source: sqlx::Error,").is_empty());
    }

    #[test]
    fn doors_do_not_know_the_library() {
        for path in [
            "features/inbox/src/api.rs",
            "features/inbox/src/pages/thread.rs",
            "features/inbox/src/jobs.rs",
        ] {
            assert_eq!(check(path, "fn f(e: sqlx::Error)").len(), 1, "{path}");
        }
    }
}
