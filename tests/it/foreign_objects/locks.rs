//! SQLite on a file system that does not lock, shown by a C library whose locks fail or are given to everybody.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{api, message};
use crate::support::mock_api::HALLS;
use crate::support::postgres::say_skipped;
use crate::support::{Database, Examsync};

/// The functions of libc that lock files, as they are where `MODE` says: none, or no locks that keep anybody out.
const SOURCE: &str = r#"
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>
int flock(int fd, int operation) {
#ifdef GRANTED
    (void)fd; (void)operation; return 0;
#else
    (void)fd; (void)operation; errno = ENOLCK; return -1;
#endif
}
static int any_fcntl(int fd, int command, long argument) {
#ifndef GRANTED
    if (command == F_SETLK || command == F_SETLKW) { errno = ENOLCK; return -1; }
#endif
    return (int)syscall(SYS_fcntl, fd, command, argument);
}
int fcntl(int fd, int command, ...) {
    va_list list; va_start(list, command); long argument = va_arg(list, long); va_end(list);
    return any_fcntl(fd, command, argument);
}
int fcntl64(int fd, int command, ...) {
    va_list list; va_start(list, command); long argument = va_arg(list, long); va_end(list);
    return any_fcntl(fd, command, argument);
}
"#;

/// Compiles it; `None` where there is no compiler.
pub(crate) fn library(folder: &Path, define: &str) -> Option<PathBuf> {
    let (source, library) = (folder.join("locks.c"), folder.join(format!("{define}.so")));
    std::fs::write(&source, SOURCE).unwrap();
    let mut command = Command::new("cc");
    command.args(["-shared", "-fPIC", "-w", &format!("-D{define}"), "-o"]).arg(&library).arg(&source);
    if command.status().is_ok_and(|status| status.success()) {
        return Some(library);
    }
    say_skipped("C compiler", "apt-get install -y gcc");
    None
}

#[test]
fn a_file_system_without_locks_is_told_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let Some(library) = library(folder.path(), "NONE") else { return };
    let (database, api) = (Database::sqlite(), api());
    let program = Examsync::new(&database, &api).env("LD_PRELOAD", &library.display().to_string());
    for arguments in ["halls", "migrate"] {
        let said = message(&program, arguments, 10);
        assert_eq!(
            said,
            "the file system of [database folder]/examsync.db does not lock files: not even a new one (database is \
             locked); put the SQLite file on a local disk, or use PostgreSQL",
            "{arguments}"
        );
    }
    assert_eq!(api.count(HALLS), 0);
}

#[test]
fn locks_that_keep_nobody_out_are_told_before_anything_is_pulled() {
    let folder = tempfile::tempdir().unwrap();
    let Some(library) = library(folder.path(), "GRANTED") else { return };
    let (database, api) = (Database::sqlite(), api());
    database.migrate();
    let program = Examsync::new(&database, &api).env("LD_PRELOAD", &library.display().to_string());
    let said = message(&program, "halls", 10);
    assert_eq!(
        said,
        "the file system of [database folder]/examsync.db.exam_halls.lock does not lock files: a lock that is held is given \
         to another holder; put the SQLite file on a local disk, or use PostgreSQL"
    );
    assert_eq!(api.count(HALLS), 0);
}
