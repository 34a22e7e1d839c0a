//! `manifest.csv` of a OneRoster export: its version, and how each of its files is meant.

use std::collections::BTreeMap;

use super::columns::{Format, file_of};
use super::contract;
use super::files::Files;
use super::table::Table;
use crate::exit::Failure;
use crate::model::entity::ENTITIES;

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

/// What an export is, and the files that it names.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Manifest {
    /// The kind of export.
    pub(super) format: Format,
    files: BTreeMap<String, FileMode>,
}

/// The name of the file.
pub(super) const NAME: &str = "manifest.csv";

impl Manifest {
    /// Reads the properties. Those of another kind than `file.…` and `oneroster.version` are ignored.
    pub(super) fn read(mut table: Table<'_>) -> Result<Self, Failure> {
        let mut files = BTreeMap::new();
        let mut version = None;
        while let Some(row) = table.next_row()? {
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
        let format = match version.as_deref() {
            Some("1.1") => Format::OneRoster11,
            Some("1.2") => Format::OneRoster12,
            Some(_) => {
                return Err(contract(format!("{NAME} is of another oneroster.version than 1.1 and 1.2")));
            }
            None => return Err(contract(format!("{NAME} has no oneroster.version"))),
        };
        Ok(Self { format, files })
    }

    /// What stands for the manifest of an export for School Data Sync, whose files hold everything.
    pub(super) fn of_school_data_sync(files: &Files) -> Self {
        let there = ENTITIES.iter().map(|entity| file_of(entity.kind));
        let there = there.filter(|file| files.has(&format!("{file}.csv")));
        let files = there.map(|file| (file.to_owned(), FileMode::Bulk)).collect();
        Self { format: Format::SchoolDataSync, files }
    }

    /// Ok when every file that it names is there, and one of those that are read is among them.
    pub(super) fn require_files(&self, files: &Files) -> Result<(), Failure> {
        for (file, mode) in &self.files {
            if *mode != FileMode::Absent && !files.has(&format!("{file}.csv")) {
                let mode = if *mode == FileMode::Bulk { "bulk" } else { "delta" };
                return Err(contract(format!("{NAME} says {mode} for {file}, but there is no {file}.csv")));
            }
        }
        match ENTITIES.iter().all(|entity| self.mode(file_of(entity.kind)) == FileMode::Absent) {
            true => Err(contract(format!(
                "{NAME} names none of the files that are read: there is nothing to pull"
            ))),
            false => Ok(()),
        }
    }

    /// What it says, for a person: `OneRoster 1.2, bulk orgs, delta users`.
    pub(super) fn described(&self) -> String {
        let format = match self.format {
            Format::OneRoster11 => "OneRoster 1.1",
            Format::OneRoster12 => "OneRoster 1.2",
            Format::SchoolDataSync => "School Data Sync 2.1",
        };
        let files = ENTITIES.iter().filter_map(|entity| {
            let file = file_of(entity.kind);
            match self.mode(file) {
                FileMode::Bulk => Some(format!("bulk {file}")),
                FileMode::Delta => Some(format!("delta {file}")),
                FileMode::Absent => None,
            }
        });
        [format.to_owned()].into_iter().chain(files).collect::<Vec<_>>().join(", ")
    }

    /// How a file is meant; one that is not named is not there.
    pub(super) fn mode(&self, file: &str) -> FileMode {
        self.files.get(file).copied().unwrap_or(FileMode::Absent)
    }
}
