//! One CSV file: its header, and its rows one by one.

use std::io::Read;

use csv::{Reader, ReaderBuilder, StringRecord};

use super::files::Files;
use super::{contract, unreadable};
use crate::exit::Failure;

/// An open file whose header was read.
pub(super) struct Table<'a> {
    name: String,
    reader: Reader<Box<dyn Read + 'a>>,
    header: Vec<String>,
    row: StringRecord,
}

impl<'a> Table<'a> {
    /// Opens a file of the folder or zip.
    pub(super) fn open(files: &'a mut Files, name: &str) -> Result<Self, Failure> {
        let mut reader = ReaderBuilder::new().flexible(true).from_reader(files.reader(name)?);
        let header = reader.byte_headers().map_err(|error| unreadable(name, &error))?;
        // Before anything else: a file of another kind is often in another charset, too.
        if header.len() == 1 && header[0].contains(&b';') {
            return Err(contract(format!("{name} is separated by ; where OneRoster wants a comma")));
        }
        let header = reader.headers().map_err(|error| unreadable(name, &error))?;
        let header: Vec<String> =
            header.iter().map(|field| field.trim_start_matches('\u{feff}').to_owned()).collect();
        for (position, field) in header.iter().enumerate() {
            if !field.is_empty() && header[..position].contains(field) {
                return Err(contract(format!("{name} has two columns of one name, number {}", position + 1)));
            }
        }
        Ok(Self { name: name.to_owned(), reader, header, row: StringRecord::new() })
    }

    /// The names of the columns.
    pub(super) fn header(&self) -> Vec<&str> {
        self.header.iter().map(String::as_str).collect()
    }

    /// Where a column stands.
    pub(super) fn position(&self, column: &str) -> Option<usize> {
        self.header.iter().position(|own| own == column)
    }

    /// The failure of a file without a mandatory column.
    pub(super) fn without(&self, column: &str) -> Failure {
        contract(format!("{} has no column {column}", self.name))
    }

    /// The next row; `None` at the end.
    pub(super) fn next_row(&mut self) -> Result<Option<&StringRecord>, Failure> {
        let more = self.reader.read_record(&mut self.row).map_err(|error| unreadable(&self.name, &error))?;
        Ok(more.then_some(&self.row))
    }
}
