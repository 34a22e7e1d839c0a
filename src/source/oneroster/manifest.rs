//! `manifest.csv` of a OneRoster folder: its version, and how each of its files is meant.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Read;

use csv::Reader;

use super::{contract, unreadable};
use crate::exit::Failure;

/// How a file is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileMode {
    /// It holds everything: what it does not hold is gone.
    Bulk,
    /// It holds only what changed.
    Delta,
    /// It is not there.
    Absent,
}

impl fmt::Display for FileMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            FileMode::Bulk => "bulk",
            FileMode::Delta => "delta",
            FileMode::Absent => "absent",
        })
    }
}

/// The files that a manifest names.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Manifest {
    files: BTreeMap<String, FileMode>,
}

/// The name of the file, for messages.
const NAME: &str = "manifest.csv";

impl Manifest {
    /// Reads the properties. Those of another kind than `file.…` and `oneroster.version` are ignored.
    pub(super) fn read(mut reader: Reader<impl Read>) -> Result<Self, Failure> {
        let mut files = BTreeMap::new();
        let mut version = None;
        for row in reader.records() {
            let row = row.map_err(|error| unreadable(NAME, &error))?;
            let (property, value) = (row.get(0).unwrap_or_default(), row.get(1).unwrap_or_default());
            if property == "oneroster.version" {
                version = Some(value.to_owned());
            } else if let Some(file) = property.strip_prefix("file.") {
                let mode = match value {
                    "bulk" => FileMode::Bulk,
                    "delta" => FileMode::Delta,
                    "absent" => FileMode::Absent,
                    _ => return Err(contract(format!("{NAME}: {property} is none of bulk, delta, absent"))),
                };
                if files.insert(file.to_owned(), mode).is_some() {
                    return Err(contract(format!("{NAME} names {property} twice")));
                }
            }
        }
        match version.as_deref() {
            Some("1.1" | "1.2") => Ok(Self { files }),
            Some(_) => Err(contract(format!("{NAME} is of another oneroster.version than 1.1 and 1.2"))),
            None => Err(contract(format!("{NAME} has no oneroster.version"))),
        }
    }

    /// The files with their modes, by name.
    pub(super) fn files(&self) -> impl Iterator<Item = (&str, FileMode)> {
        self.files.iter().map(|(file, mode)| (file.as_str(), *mode))
    }
}
