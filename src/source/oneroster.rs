//! A OneRoster folder (1EdTech OneRoster 1.1 and 1.2, CSV binding): its manifest says which files it holds, and they
//! are read as streams.

mod manifest;
#[cfg(test)]
mod tests;

use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};

use csv::{Error, ErrorKind, Reader, ReaderBuilder, StringRecord};

use crate::decode::record::Layout;
use crate::exit::{Failure, FailureKind};
use crate::model::Stopped;
use crate::model::entity::{Entity, KeyedRecord};
use manifest::{FileMode, Manifest};

/// A folder whose manifest was read.
#[derive(Debug)]
pub(crate) struct OneRoster {
    folder: PathBuf,
}

/// Takes one record of an entity.
pub(crate) type RecordSink<'a> = dyn FnMut(KeyedRecord) -> Result<(), Stopped> + 'a;

impl OneRoster {
    /// Opens a folder that holds all records of `entity` (bulk) and no other file. All of it is at most `max_bytes`
    /// large (`SYNC_MAX_BODY`).
    ///
    /// # Errors
    /// [`FailureKind::Setup`] when the folder can't be read, [`FailureKind::Contract`] when it is not what OneRoster says.
    pub(crate) fn open(folder: &Path, entity: &Entity, max_bytes: u64) -> Result<Self, Failure> {
        if !folder.is_dir() {
            let message =
                format!("{} is no folder that can be read; name a OneRoster folder", folder.display());
            return Err(Failure::new(FailureKind::Setup, message));
        }
        let one = Self { folder: folder.to_owned() };
        let manifest = Manifest::read(one.reader("manifest.csv")?)?;
        for (file, mode) in manifest.files() {
            match (file == entity.name, mode) {
                (true, FileMode::Bulk) | (false, FileMode::Absent) => {}
                (true, mode) => {
                    return Err(contract(format!("manifest.csv says {mode} for {file}; only bulk is read")));
                }
                (false, mode) => {
                    return Err(contract(format!(
                        "manifest.csv says {mode} for {file}, which is not read yet"
                    )));
                }
            }
        }
        let path = one.path(entity);
        let bytes = match fs::metadata(&path) {
            Ok(metadata) => metadata.len(),
            Err(error) => {
                let message =
                    format!("manifest.csv says bulk for {}, but {}.csv: {error}", entity.name, entity.name);
                return Err(contract(message));
            }
        };
        if bytes > max_bytes {
            let message =
                format!("{}.csv has {bytes} bytes, more than SYNC_MAX_BODY ({max_bytes})", entity.name);
            return Err(contract(message));
        }
        Ok(one)
    }

    /// Reads every record of `entity` in the order of its file.
    ///
    /// # Errors
    /// [`FailureKind::Contract`] with the file and the row; [`FailureKind::Internal`] when `sink` stops.
    pub(crate) fn read(&self, entity: &'static Entity, sink: &mut RecordSink<'_>) -> Result<(), Failure> {
        let name = format!("{}.csv", entity.name);
        let mut reader = self.reader(&name)?;
        let header = reader.headers().map_err(|error| unreadable(&name, &error))?;
        let fields: Vec<&str> = header.iter().map(|field| field.trim_start_matches('\u{feff}')).collect();
        let layout = Layout::from_header(entity, &fields).map_err(|missing| {
            let message = match fields.as_slice() {
                [only] if only.contains(';') => {
                    format!("{name} is separated by ; where OneRoster wants a comma")
                }
                _ => format!("{name} has no column {missing}"),
            };
            contract(message)
        })?;
        let mut row = StringRecord::new();
        let mut ordinal = 0;
        while reader.read_record(&mut row).map_err(|error| unreadable(&name, &error))? {
            ordinal += 1;
            // As a spreadsheet counts them: the header is row 1, and a line break in a cell makes no row.
            let path = format!("{name} row {}", ordinal + 1);
            let record = layout.record(ordinal, path, |cell| row.get(cell).unwrap_or_default().to_owned());
            sink(record).map_err(|Stopped| {
                Failure::new(
                    FailureKind::Internal,
                    format!("reading {name} was stopped at row {}", ordinal + 1),
                )
            })?;
        }
        Ok(())
    }

    fn path(&self, entity: &Entity) -> PathBuf {
        self.folder.join(format!("{}.csv", entity.name))
    }

    fn reader(&self, name: &str) -> Result<Reader<BufReader<File>>, Failure> {
        let file = File::open(self.folder.join(name))
            .map_err(|error| contract(format!("{name} of the OneRoster folder can't be opened: {error}")))?;
        Ok(ReaderBuilder::new().flexible(true).from_reader(BufReader::new(file)))
    }
}

fn contract(message: String) -> Failure {
    Failure::new(FailureKind::Contract, message)
}

/// What is wrong with a file that is no CSV in UTF-8. Nothing of its content is repeated: it is personal data.
fn unreadable(name: &str, error: &Error) -> Failure {
    let row = error.position().map_or(0, |position| position.record() + 1);
    let what = match error.kind() {
        ErrorKind::Utf8 { .. } => "is not UTF-8; have it exported as UTF-8".to_owned(),
        ErrorKind::Io(error) => format!("can't be read: {error}"),
        _ => "is no CSV file".to_owned(),
    };
    contract(format!("{name} {what} (row {row})"))
}
