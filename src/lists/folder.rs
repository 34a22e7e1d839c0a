//! The folder that lists are written into: private, and each file complete or absent.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, BufWriter, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use rustix::process::geteuid;

use crate::exit::{Failure, FailureKind};

/// The file without which the folder is not finished.
pub(super) const INDEX: &str = "index.html";
/// The file of all rows.
pub(super) const ALL: &str = "all.csv";
/// The file of people by name.
pub(super) const PEOPLE: &str = "people.csv";

/// A folder that only this user can look into.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    /// Sets the files apart that are being written.
    print_id: String,
}

impl Folder {
    /// Opens the folder, which is made where it is not there, and takes the mark of a finished print off it.
    ///
    /// # Errors
    /// [`FailureKind::Setup`] when others may look into it or own it, or it can't be written.
    pub(super) fn open(path: &Path, print_id: &str) -> Result<Self, Failure> {
        if !path.exists() {
            let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
            made.map_err(|error| unwritten(path, &error))?;
        }
        require_private(path)?;
        let folder = Self { path: path.to_owned(), print_id: print_id.to_owned() };
        folder.remove(INDEX)?;
        Ok(folder)
    }

    /// Begins a file, which is there under its name once it is whole.
    ///
    /// # Errors
    /// As of [`Self::open`].
    pub(super) fn begin(&self, name: &str) -> Result<NewFile, Failure> {
        let path = self.path.join(name);
        let beside = self.path.join(format!(".{name}.{}.tmp", self.print_id));
        let flags = OFlags::NOFOLLOW.bits().cast_signed();
        let opened =
            OpenOptions::new().write(true).create_new(true).mode(0o600).custom_flags(flags).open(&beside);
        let file = opened.map_err(|error| unwritten(&path, &error))?;
        Ok(NewFile { writer: Some(BufWriter::new(file)), beside, path })
    }

    /// Writes a whole file.
    ///
    /// # Errors
    /// As of [`Self::open`].
    pub(super) fn write(&self, name: &str, text: &str) -> Result<(), Failure> {
        let mut file = self.begin(name)?;
        file.write(text.as_bytes())?;
        file.finish()
    }

    /// Removes the files of an earlier print of all that this one, with these files, has none of.
    ///
    /// # Errors
    /// As of [`Self::open`].
    pub(super) fn remove_others(&self, files: &[String]) -> Result<(), Failure> {
        let of_hall = |name: &str| {
            let id = name.strip_prefix("hall-").and_then(|rest| rest.strip_suffix(".html"));
            id.is_some_and(|id| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()))
        };
        let names = fs::read_dir(&self.path).map_err(|error| unwritten(&self.path, &error))?;
        for name in names {
            let name = name.map_err(|error| unwritten(&self.path, &error))?.file_name();
            let Some(name) = name.to_str() else { continue };
            if (of_hall(name) || name == PEOPLE) && !files.iter().any(|file| file == name) {
                self.remove(name)?;
            }
        }
        Ok(())
    }

    fn remove(&self, name: &str) -> Result<(), Failure> {
        let path = self.path.join(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(unwritten(&path, &error)),
            _ => Ok(()),
        }
    }
}

fn require_private(path: &Path) -> Result<(), Failure> {
    let link = path.symlink_metadata().map_err(|error| unwritten(path, &error))?;
    let own = geteuid().as_raw();
    if link.is_symlink() && link.uid() != own && link.uid() != 0 {
        let message = format!("{} is a link of another user; name a folder of your own", path.display());
        return Err(Failure::new(FailureKind::Setup, message).by_arguments());
    }
    let metadata = path.metadata().map_err(|error| unwritten(path, &error))?;
    let shown = path.display();
    let refusal = if !metadata.is_dir() {
        format!("{shown} is not a folder")
    } else if metadata.uid() != own {
        format!(
            "{shown} belongs to another user, who may read the names of people in it; name a folder of your own"
        )
    } else if metadata.mode() & 0o077 != 0 {
        format!("{shown} would hold names of people and other users may read it; run: chmod 700 {shown}")
    } else {
        return Ok(());
    };
    Err(Failure::new(FailureKind::Setup, refusal).by_arguments())
}

/// A file that is not whole yet; one that is dropped so is removed.
#[derive(Debug)]
pub(super) struct NewFile {
    writer: Option<BufWriter<File>>,
    beside: PathBuf,
    path: PathBuf,
}

impl NewFile {
    /// Adds bytes.
    ///
    /// # Errors
    /// [`FailureKind::Setup`] when they can't be written.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        match &mut self.writer {
            Some(writer) => writer.write_all(bytes).map_err(|error| unwritten(&self.path, &error)),
            None => Ok(()),
        }
    }

    /// Gives it its name. It is not synced: a folder without its index is not finished.
    ///
    /// # Errors
    /// As of [`Self::write`].
    pub(super) fn finish(mut self) -> Result<(), Failure> {
        let Some(mut writer) = self.writer.take() else { return Ok(()) };
        let renamed = writer.flush().and_then(|()| fs::rename(&self.beside, &self.path));
        renamed.map_err(|error| {
            // The rest is of no use; the failure to remove it is not the one to report.
            let _ = fs::remove_file(&self.beside);
            unwritten(&self.path, &error)
        })
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if self.writer.take().is_some() {
            let _ = fs::remove_file(&self.beside);
        }
    }
}

fn unwritten(path: &Path, error: &io::Error) -> Failure {
    Failure::new(FailureKind::Setup, format!("{} can't be written: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt as _;

    fn names(path: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(path)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_there_when_it_is_whole_and_for_its_user_alone() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("a/b");
        let folder = Folder::open(&path, "0badcafe").unwrap();
        assert_eq!(path.metadata().unwrap().mode() & 0o777, 0o700);
        let mut file = folder.begin("hall-1.html").unwrap();
        file.write(b"one").unwrap();
        assert_eq!(names(&path), [".hall-1.html.0badcafe.tmp"]);
        file.finish().unwrap();
        assert_eq!(path.join("hall-1.html").metadata().unwrap().mode() & 0o777, 0o600);
        drop(folder.begin("hall-2.html").unwrap());
        assert_eq!(names(&path), ["hall-1.html"]);
    }

    #[test]
    fn what_an_earlier_print_left_goes_and_what_is_not_ours_stays() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("lists");
        let folder = Folder::open(&path, "0badcafe").unwrap();
        for name in [INDEX, ALL, PEOPLE, "hall-1.html", "hall-2.html", "hall-x.html", "notes.txt"] {
            folder.write(name, "x").unwrap();
        }
        let folder = Folder::open(&path, "1badcafe").unwrap();
        folder.remove_others(&["hall-2.html".to_owned(), ALL.to_owned()]).unwrap();
        assert_eq!(names(&path), [ALL, "hall-2.html", "hall-x.html", "notes.txt"]);
    }

    #[test]
    fn a_folder_that_others_may_look_into_is_refused() {
        let parent = tempfile::tempdir().unwrap();
        for mode in [0o755, 0o750, 0o701] {
            fs::set_permissions(parent.path(), Permissions::from_mode(mode)).unwrap();
            let refused = Folder::open(parent.path(), "0badcafe").unwrap_err();
            assert_eq!(refused.kind, FailureKind::Setup);
            assert!(refused.message.contains("chmod 700"), "{refused}");
        }
        let file = parent.path().join("file");
        fs::write(&file, "").unwrap();
        assert!(Folder::open(&file, "0badcafe").unwrap_err().message.ends_with("is not a folder"));
    }
}
