//! The user that the server runs as: ourselves, or `nobody` when we are root.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use crate::StartError;

/// The server's user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    /// Whether we are root and hand the server to this user.
    pub(crate) lent: bool,
}

impl Account {
    /// The user to run the server as.
    pub(crate) fn choose() -> Result<Self, StartError> {
        let uid = rustix::process::geteuid();
        if !uid.is_root() {
            return Ok(Self {
                uid: uid.as_raw(),
                gid: rustix::process::getegid().as_raw(),
                lent: false,
            });
        }
        let path = Path::new("/etc/passwd");
        let users = fs::read_to_string(path).map_err(StartError::at(path))?;
        let (uid, gid) = find_user(&users, "nobody").ok_or(StartError::NoServerUser)?;
        Ok(Self {
            uid,
            gid,
            lent: true,
        })
    }

    /// Makes `command` run as this user.
    pub(crate) fn apply(self, command: &mut Command) {
        if self.lent {
            // The standard library also drops root's supplementary groups here.
            command.uid(self.uid).gid(self.gid);
        }
    }

    /// Sets the mode of a file or folder of ours and hands it to this user.
    pub(crate) fn own(self, path: &Path, mode: u32) -> Result<(), StartError> {
        fs::set_permissions(path, fs::Permissions::from_mode(mode))
            .map_err(StartError::at(path))?;
        if self.lent {
            chown(path, Some(self.uid), Some(self.gid)).map_err(StartError::at(path))?;
        }
        Ok(())
    }

    /// Whether this user may search `folder` and every folder above it. Parts that do not exist
    /// yet count as reachable (we make them so), and our own folders are not in question.
    pub(crate) fn reaches(self, folder: &Path) -> bool {
        !self.lent
            || folder.ancestors().all(|part| {
                let Ok(metadata) = fs::metadata(part) else {
                    return true;
                };
                let search = if metadata.uid() == self.uid {
                    0o100
                } else if metadata.gid() == self.gid {
                    0o010
                } else {
                    0o001
                };
                metadata.mode() & search != 0
            })
    }
}

/// User and group id of `name` in the text of a passwd file. Negative ids, as macOS writes them
/// for `nobody`, are the same number without sign.
fn find_user(users: &str, name: &str) -> Option<(u32, u32)> {
    let number = |text: &str| {
        let value: i64 = text.parse().ok()?;
        u32::try_from(if value < 0 { value + (1 << 32) } else { value }).ok()
    };
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        if fields.next() != Some(name) {
            return None;
        }
        Some((number(fields.nth(1)?)?, number(fields.next()?)?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_found_by_their_whole_name() {
        let users = "nobody2:x:7:8::/:\nnobody:x:65534:65533:nobody:/:/bin/false\n";
        assert_eq!(find_user(users, "nobody"), Some((65534, 65533)));
        assert_eq!(find_user(users, "postgres"), None);
    }

    #[test]
    fn negative_ids_of_macos_are_read() {
        let users = "nobody:*:-2:-2:Unprivileged User:/var/empty:/usr/bin/false";
        assert_eq!(
            find_user(users, "nobody"),
            Some((4_294_967_294, 4_294_967_294))
        );
    }

    #[test]
    fn a_folder_below_a_closed_one_is_not_reachable() {
        let closed = tempfile::tempdir().unwrap();
        fs::set_permissions(closed.path(), fs::Permissions::from_mode(0o700)).unwrap();
        let stranger = Account {
            uid: 54_321,
            gid: 54_321,
            lent: true,
        };
        assert!(!stranger.reaches(&closed.path().join("missing")));
        fs::set_permissions(closed.path(), fs::Permissions::from_mode(0o711)).unwrap();
        assert!(stranger.reaches(&closed.path().join("missing")));
    }
}
