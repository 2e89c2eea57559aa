//! How long a job waits after an attempt that came to nothing.

use std::time::Duration;

use kernel::JobId;

/// After the first attempt.
const FIRST: Duration = Duration::from_secs(5);
/// After any attempt.
const LONGEST: Duration = Duration::from_mins(30);

/// Twice as long each time, and up to a quarter longer, so that jobs that failed together do not
/// come back together. The same job and attempt always give the same.
pub(crate) fn backoff(id: JobId, attempt: i32) -> Duration {
    let doublings = u32::try_from(attempt.saturating_sub(1))
        .unwrap_or(0)
        .min(16);
    let whole = FIRST.saturating_mul(1_u32 << doublings).min(LONGEST);
    let (_, random) = id.uuid().as_u64_pair();
    let quarters = u32::try_from(random.rotate_right(doublings * 3) % 256).unwrap_or(0);
    whole + whole.saturating_mul(quarters) / 1024
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wait_is_longer_than_the_one_before_until_the_longest() {
        let id = JobId::new();
        let waits: Vec<Duration> = (1..=20).map(|attempt| backoff(id, attempt)).collect();
        for (attempt, pair) in waits.windows(2).enumerate().take(8) {
            assert!(pair[1] > pair[0], "after attempt {attempt}: {pair:?}");
        }
        assert!(waits[0] >= FIRST);
        assert!(waits.iter().all(|wait| *wait <= LONGEST + LONGEST / 4));
    }

    #[test]
    fn jobs_that_failed_together_come_back_one_by_one() {
        let waits: std::collections::BTreeSet<Duration> =
            (0..100).map(|_| backoff(JobId::new(), 4)).collect();
        assert!(waits.len() > 50, "only {} different waits", waits.len());
    }
}
