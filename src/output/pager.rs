//! A long text in the reader's own pager, which takes the program's place.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{Seek, Write};
use std::os::unix::process::CommandExt;
use std::process::Command;

use rustix::fs::{MemfdFlags, memfd_create};

/// Shows `text` in `pager`, a command line for the shell, else in `less -R`. Returns where that is not possible: the
/// text has then to be printed.
///
/// The pager replaces this process, so that Ctrl-C and the exit code are its own.
pub(super) fn show(text: &str, pager: Option<&OsStr>) {
    let Ok(file) = in_memory(text) else { return };
    let mut command = match pager {
        Some(line) => {
            let mut shell = Command::new("sh");
            // 126 and 127: there is no such program. What it has not read is still in its stdin.
            shell.args(["-c", r#"sh -c "$1"; code=$?; [ "$code" -lt 126 ] || exec cat; exit "$code""#, "sh"]);
            shell.arg(line);
            shell
        }
        None => {
            let mut less = Command::new("less");
            less.arg("-R");
            less
        }
    };
    // Returns only when the pager could not be started.
    let _ = command.stdin(file).exec();
}

/// A file without a name, at its beginning.
fn in_memory(text: &str) -> std::io::Result<File> {
    let mut file = File::from(memfd_create("examsync-help", MemfdFlags::CLOEXEC)?);
    file.write_all(text.as_bytes())?;
    file.rewind()?;
    Ok(file)
}
