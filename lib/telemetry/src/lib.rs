//! What the process tells about itself: log lines and metrics.
//!
//! Logs go to standard error, so that a command's answer on standard output stays clean. Fields
//! that may hold a secret or what people wrote are never printed ([`is_private`] says which), and
//! fields of open spans, such as `request_id` and `job_id`, stand in every line.

mod human;
mod json;
mod metrics;
mod redact;

pub use metrics::{Metrics, MetricsError};
pub use redact::{HIDDEN, is_private, redact_url};

use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry};

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// For people at a terminal.
    #[default]
    Human,
    /// One JSON object a line, for collectors.
    Json,
}

/// Why logging could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// The filter can't be read.
    #[error("{filter:?} is not a log filter, such as info or info,sqlx=warn")]
    Filter {
        /// The filter as given.
        filter: String,
        /// What is wrong.
        #[source]
        source: tracing_subscriber::filter::ParseError,
    },
    /// Logging was set up before.
    #[error("logging is already set up")]
    Twice(#[source] tracing_subscriber::util::TryInitError),
}

/// Whether a filter can be read.
pub fn check_filter(filter: &str) -> Result<(), InitError> {
    read(filter).map(drop)
}

fn read(filter: &str) -> Result<EnvFilter, InitError> {
    EnvFilter::try_new(filter).map_err(|source| InitError::Filter {
        filter: filter.to_owned(),
        source,
    })
}

/// Starts logging for the whole process, with the filter of `tracing_subscriber` (`info,sqlx=warn`).
pub fn init(format: Format, filter: &str) -> Result<(), InitError> {
    let parsed = read(filter)?;
    let lines: Box<dyn Layer<Registry> + Send + Sync> = match format {
        Format::Human => Box::new(human::layer(std::io::stderr)),
        Format::Json => Box::new(json::JsonLines::new(std::io::stderr)),
    };
    tracing_subscriber::registry()
        .with(lines.with_filter(parsed))
        .try_init()
        .map_err(InitError::Twice)
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use super::*;

    /// Collects what would be printed.
    #[derive(Clone, Default)]
    pub(crate) struct Printed(Arc<Mutex<Vec<u8>>>);

    impl Printed {
        pub(crate) fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    impl io::Write for Printed {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn print(layer: impl Layer<Registry> + Send + Sync) {
        let subscriber = tracing_subscriber::registry().with(layer);
        tracing::subscriber::with_default(subscriber, || {
            let request =
                tracing::info_span!("request", request_id = "req_1", access_token = "T0K");
            let _request = request.enter();
            let job = tracing::info_span!("job", job_id = tracing::field::Empty);
            job.record("job_id", 7_u64);
            let _job = job.enter();
            let error: &(dyn std::error::Error + 'static) = &io::Error::other("broken");
            tracing::warn!(count = 3, fine = true, body = "hello you", password = %"pw", error, "took {}", 1);
        });
    }

    #[test]
    fn json_lines_carry_the_ids_of_open_spans_and_no_private_field() {
        let printed = Printed::default();
        let writer = printed.clone();
        print(json::JsonLines::new(move || writer.clone()));
        let line: serde_json::Value = serde_json::from_str(&printed.text()).unwrap();
        assert_eq!(line["request_id"], "req_1");
        assert_eq!(line["job_id"], 7);
        assert_eq!(line["spans"], "request:job");
        assert_eq!(line["message"], "took 1");
        assert_eq!(line["level"], "WARN");
        assert_eq!(line["count"], 3);
        assert_eq!(line["fine"], true);
        assert_eq!(line["error"], "broken");
        assert_eq!(line["body"], HIDDEN);
        assert_eq!(line["access_token"], HIDDEN);
        assert!(line["timestamp"].as_str().unwrap().ends_with('Z'));
        for private in ["T0K", "hello you", "pw\""] {
            assert!(!printed.text().contains(private), "{}", printed.text());
        }
    }

    #[test]
    fn lines_for_people_carry_the_same_and_hide_the_same() {
        let printed = Printed::default();
        let writer = printed.clone();
        print(human::layer(move || writer.clone()));
        let text = printed.text();
        for shown in [
            "took 1",
            "count=3",
            "request_id=\"req_1\"",
            "job_id=7",
            "body=…",
            "WARN",
        ] {
            assert!(text.contains(shown), "{text}");
        }
        for private in ["T0K", "hello you", "pw "] {
            assert!(!text.contains(private), "{text}");
        }
    }

    #[test]
    fn a_filter_that_can_not_be_read_is_named() {
        let error = init(Format::Human, "info,=what=").unwrap_err();
        assert!(error.to_string().contains("info,=what="));
    }
}
