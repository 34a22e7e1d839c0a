//! Rows as CSV that a spreadsheet opens without changes and without running a formula (RFC 4180, UTF-8 with BOM).

use std::borrow::Cow;

use ::csv::{Terminator, Writer, WriterBuilder};

use super::folder::{Folder, NewFile};
use crate::exit::{Failure, FailureKind};
use crate::text::sanitize;

/// By it spreadsheets know that a file is UTF-8.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();
/// A spreadsheet takes what begins with one of these for a formula, or looks for one behind it.
const BEGIN_FORMULAS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
/// Where a spreadsheet whose language divides cells by semicolons begins the next cell, quoted or not.
const END_CELLS: [char; 4] = [';', '\t', '\r', '\n'];
/// What makes a text of it.
const TEXT_MARK: char = '\'';
/// So much is kept before it is written.
const BUFFER_BYTES: usize = 64 * 1024;

/// A CSV file.
pub(super) struct Csv {
    file: NewFile,
    writer: Writer<Vec<u8>>,
}

impl Csv {
    /// Begins a file with its header.
    ///
    /// # Errors
    /// As of [`Folder::begin`].
    pub(super) fn begin(folder: &Folder, name: &str, header: &[&str]) -> Result<Self, Failure> {
        let mut file = folder.begin(name)?;
        file.write(BYTE_ORDER_MARK)?;
        let mut csv = Self { file, writer: writer() };
        csv.row(header.iter().map(|name| Cow::Borrowed(*name)))?;
        Ok(csv)
    }

    /// Adds a row.
    ///
    /// # Errors
    /// As of [`NewFile::write`].
    pub(super) fn row<'a>(&mut self, cells: impl Iterator<Item = Cow<'a, str>>) -> Result<(), Failure> {
        let written = self.writer.write_record(cells.map(|cell| harmless(cell).into_owned()));
        written.map_err(|error| internal(&error))?;
        if self.writer.get_ref().len() >= BUFFER_BYTES { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), Failure> {
        let whole = std::mem::replace(&mut self.writer, writer());
        let bytes = whole.into_inner().map_err(|error| internal(&error))?;
        self.file.write(&bytes)
    }

    /// Gives the file its name.
    ///
    /// # Errors
    /// As of [`NewFile::finish`].
    pub(super) fn finish(mut self) -> Result<(), Failure> {
        self.flush()?;
        self.file.finish()
    }
}

fn writer() -> Writer<Vec<u8>> {
    WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::with_capacity(BUFFER_BYTES))
}

fn internal(error: &dyn std::fmt::Display) -> Failure {
    Failure::new(FailureKind::Internal, format!("a row can't be written as CSV: {error}"))
}

/// A cell that no spreadsheet takes for a formula, with the signs that show nothing or steer a terminal replaced; its
/// line breaks and tabs stay.
fn harmless(cell: Cow<'_, str>) -> Cow<'_, str> {
    let cell = match sanitize::clean_block(&cell) {
        Cow::Owned(cleaned) => Cow::Owned(cleaned),
        Cow::Borrowed(_) => cell,
    };
    let begins = cell.starts_with(BEGIN_FORMULAS);
    if !begins && !cell.contains(END_CELLS) {
        return cell;
    }
    let mut text = String::with_capacity(cell.len() + 8);
    text.extend(begins.then_some(TEXT_MARK));
    for piece in cell.split_inclusive(END_CELLS) {
        if !text.is_empty() && text.ends_with(END_CELLS) && piece.trim_start().starts_with(BEGIN_FORMULAS) {
            text.push(TEXT_MARK);
        }
        text.push_str(piece);
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_text_and_everything_else_is_as_it_was() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("x");
        let folder = Folder::open(&path, "0badcafe").unwrap();
        let mut csv = Csv::begin(&folder, "x.csv", &["a", "b"]).unwrap();
        for cells in [
            ["=HYPERLINK(\"x\")", "+1"],
            ["-1", "@x"],
            ["\tx", "\rx"],
            ["a \"b\", c", "two\nlines"],
            ["Zəfər", ""],
            ["a;=1", "b; +1;c"],
            ["＝1", "x\n@y"],
            ["\u{200b}=1", "a\u{1b}[31m\u{202e}b"],
        ] {
            csv.row(cells.into_iter().map(Cow::Borrowed)).unwrap();
        }
        csv.finish().unwrap();
        assert_eq!(
            std::fs::read_to_string(path.join("x.csv")).unwrap(),
            "\u{feff}a,b\r\n\"'=HYPERLINK(\"\"x\"\")\",'+1\r\n'-1,'@x\r\n'\tx,\"'\rx\"\r\n\
             \"a \"\"b\"\", c\",\"two\nlines\"\r\nZəfər,\r\n\
             a;'=1,b;' +1;c\r\n'＝1,\"x\n'@y\"\r\n\u{fffd}=1,a\u{fffd}[31m\u{fffd}b\r\n"
        );
    }

    #[test]
    fn a_large_file_is_written_piece_by_piece() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("x");
        let folder = Folder::open(&path, "0badcafe").unwrap();
        let mut csv = Csv::begin(&folder, "x.csv", &["a"]).unwrap();
        for _ in 0..40_000 {
            csv.row(std::iter::once(Cow::Borrowed("four"))).unwrap();
        }
        csv.finish().unwrap();
        assert_eq!(std::fs::metadata(path.join("x.csv")).unwrap().len(), 3 + 3 + 40_000 * 6);
    }
}
