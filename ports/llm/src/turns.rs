//! Which model is asked when, and for how long.

use std::time::{Duration, Instant};

use crate::ChatRequest;

/// The model of a request, then its fallbacks, all within one time: one that keeps silent leaves
/// the others their share.
pub(crate) struct Turns<'a> {
    waiting: Vec<&'a str>,
    start: Instant,
    within: Duration,
}

impl<'a> Turns<'a> {
    pub(crate) fn new(request: &'a ChatRequest, within: Duration) -> Self {
        let models = std::iter::once(&request.model).chain(&request.fallback_models);
        Self {
            waiting: models.map(String::as_str).rev().collect(),
            start: Instant::now(),
            within,
        }
    }

    /// The next model and its share of what is left of the time, which may be nothing.
    pub(crate) fn next(&mut self) -> Option<(&'a str, Duration)> {
        let waiting = u32::try_from(self.waiting.len()).unwrap_or(u32::MAX);
        let model = self.waiting.pop()?;
        let left = self.within.saturating_sub(self.start.elapsed());
        Some((model, left / waiting))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_model_gets_a_share_and_the_last_all_that_is_left() {
        let request = ChatRequest {
            model: "a".to_owned(),
            fallback_models: vec!["b".to_owned()],
            ..ChatRequest::default()
        };
        let mut turns = Turns::new(&request, Duration::from_mins(1));
        let (model, share) = turns.next().unwrap();
        assert_eq!(model, "a");
        assert!(share <= Duration::from_secs(30));
        let (model, share) = turns.next().unwrap();
        assert_eq!(model, "b");
        assert!(share > Duration::from_secs(30));
        assert!(turns.next().is_none());
    }

    #[test]
    fn when_the_time_is_over_nothing_is_left_to_share() {
        let request = ChatRequest::default();
        let mut turns = Turns::new(&request, Duration::ZERO);
        assert_eq!(turns.next(), Some(("", Duration::ZERO)));
    }
}
