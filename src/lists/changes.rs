//! Who moved since the lists were printed: what changed on which sheet, from what the passes audited.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveTime;
use serde::Serialize;

use super::scope::{PrintScope, SheetKey};
use crate::queries::moved::ChangedRow;

/// The most changes that are kept to be listed; the sheets of all are known.
pub(super) const MAX_CHANGES: usize = 10_000;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ChangeKind {
    /// Now on another sheet.
    Out,
    /// On another sheet before, or new.
    In,
    /// Another seat in the same room.
    Seat,
    /// No longer there.
    Gone,
    /// Another name or number; of a hall or room another name.
    Renamed,
    /// Another start time in the same room.
    Time,
    /// A room with more or fewer seats.
    Capacity,
    /// The sheet differs from what was printed, and what was is no longer on record.
    Unknown,
}

impl ChangeKind {
    /// The word.
    pub(super) fn name(self) -> &'static str {
        match self {
            ChangeKind::Out => "out",
            ChangeKind::In => "in",
            ChangeKind::Seat => "seat",
            ChangeKind::Gone => "gone",
            ChangeKind::Renamed => "renamed",
            ChangeKind::Time => "time",
            ChangeKind::Capacity => "capacity",
            ChangeKind::Unknown => "unknown",
        }
    }
}

/// Where someone was or is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Side {
    /// The hall, by external id.
    pub hall_external_id: Option<i64>,
    /// Its name.
    pub hall: Option<String>,
    /// The room, by external id.
    pub room_external_id: Option<i64>,
    /// Its name.
    pub room: Option<String>,
    /// The start time.
    pub start_time: Option<NaiveTime>,
    /// The seat.
    pub seat: Option<i64>,
    /// The person's number.
    pub number: Option<String>,
    /// The person's name.
    pub name: Option<String>,
    /// How many people it is, or seats where those changed.
    pub people: Option<i64>,
}

impl Side {
    /// The sheet that it is on.
    pub(super) fn key(&self) -> Option<SheetKey> {
        Some(SheetKey { hall: self.hall_external_id?, room: self.room_external_id?, start: self.start_time? })
    }
}

/// One change on one sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Change {
    /// What happened.
    pub change: ChangeKind,
    /// The hall of the sheet, by external id.
    pub hall_external_id: i64,
    /// Its name.
    pub hall: String,
    /// The room of the sheet, by external id.
    pub room_external_id: i64,
    /// Its name.
    pub room: String,
    /// The start time of the sheet.
    pub start_time: NaiveTime,
    /// What was.
    pub before: Option<Side>,
    /// What is.
    pub after: Option<Side>,
}

impl Change {
    /// The sheet that it is on.
    pub(super) fn key(&self) -> SheetKey {
        SheetKey { hall: self.hall_external_id, room: self.room_external_id, start: self.start_time }
    }

    /// A change on the sheet of this side.
    pub(super) fn on(
        change: ChangeKind,
        sheet: &Side,
        before: Option<Side>,
        after: Option<Side>,
    ) -> Option<Self> {
        let key = sheet.key()?;
        Some(Self {
            change,
            hall_external_id: key.hall,
            hall: sheet.hall.clone().unwrap_or_default(),
            room_external_id: key.room,
            room: sheet.room.clone().unwrap_or_default(),
            start_time: key.start,
            before,
            after,
        })
    }
}

/// What changed, and on which sheets.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// The first of them.
    pub listed: Vec<Change>,
    /// How many there are on each sheet.
    pub counted: BTreeMap<SheetKey, i64>,
    /// The sheets that a change concerns: where it was, and where it is.
    pub touched: BTreeSet<SheetKey>,
}

impl Changes {
    /// Adds the changes of a row that are in the scope.
    pub(super) fn add_row(&mut self, row: ChangedRow, scope: &PrintScope) {
        let after = row.is_active.then(|| side_of_now(&row));
        let before = if row.was_active { side_of_then(&row) } else { None };
        for change in changes(before, after) {
            self.add(change, scope);
        }
    }

    /// Adds a change, if its sheet is in the scope.
    pub(super) fn add(&mut self, change: Change, scope: &PrintScope) {
        let sides = [&change.before, &change.after].into_iter().flatten().filter_map(Side::key);
        let keys: Vec<SheetKey> =
            sides.chain([change.key()]).filter(|key| scope.covers(key.hall, key.start)).collect();
        self.touched.extend(keys);
        if !scope.covers(change.hall_external_id, change.start_time) {
            return;
        }
        *self.counted.entry(change.key()).or_default() += 1;
        if self.listed.len() < MAX_CHANGES {
            self.listed.push(change);
        }
    }
}

