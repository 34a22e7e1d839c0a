//! What the made-up exam system has: its halls, and who sits where on an exam morning.

use chrono::{DateTime, Timelike as _, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};

use crate::data;

/// How many halls there are.
pub(crate) const HALLS: u32 = 300;
/// How many rooms a hall has.
pub(crate) const ROOMS_EACH: u32 = 4;
/// How many times an exam begins on a date: at 09:00 and at 11:30.
pub(crate) const SLOTS: u32 = 2;
/// How many people a room has on the first date, whose seats are known.
pub(crate) const PEOPLE: u32 = 6;

/// The hour at which the demo plays.
const HOUR: i32 = 7;

/// The zone where it is early morning now, so that today's exams are still to come.
pub(crate) fn zone(now: DateTime<Utc>) -> Result<Tz, String> {
    let hour = i32::try_from(now.hour()).map_err(|e| e.to_string())?;
    // From 12 hours behind to 11 ahead, which all have a zone.
    let ahead = (HOUR - hour + 12).rem_euclid(24) - 12;
    // The signs of these zones are the other way round: https://data.iana.org/time-zones/tzdb/etcetera
    format!("Etc/GMT{:+}", -ahead).parse().map_err(|e| format!("there is no such zone: {e}"))
}

/// The halls, of which number 8 may have a new name.
pub(crate) fn halls(name_of_8: Option<&str>) -> Value {
    let mut halls = data::halls(HALLS, ROOMS_EACH);
    if let Some(name) = name_of_8 {
        halls[7]["name"] = json!(name);
    }
    halls
}

/// Who sits where today. The first exam of one hall may begin at 09:30 instead of 09:00.
pub(crate) fn today(put_off: Option<u32>) -> Value {
    let mut day = data::seats(HALLS, ROOMS_EACH, SLOTS, PEOPLE);
    if let (Some(hall), Some(slots)) = (put_off, day.as_array_mut()) {
        let first = slots[0]["participants"].as_array_mut();
        let is_later = |entry: &mut Value| entry["hallId"] == json!(hall);
        let later = first.map(|entries| entries.extract_if(.., is_later).collect()).unwrap_or_default();
        slots.insert(1, data::slot("09:30", later));
    }
    day
}

/// How many people sit in each room tomorrow, in so many halls.
pub(crate) fn tomorrow(date: &str, halls: u32) -> Value {
    data::counts(date, halls, ROOMS_EACH, SLOTS)
}
