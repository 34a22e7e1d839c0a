//! The files that come with a package: each gets its name when all else of it is written.

use std::collections::BTreeMap;
use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

use super::ImportRequest;
use crate::exit::{Failure, FailureKind};
use crate::package::private_file::{self, PrivateFile};
use crate::package::reader::Contents;
use crate::queries::packages::FileRecord;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::packages;

/// Files that are read, and have no name yet.
pub(super) struct ReceivedFiles {
    /// None where there are no files, or in a dry run.
    folder: Option<PathBuf>,
    read: BTreeMap<String, PrivateFile>,
}

impl ReceivedFiles {
    /// Makes the folder where it is needed, and removes what an interrupted import left there.
    pub(super) fn new(request: &ImportRequest, files: &[FileRecord], dry_run: bool) -> Result<Self, Failure> {
        if files.is_empty() {
            return Ok(Self { folder: None, read: BTreeMap::new() });
        }
        let folder = request.files_folder.as_deref().ok_or_else(|| {
            let message =
                "the package brings files, and SYNC_FILES_DIR is not set; set it to the folder for them";
            Failure::new(FailureKind::Setup, message)
        })?;
        if dry_run {
            return Ok(Self { folder: None, read: BTreeMap::new() });
        }
        let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
        made.and_then(|()| private_file::remove_leftovers(folder)).map_err(|error| unkept(folder, &error))?;
        Ok(Self { folder: Some(folder.to_owned()), read: BTreeMap::new() })
    }

    /// Reads the next file; its sum is checked where it is read.
    pub(super) fn read(&mut self, contents: &mut Contents, sum: String) -> Result<(), Failure> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let mut made = PrivateFile::new(folder).map_err(|error| unkept(folder, &error))?;
        io::copy(contents, &mut made).map_err(|error| unkept(folder, &error))?;
        self.read.insert(sum, made);
        Ok(())
    }

    /// Gives the files their names.
    pub(super) fn keep(&mut self) -> Result<(), Failure> {
        let Some(folder) = &self.folder else { return Ok(()) };
        for (sum, file) in std::mem::take(&mut self.read) {
            file.keep_as(&folder.join(&sum)).map_err(|error| unkept(folder, &error))?;
        }
        Ok(())
    }
}

/// Notes a file that came for a hall, with the package that brought it, and writes of it unless it was known.
pub(super) fn note(
    connection: &mut Connection,
    (hall, version): (i64, Option<i64>),
    file: &FileRecord,
    by: (Uuid, DateTime<Utc>),
) -> Result<(), StoreError> {
    let of = (file.sha256.as_str(), file.name.as_str(), file.bytes.unsigned_abs());
    if packages::note_file(connection, hall, version, of, by.1)? {
        packages::audit(connection, by, "file_stored", hall, &json!({ "sha256": file.sha256 }))?;
    }
    Ok(())
}

fn unkept(folder: &Path, error: &io::Error) -> Failure {
    let folder = folder.display();
    Failure::new(FailureKind::Setup, format!("SYNC_FILES_DIR {folder} can't be used: {error}"))
}
