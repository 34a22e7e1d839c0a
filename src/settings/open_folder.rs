//! Folders in which every user may replace what is there (contract §15.1).

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// Whether every user may rename and remove what is in the folder.
pub(crate) fn is_open(folder: &Path) -> bool {
    const OTHERS_WRITE: u32 = 0o002;
    const STICKY: u32 = 0o1000;
    let mode = folder.metadata().map_or(0, |metadata| metadata.permissions().mode());
    mode & OTHERS_WRITE != 0 && mode & STICKY == 0
}
