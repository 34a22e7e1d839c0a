//! The user that PostgreSQL runs as: ourselves, or `postgres` when we are root, which it refuses.

use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

/// User and group to drop to; nothing when we are not root.
#[derive(Debug, Clone, Copy)]
pub(super) struct ServerUser(Option<(u32, u32)>);

impl ServerUser {
    /// # Panics
    /// As root on a machine without a user `postgres`.
    pub(super) fn find() -> Self {
        let root = std::fs::metadata("/proc/self").is_ok_and(|metadata| metadata.uid() == 0);
        Self(root.then(|| {
            let users = std::fs::read_to_string("/etc/passwd").expect("/etc/passwd can be read");
            ids(&users)
                .expect("as root, the tests run PostgreSQL as user `postgres`, which does not exist here")
        }))
    }

    /// Gives it a folder.
    pub(super) fn own(self, folder: &Path) {
        if let Some((user, group)) = self.0 {
            chown(folder, Some(user), Some(group)).expect("root gives a folder away");
        }
    }

    /// Makes a command run as this user.
    pub(super) fn drop_to(self, command: &mut Command) -> &mut Command {
        match self.0 {
            Some((user, group)) => command.uid(user).gid(group),
            None => command,
        }
    }
}

fn ids(users: &str) -> Option<(u32, u32)> {
    let mut fields = users.lines().find(|line| line.starts_with("postgres:"))?.split(':').skip(2);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}
