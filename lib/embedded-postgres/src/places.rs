//! Which folders are used: the cluster's home and the cache of binaries.
//!
//! Root's server runs as another user, who can't look into root's home folder. A cluster whose
//! folder that user can't reach lives under `/var/lib/socialsync`; a file in the wanted folder
//! points there, so that a removed data folder never meets the database of an earlier one.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use wheels::make_folder;

use crate::account::Account;
use crate::{Progress, Settings, StartError};

const ROOT_CLUSTERS: &str = "/var/lib/socialsync";
const POINTER: &str = "moved-to";

/// The folder that the caller wants the cluster in. The owner's lock lies here.
pub(crate) fn wanted(settings: &Settings, account: Account) -> Result<PathBuf, StartError> {
    let wanted = absolute(settings)?;
    make_folder(&wanted, if account.lent { 0o711 } else { 0o700 })?;
    if !account.lent {
        refuse_foreign(&wanted, account)?;
    }
    Ok(wanted)
}

/// The same, made or not.
pub(crate) fn absolute(settings: &Settings) -> Result<PathBuf, StartError> {
    let path = &settings.data_dir;
    std::path::absolute(path).map_err(StartError::at(path))
}

/// The folder that a cluster lives in already.
pub(crate) fn known_home(wanted: &Path, account: Account) -> Option<PathBuf> {
    let home = if account.reaches(wanted) {
        wanted.to_owned()
    } else {
        PathBuf::from(fs::read_to_string(wanted.join(POINTER)).ok()?.trim())
    };
    home.join("cluster").is_dir().then_some(home)
}

/// The folder that the cluster lives in, with its password, socket and server log: the wanted one
/// where the server's user can reach it.
pub(crate) fn home(
    wanted: &Path,
    account: Account,
    progress: &dyn Fn(Progress),
) -> Result<PathBuf, StartError> {
    if account.reaches(wanted) {
        refuse_foreign(&wanted.join("cluster"), account)?;
        return Ok(wanted.to_owned());
    }
    let pointer = wanted.join(POINTER);
    let home = match fs::read_to_string(&pointer) {
        Ok(path) => PathBuf::from(path.trim()),
        Err(_) => new_home(Path::new(ROOT_CLUSTERS), &pointer)?,
    };
    make_folder(&home, 0o711)?;
    refuse_foreign(&home.join("cluster"), account)?;
    progress(Progress::Moved { to: home.clone() });
    Ok(home)
}

/// Reserves a home that no other cluster has, and writes the pointer to it.
fn new_home(clusters: &Path, pointer: &Path) -> Result<PathBuf, StartError> {
    make_folder(clusters, 0o755)?;
    let home = tempfile::Builder::new()
        .prefix("cluster-")
        .rand_bytes(10)
        .tempdir_in(clusters)
        .map_err(StartError::at(clusters))?
        .keep();
    fs::write(pointer, format!("{}\n", home.display())).map_err(StartError::at(pointer))?;
    fs::set_permissions(&home, fs::Permissions::from_mode(0o711)).map_err(StartError::at(&home))?;
    Ok(home)
}

/// Refuses a cluster that belongs to somebody other than the server's user.
fn refuse_foreign(cluster: &Path, account: Account) -> Result<(), StartError> {
    match fs::metadata(cluster) {
        Ok(metadata) if metadata.uid() != account.uid => Err(StartError::ForeignOwner {
            path: cluster.to_owned(),
            owner: metadata.uid(),
            user: account.uid,
        }),
        _ => Ok(()),
    }
}

/// Where binaries are kept.
pub(crate) fn cache(settings: &Settings, account: Account) -> Result<PathBuf, StartError> {
    let cache = match &settings.cache_dir {
        Some(path) => std::path::absolute(path).map_err(StartError::at(path))?,
        None => wheels::default_cache(),
    };
    let cache = if account.reaches(&cache) {
        cache
    } else {
        wheels::default_cache()
    };
    make_folder(&cache, 0o755)?;
    Ok(cache)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_home_is_written_into_the_wanted_folder() {
        let folder = tempfile::tempdir().unwrap();
        let pointer = folder.path().join(POINTER);
        let first = new_home(&folder.path().join("clusters"), &pointer).unwrap();
        assert_eq!(
            fs::read_to_string(&pointer).unwrap().trim(),
            first.to_str().unwrap()
        );
        let second = new_home(&folder.path().join("clusters"), &pointer).unwrap();
        assert_ne!(first, second);
    }

    #[test]
    fn a_cluster_of_another_user_is_refused_by_a_sentence() {
        let folder = tempfile::tempdir().unwrap();
        let stranger = Account {
            uid: 54_321,
            gid: 54_321,
            lent: false,
        };
        let refused = refuse_foreign(folder.path(), stranger)
            .unwrap_err()
            .to_string();
        assert!(refused.contains("belongs to user"), "{refused}");
        assert!(refused.contains("as user 54321"), "{refused}");
    }
}
