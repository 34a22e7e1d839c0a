//! The metrics file: written whole or not at all, even if the database can't be read.

use std::fs::{self, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use chrono::{DateTime, Utc};
use rustix::fs::{Access, OFlags, access};
use uuid::Uuid;

use super::{EXIT_CODE, HEALTHY, LAST_RUN, SUCCESS};
use crate::model::sync_type::SyncType;
use crate::settings::open_folder;
use crate::status::model::UnwritableMetrics;

/// Replaces the file's content: in the same folder, then renamed, mode 0644 (contract §3).
///
/// # Errors
/// What the file system said.
pub(crate) fn write(path: &Path, text: &str) -> io::Result<()> {
    // Its name can't be guessed, so no link can be put there. The collector reads *.prom only, so it never sees this
    // one.
    let beside = path.with_file_name(format!(".examsync-{}.tmp", Uuid::new_v4()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| file.set_permissions(Permissions::from_mode(0o644)))
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // The rest is of no use; the failure to remove it is not the one to report.
        let _ = fs::remove_file(&beside);
    }
    written
}

/// The text of an earlier file, empty where there is none that can be read. A pipe in its place is not waited for.
pub(crate) fn read(path: &Path) -> String {
    let flags = OFlags::NONBLOCK.bits().cast_signed();
    let read = || {
        let file = OpenOptions::new().read(true).custom_flags(flags).open(path)?;
        if file.metadata()?.is_file() { io::read_to_string(file) } else { Ok(String::new()) }
    };
    read().unwrap_or_default()
}

/// A sentence where others may write the file's folder, and so replace the file: they could hide that passes fail.
pub(crate) fn open_to_others(path: &Path) -> Option<String> {
    let folder = path.parent()?;
    open_folder::is_open(folder).then(|| {
        let folder = folder.display();
        format!("every user may replace the files in {folder}, the metrics too; run: chmod o-w {folder}")
    })
}

/// Why the file can't be written, and what to do.
pub(crate) fn unwritten(path: &Path, error: &io::Error) -> String {
    let folder = path.parent().unwrap_or(path);
    let cure = match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => "create its folder",
        io::ErrorKind::PermissionDenied => "let the user of the passes write its folder",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "make room",
        _ => "check its folder",
    };
    format!("{} can't be written: {error}; {cure} {}", path.display(), folder.display())
}

/// What keeps this user from writing the file; `operator` is how its passes name it.
pub(crate) fn obstacle(path: &Path, operator: &str) -> Option<UnwritableMetrics> {
    let folder = path.parent().unwrap_or(path);
    let error = match folder.metadata() {
        Ok(metadata) if metadata.is_dir() => {
            io::Error::from(access(folder, Access::WRITE_OK | Access::EXEC_OK).err()?)
        }
        Ok(_) => io::ErrorKind::NotADirectory.into(),
        Err(error) => error,
    };
    let modified = path.metadata().and_then(|metadata| metadata.modified());
    Some(UnwritableMetrics {
        sentence: format!("metrics: {}", unwritten(path, &error)),
        has_folder: error.kind() == io::ErrorKind::PermissionDenied,
        written_at: modified.ok().map(DateTime::from),
        operator: operator.to_owned(),
    })
}

/// The text with the end of a command, which is not in the database: these types were tried `at` and ended with
/// `exit_code`. So a failed pass keeps the last success (contract §9).
pub(crate) fn with_end(text: &str, types: &[SyncType], exit_code: u8, at: DateTime<Utc>) -> String {
    let success = u8::from(exit_code == 0);
    let known = [
        (SUCCESS, success.to_string()),
        (EXIT_CODE, exit_code.to_string()),
        (LAST_RUN, (at.timestamp_millis() as f64 / 1000.0).to_string()),
    ];
    let mut text = text.to_owned();
    for (family, value) in known {
        for sync_type in types {
            let labels = format!("{{sync_type=\"{}\"}}", sync_type.name());
            text = with_sample(text, family, &labels, &value);
        }
    }
    text
}

/// The text of an earlier file with `examsync_healthy` set to 0, for when the database can't be read.
pub(crate) fn without_database(before: String) -> String {
    with_sample(before, HEALTHY, "", "0")
}

fn with_sample(mut text: String, (name, help): (&str, &str), labels: &str, value: &str) -> String {
    let declared = format!("# TYPE {name} gauge\n");
    if !text.contains(&declared) {
        text.push_str(&format!("# HELP {name} {help}\n{declared}"));
    }
    let sample = format!("{name}{labels} ");
    let line = format!("{sample}{value}\n");
    match text.lines().find(|line| line.starts_with(&sample)) {
        Some(old) => text.replace(&format!("{old}\n"), &line),
        None => text.replace(&declared, &format!("{declared}{line}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_the_database_the_last_success_stays() {
        let before = "# TYPE examsync_last_success_timestamp_seconds gauge\n\
             examsync_last_success_timestamp_seconds{sync_type=\"exam_halls\"} 5\n\
             # TYPE examsync_exit_code gauge\n\
             examsync_exit_code{sync_type=\"exam_halls\"} 0\n\
             examsync_exit_code{sync_type=\"participants\"} 3\n";
        let at = "1970-01-01T00:00:10.500Z".parse().unwrap();
        assert_eq!(
            with_end(before, &[SyncType::ExamHalls], 75, at),
            "# TYPE examsync_last_success_timestamp_seconds gauge\n\
             examsync_last_success_timestamp_seconds{sync_type=\"exam_halls\"} 5\n\
             # TYPE examsync_exit_code gauge\n\
             examsync_exit_code{sync_type=\"exam_halls\"} 75\n\
             examsync_exit_code{sync_type=\"participants\"} 3\n\
             # HELP examsync_success Whether the last try ended with exit code 0.\n\
             # TYPE examsync_success gauge\n\
             examsync_success{sync_type=\"exam_halls\"} 0\n\
             # HELP examsync_last_run_timestamp_seconds When a pass was last tried, or found nothing to do.\n\
             # TYPE examsync_last_run_timestamp_seconds gauge\n\
             examsync_last_run_timestamp_seconds{sync_type=\"exam_halls\"} 10.5\n"
        );
    }

    #[test]
    fn without_the_database_nothing_is_healthy() {
        let declared = "# TYPE examsync_healthy gauge\n";
        assert_eq!(
            without_database(format!("{declared}examsync_healthy 1\n")),
            format!("{declared}examsync_healthy 0\n")
        );
        assert!(
            without_database(String::new()).ends_with("# TYPE examsync_healthy gauge\nexamsync_healthy 0\n")
        );
    }

    #[test]
    fn the_file_is_replaced_as_a_whole_and_readable_by_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("examsync.prom");
        write(&path, "one\n").unwrap();
        write(&path, "two\n").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "two\n");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o644);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