fn side_of_now(row: &ChangedRow) -> Side {
    Side {
        hall_external_id: Some(row.hall_external_id),
        hall: Some(row.hall.clone()),
        room_external_id: Some(row.room_external_id),
        room: Some(row.room.clone()),
        start_time: Some(row.start_time),
        seat: row.seat,
        number: row.number.clone(),
        name: row.name.clone(),
        people: Some(row.people),
    }
}

/// Where it was; `None` where that is not on record.
fn side_of_then(row: &ChangedRow) -> Option<Side> {
    Some(Side {
        hall_external_id: Some(row.old_hall_external_id?),
        hall: row.old_hall.clone(),
        room_external_id: Some(row.old_room_external_id?),
        room: row.old_room.clone(),
        start_time: Some(row.old_start_time.as_deref()?.parse().ok()?),
        seat: row.old_seat,
        // Rows that were written before seats were audited have none of these.
        number: row.old_number.clone().or_else(|| row.number.clone()),
        name: row.old_name.clone().or_else(|| row.name.clone()),
        people: row.old_people,
    })
}

/// What someone's being there and here comes to, sheet by sheet. A return to where it was is nothing.
fn changes(before: Option<Side>, after: Option<Side>) -> Vec<Change> {
    let on = |kind, sheet: &Side| Change::on(kind, sheet, before.clone(), after.clone());
    let changes = match (&before, &after) {
        (None, None) => vec![],
        (None, Some(now)) => vec![on(ChangeKind::In, now)],
        (Some(then), None) => vec![on(ChangeKind::Gone, then)],
        (Some(then), Some(now)) if then.key().map(place) != now.key().map(place) => {
            vec![on(ChangeKind::Out, then), on(ChangeKind::In, now)]
        }
        (Some(then), Some(now)) => {
            let renamed = (&then.number, &then.name) != (&now.number, &now.name);
            let more = now.people > then.people;
            [
                (then.start_time != now.start_time).then_some(ChangeKind::Time),
                (then.seat != now.seat).then_some(ChangeKind::Seat),
                renamed.then_some(ChangeKind::Renamed),
                (then.people != now.people).then_some(if more { ChangeKind::In } else { ChangeKind::Out }),
            ]
            .into_iter()
            .flatten()
            .map(|kind| on(kind, now))
            .collect()
        }
    };
    changes.into_iter().flatten().collect()
}

/// The hall and the room.
fn place(key: SheetKey) -> (i64, i64) {
    (key.hall, key.room)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(room: i64, start: &str, seat: i64, name: &str) -> Side {
        Side {
            hall_external_id: Some(room / 100),
            hall: Some("Hall".into()),
            room_external_id: Some(room),
            room: Some("Room".into()),
            start_time: Some(start.parse().unwrap()),
            seat: Some(seat),
            number: Some("P1".into()),
            name: Some(name.into()),
            people: Some(1),
        }
    }

    fn kinds(before: Option<Side>, after: Option<Side>) -> Vec<String> {
        let named = |change: &Change| format!("{} {}", change.change.name(), change.room_external_id);
        changes(before, after).iter().map(named).collect()
    }

    #[test]
    fn each_change_is_on_the_sheet_that_it_concerns() {
        let was = || Some(side(101, "09:00:00", 1, "A"));
        assert_eq!(kinds(was(), was()), [""; 0], "back where it was");
        assert_eq!(kinds(was(), None), ["gone 101"]);
        assert_eq!(kinds(None, was()), ["in 101"]);
        assert_eq!(kinds(was(), Some(side(102, "10:00:00", 1, "A"))), ["out 101", "in 102"]);
        assert_eq!(kinds(was(), Some(side(101, "10:00:00", 1, "A"))), ["time 101"]);
        assert_eq!(kinds(was(), Some(side(101, "09:00:00", 2, "B"))), ["seat 101", "renamed 101"]);
        let counted = |people| Some(Side { people: Some(people), ..side(101, "09:00:00", 1, "A") });
        assert_eq!(kinds(counted(5), counted(4)), ["out 101"]);
        assert_eq!(kinds(counted(5), counted(6)), ["in 101"]);
    }

    #[test]
    fn both_sheets_of_a_move_are_touched_and_those_out_of_scope_are_not() {
        let moved = || changes(Some(side(101, "09:00:00", 1, "A")), Some(side(201, "09:00:00", 1, "A")));
        let mut all = Changes::default();
        moved().into_iter().for_each(|change| all.add(change, &PrintScope::default()));
        assert_eq!((all.listed.len(), all.touched.len()), (2, 2));
        let mut some = Changes::default();
        let scope = PrintScope { halls: Some(vec![2]), start_time: None };
        moved().into_iter().for_each(|change| some.add(change, &scope));
        assert_eq!((some.listed.len(), some.touched.len()), (1, 1));
        assert_eq!(some.listed[0].change, ChangeKind::In);
    }
}
