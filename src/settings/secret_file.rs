//! Reads files that hold, or may hold, a secret, and refuses those that others may have written (contract §3, §15.1).

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;

use super::environment::Environment;
use crate::exit::{Failure, FailureKind};

/// No secret and no env file is larger: a wrong path (a dump) must not fill the memory.
const SIZE_MOST_BYTES: u64 = 1024 * 1024;

/// How a file came to be read, which decides what it may be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Chosen {
    /// It was named. It may be a pipe, whose end is waited for this long.
    Named { wait: Duration },
    /// It was found in the working directory.
    Found,
}

/// A file's text and whether users beyond its owner and group may read it.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) text: String,
    pub(super) readable_by_others: bool,
}

/// Why a file is not read.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refused {
    /// It can't be.
    #[error("can't be read: {0}")]
    Unread(#[from] io::Error),
    /// Another user may decide what is in it.
    #[error("{0}")]
    Untrusted(String),
}

/// Reads `path`. It judges what was opened, which can't be exchanged in between.
pub(super) fn open(path: &Path, chosen: Chosen, environment: &Environment) -> Result<Opened, Refused> {
    // To open a pipe or a terminal would else mean to wait for it, or to be ruled by it.
    let flags = (OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed();
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path)?;
    let metadata = file.metadata()?;
    let kind = metadata.file_type();
    let bytes = match chosen {
        _ if kind.is_dir() => {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder").into());
        }
        Chosen::Named { wait } if kind.is_fifo() => {
            trusted(path, &metadata, environment.user_id)?;
            read_pipe(file, wait)?
        }
        _ if kind.is_file() => {
            trusted(path, &metadata, environment.user_id)?;
            let mut bytes = Vec::new();
            file.take(SIZE_MOST_BYTES + 1).read_to_end(&mut bytes)?;
            bytes
        }
        Chosen::Named { .. } => {
            return Err(Refused::Untrusted("is neither a plain file nor a pipe".to_owned()));
        }
        Chosen::Found => return Err(Refused::Untrusted("is not a plain file".to_owned())),
    };
    if bytes.len() as u64 > SIZE_MOST_BYTES {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is larger than 1 MiB").into());
    }
    let text = String::from_utf8(bytes)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not valid UTF-8 text"))?;
    let readable_by_others = metadata.mode() & 0o004 != 0 && !in_secret_folder(path, environment);
    Ok(Opened { text, readable_by_others })
}

/// The text of a secret file that the command line names.
///
/// # Errors
/// [`FailureKind::Setup`] when it can't be read, or others may read or change it.
pub(crate) fn read_secret_file(path: &Path, environment: &Environment) -> Result<String, Failure> {
    let refused = |why: String| Failure::new(FailureKind::Setup, why).by_arguments();
    let opened = open(path, Chosen::Named { wait: Duration::ZERO }, environment);
    let file = opened.map_err(|why| refused(format!("{} {why}", path.display())))?;
    match file.readable_by_others {
        true => Err(refused(refusal(path))),
        false => Ok(file.text),
    }
}

/// The bytes of a plain file that holds no secret; nothing else is waited for.
pub(super) fn read_plain(path: &Path) -> io::Result<Vec<u8>> {
    let flags = (OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed();
    let mut file = OpenOptions::new().read(true).custom_flags(flags).open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a plain file"));
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Fails where another user than this one and root may change the file.
fn trusted(path: &Path, metadata: &Metadata, user_id: u32) -> Result<(), Refused> {
    let (owner, path) = (metadata.uid(), path.display());
    if owner != user_id && owner != 0 {
        return Err(Refused::Untrusted(format!(
            "belongs to another user (id {owner}), who may change it; run examsync as that user, or: chown root {path}"
        )));
    }
    if metadata.mode() & 0o022 != 0 {
        return Err(Refused::Untrusted(format!("may be changed by other users; run: chmod go-w {path}")));
    }
    Ok(())
}

/// What is written into a pipe until its last writer closes it.
fn read_pipe(mut pipe: File, wait: Duration) -> io::Result<Vec<u8>> {
    let end = Instant::now() + wait;
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    while bytes.len() as u64 <= SIZE_MOST_BYTES {
        let left = Timespec::try_from(end.saturating_duration_since(Instant::now()))
            .map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
        match poll(&mut [PollFd::new(&pipe, PollFlags::IN)], Some(&left)) {
            Ok(0) => {
                let wait = humantime::format_duration(wait);
                let why = format!("it is a pipe that nothing has closed for {wait}");
                return Err(io::Error::new(io::ErrorKind::TimedOut, why));
            }
            Ok(_) => {}
            Err(rustix::io::Errno::INTR) => continue,
            Err(error) => return Err(error.into()),
        }
        match pipe.read(&mut chunk) {
            Ok(0) => break,
            Ok(length) => bytes.extend_from_slice(&chunk[..length]),
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(bytes)
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
