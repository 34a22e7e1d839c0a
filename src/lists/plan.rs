//! Which sheets there are, in the order of the paper: halls and rooms by name, then start times.

use std::collections::{BTreeSet, HashMap};

use super::scope::{PrintScope, SheetKey};
use super::sheet::{PlannedHall, PlannedSheet};
use crate::queries::lists::{ListedSlot, NamedRoom};
use crate::text::collate::Collation;

/// The sheets of these slots that are in the scope, and those of `left`, on which no one is any more; their names are in
/// `rooms` and `halls`.
pub(super) fn plan(
    slots: &[ListedSlot],
    scope: &PrintScope,
    left: &BTreeSet<SheetKey>,
    rooms: &[NamedRoom],
    halls: &HashMap<i64, String>,
) -> Vec<PlannedHall> {
    let mut planned: HashMap<i64, PlannedHall> = HashMap::new();
    let mut add = |hall: i64, name: &str, sheet: PlannedSheet| {
        let new = || PlannedHall { external_id: hall, name: name.to_owned(), sheets: Vec::new() };
        planned.entry(hall).or_insert_with(new).sheets.push(sheet);
    };
    for slot in slots.iter().filter(|slot| scope.covers(slot.hall_external_id, slot.start_time)) {
        let sheet = PlannedSheet {
            room_external_id: slot.room_external_id,
            room: slot.room.clone(),
            capacity: slot.capacity,
            start_time: slot.start_time,
            people: slot.people,
        };
        add(slot.hall_external_id, &slot.hall, sheet);
    }
    let names: HashMap<i64, &str> =
        rooms.iter().map(|room| (room.room_external_id, room.room.as_str())).collect();
    for key in left.iter().filter(|key| scope.covers(key.hall, key.start)) {
        let sheet = PlannedSheet {
            room_external_id: key.room,
            room: names.get(&key.room).copied().unwrap_or_default().to_owned(),
            capacity: None,
            start_time: key.start,
            people: 0,
        };
        add(key.hall, halls.get(&key.hall).map(String::as_str).unwrap_or_default(), sheet);
    }
    sorted(planned.into_values().collect())
}

fn sorted(mut halls: Vec<PlannedHall>) -> Vec<PlannedHall> {
    let collation = Collation::default();
    halls.sort_by(|one, other| {
        collation.compare(&one.name, &other.name).then(one.external_id.cmp(&other.external_id))
    });
    for hall in &mut halls {
        hall.sheets.sort_by(|one, other| {
            let names = collation.compare(&one.room, &other.room);
            let rooms = names.then(one.room_external_id.cmp(&other.room_external_id));
            rooms.then(one.start_time.cmp(&other.start_time))
        });
    }
    halls
}

/// The rooms of a plan that have people, in its order.
pub(super) fn rooms_in_order(halls: &[PlannedHall]) -> Vec<i64> {
    let filled = halls.iter().flat_map(|hall| &hall.sheets).filter(|sheet| sheet.people > 0);
    let mut rooms: Vec<i64> = filled.map(|sheet| sheet.room_external_id).collect();
    // The sheets of a room follow each other.
    rooms.dedup();
    rooms
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slot(hall: (i64, &str), room: (i64, &str), start: &str) -> ListedSlot {
        ListedSlot {
            hall_external_id: hall.0,
            hall: hall.1.into(),
            room_external_id: room.0,
            room: room.1.into(),
            capacity: None,
            start_time: start.parse().unwrap(),
            people: 1,
        }
    }

    #[test]
    fn halls_and_rooms_are_in_the_order_of_their_names() {
        let slots = vec![
            slot((1, "Zal"), (11, "B"), "14:00:00"),
            slot((1, "Zal"), (11, "B"), "09:00:00"),
            slot((1, "Zal"), (12, "ə"), "09:00:00"),
            slot((2, "Öz"), (21, "a"), "09:00:00"),
            slot((3, "Öz"), (31, "a"), "09:00:00"),
        ];
        let gone = SheetKey { hall: 4, room: 41, start: "09:00:00".parse().unwrap() };
        let rooms = [NamedRoom { room_external_id: 41, room: "R".into(), hall: "x".into() }];
        let halls = HashMap::from([(4, "Ata".to_owned())]);
        let planned = plan(&slots, &PrintScope::default(), &BTreeSet::from([gone]), &rooms, &halls);
        let lines: Vec<String> = planned
            .iter()
            .flat_map(|hall| {
                let line = move |sheet: &PlannedSheet| {
                    format!("{} {} {} {}", hall.external_id, sheet.room, sheet.start_time, sheet.people)
                };
                hall.sheets.iter().map(line)
            })
            .collect();
        assert_eq!(
            lines,
            [
                "4 R 09:00:00 0",
                "2 a 09:00:00 1",
                "3 a 09:00:00 1",
                "1 B 09:00:00 1",
                "1 B 14:00:00 1",
                "1 ə 09:00:00 1",
            ]
        );
        assert_eq!(rooms_in_order(&planned), [21, 31, 11, 12]);
    }
}
