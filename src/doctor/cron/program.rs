//! Whether cron finds the program of a line: its shell looks in folders of its own, not in those of a login.

use std::path::Path;

use rustix::fs::{Access, access};

use super::sources::Found;
use crate::doctor::check::{Check, Group};
use crate::exit::{Failure, FailureKind};

/// Where cron looks where neither the crontab nor the line names a `PATH`: crontab(5) of Debian.
const DEFAULT_PATH: &str = "/usr/bin:/bin";

/// The lines whose program cron does not find.
pub(super) fn not_found(found: &[Found], installed: &Path) -> Vec<Check> {
    let lines = found.iter().filter(|found| !found.is_passed_over);
    lines.filter_map(|found| check(found, installed)).collect()
}

fn check(Found { place, line, .. }: &Found, installed: &Path) -> Option<Check> {
    let program = line.program.as_deref()?;
    let path = line.path.as_deref().unwrap_or(DEFAULT_PATH);
    let is_found = match program.contains('/') {
        // Where the line changes the folder first is not known here.
        true => !program.starts_with('/') || may_run(Path::new(program)),
        false => path.split(':').any(|folder| may_run(&Path::new(folder).join(program))),
    };
    let why = match program.contains('/') {
        true => format!("{program} can't be run"),
        false => format!("cron finds no {program} in {path}"),
    };
    let cure = format!("write {} in the line instead of {program}", installed.display());
    let message = format!("the line {} in {place}: {why}; {cure}", line.schedule);
    (!is_found).then(|| Group::Cron.fail("program", &Failure::new(FailureKind::Setup, message), &cure))
}

/// Whether this user may run the file; those of other users are not told apart.
fn may_run(file: &Path) -> bool {
    file.is_file() && access(file, Access::EXEC_OK).is_ok()
}
