//! What changed of halls and rooms themselves, on the sheets that show it.

use std::collections::HashMap;

use serde_json::Value;

use super::changes::{Change, ChangeKind, Changes, Side};
use super::scope::PrintScope;
use super::sheet::{PlannedHall, PlannedSheet};
use crate::queries::moved::ChangedPlace;

/// The one change of halls; the others are of rooms.
const HALL_RENAMED: &str = "building_renamed";

/// Adds what changed of the places of these halls.
pub(super) fn add(changes: &mut Changes, places: &[ChangedPlace], halls: &[PlannedHall], scope: &PrintScope) {
    let mut of_halls: HashMap<i64, Vec<&ChangedPlace>> = HashMap::new();
    let mut of_rooms: HashMap<i64, Vec<&ChangedPlace>> = HashMap::new();
    for place in places {
        let of_kind = if place.action == HALL_RENAMED { &mut of_halls } else { &mut of_rooms };
        of_kind.entry(place.external_id).or_default().push(place);
    }
    for hall in halls {
        for sheet in hall.sheets.iter().filter(|sheet| sheet.people > 0) {
            let found = [of_halls.get(&hall.external_id), of_rooms.get(&sheet.room_external_id)];
            for place in found.into_iter().flatten().flatten() {
                of_sheet(place, hall, sheet).into_iter().for_each(|change| changes.add(change, scope));
            }
        }
    }
}

/// What a changed place means for a sheet.
fn of_sheet(place: &ChangedPlace, hall: &PlannedHall, sheet: &PlannedSheet) -> Vec<Change> {
    let old = &place.old_value;
    let now = side(hall, sheet);
    let text = |name: &str| old[name].as_str().map(str::to_owned);
    let (kind, then) = match place.action.as_str() {
        HALL_RENAMED if old["name"] != hall.name.as_str() => {
            (ChangeKind::Renamed, Side { hall: text("name"), ..now.clone() })
        }
        "room_renamed" if old["name"] != sheet.room.as_str() => {
            (ChangeKind::Renamed, Side { room: text("name"), ..now.clone() })
        }
        "room_capacity_changed" if old["capacity"] != Value::from(sheet.capacity) => {
            let seats = |capacity: Option<i64>| Side { people: capacity, ..now.clone() };
            let (then, now) = (seats(old["capacity"].as_i64()), seats(sheet.capacity.map(i64::from)));
            return Change::on(ChangeKind::Capacity, &now.clone(), Some(then), Some(now))
                .into_iter()
                .collect();
        }
        "room_moved" if old["hall_external_id"] != hall.external_id => {
            let from = old["hall_external_id"].as_i64();
            let then = Side { hall_external_id: from, hall: text("hall_name"), ..now.clone() };
            let out = Change::on(ChangeKind::Out, &then, Some(then.clone()), Some(now.clone()));
            let into = Change::on(ChangeKind::In, &now.clone(), Some(then), Some(now));
            return out.into_iter().chain(into).collect();
        }
        _ => return Vec::new(),
    };
    Change::on(kind, &now.clone(), Some(then), Some(now)).into_iter().collect()
}

/// A sheet as a whole, with all its people.
pub(super) fn side(hall: &PlannedHall, sheet: &PlannedSheet) -> Side {
    Side {
        hall_external_id: Some(hall.external_id),
        hall: Some(hall.name.clone()),
        room_external_id: Some(sheet.room_external_id),
        room: Some(sheet.room.clone()),
        start_time: Some(sheet.start_time),
        seat: None,
        number: None,
        name: None,
        people: Some(sheet.people),
    }
}
