//! The scan on PostgreSQL: one `COPY … TO STDOUT` in binary format, which costs a third of what a query's rows do.

use std::io::{self, BufRead, Read as _};

use chrono::{Days, NaiveDate};
use diesel::PgConnection;
use diesel::connection::SimpleConnection as _;
use diesel::pg::CopyFormat;

use super::{Scanned, SeatKey};
use crate::store::error::StoreError;

diesel::table! {
    participants (external_profile_exam_id) {
        external_profile_exam_id -> Nullable<BigInt>, exam_date -> Date, participant_id -> Nullable<Text>,
        participant_name -> Nullable<Text>, is_active -> Bool,
    }
}

/// The signature, and the flags, which are none that we ask for (PostgreSQL manual, "COPY", Binary Format).
const SIGNATURE: &[u8; 11] = b"PGCOPY\n\xff\r\n\0";
/// The number of columns of a tuple.
const COLUMNS: i16 = 5;
/// What stands for that where there are no more tuples.
const TRAILER: i16 = -1;
/// Dates are days since then.
const EPOCH: Option<NaiveDate> = NaiveDate::from_ymd_opt(2000, 1, 1);

pub(super) fn scan(
    connection: &mut PgConnection,
    visit: &mut dyn FnMut(Scanned<'_>),
) -> Result<(), StoreError> {
    let tuples = diesel::copy_to(participants::table).with_format(CopyFormat::Binary).load_raw(connection)?;
    let read = read(tuples, visit);
    // Takes the result of COPY, which diesel leaves on the connection.
    let ended = connection.batch_execute("SELECT 1");
    match read {
        Ok(()) => Ok(ended?),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            Err(StoreError::Other(format!("what COPY gave can't be read: {error}")))
        }
        Err(error) => match ended.map_err(StoreError::from) {
            Err(lost @ StoreError::Gone(_)) => Err(lost),
            // Its own message went with its result: what ends COPY early is a time limit or a person.
            _ => Err(StoreError::Cancelled(format!("COPY ended early: {error}"))),
        },
    }
}

/// Reads all tuples; of rows that are no one person's seat, nothing is shown.
fn read(mut tuples: impl BufRead, visit: &mut dyn FnMut(Scanned<'_>)) -> io::Result<()> {
    header(&mut tuples)?;
    let mut fields: [Vec<u8>; COLUMNS as usize] = Default::default();
    loop {
        match i16::from_be_bytes(array(&mut tuples)?) {
            TRAILER => return io::copy(&mut tuples, &mut io::sink()).map(drop),
            COLUMNS => {}
            other => return Err(malformed(&format!("a tuple of {other} fields"))),
        }
        let mut present = [false; COLUMNS as usize];
        for (field, present) in fields.iter_mut().zip(&mut present) {
            *present = read_field(&mut tuples, field)?;
        }
        if !present[0] {
            continue;
        }
        let [id, date, number, name, active] = &fields;
        let text = |nth: usize, field| if present[nth] { utf8(field).map(Some) } else { Ok(None) };
        visit(Scanned {
            key: SeatKey {
                profile_exam_id: i64::from_be_bytes(exact(id)?),
                exam_date: date_of(i32::from_be_bytes(exact(date)?))?,
            },
            number: text(2, number)?,
            name: text(3, name)?,
            is_active: exact(active)? != [0u8],
        });
    }
}

fn header(tuples: &mut impl BufRead) -> io::Result<()> {
    let signature: [u8; SIGNATURE.len()] = array(tuples)?;
    if signature != *SIGNATURE {
        return Err(malformed("another signature"));
    }
    let _flags: [u8; 4] = array(tuples)?;
    let extension = u32::from_be_bytes(array(tuples)?);
    io::copy(&mut tuples.by_ref().take(extension.into()), &mut io::sink())?;
    Ok(())
}

/// Reads one field in the place of what `field` holds; says whether it is not null.
fn read_field(tuples: &mut impl BufRead, field: &mut Vec<u8>) -> io::Result<bool> {
    let Ok(bytes) = usize::try_from(i32::from_be_bytes(array(tuples)?)) else { return Ok(false) };
    field.resize(bytes, 0);
    tuples.read_exact(field)?;
    Ok(true)
}

fn array<const N: usize>(tuples: &mut impl BufRead) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    tuples.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn exact<const N: usize>(field: &[u8]) -> io::Result<[u8; N]> {
    field.try_into().map_err(|_| malformed("a field of another length"))
}

fn utf8(field: &[u8]) -> io::Result<&str> {
    std::str::from_utf8(field).map_err(|_| malformed("text that is not UTF-8"))
}

fn date_of(days: i32) -> io::Result<NaiveDate> {
    let shift = Days::new(days.unsigned_abs().into());
    let date = EPOCH.and_then(|epoch| match days < 0 {
        true => epoch.checked_sub_days(shift),
        false => epoch.checked_add_days(shift),
    });
    date.ok_or_else(|| malformed("a date that there is not"))
}

fn malformed(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(bytes: Option<&[u8]>) -> Vec<u8> {
        match bytes {
            Some(bytes) => [&i32::try_from(bytes.len()).unwrap().to_be_bytes(), bytes].concat(),
            None => (-1i32).to_be_bytes().to_vec(),
        }
    }

    fn tuple(fields: [Option<&[u8]>; 5]) -> Vec<u8> {
        [COLUMNS.to_be_bytes().to_vec(), fields.map(field).concat()].concat()
    }

    fn whole(tuples: &[Vec<u8>]) -> Vec<u8> {
        [SIGNATURE.to_vec(), vec![0; 8], tuples.concat(), TRAILER.to_be_bytes().to_vec()].concat()
    }

    fn lines(bytes: &[u8]) -> io::Result<Vec<String>> {
        let mut lines = Vec::new();
        read(bytes, &mut |person| lines.push(format!("{person:?}")))?;
        Ok(lines)
    }

    #[test]
    fn tuples_are_people_but_for_counts() {
        let day = (-1i32).to_be_bytes();
        let seat = tuple([Some(&7i64.to_be_bytes()), Some(&day), None, Some("Zəfər".as_bytes()), Some(&[1])]);
        let count = tuple([None, Some(&day), None, None, Some(&[1])]);
        assert_eq!(
            lines(&whole(&[count, seat])).unwrap(),
            ["Scanned { key: SeatKey { profile_exam_id: 7, exam_date: 1999-12-31 }, number: None, \
                 name: Some(\"Zəfər\"), is_active: true }"]
        );
        assert_eq!(lines(&whole(&[])).unwrap(), [""; 0]);
    }

    #[test]
    fn what_ends_early_or_is_something_else_is_an_error() {
        let seat = tuple([Some(&7i64.to_be_bytes()), Some(&[0; 4]), None, None, Some(&[1])]);
        let whole = whole(&[seat]);
        for bytes in 0..whole.len() {
            assert!(lines(&whole[..bytes]).is_err(), "{bytes}");
        }
        let other = [SIGNATURE.to_vec(), vec![0; 8], 4i16.to_be_bytes().to_vec()].concat();
        assert_eq!(lines(&other).unwrap_err().to_string(), "a tuple of 4 fields");
    }
}
