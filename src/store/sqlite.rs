//! Makes and opens a SQLite file.

pub(crate) mod locks;
pub(crate) mod reading;

use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt as _, fchown};
use std::path::Path;
use std::time::Duration;

use diesel::Connection as _;
use diesel::connection::SimpleConnection;
use diesel::sqlite::SqliteConnection;

use super::error::StoreError;

/// Said of a pipe, a socket and a device, which would be waited for.
const NO_PLAIN_FILE: &str = "it is not a plain file";

/// Whether there is a database: a file that is not empty. One that was just being made when its maker
/// was killed is still empty.
///
/// # Errors
/// [`StoreError::Setup`] when the file or its folder can't be looked at.
pub(crate) fn exists(path: &Path) -> Result<bool, StoreError> {
    match path.metadata() {
        Ok(metadata) if metadata.is_dir() => Err(setup(path, "it is a folder, name a file in it")),
        Ok(metadata) if !metadata.is_file() => Err(setup(path, NO_PLAIN_FILE)),
        Ok(metadata) => Ok(metadata.len() > 0),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(setup(path, &error.to_string())),
    }
}

/// Makes the file, without tables and for the user only, or also for the members of `group` to read. One that is there
/// stays as it is. `folder_too` also makes its folder, for the user only.
///
/// # Errors
/// [`StoreError::Setup`] for a path or a group that can't be used.
pub(crate) fn make(path: &Path, folder_too: bool, group: Option<u32>) -> Result<(), StoreError> {
    if let Some(folder) = path.parent().filter(|_| folder_too) {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
        made.map_err(|error| setup(folder, &error.to_string()))?;
    }
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(file) => group.map_or(Ok(()), |group| let_group_read(&file, group)).map_err(|error| {
            setup(
                path,
                &format!("it can't be given to the group {} of SYNC_FILE_GROUP: {error}", group.unwrap_or(0)),
            )
        }),
        // What is there may be a link, which is followed, but nothing is made through it.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            exists(path)?;
            OpenOptions::new().append(true).open(path).map(drop).map_err(|error| match error.kind() {
                io::ErrorKind::NotFound => setup(path, "it is a link to a file that does not exist"),
                _ => setup(path, &error.to_string()),
            })
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(setup(path, "its folder does not exist; create it first"))
        }
        Err(error) => Err(setup(path, &error.to_string())),
    }
}

fn let_group_read(file: &File, group: u32) -> io::Result<()> {
    fchown(file, None, Some(group))?;
    file.set_permissions(Permissions::from_mode(0o640))
}

/// Opens the file, which must exist. `busy_timeout` is how long a statement waits for another writer.
///
/// # Errors
/// [`StoreError::Setup`] for a path that can't be used, [`StoreError::Corrupt`] for a file that is no database.
pub(crate) fn connect(path: &Path, busy_timeout: Duration) -> Result<SqliteConnection, StoreError> {
    // SQLite would make it.
    if !path.metadata().map_err(|error| setup(path, &error.to_string()))?.is_file() {
        return Err(setup(path, NO_PLAIN_FILE));
    }
    let text = path.to_str().ok_or_else(|| setup(path, "its name is not UTF-8"))?;
    // Names such as `file:x` and `:memory:` mean something else to SQLite unless they begin like a path.
    let name = if path.is_absolute() { text.to_owned() } else { format!("./{text}") };
    open_as(&name, path, busy_timeout)
}

/// Opens the file by the name or URI that SQLite takes for it.
fn open_as(name: &str, path: &Path, busy_timeout: Duration) -> Result<SqliteConnection, StoreError> {
    let within = |error| at(path, error);
    let mut connection = SqliteConnection::establish(name).map_err(|error| within(error.into()))?;
    // Not waited for yet: a file system that has no locks answers as if another program held one.
    let reading = connection.batch_execute(READ).map_err(StoreError::from);
    if matches!(reading, Err(StoreError::Busy(_)))
        && let Some(why) = path.parent().and_then(locks::refused_in)
    {
        return Err(locks::without(path, &format!("not even a new one ({why})")));
    }
    connection
        .batch_execute(&format!(
            "PRAGMA busy_timeout = {};
             PRAGMA foreign_keys = ON;
             PRAGMA synchronous = NORMAL;
             PRAGMA cache_size = -8192;
             {READ}",
            // Of a larger one SQLite would make none at all.
            busy_timeout.as_millis().min(i32::MAX as u128)
        ))
        .map_err(|error| within(error.into()))?;
    Ok(connection)
}

