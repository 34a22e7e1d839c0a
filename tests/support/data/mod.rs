//! Lifelike halls, rooms and participants, the same in every run.
//!
//! It stands alone (and is a `mod.rs`), so that examples can include it by `#[path]`.

#![allow(dead_code, unreachable_pub, unused_imports, reason = "a kit: not every program uses all of it")]

mod bulk;
mod names;

use serde_json::{Value, json};

pub use bulk::{counts_feed, halls_feed, room_id, seats_feed};
pub use names::hall as hall_name;

/// One hall with its rooms, as the API has it.
pub fn hall(id: i64, name: &str, rooms: Vec<Value>) -> Value {
    json!({"id": id, "name": name, "rooms": rooms})
}

/// One room, as the API has it inside of a hall.
pub fn room(id: i64, name: &str, capacity: i64) -> Value {
    json!({"id": id, "name": name, "capacity": capacity})
}

/// The same object with one field set: `with(hall(…), "address", json!("…"))`.
pub fn with(mut record: Value, field: &str, value: Value) -> Value {
    record[field] = value;
    record
}

/// One start time with its entries.
pub fn slot(start_time: &str, entries: Vec<Value>) -> Value {
    json!({"startTime": start_time, "participants": entries})
}

/// One start time with its entries, as text: a [`Value`] has its fields in the order of their names, the start last.
pub fn slot_text(start_time: &str, entries: &[Value], start_first: bool) -> String {
    let (start, list) = (json!(start_time), json!(entries));
    match start_first {
        true => format!(r#"{{"startTime":{start},"participants":{list}}}"#),
        false => format!(r#"{{"participants":{list},"startTime":{start}}}"#),
    }
}

/// The whole answer of records that are text already.
pub fn body_of(records: &[String]) -> Vec<u8> {
    format!(r#"{{"data":[{}]}}"#, records.join(",")).into_bytes()
}

/// An entry in count form: so many people in one room.
pub fn count(hall: i64, room: i64, people: i64) -> Value {
    json!({"hallId": hall, "roomId": room, "participantCount": people})
}

/// An entry in seat form: one person (`profile_exam_id`) in one seat.
pub fn seat(hall: i64, room: i64, profile_exam_id: i64, place: i64, name: &str) -> Value {
    json!({"hallId": hall, "roomId": room, "profileExamId": profile_exam_id, "placeId": place,
        "participantId": format!("P{profile_exam_id}"), "participantName": name})
}

/// The `data` of [`halls_feed`].
pub fn halls(halls: u32, rooms_each: u32) -> Value {
    data_of(&halls_feed(halls, rooms_each))
}

/// The `data` of [`counts_feed`].
pub fn counts(date: &str, halls: u32, rooms_each: u32, slots: u32) -> Value {
    data_of(&counts_feed(date, halls, rooms_each, slots))
}

/// The `data` of [`seats_feed`].
pub fn seats(halls: u32, rooms_each: u32, slots: u32, people: u32) -> Value {
    data_of(&seats_feed(halls, rooms_each, slots, people))
}

fn data_of(feed: &[u8]) -> Value {
    let mut feed: Value = serde_json::from_slice(feed).expect("the generator writes JSON");
    feed["data"].take()
}
