//! Settings reach the real program as contract §3 says: where they come from, and what is told when they are wrong.

mod precedence;
mod read_once;
mod secrets;
mod wrong_values;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use crate::support::Examsync;

/// Writes a file into the program's working folder with this mode; its path.
fn write(program: &Examsync, name: &str, mode: u32, text: &str) -> PathBuf {
    let path = program.folder().join(name);
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    path
}

/// The names of the files in the program's working folder, sorted.
fn files(program: &Examsync) -> Vec<String> {
    let entries = fs::read_dir(program.folder()).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
