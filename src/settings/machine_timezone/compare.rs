//! Whether two sets of rules for the local time are those of one zone.

use chrono::{DateTime, Offset as _, TimeZone as _};
use chrono_tz::Tz;

/// Zones are one when their clocks have agreed since 1970, which is what the time zone database goes by.
const FIRST: i64 = 0;
/// 2038-01-01: rules that are as they are today go on.
const LAST: i64 = 2_145_916_800;
const DAY_SECONDS: usize = 24 * 60 * 60;

/// Rules for the local time.
pub(super) enum Rules {
    /// Those of a zone by name.
    Named(Tz),
    /// Those of a file of rules.
    File(RulesFile),
}

/// What a file of rules says (RFC 9636).
pub(super) struct RulesFile {
    /// The offset before the first change.
    initial: i32,
    /// From when on which offset holds, in order; seconds since 1970, and east of UTC.
    changes: Vec<(i64, i32)>,
    /// Up to when the changes say all.
    end: i64,
}

/// Whether the clocks of both have agreed, and will.
pub(super) fn same_rules(rules: &Rules, zone: Tz) -> bool {
    let (changes, end) = match rules {
        Rules::Named(_) => (&[][..], LAST),
        Rules::File(file) => (&file.changes[..], file.end),
    };
    let around = changes.iter().flat_map(|(at, _)| [at - 1, *at]).filter(|at| (FIRST..=end).contains(at));
    let mut instants = (FIRST..=end).step_by(DAY_SECONDS).chain(around);
    instants.all(|at| rules.offset(at) == offset_of(zone, at))
}

/// Seconds east of UTC.
fn offset_of(zone: Tz, at: i64) -> i32 {
    let utc = DateTime::from_timestamp(at, 0).unwrap_or_default();
    zone.offset_from_utc_datetime(&utc.naive_utc()).fix().local_minus_utc()
}

impl Rules {
    /// Those of a file; `None` when it is none.
    pub(super) fn of_file(bytes: &[u8]) -> Option<Self> {
        // The first part has times of 32 bits; what counts is the second.
        let first = Header::read(bytes)?;
        let second = bytes.get(Header::BYTES + first.data_bytes(4)..)?;
        let header = Header::read(second)?;
        let data = second.get(Header::BYTES..)?;
        let (times, rest) = data.split_at_checked(header.times * 8)?;
        let (indices, rest) = rest.split_at_checked(header.times)?;
        let (types, _) = rest.split_at_checked(header.types * 6)?;
        let offset = |index: usize| {
            let bytes = types.get(index * 6..index * 6 + 4)?;
            Some(i32::from_be_bytes(bytes.try_into().ok()?))
        };
        let change = |(time, index): (&[u8], &u8)| {
            Some((i64::from_be_bytes(time.try_into().ok()?), offset(usize::from(*index))?))
        };
        let changes = times.chunks_exact(8).zip(indices).map(change).collect::<Option<Vec<_>>>()?;
        let footer = second.get(Header::BYTES + header.data_bytes(8)..)?;
        // After the last change a footer with a comma goes on to change.
        let last = changes.last().map_or(FIRST, |(at, _)| *at);
        let end = if footer.contains(&b',') { last } else { LAST };
        Some(Self::File(RulesFile { initial: offset(0)?, changes, end }))
    }

    fn offset(&self, at: i64) -> i32 {
        match self {
            Rules::Named(zone) => offset_of(*zone, at),
            Rules::File(file) => match file.changes.partition_point(|(from, _)| *from <= at) {
                0 => file.initial,
                passed => file.changes[passed - 1].1,
            },
        }
    }
}

/// The counts at the head of a part.
struct Header {
    utc_indicators: usize,
    standard_indicators: usize,
    leap_seconds: usize,
    times: usize,
    types: usize,
    characters: usize,
}

impl Header {
    const BYTES: usize = 44;

    fn read(bytes: &[u8]) -> Option<Self> {
        if !bytes.starts_with(b"TZif") {
            return None;
        }
        let count = |index: usize| {
            let at = 20 + index * 4;
            usize::try_from(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?)).ok()
        };
        Some(Self {
            utc_indicators: count(0)?,
            standard_indicators: count(1)?,
            leap_seconds: count(2)?,
            times: count(3)?,
            types: count(4)?,
            characters: count(5)?,
        })
    }

    /// The length of the data after it, with times of this many bytes.
    fn data_bytes(&self, time: usize) -> usize {
        self.times * (time + 1)
            + self.types * 6
            + self.characters
            + self.leap_seconds * (time + 4)
            + self.standard_indicators
            + self.utc_indicators
    }
}
