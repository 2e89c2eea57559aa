//! What the caller decides.

use std::env;
use std::path::PathBuf;

/// Where the model comes from.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// A folder that holds `e5-small-q4.bin`, instead of fetching.
    pub model_dir: Option<PathBuf>,
    /// Where the fetched model is kept. `None`: the user's cache folder, for root
    /// `/var/cache/socialsync`.
    pub cache_dir: Option<PathBuf>,
}

impl Settings {
    /// The model of the folder `SOCIALSYNC_EMBEDDING_MODEL_DIR` when that is set, else the fetched
    /// one.
    pub fn from_env() -> Self {
        Self {
            model_dir: env::var_os("SOCIALSYNC_EMBEDDING_MODEL_DIR")
                .filter(|value| !value.is_empty())
                .map(PathBuf::from),
            cache_dir: None,
        }
    }
}
