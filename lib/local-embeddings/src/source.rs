//! The one model of a process, loaded when it is first asked for.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use wheels::Step;

use crate::{Model, ProvideError, Settings, provide};

/// How long a failure is told again before the next attempt.
pub(crate) const PAUSE: Duration = Duration::from_mins(1);

/// Where the model comes from, and the model once it is there.
pub(crate) struct Source {
    settings: Settings,
    progress: Box<dyn Fn(Step) + Send + Sync>,
    pause: Duration,
    model: OnceLock<Model>,
    failure: Mutex<Option<Failure>>,
}

struct Failure {
    at: Instant,
    error: Arc<ProvideError>,
}

impl Source {
    pub(crate) fn new(
        settings: Settings,
        progress: Box<dyn Fn(Step) + Send + Sync>,
        pause: Duration,
    ) -> Self {
        Self {
            settings,
            progress,
            pause,
            model: OnceLock::new(),
            failure: Mutex::new(None),
        }
    }

    /// Whether the model is loaded.
    pub(crate) fn is_ready(&self) -> bool {
        self.model.get().is_some()
    }

    /// The model. Blocks while it is fetched and loaded, by this thread or by another one.
    pub(crate) fn model(&self) -> Result<&Model, Arc<ProvideError>> {
        if let Some(model) = self.model.get() {
            return Ok(model);
        }
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(model) = self.model.get() {
            return Ok(model);
        }
        if let Some(failure) = &*failure
            && failure.at.elapsed() < self.pause
        {
            return Err(Arc::clone(&failure.error));
        }
        match provide(&self.settings, &self.progress) {
            Ok(model) => Ok(self.model.get_or_init(|| model)),
            Err(error) => {
                tracing::warn!(%error, "there is no embedding model");
                let error = Arc::new(error);
                *failure = Some(Failure {
                    at: Instant::now(),
                    error: Arc::clone(&error),
                });
                Err(error)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;
    use std::path::Path;

    use super::*;
    use crate::pin::FILE;
    use crate::{LoadError, provide};

    fn source(folder: &Path, pause: Duration) -> Source {
        let settings = Settings {
            model_dir: Some(folder.to_owned()),
            cache_dir: None,
        };
        Source::new(settings, Box::new(drop), pause)
    }

    /// Puts the model into the folder.
    fn put_model(folder: &Path) {
        let file = provide::file(&Settings::from_env(), &drop).unwrap();
        symlink(file, folder.join(FILE)).unwrap();
    }

    #[test]
    fn a_failure_is_told_again_for_a_while_without_trying_again() {
        let folder = tempfile::tempdir().unwrap();
        let source = source(folder.path(), PAUSE);
        let first = source.model().unwrap_err();
        assert!(matches!(
            *first,
            ProvideError::Load(LoadError::Missing { .. })
        ));
        put_model(folder.path());
        assert!(Arc::ptr_eq(&first, &source.model().unwrap_err()));
        assert!(!source.is_ready());
    }

    #[test]
    fn after_a_while_it_is_tried_again() {
        let folder = tempfile::tempdir().unwrap();
        let source = source(folder.path(), Duration::ZERO);
        source.model().unwrap_err();
        put_model(folder.path());
        source.model().unwrap();
        assert!(source.is_ready());
    }
}
