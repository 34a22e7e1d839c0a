//! Files that go along with packages: each is kept by its SHA-256, so that a later package can take it again.

use std::fs::{DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use super::{ExportRequest, Exported};
use crate::exit::{Failure, FailureKind};
use crate::package::stored_file::{self, StoredFile};
use crate::text::sanitize::clean;

/// The longest name of a file.
const MAX_NAME_BYTES: usize = 255;

/// A file of `--attach`.
pub(super) struct AttachedFile {
    /// What it is called.
    pub(super) name: String,
    /// Its content.
    pub(super) stored: StoredFile,
}

/// Reads and keeps the files of `--attach`; a dry run keeps none.
pub(super) fn read(request: &ExportRequest, dry_run: bool) -> Result<Vec<AttachedFile>, Failure> {
    if request.attach.is_empty() {
        return Ok(Vec::new());
    }
    let folder = request.files_folder.as_deref().ok_or_else(|| {
        Failure::new(
            FailureKind::Setup,
            "SYNC_FILES_DIR is not set; set it to the folder where attached files are kept",
        )
    })?;
    if !dry_run {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
        made.map_err(|error| unkept(folder, &error))?;
    }
    let paths = match request.exported {
        Exported::Results => in_folders(&request.attach)?,
        Exported::Halls(_) => request.attach.clone(),
    };
    paths.iter().map(|path| attach(request, path, folder, dry_run)).collect()
}

/// The files, and those in the folders, except hidden ones.
fn in_folders(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let unread = |error: io::Error| {
            Failure::new(FailureKind::Setup, format!("--attach {}: {error}", path.display())).by_arguments()
        };
        let first = files.len();
        for entry in path.read_dir().map_err(unread)? {
            let entry = entry.map_err(unread)?;
            let is_hidden = entry.file_name().as_encoded_bytes().first() == Some(&b'.');
            if !is_hidden && entry.path().is_file() {
                files.push(entry.path());
            }
        }
        files[first..].sort();
    }
    Ok(files)
}

fn attach(
    request: &ExportRequest,
    path: &Path,
    folder: &Path,
    dry_run: bool,
) -> Result<AttachedFile, Failure> {
    let wrong = |why: &str| {
        Failure::new(FailureKind::Setup, format!("--attach {}: {why}", path.display())).by_arguments()
    };
    let name =
        path.file_name().and_then(|name| name.to_str()).ok_or_else(|| wrong("its name is not UTF-8"))?;
    if clean(name) != name || name.len() > MAX_NAME_BYTES {
        return Err(wrong("its name holds characters that show nothing, or is too long; rename it"));
    }
    let file = File::open(path).map_err(|error| wrong(&error.to_string()))?;
    let metadata = file.metadata().map_err(|error| wrong(&error.to_string()))?;
    if !metadata.is_file() {
        return Err(wrong("it is not a plain file"));
    }
    if metadata.len() > request.max_file_bytes {
        return Err(wrong(&format!("it has {} bytes, more than SYNC_MAX_FILE allows", metadata.len())));
    }
    let stored = match dry_run {
        true => stored_file::sum(file).map_err(|error| wrong(&error.to_string()))?,
        false => stored_file::store(file, folder).map_err(|error| unkept(folder, &error))?,
    };
    Ok(AttachedFile { name: name.to_owned(), stored })
}

fn unkept(folder: &Path, error: &io::Error) -> Failure {
    let folder = folder.display();
    Failure::new(FailureKind::Setup, format!("SYNC_FILES_DIR {folder} can't be used: {error}"))
}
