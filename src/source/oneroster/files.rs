//! The files of a folder or a zip, by name, together no larger than allowed. Nothing is unpacked to disk.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};

use zip::ZipArchive;

use super::contract;
use crate::exit::{Failure, FailureKind};

/// The folder that macOS adds to every zip.
const OF_MACOS: &str = "__MACOSX";

/// A folder or a zip that was opened.
pub(super) struct Files {
    from: From,
    max_bytes: u64,
    /// How much may still be read.
    left: Cell<u64>,
}

enum From {
    Folder(PathBuf),
    Zip {
        archive: Box<ZipArchive<BufReader<File>>>,
        /// The position of each file.
        names: BTreeMap<String, usize>,
    },
}

impl Files {
    /// Opens it. All of it is at most `max_bytes` large.
    ///
    /// # Errors
    /// [`FailureKind::Setup`] when it can't be read, [`FailureKind::Contract`] when it is a zip that may not be one.
    pub(super) fn open(path: &Path, max_bytes: u64) -> Result<Self, Failure> {
        let from = if path.is_dir() { From::Folder(path.to_owned()) } else { open_zip(path)? };
        Ok(Self { from, max_bytes, left: Cell::new(max_bytes) })
    }

    /// Whether there is a file of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        match &self.from {
            From::Folder(folder) => folder.join(name).is_file(),
            From::Zip { names, .. } => names.contains_key(name),
        }
    }

    /// Whether it is what Microsoft's School Data Sync 2.1 takes, which has no manifest.
    pub(super) fn is_school_data_sync(&self) -> bool {
        ["orgs.csv", "users.csv", "roles.csv"].iter().all(|name| self.has(name))
    }

    /// Opens a file.
    ///
    /// # Errors
    /// [`FailureKind::Contract`] when it is not there or can't be read.
    pub(super) fn reader<'a>(&'a mut self, name: &str) -> Result<Box<dyn Read + 'a>, Failure> {
        let unreadable = |error: &dyn std::fmt::Display| contract(format!("{name} can't be read: {error}"));
        let (left, max_bytes) = (&self.left, self.max_bytes);
        match &mut self.from {
            From::Folder(folder) => {
                let file = File::open(folder.join(name)).map_err(|error| unreadable(&error))?;
                Ok(Box::new(Limited { inner: BufReader::new(file), left, max_bytes }))
            }
            From::Zip { archive, names } => {
                let position = names.get(name).copied().ok_or_else(|| unreadable(&"it is not in the zip"))?;
                let file = archive.by_index(position).map_err(|error| unreadable(&error))?;
                Ok(Box::new(Limited { inner: file, left, max_bytes }))
            }
        }
    }
}

fn open_zip(path: &Path) -> Result<From, Failure> {
    let setup = |error: io::Error| {
        let message = format!("{} can't be read: {error}; name a OneRoster folder or zip", path.display());
        Failure::new(FailureKind::Setup, message).by_arguments()
    };
    if !fs::metadata(path).map_err(setup)?.is_file() {
        return Err(setup(ErrorKind::InvalidInput.into()));
    }
    let file = File::open(path).map_err(setup)?;
    let broken = |why: &dyn std::fmt::Display| contract(format!("{} is no zip: {why}", path.display()));
    let archive = ZipArchive::new(BufReader::new(file)).map_err(|error| broken(&error))?;
    if archive.has_duplicate_names() {
        return Err(contract(format!("{} holds a name twice", path.display())));
    }
    let mut names = BTreeMap::new();
    for (position, name) in archive.file_names().enumerate() {
        let name = name.map_err(|error| broken(&error))?;
        if leads_out(&name) {
            return Err(contract(format!("{} holds a name that leads out of its folder", path.display())));
        }
        if !name.ends_with('/') && name.split('/').next() != Some(OF_MACOS) {
            names.insert(name.into_owned(), position);
        }
    }
    let names = without_top_folder(names);
    Ok(From::Zip { archive: Box::new(archive), names })
}

fn leads_out(name: &str) -> bool {
    name.starts_with('/') || name.contains(['\\', ':']) || name.split('/').any(|part| part == "..")
}

/// The names without the one folder that all of them are in, if they are.
fn without_top_folder(names: BTreeMap<String, usize>) -> BTreeMap<String, usize> {
    let top = |name: &str| name.split_once('/').map(|(top, _)| top.to_owned());
    let Some(first) = names.keys().next().and_then(|name| top(name)) else { return names };
    if names.keys().any(|name| top(name).as_deref() != Some(&first)) {
        return names;
    }
    names.into_iter().map(|(name, position)| (name[first.len() + 1..].to_owned(), position)).collect()
}

/// Reads no more than is left of what all files may have.
struct Limited<'a, R> {
    inner: R,
    left: &'a Cell<u64>,
    max_bytes: u64,
}

impl<R: Read> Read for Limited<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        match self.left.get().checked_sub(read as u64) {
            Some(left) => self.left.set(left),
            None => {
                let message =
                    format!("all files together are larger than SYNC_MAX_BODY ({} bytes)", self.max_bytes);
                return Err(io::Error::new(ErrorKind::FileTooLarge, message));
            }
        }
        Ok(read)
    }
}
