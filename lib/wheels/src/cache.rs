//! Where fetched files are kept.

use std::env;
use std::path::PathBuf;

/// Root's cache: outside root's home folder, which is closed to the users whom root lends
/// programs to.
const ROOT_CACHE: &str = "/var/cache/socialsync";

/// The user's cache folder by the habit of the system; `/var/cache/socialsync` for root, and for
/// a user without a home. It need not exist.
pub fn default_cache() -> PathBuf {
    let own = if rustix::process::geteuid().is_root() {
        None
    } else {
        user_cache()
    };
    own.unwrap_or_else(|| PathBuf::from(ROOT_CACHE))
}

fn user_cache() -> Option<PathBuf> {
    let folder = |name: &str| {
        env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let base = folder("XDG_CACHE_HOME").or_else(|| {
        let below = if cfg!(target_os = "macos") {
            "Library/Caches"
        } else {
            ".cache"
        };
        Some(folder("HOME")?.join(below))
    })?;
    Some(base.join("socialsync"))
}
