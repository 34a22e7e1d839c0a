//! Writes records as the feed's own JSON, in members that stay below their limit (contract §11.3).

use chrono::{NaiveDate, NaiveTime};
use serde::Serialize;

use super::member::{MAX_JSON_BYTES, Member};
use super::writer::PackageWriter;
use crate::exit::{Failure, FailureKind};

/// A member ends when it is about this large, so that little is held in memory; one long record may make it larger.
const MEMBER_BYTES: usize = 1024 * 1024;
/// What closes a member: the list of a slot, the slot, the list of slots, the object.
const CLOSING_BYTES: usize = 4;

/// Participants, by date and start time, in that order.
#[derive(Default)]
pub(crate) struct Slots {
    members: u32,
    text: Vec<u8>,
    rows: u64,
    /// The date of the member and the start time of the slot that are open.
    open: Option<(NaiveDate, NaiveTime)>,
}

impl Slots {
    /// Adds one record of a date and start time.
    ///
    /// # Errors
    /// When the package can't be written.
    pub(crate) fn push(
        &mut self,
        writer: &mut PackageWriter,
        (date, start): (NaiveDate, NaiveTime),
        record: &impl Serialize,
    ) -> Result<(), Failure> {
        if self.open.is_some_and(|(open, _)| open != date) {
            self.flush(writer)?;
        }
        if self.text.len() >= MEMBER_BYTES {
            self.flush(writer)?;
        }
        let before = self.text.len();
        self.append((date, start), record)?;
        if self.text.len() + CLOSING_BYTES > limit() && self.rows > 1 {
            self.text.truncate(before);
            self.rows -= 1;
            self.flush(writer)?;
            self.append((date, start), record)?;
        }
        Ok(())
    }

    fn append(
        &mut self,
        (date, start): (NaiveDate, NaiveTime),
        record: &impl Serialize,
    ) -> Result<(), Failure> {
        let slot = || format!("{{\"startTime\":\"{}\",\"participants\":[", start.format("%H:%M:%S"));
        match self.open {
            None => {
                let begin = format!("{{\"date\":\"{date}\",\"data\":[{}", slot());
                self.text.extend_from_slice(begin.as_bytes());
            }
            Some((_, open)) if open != start => {
                self.text.extend_from_slice(b"]},");
                self.text.extend_from_slice(slot().as_bytes());
            }
            Some(_) => self.text.push(b','),
        }
        write_json(&mut self.text, record)?;
        self.open = Some((date, start));
        self.rows += 1;
        Ok(())
    }

    /// Writes what is left.
    ///
    /// # Errors
    /// When the package can't be written.
    pub(crate) fn flush(&mut self, writer: &mut PackageWriter) -> Result<(), Failure> {
        if self.open.take().is_none() {
            return Ok(());
        }
        self.text.extend_from_slice(b"]}]}");
        self.members += 1;
        writer.json(&Member::Participants(self.members), self.rows, &self.text)?;
        self.text.clear();
        self.rows = 0;
        Ok(())
    }
}

/// Records of one kind, in members that are numbered.
pub(crate) struct Lists {
    member: fn(u32) -> Member,
    members: u32,
    text: Vec<u8>,
    rows: u64,
}

impl Lists {
    /// None yet; `member` is how the members are called.
    pub(crate) fn new(member: fn(u32) -> Member) -> Self {
        Self { member, members: 0, text: Vec::new(), rows: 0 }
    }

    /// Adds one record.
    ///
    /// # Errors
    /// When the package can't be written.
    pub(crate) fn push(
        &mut self,
        writer: &mut PackageWriter,
        record: &impl Serialize,
    ) -> Result<(), Failure> {
        if self.text.len() >= MEMBER_BYTES {
            self.flush(writer)?;
        }
        let before = self.text.len();
        self.append(record)?;
        if self.text.len() + CLOSING_BYTES > limit() && self.rows > 1 {
            self.text.truncate(before);
            self.rows -= 1;
            self.flush(writer)?;
            self.append(record)?;
        }
        Ok(())
    }

    fn append(&mut self, record: &impl Serialize) -> Result<(), Failure> {
        self.text.extend_from_slice(if self.rows == 0 { b"{\"data\":[" } else { b"," });
        write_json(&mut self.text, record)?;
        self.rows += 1;
        Ok(())
    }

    /// Writes what is left.
    ///
    /// # Errors
    /// When the package can't be written.
    pub(crate) fn flush(&mut self, writer: &mut PackageWriter) -> Result<(), Failure> {
        if self.rows == 0 {
            return Ok(());
        }
        self.text.extend_from_slice(b"]}");
        self.members += 1;
        writer.json(&(self.member)(self.members), self.rows, &self.text)?;
        self.text.clear();
        self.rows = 0;
        Ok(())
    }
}

/// One member of the feed's form that holds all of its records.
///
/// # Errors
/// When it is too large, or the package can't be written.
pub(crate) fn whole<T: Serialize>(
    writer: &mut PackageWriter,
    member: &Member,
    records: &[T],
) -> Result<(), Failure> {
    let mut text = b"{\"data\":".to_vec();
    write_json(&mut text, &records)?;
    text.push(b'}');
    writer.json(member, records.len() as u64, &text)
}

fn limit() -> usize {
    usize::try_from(MAX_JSON_BYTES).unwrap_or(usize::MAX)
}

fn write_json(text: &mut Vec<u8>, record: &impl Serialize) -> Result<(), Failure> {
    serde_json::to_writer(text, record)
        .map_err(|error| Failure::new(FailureKind::Internal, format!("a record can't be written: {error}")))
}
