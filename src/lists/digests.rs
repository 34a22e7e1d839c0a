//! The digests of a print. Its record holds them by hall, and in it by room and start time.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveTime;
use serde_json::{Map, Value};

use super::scope::SheetKey;

/// How a start time is written in a key.
const START: &str = "%H:%M:%S";

/// Digests by sheet.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Digests(BTreeMap<SheetKey, u64>);

impl Digests {
    /// Those of a record.
    pub(crate) fn of_record(record: &Value) -> Self {
        let in_hall = |(hall, sheets): (&String, &Value)| -> Vec<(SheetKey, u64)> {
            let Ok(hall) = hall.parse() else { return Vec::new() };
            let sheets = sheets.as_object().into_iter().flatten();
            let read = |(name, digest): (&String, &Value)| {
                Some((sheet_key(hall, name)?, u64::from_str_radix(digest.as_str()?, 16).ok()?))
            };
            sheets.filter_map(read).collect()
        };
        Self(record.as_object().into_iter().flatten().flat_map(in_hall).collect())
    }

    /// As a record holds them.
    pub(super) fn into_record(self) -> Value {
        let mut halls = Map::new();
        for (key, digest) in self.0 {
            let hall = halls.entry(key.hall.to_string()).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(sheets) = hall {
                sheets.insert(sheet_name(key), Value::String(format!("{digest:016x}")));
            }
        }
        Value::Object(halls)
    }

    /// Adds that of a sheet.
    pub(super) fn add(&mut self, key: SheetKey, digest: u64) {
        self.0.insert(key, digest);
    }

    /// That of a sheet, where it was printed.
    pub(super) fn of(&self, key: SheetKey) -> Option<u64> {
        self.0.get(&key).copied()
    }

    /// The sheets.
    pub(super) fn keys(&self) -> BTreeSet<SheetKey> {
        self.0.keys().copied().collect()
    }
}

/// `101 09:00:00`.
fn sheet_name(key: SheetKey) -> String {
    format!("{} {}", key.room, key.start.format(START))
}

fn sheet_key(hall: i64, name: &str) -> Option<SheetKey> {
    let (room, start) = name.split_once(' ')?;
    Some(SheetKey { hall, room: room.parse().ok()?, start: NaiveTime::parse_from_str(start, START).ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_record_gives_back_what_was_put_into_it() {
        let key = |hall, room, start: &str| SheetKey { hall, room, start: start.parse().unwrap() };
        let mut digests = Digests::default();
        digests.add(key(1, 11, "09:00:00"), 0);
        digests.add(key(1, 11, "14:30:00"), u64::MAX);
        digests.add(key(2, 21, "09:00:00"), 2);
        let record = digests.clone().into_record();
        assert_eq!(
            record,
            json!({
                "1": {"11 09:00:00": "0000000000000000", "11 14:30:00": "ffffffffffffffff"},
                "2": {"21 09:00:00": "0000000000000002"},
            })
        );
        let read = Digests::of_record(&record);
        assert_eq!(read, digests);
        assert_eq!(read.of(key(1, 11, "14:30:00")), Some(u64::MAX));
        assert_eq!(read.of(key(1, 12, "14:30:00")), None);
        assert_eq!(read.keys().len(), 3);
        assert_eq!(Digests::of_record(&json!([1])).keys(), BTreeSet::new());
    }
}
