//! Who else may read, write or replace a SQLite file and its lock files: one that was there keeps its mode (contract
//! §15.1).

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::GROUP;
use crate::doctor::check::Check;
use crate::store::lock;

const NAME: &str = "mode";

/// One check of each thing that is open to others; one that all is well where none is.
pub(super) fn checks(database: &Path) -> Vec<Check> {
    let mut checks: Vec<Check> =
        of_database(database).into_iter().chain(of_folder(database.parent().unwrap_or(database))).collect();
    checks.extend(lock::lock_files(database).iter().filter_map(|file| of_lock_file(file)));
    if checks.is_empty() {
        checks.push(GROUP.ok(NAME, "only its owner may write the file, its folder and its lock files"));
    }
    checks
}

/// The bits of the mode; none where the file can't be looked at, which is said elsewhere.
fn mode(path: &Path) -> u32 {
    path.metadata().map(|metadata| metadata.permissions().mode() & 0o7777).unwrap_or_default()
}

fn of_database(path: &Path) -> Option<Check> {
    let (mode, shown) = (mode(path), path.display());
    let said = if mode & 0o022 != 0 {
        format!("others may write {shown} (mode {mode:o}), and so decide what passes find in it")
    } else if mode & 0o004 != 0 {
        format!("every user of the machine may read {shown} (mode {mode:o}), and so who sits where")
    } else {
        return None;
    };
    Some(GROUP.warn(NAME, said, format!("run `chmod g-w,o-rwx {shown}`")))
}

fn of_folder(folder: &Path) -> Option<Check> {
    let shown = folder.display();
    (mode(folder) & 0o1002 == 0o002).then(|| {
        let said = format!("every user may replace the files in {shown}, the database too");
        GROUP.warn(NAME, said, format!("run `chmod o-w {shown}`"))
    })
}

/// A user who may open a lock file, even to read it, may hold its lock.
fn of_lock_file(path: &Path) -> Option<Check> {
    let (mode, shown) = (mode(path), path.display());
    (mode & 0o077 != 0).then(|| {
        let said =
            format!("others may hold the lock of {shown} (mode {mode:o}), and so keep passes from running");
        GROUP.warn(NAME, said, format!("run `chmod go-rwx {shown}`"))
    })
}
