//! Files of packages in their folder, each under its SHA-256 and for this user alone.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::private_file::PrivateFile;
use super::sums::Summed;

/// A file by its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoredFile {
    /// The SHA-256, in hexadecimal digits.
    pub(crate) sha256: String,
    /// The size.
    pub(crate) bytes: u64,
}

impl StoredFile {
    /// Where it is kept.
    pub(crate) fn path(&self, folder: &Path) -> PathBuf {
        folder.join(&self.sha256)
    }
}

/// Sums up a file without keeping it.
///
/// # Errors
/// What the file system said.
pub(crate) fn sum(file: impl Read) -> io::Result<StoredFile> {
    let mut summed = Summed::new(file);
    io::copy(&mut summed, &mut io::sink())?;
    Ok(StoredFile { sha256: summed.sum(), bytes: summed.bytes })
}

/// Copies a file into the folder.
///
/// # Errors
/// What the file system said.
pub(crate) fn store(file: impl Read, folder: &Path) -> io::Result<StoredFile> {
    let mut summed = Summed::new(file);
    let mut made = PrivateFile::new(folder)?;
    io::copy(&mut summed, &mut made)?;
    let stored = StoredFile { sha256: summed.sum(), bytes: summed.bytes };
    made.keep_as(&stored.path(folder))?;
    Ok(stored)
}

/// Opens a file that was kept.
///
/// # Errors
/// What the file system said.
pub(crate) fn open(folder: &Path, sha256: &str) -> io::Result<File> {
    File::open(folder.join(sha256))
}
