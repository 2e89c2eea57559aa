//! What the caller decides.

use std::env;
use std::path::PathBuf;

/// Where a cluster lives and how its server is set up.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The folder of this cluster; made when missing. Nothing else belongs into it.
    pub data_dir: PathBuf,
    /// Where fetched binaries are kept. `None`: the user's cache folder, for root
    /// `/var/cache/socialsync`.
    pub cache_dir: Option<PathBuf>,
    /// PostgreSQL that is already there (the folder that has `bin/postgres`), instead of fetching.
    pub postgres_dir: Option<PathBuf>,
    /// Server parameters by name, stronger than the defaults, such as `("fsync", "off")`.
    pub parameters: Vec<(String, String)>,
    /// Listen on a free loopback port instead of a Unix socket.
    pub tcp: bool,
}

impl Settings {
    /// A cluster in `data_dir`, with binaries from `SOCIALSYNC_POSTGRES_DIR` when that is set.
    pub fn from_env(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            postgres_dir: env::var_os("SOCIALSYNC_POSTGRES_DIR")
                .filter(|value| !value.is_empty())
                .map(PathBuf::from),
            ..Self::default()
        }
    }

    /// The same with one more server parameter.
    #[must_use]
    pub fn parameter(mut self, name: &str, value: &str) -> Self {
        self.parameters.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same without the durability that throw-away data does not need. Never for real data:
    /// a crash of the machine may break the cluster.
    #[must_use]
    pub fn throw_away(self) -> Self {
        self.parameter("fsync", "off")
            .parameter("synchronous_commit", "off")
            .parameter("full_page_writes", "off")
    }
}
