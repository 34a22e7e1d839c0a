//! OneRoster files (1EdTech OneRoster 1.1 and 1.2, CSV binding; Microsoft School Data Sync 2.1) in a folder or a zip: the
//! manifest says which there are, and they are read as streams.

mod columns;
mod files;
mod manifest;
mod table;
#[cfg(test)]
mod tests;
mod user_roles;

use std::path::Path;

use csv::{Error, ErrorKind};

use self::columns::Format;
use self::files::Files;
use self::manifest::{FileMode, Manifest};
use self::table::Table;
use self::user_roles::UserRoles;
use super::roster_facts::{Look, Reading, RecordSink, Remark, SourceFacts};
use crate::decode::credential;
use crate::decode::record::Layout;
use crate::exit::{Failure, FailureKind};
use crate::model::Stopped;
use crate::model::entity::{Absence, Credential, ENTITIES, Entity, EntityKind};

/// Reads every record of a folder or a zip, file by file in the order of the entities.
///
/// # Errors
/// [`FailureKind::Setup`] when it can't be read, [`FailureKind::Contract`] with the file and the row when it is not what
/// OneRoster says, [`FailureKind::Internal`] when `sink` stops.
pub(super) fn read(
    path: &Path,
    reading: &Reading,
    sink: &mut RecordSink<'_>,
) -> Result<SourceFacts, Failure> {
    let (mut files, manifest) = open(path, reading)?;
    let mut facts = SourceFacts::default();
    for entity in ENTITIES {
        let mode = manifest.mode(columns::file_of(entity.kind));
        if mode == FileMode::Absent {
            continue;
        }
        let seen = facts.of_mut(entity.kind);
        seen.absence = if mode == FileMode::Bulk { Absence::Gone } else { Absence::NotJudged };
        FileReader { format: manifest.format, mode, reading, entity }.read(&mut files, sink, &mut facts)?;
    }
    Ok(facts)
}

/// Looks whether it could be read; see [`super::roster::RosterSource::look`].
pub(super) fn look(path: &Path, reading: &Reading) -> Result<Look, Failure> {
    let (_, manifest) = open(path, reading)?;
    let seen = format!("{}: {}", path.display(), manifest.described());
    Ok(Look { seen, remarks: Vec::new() })
}

/// Opens a folder or a zip, and finds out which files it has.
fn open(path: &Path, reading: &Reading) -> Result<(Files, Manifest), Failure> {
    let mut files = Files::open(path, reading.max_bytes)?;
    let manifest = match (files.has(manifest::NAME), files.is_school_data_sync()) {
        (true, _) => Manifest::read(Table::open(&mut files, manifest::NAME)?)?,
        (false, true) => Manifest::of_school_data_sync(&files),
        (false, false) => {
            return Err(contract(format!(
                "there is no {} in {}, so it is no OneRoster export",
                manifest::NAME,
                path.display()
            )));
        }
    };
    manifest.require_files(&files)?;
    Ok((files, manifest))
}

/// One file that is being read.
struct FileReader<'a> {
    format: Format,
    mode: FileMode,
    reading: &'a Reading,
    entity: &'static Entity,
}

impl FileReader<'_> {
    fn read(
        &self,
        files: &mut Files,
        sink: &mut RecordSink<'_>,
        facts: &mut SourceFacts,
    ) -> Result<(), Failure> {
        let entity = self.entity;
        let name = format!("{}.csv", columns::file_of(entity.kind));
        let mut table = Table::open(files, &name)?;
        let naming = columns::naming(self.format, entity.kind);
        let layout = Layout::from_header(entity, &naming, &table.header(), &self.reading.roles)
            .map_err(|missing| table.without(missing))?;
        let mut of_users = match (self.format, entity.kind) {
            (Format::OneRoster11, EntityKind::Users) => {
                Some(UserRoles::new(&table, &self.reading.roles).map_err(|missing| table.without(missing))?)
            }
            _ => None,
        };
        let password = table.position("password").filter(|_| entity.kind == EntityKind::Users);
        let (mut rows, mut gone, mut plain) = (0, 0, 0);
        while let Some(row) = table.next_row()? {
            rows += 1;
            // As a spreadsheet counts them: the header is row 1, and a line break in a cell makes no row.
            let path = format!("{name} row {}", rows + 1);
            let cell = |place: usize| row.get(place).unwrap_or_default();
            gone += i64::from(layout.says_gone(cell));
            let credential = password.map(cell).and_then(credential::credential);
            plain += i64::from(credential == Some(Credential::Refused));
            let stopped = |Stopped| {
                let message = format!("reading {name} was stopped at row {}", rows + 1);
                Failure::new(FailureKind::Internal, message)
            };
            let mut record = layout.record(rows, path.clone(), cell);
            record.credential = credential.filter(|_| self.reading.credentials);
            if let Some(roles) = &mut of_users {
                roles.each(&record, &path, cell, sink).map_err(stopped)?;
            }
            sink(entity.kind, record).map_err(stopped)?;
        }
        facts.of_mut(entity.kind).there = rows;
        if let Some(roles) = of_users {
            let seen = facts.of_mut(EntityKind::Roles);
            seen.there = roles.count();
            seen.absence = if self.mode == FileMode::Bulk { Absence::Gone } else { Absence::GoneOfUsers };
        }
        self.remark(&name, gone, plain, facts);
        Ok(())
    }

    /// What is said once of a file.
    fn remark(&self, name: &str, gone: i64, plain: i64, facts: &mut SourceFacts) {
        let mut add = |code, message| {
            facts.remarks.push(Remark::warning(self.entity.kind, code, message));
        };
        if gone > 0 && self.mode == FileMode::Bulk {
            let message = format!(
                "{name} is bulk, where a record that is gone is left out, and {gone} of its rows say that they are gone"
            );
            add("status_in_bulk", message);
        }
        if plain > 0 {
            let message = format!(
                "{name} has {plain} passwords in clear, which are not kept; have them taken out of the export"
            );
            add("plain_password_in_feed", message);
        }
    }
}

fn contract(message: String) -> Failure {
    Failure::new(FailureKind::Contract, message)
}

/// What is wrong with a file that is no CSV in UTF-8. Nothing of its content is repeated: it is personal data.
fn unreadable(name: &str, error: &Error) -> Failure {
    // How far a file was read when it broke off is not known.
    let row = error.position().map(|position| format!(" (row {})", position.record() + 1));
    let what = match error.kind() {
        ErrorKind::Utf8 { .. } => "is not UTF-8; have it exported as UTF-8".to_owned(),
        ErrorKind::Io(error) => format!("can't be read: {error}"),
        _ => "is no CSV file".to_owned(),
    };
    contract(format!("{name} {what}{}", row.unwrap_or_default()))
}