/// The first to read the file, and so to find out whether it is a database.
const READ: &str = "PRAGMA schema_version";

/// The error with the file's name in it.
fn at(path: &Path, error: StoreError) -> StoreError {
    let name = path.display();
    match error {
        StoreError::Setup(text) => StoreError::Setup(format!("{name}: {text}")),
        StoreError::Corrupt(text) => StoreError::Corrupt(format!("{name}: {text}")),
        StoreError::Busy(text) => StoreError::Busy(format!("{name}: {text}")),
        StoreError::Other(text) => StoreError::Other(format!("{name}: {text}")),
        other => other,
    }
}

fn setup(path: &Path, why: &str) -> StoreError {
    StoreError::Setup(format!("the SQLite file {} can't be used: {why}; see DATABASE_URL", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit::{Failure, FailureKind};
    use crate::store::connection::Connection;

    fn kind_of<T>(result: Result<T, StoreError>) -> FailureKind {
        Failure::from(result.err().unwrap()).kind
    }

    #[test]
    fn a_file_is_made_where_it_can_be_and_for_the_user_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/er/x.db");
        assert!(!exists(&path).unwrap());
        assert_eq!(kind_of(make(&path, false, None)), FailureKind::Setup);
        assert_eq!(kind_of(connect(&path, Duration::ZERO)), FailureKind::Setup);
        make(&path, true, None).unwrap();
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        assert!(!exists(&path).unwrap());
        connect(&path, Duration::ZERO).unwrap().batch_execute("CREATE TABLE x (y)").unwrap();
        assert!(exists(&path).unwrap());
        let named = folder.path().join("named.db");
        make(&named, false, None).unwrap();
        assert_eq!(mode(&named), 0o600);
        // One that is there keeps its mode, also for a group.
        std::fs::set_permissions(&named, Permissions::from_mode(0o660)).unwrap();
        make(&named, false, Some(rustix::process::getgid().as_raw())).unwrap();
        assert_eq!(mode(&named), 0o660);
    }

    #[test]
    fn a_group_may_read_what_is_made_for_it_and_nothing_is_made_through_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.db");
        let group = rustix::process::getgid().as_raw();
        make(&path, false, Some(group)).unwrap();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o640);
        let link = folder.path().join("link.db");
        std::os::unix::fs::symlink("elsewhere.db", &link).unwrap();
        assert_eq!(kind_of(make(&link, false, None)), FailureKind::Setup);
        assert!(!folder.path().join("elsewhere.db").exists());
    }

    #[test]
    fn what_is_no_database_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes.txt");
        let text = "just a text, long enough to be taken for a header of a page".repeat(20);
        std::fs::write(&path, &text).unwrap();
        let refused = connect(&path, Duration::ZERO).err();
        assert!(matches!(refused, Some(StoreError::Corrupt(said)) if said.contains("notes.txt")));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        assert_eq!(kind_of(exists(folder.path())), FailureKind::Setup);
    }

    #[test]
    fn a_second_writer_is_told_that_the_file_is_busy() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.db");
        make(&path, false, None).unwrap();
        let wait = Duration::from_millis(50);
        let [mut first, mut second] = [0; 2].map(|_| connect(&path, wait).map(Connection::Sqlite).unwrap());
        first.begin().unwrap();
        assert!(matches!(second.begin(), Err(StoreError::Busy(_))));
        first.commit().unwrap();
        second.begin().unwrap();
    }
}
