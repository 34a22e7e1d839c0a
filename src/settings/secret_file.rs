//! Reads files that hold, or may hold, a secret, and says who else may read them (contract §3).

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::environment::Environment;

/// No secret and no env file is larger: a wrong path (a device, a dump) must not fill the memory.
const SIZE_MOST_BYTES: u64 = 1024 * 1024;

/// A file's text and whether users beyond its owner and group may read it.
pub(super) struct Opened {
    pub(super) text: String,
    pub(super) readable_by_others: bool,
}

/// Reads `path`; looks at the mode of what was opened, so that it can't be exchanged in between.
pub(super) fn open(path: &Path, environment: &Environment) -> io::Result<Opened> {
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"));
    }
    let mut bytes = Vec::new();
    file.take(SIZE_MOST_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > SIZE_MOST_BYTES {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is larger than 1 MiB"));
    }
    let text = String::from_utf8(bytes)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not valid UTF-8 text"))?;
    let readable_by_others =
        metadata.permissions().mode() & 0o004 != 0 && !in_secret_folder(path, environment);
    Ok(Opened { text, readable_by_others })
}

/// What a person does about a file that others may read.
pub(super) fn refusal(path: &Path) -> String {
    let path = path.display();
    format!("{path} holds a secret and other users may read it; run: chmod o-rwx {path}")
}

/// Containers and systemd hand out secrets there with modes of their own.
fn in_secret_folder(path: &Path, environment: &Environment) -> bool {
    let credentials = environment.variable("CREDENTIALS_DIRECTORY").map(PathBuf::from);
    let Ok(path) = fs::canonicalize(path) else { return false };
    [Some(PathBuf::from("/run/secrets")), credentials.filter(|folder| folder.is_absolute())]
        .into_iter()
        .flatten()
        .filter_map(|folder| fs::canonicalize(folder).ok())
        .any(|folder| path.starts_with(folder))
}
