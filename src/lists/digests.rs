//! The digests of a print, as its record holds them: by hall, and in it by room and start time.

use std::collections::BTreeSet;

use chrono::NaiveTime;
use serde_json::{Map, Value};

use super::scope::SheetKey;

/// How a start time is written in a key.
const START: &str = "%H:%M:%S";

/// Digests by sheet.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Digests(Map<String, Value>);

impl Digests {
    /// Those of a record.
    pub(super) fn of_record(record: Value) -> Self {
        match record {
            Value::Object(halls) => Self(halls),
            _ => Self::default(),
        }
    }

    /// As a record holds them.
    pub(super) fn into_record(self) -> Value {
        Value::Object(self.0)
    }

    /// Adds that of a sheet.
    pub(super) fn add(&mut self, key: SheetKey, digest: String) {
        let hall = self.0.entry(key.hall.to_string()).or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(sheets) = hall {
            sheets.insert(sheet_name(key), Value::String(digest));
        }
    }

    /// That of a sheet, where it was printed.
    pub(super) fn of(&self, key: SheetKey) -> Option<&str> {
        self.0.get(&key.hall.to_string())?.get(sheet_name(key))?.as_str()
    }

    /// The sheets.
    pub(super) fn keys(&self) -> BTreeSet<SheetKey> {
        let in_hall = |(hall, sheets): (&String, &Value)| {
            let hall = hall.parse().ok();
            let names: Vec<String> = sheets.as_object().into_iter().flat_map(Map::keys).cloned().collect();
            names.into_iter().filter_map(move |name| sheet_key(hall?, &name))
        };
        self.0.iter().flat_map(in_hall).collect()
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
        for (nth, key) in
            [key(1, 11, "09:00:00"), key(1, 11, "14:30:00"), key(2, 21, "09:00:00")].into_iter().enumerate()
        {
            digests.add(key, nth.to_string());
        }
        let record = digests.clone().into_record();
        assert_eq!(record, json!({"1": {"11 09:00:00": "0", "11 14:30:00": "1"}, "2": {"21 09:00:00": "2"}}));
        let read = Digests::of_record(record);
        assert_eq!(read, digests);
        assert_eq!(read.of(key(1, 11, "14:30:00")), Some("1"));
        assert_eq!(read.of(key(1, 12, "14:30:00")), None);
        assert_eq!(read.keys().len(), 3);
        assert_eq!(Digests::of_record(json!([1])).keys(), BTreeSet::new());
    }
}
