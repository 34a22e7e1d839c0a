//! Feeds of any size, written straight to bytes: a million entries never exist as JSON values.

use std::io::{self, Write};

use serde_json::json;

use super::names;

/// The external id of a hall's room: halls count from 1, `room` from 0 and below 1,000.
pub fn room_id(hall: u32, room: u32) -> i64 {
    i64::from(hall) * 1000 + i64::from(room)
}

/// The whole answer with all halls, ids from 1, and `rooms_each` rooms in each.
pub fn halls_feed(halls: u32, rooms_each: u32) -> Vec<u8> {
    feed(1..=halls, |out, hall| {
        let rooms: Vec<_> = (0..rooms_each)
            .map(|room| json!({"id": room_id(hall, room), "name": names::room(room), "capacity": capacity(hall, room), "examHallId": hall, "isActive": 1}))
            .collect();
        let seats: u32 = (0..rooms_each).map(|room| capacity(hall, room)).sum();
        let hall = json!({"id": hall, "uid": format!("hall-{hall:06}"), "name": names::hall(hall), "address": names::address(hall),
            "placeLimit": seats, "regionId": hall % 70 + 1, "isActive": 1, "deletedAt": null, "rooms": rooms});
        serde_json::to_writer(out, &hall).map_err(io::Error::from)
    })
}

/// The whole answer for a date in count form: one entry for each slot, hall and room of
/// [`halls_feed`], within its capacity. Another date gives other numbers.
pub fn counts_feed(date: &str, halls: u32, rooms_each: u32, slots: u32) -> Vec<u8> {
    let salt = salt(date);
    slots_feed(halls, rooms_each, slots, |out, slot, hall, room| {
        let most = capacity(hall, room);
        let people = most - mixed(salt, slot, room_id(hall, room)) % (most / 2);
        write!(
            out,
            r#"{{"hallId":{hall},"hallName":{},"roomId":{},"roomName":"{}","participantCount":{people}}}"#,
            json!(names::hall(hall)),
            room_id(hall, room),
            names::room(room),
        )
    })
}

/// The whole answer for any date in seat form: `people` persons (at most 20 fit every room) in each
/// slot, hall and room; the same for every date. `profileExamId` counts from 1.
pub fn seats_feed(halls: u32, rooms_each: u32, slots: u32, people: u32) -> Vec<u8> {
    assert!(people > 0, "a room without people has no entry");
    let mut person = 0;
    slots_feed(halls, rooms_each, slots, |out, slot, hall, room| {
        for place in 1..=people {
            person += 1;
            let comma = if place == 1 { "" } else { "," };
            write!(
                out,
                r#"{comma}{{"hallId":{hall},"roomId":{},"profileExamId":{person},"placeId":{place},"participantId":"P{person}","participantName":{},"examTitle":"İmtahan {slot}"}}"#,
                room_id(hall, room),
                json!(names::person(person)),
            )?;
        }
        Ok(())
    })
}

fn slots_feed(
    halls: u32,
    rooms_each: u32,
    slots: u32,
    mut entry: impl FnMut(&mut Vec<u8>, u32, u32, u32) -> io::Result<()>,
) -> Vec<u8> {
    feed(0..slots, |out, slot| {
        let minutes = 9 * 60 + slot * 150;
        write!(out, r#"{{"startTime":"{:02}:{:02}","participants":["#, minutes / 60 % 24, minutes % 60)?;
        for hall in 1..=halls {
            for room in 0..rooms_each {
                if (hall, room) != (1, 0) {
                    out.push(b',');
                }
                entry(out, slot, hall, room)?;
            }
        }
        out.write_all(b"]}")
    })
}

fn feed(
    numbers: impl Iterator<Item = u32>,
    mut record: impl FnMut(&mut Vec<u8>, u32) -> io::Result<()>,
) -> Vec<u8> {
    let mut out = br#"{"data":["#.to_vec();
    for (index, number) in numbers.enumerate() {
        if index > 0 {
            out.push(b',');
        }
        record(&mut out, number).expect("memory takes it");
    }
    out.extend_from_slice(b"]}");
    out
}

fn capacity(hall: u32, room: u32) -> u32 {
    20 + (hall * 7 + room * 3) % 21
}

fn salt(date: &str) -> u64 {
    date.bytes().fold(7, |salt, byte| salt * 31 + u64::from(byte))
}

fn mixed(salt: u64, slot: u32, room: i64) -> u32 {
    let mixed = salt.wrapping_add(u64::from(slot) << 40).wrapping_add(room.unsigned_abs());
    (mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as u32
}
