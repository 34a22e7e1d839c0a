//! A SQLite file: whether it and its folder can be written and locked, its tables, its mode, and the free space on its
//! disk.

use std::path::Path;

use chrono::NaiveDate;
use rustix::fs::{Access, access, statvfs};

use super::{FILLED, GROUP, Looked, failed, modes};
use crate::doctor::check::Check;
use crate::exit::{Failure, FailureKind};
use crate::queries::last_attempts::tries_of_cron;
use crate::store::connection::Location;
use crate::store::error::StoreError;
use crate::store::migrations::Schema;
use crate::store::{lock, migrations, reading, sqlite};
use crate::text::program_line::ProgramLine;

/// With less than this no pass can write what it always writes.
const NO_ROOM_BYTES: u64 = 128 * 1024;
/// With less than this it soon will not.
const LITTLE_ROOM_BYTES: u64 = 100 * 1024 * 1024;

/// Looks at a file.
pub(super) fn look(
    location: &Location,
    path: &Path,
    default: bool,
    program: &ProgramLine,
    today: NaiveDate,
) -> Looked {
    let only = |checks| Looked { checks, ..Looked::default() };
    match location.exists() {
        Ok(true) => of_file(location, path, program, today),
        Ok(false) => only(of_place(path, default)),
        Err(error) => only(vec![failed("reachable", error)]),
    }
}

/// A look at a file that is there.
fn of_file(location: &Location, path: &Path, program: &ProgramLine, today: NaiveDate) -> Looked {
    let (mut checks, mut last) = (Vec::new(), None);
    let read = reading::read(location, |connection| {
        let schema = migrations::check_for(connection, &FILLED)?;
        let last = if schema == Schema::Current { Some(tries_of_cron(connection, today)?) } else { None };
        Ok::<_, StoreError>((schema, last))
    });
    match read {
        Ok((schema, tries)) => {
            last = tries;
            checks.push(GROUP.ok("reachable", format!("{} is a SQLite database", path.display())));
            checks.push(match schema.require_current(program) {
                Ok(()) => GROUP.ok("tables", "all migrations are applied, and all tables and columns exist"),
                Err(error) => failed("tables", error),
            });
        }
        Err(error) => checks.push(failed("reachable", error)),
    }
    checks.push(match lock::require_lockable(path) {
        Ok(()) => GROUP.ok("folder", "the file, its folder and its lock files can be written"),
        Err(error) => failed("folder", error),
    });
    checks.push(match sqlite::locks::require(path, path) {
        Ok(()) => GROUP.ok("locks", "its file system locks files"),
        Err(error) => failed("locks", error),
    });
    checks.extend(modes::checks(path));
    checks.extend(room(path, path.parent().unwrap_or(path)));
    Looked { checks, clock: None, tries: last }
}

/// The checks of a file that the first pass will make: its folder, or of the default file the first one above it that
/// is there.
fn of_place(path: &Path, default: bool) -> Vec<Check> {
    let folder = path.parent().unwrap_or(path);
    let made_in = match default {
        true => folder.ancestors().find(|folder| folder.exists()).unwrap_or(folder),
        false => folder,
    };
    let shown = path.display();
    let writable = access(made_in, Access::WRITE_OK | Access::EXEC_OK).map_err(std::io::Error::from);
    let writable = match path.metadata() {
        // Its maker was killed; it is made use of as it is.
        Ok(_) => writable.and(access(path, Access::WRITE_OK).map_err(std::io::Error::from)),
        Err(_) => writable,
    };
    if let Err(error) = writable {
        let message =
            format!("{shown} does not exist yet and can't be created in {}: {error}", made_in.display());
        let advice =
            "create the folder, owned by the user of the passes, or name another place in DATABASE_URL";
        return vec![GROUP.not_set_up("folder", message, advice)];
    }
    let mut checks =
        vec![GROUP.ok("folder", format!("{shown} does not exist yet: the first pass creates it"))];
    checks.push(match sqlite::locks::require(path, made_in) {
        Ok(()) => GROUP.ok("locks", "its file system locks files"),
        Err(error) => failed("locks", error),
    });
    checks.extend(room(path, made_in));
    checks
}

/// How much room is left for what the next pass writes.
fn room(path: &Path, folder: &Path) -> Option<Check> {
    const NAME: &str = "free space";
    let disk = statvfs(folder).ok()?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let size = path.metadata().map(|metadata| metadata.len()).unwrap_or_default();
    let (shown, advice) = (
        bytesize::ByteSize(free),
        "free some space, or move the file to a larger disk and correct \
                                    DATABASE_URL",
    );
    let place = folder.display();
    Some(if free < NO_ROOM_BYTES {
        let message = format!("{shown} are free in {place}, too little for a pass");
        GROUP.fail(NAME, &Failure::new(FailureKind::Temporary, message), advice)
    } else if free < LITTLE_ROOM_BYTES.max(size) {
        GROUP.warn(
            NAME,
            format!("{shown} are free in {place}, for a database of {}", bytesize::ByteSize(size)),
            advice,
        )
    } else {
        GROUP.ok(NAME, format!("{shown} are free in {place}"))
    })
}
