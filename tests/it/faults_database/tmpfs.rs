//! A disk of a few MiB, to be filled.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::postgres::say_skipped;

/// A mounted tmpfs; unmounted when this is dropped.
pub(crate) struct Tmpfs(tempfile::TempDir);

impl Tmpfs {
    /// Mounts one of so many MiB; `None` where this may not mount (said loudly; fails when `CI=true`).
    pub(crate) fn mount(mebibytes: u32) -> Option<Self> {
        let folder = tempfile::Builder::new().prefix("examsync-disk-").tempdir_in("/tmp").unwrap();
        let options = format!("size={mebibytes}m,mode=0700");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &options, "none"])
            .arg(folder.path())
            .stderr(Stdio::null())
            .status();
        if mounted.is_ok_and(|status| status.success()) {
            return Some(Self(folder));
        }
        say_skipped("right to mount a tmpfs", "running the tests as root");
        None
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Tmpfs {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("-l").arg(self.0.path()).status());
    }
}
