//! Checks `SYNC_METRICS_FILE`: a file that is replaced as a whole.

use std::path::{Path, PathBuf};

use super::parse::shown;

/// Its path with symbolic links followed: the file is replaced as a whole, and they are not. Its folder may be missing,
/// or not for us: that is no reason to pull nothing, and is reported when the file can't be written.
pub(super) fn parse(value: &str, folder: &Path) -> Result<PathBuf, String> {
    let path = folder.join(value);
    let path = path.canonicalize().unwrap_or(path);
    if path.is_dir() || value.ends_with('/') {
        return Err(format!("is {}, a folder; name a file in it, such as examsync.prom", shown(value)));
    }
    if path.exists() && !path.is_file() {
        return Err(format!(
            "is {}, which is not a plain file and would be replaced by one; name a file, or leave it unset",
            shown(value)
        ));
    }
    Ok(path)
}
