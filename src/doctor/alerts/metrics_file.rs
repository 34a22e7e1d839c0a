//! The metrics file: whether passes can write it, the collector can read it, and no one else can replace it.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::GROUP;
use crate::doctor::check::Check;
use crate::exit::{Failure, FailureKind};
use crate::metrics::file::{obstacle, open_to_others};
use crate::settings::Settings;

const NAME: &str = "metrics file";

/// The checks of the file that is set, if any.
pub(super) fn checks(settings: &Settings) -> Vec<Check> {
    let Some(path) = &settings.metrics_file else { return Vec::new() };
    let mut checks = Vec::new();
    if let Some(obstacle) = obstacle(path, &settings.operator) {
        let sentence = obstacle.sentence.strip_prefix("metrics: ").unwrap_or(&obstacle.sentence);
        let (message, advice) = sentence.rsplit_once("; ").unwrap_or((sentence, "check its folder"));
        checks.push(GROUP.warn(NAME, message, advice));
    }
    if let Some(sentence) = open_to_others(path) {
        let failure = Failure::new(FailureKind::Setup, sentence);
        checks.push(GROUP.fail(NAME, &failure, "let only the user of the passes write its folder"));
    }
    checks.extend(unreadable(path));
    if checks.is_empty() {
        checks.push(GROUP.ok(NAME, format!("{} can be written, and read by others", path.display())));
    }
    checks
}

/// What keeps the collector, another user, from reading the file: it is made so that everyone may, in a folder that may
/// be closed.
fn unreadable(path: &Path) -> Option<Check> {
    let mode = |path: &Path| path.metadata().map(|metadata| metadata.permissions().mode());
    let closed = |path: &Path, bit: u32| mode(path).is_ok_and(|mode| mode & bit == 0);
    let (what, cure) = if closed(path, 0o004) {
        (path, "chmod o+r")
    } else {
        (path.ancestors().skip(1).find(|folder| closed(folder, 0o001))?, "chmod o+x")
    };
    let what = what.display();
    Some(GROUP.warn(
        NAME,
        format!("other users, such as the collector, can't read it because of the mode of {what}"),
        format!("run `{cure} {what}`, unless the collector is in its group"),
    ))
}
