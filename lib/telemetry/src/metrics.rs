//! Metrics in the text format of Prometheus.

use std::sync::OnceLock;

use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};

/// Upper bounds of histogram buckets, in seconds: from a webhook to a slow model.
const SECONDS: [f64; 14] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0,
];

static INSTALLED: OnceLock<PrometheusHandle> = OnceLock::new();

/// Why metrics could not be set up.
#[derive(Debug, thiserror::Error)]
#[error("metrics could not be set up")]
pub struct MetricsError(#[from] BuildError);

/// What was counted since the process began.
#[derive(Debug, Clone)]
pub struct Metrics(PrometheusHandle);

impl Metrics {
    /// Starts counting what the `metrics` macros report. A process counts once: later calls see
    /// the same figures.
    pub fn install() -> Result<Self, MetricsError> {
        if let Some(handle) = INSTALLED.get() {
            return Ok(Self(handle.clone()));
        }
        let recorder = PrometheusBuilder::new()
            .set_buckets(&SECONDS)?
            .build_recorder();
        let handle = recorder.handle();
        match metrics::set_global_recorder(recorder) {
            Ok(()) => Ok(Self(INSTALLED.get_or_init(|| handle).clone())),
            // Another thread was faster by a moment: its figures are the ones.
            Err(_) => Ok(Self(INSTALLED.wait().clone())),
        }
    }

    /// All figures, for `GET /metrics`.
    pub fn render(&self) -> String {
        self.0.run_upkeep();
        self.0.render()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_is_rendered_and_a_second_install_sees_it() {
        Metrics::install().unwrap();
        metrics::counter!("journal_entries_total", "platform" => "instagram").increment(2);
        metrics::histogram!("webhook_seconds").record(0.003);
        let text = Metrics::install().unwrap().render();
        assert!(
            text.contains("journal_entries_total{platform=\"instagram\"} 2"),
            "{text}"
        );
        assert!(
            text.contains("webhook_seconds_bucket{le=\"0.005\"} 1"),
            "{text}"
        );
    }
}
