//! A new file for this user alone: written in its folder under a name that can't be guessed, then renamed.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Read as _, Write};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _, fchown};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use uuid::Uuid;

const PREFIX: &str = ".examsync-";
const SUFFIX: &str = ".part";

/// A file that is removed again unless it is kept.
#[derive(Debug)]
pub(crate) struct PrivateFile {
    /// What is written.
    pub(crate) file: File,
    path: PathBuf,
    kept: bool,
}

impl PrivateFile {
    /// Makes it in `folder`.
    ///
    /// # Errors
    /// What the file system said.
    pub(crate) fn new(folder: &Path) -> io::Result<Self> {
        let path = folder.join(format!("{PREFIX}{}{SUFFIX}", Uuid::new_v4()));
        let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path)?;
        Ok(Self { file, path, kept: false })
    }

    /// Lets the members of a group read it.
    ///
    /// # Errors
    /// What the file system said.
    pub(crate) fn let_group_read(&self, group: u32) -> io::Result<()> {
        fchown(&self.file, None, Some(group))?;
        self.file.set_permissions(Permissions::from_mode(0o640))
    }

    /// Gives it its name, and makes that last. A file of this name and content that is there stays.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`] when there is one of other content; what the file system said.
    pub(crate) fn keep_as(mut self, path: &Path) -> io::Result<()> {
        self.file.sync_all()?;
        match renameat_with(CWD, &self.path, CWD, path, RenameFlags::NOREPLACE) {
            Ok(()) => self.kept = true,
            // A file system that can't do both at once, as that of most sticks.
            Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) if !path.try_exists()? => {
                fs::rename(&self.path, path)?;
                self.kept = true;
            }
            Err(rustix::io::Errno::EXIST | rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) => {
                if !same_content(&self.path, path)? {
                    return Err(io::ErrorKind::AlreadyExists.into());
                }
            }
            Err(error) => return Err(error.into()),
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()
    }
}

impl Write for PrivateFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for PrivateFile {
    fn drop(&mut self) {
        if !self.kept {
            // What can't be removed is of no use to anyone: it is encrypted, or readable by this user alone.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Removes what interrupted commands left in `folder`. Only for the holder of the lock under which files are made there.
///
/// # Errors
/// What the file system said.
pub(crate) fn remove_leftovers(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let ours = name.to_str().is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX));
        if ours && entry.file_type()?.is_file() {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn same_content(one: &Path, other: &Path) -> io::Result<bool> {
    let (mut one, mut other) = (File::open(one)?, File::open(other)?);
    if one.metadata()?.len() != other.metadata()?.len() {
        return Ok(false);
    }
    let (mut first, mut second) = ([0; 8192], [0; 8192]);
    loop {
        let read = one.read(&mut first)?;
        other.read_exact(&mut second[..read])?;
        if first[..read] != second[..read] {
            return Ok(false);
        }
        if read == 0 {
            return Ok(true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(folder: &Path, text: &str) -> PrivateFile {
        let mut made = PrivateFile::new(folder).unwrap();
        made.file.write_all(text.as_bytes()).unwrap();
        made
    }

    #[test]
    fn a_file_is_kept_whole_and_never_over_another() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("one");
        written(folder.path(), "a").keep_as(&path).unwrap();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        written(folder.path(), "a").keep_as(&path).unwrap();
        let refused = written(folder.path(), "b").keep_as(&path).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&path).unwrap(), "a");
        drop(written(folder.path(), "c"));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");
    }

    #[test]
    fn what_a_killed_command_left_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        std::mem::forget(written(folder.path(), "a"));
        fs::write(folder.path().join("other.part"), "").unwrap();
        remove_leftovers(folder.path()).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
