//! Settings reach the real program as contract §3 says: where they come from, and what is told when they are wrong.

mod cron;
mod listing;
mod misspelt;
mod precedence;
mod read_once;
mod secrets;
mod special_files;
mod wrong_values;

use std::fs;

use crate::support::Examsync;

/// The names of the files in the program's working folder, sorted.
fn files(program: &Examsync) -> Vec<String> {
    let entries = fs::read_dir(program.folder()).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
