//! The data, the same in every run: two states of all halls and of a date, the second 1 % different.

use std::fmt::Write;

/// How much there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
#[value(rename_all = "verbatim")]
pub(crate) enum Size {
    /// 50 halls of 10 rooms, 4 start times: 2,000 entries a day
    S,
    /// 2,000 halls of 10 rooms, 4 start times: 80,000 entries a day
    M,
    /// 10,000 halls of 20 rooms, 5 start times: 1,000,000 entries a day
    L,
}

/// Which state of the data: the second differs in every hundredth record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// What is loaded first.
    First,
    /// 1 % of the rooms with another capacity, 1 % of the entries with another count.
    Changed,
}

impl Size {
    /// The letter.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Size::S => "S",
            Size::M => "M",
            Size::L => "L",
        }
    }

    /// Halls, rooms in each, start times.
    pub(crate) fn shape(self) -> (u64, u64, u64) {
        match self {
            Size::S => (50, 10, 4),
            Size::M => (2_000, 10, 4),
            Size::L => (10_000, 20, 5),
        }
    }

    /// Rooms in all.
    pub(crate) fn rooms(self) -> u64 {
        let (halls, rooms, _) = self.shape();
        halls * rooms
    }

    /// Entries of a date.
    pub(crate) fn entries(self) -> u64 {
        self.rooms() * self.shape().2
    }

    /// The seats of all rooms.
    pub(crate) fn seats(self, state: State) -> u64 {
        (0..self.rooms()).map(|nth| capacity(nth, state)).sum()
    }

    /// The people of a date.
    pub(crate) fn people(self, state: State) -> u64 {
        (0..self.entries()).map(|nth| people(nth, state)).sum()
    }
}

/// The answer with all halls and their rooms.
pub(crate) fn halls(size: Size, state: State) -> Vec<u8> {
    let (halls, rooms, _) = size.shape();
    let mut text = String::from(r#"{"data":["#);
    for hall in 0..halls {
        let comma = if hall == 0 { "" } else { "," };
        put(
            &mut text,
            format_args!(
                r#"{comma}{{"id":{},"uid":"hall-{hall}","name":"İmtahan mərkəzi {hall}","address":"Bakı şəhəri, {hall} nömrəli küçə","placeLimit":{},"regionId":{},"isActive":1,"deletedAt":null,"rooms":{}}}"#,
                hall + 1,
                rooms * 40,
                hall % 70,
                rooms_of(size, hall, state),
            ),
        );
    }
    text.push_str("]}");
    text.into_bytes()
}

/// The `data` of the rooms of one hall, which counts from 0.
pub(crate) fn rooms_of(size: Size, hall: u64, state: State) -> String {
    let rooms = size.shape().1;
    let mut text = String::from("[");
    for room in 0..rooms {
        let nth = hall * rooms + room;
        let comma = if room == 0 { "" } else { "," };
        put(
            &mut text,
            format_args!(
                r#"{comma}{{"id":{},"name":"Otaq {room}","capacity":{},"examHallId":{},"isActive":1}}"#,
                nth + 1,
                capacity(nth, state),
                hall + 1
            ),
        );
    }
    text.push(']');
    text
}

/// The answer for one date.
pub(crate) fn participants(size: Size, state: State) -> Vec<u8> {
    let (_, rooms, slots) = size.shape();
    let mut text = String::from(r#"{"data":["#);
    for slot in 0..slots {
        let comma = if slot == 0 { "" } else { "," };
        put(&mut text, format_args!(r#"{comma}{{"startTime":"{:02}:30","participants":["#, 8 + 2 * slot));
        for nth in 0..size.rooms() {
            let comma = if nth == 0 { "" } else { "," };
            put(
                &mut text,
                format_args!(
                    r#"{comma}{{"hallId":{},"hallName":"İmtahan mərkəzi {}","roomId":{},"roomName":"Otaq {}","participantCount":{}}}"#,
                    nth / rooms + 1,
                    nth / rooms,
                    nth + 1,
                    nth % rooms,
                    people(slot * size.rooms() + nth, state),
                ),
            );
        }
        text.push_str("]}");
    }
    text.push_str("]}");
    text.into_bytes()
}

fn put(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    text.write_fmt(arguments).expect("memory takes it");
}

/// At least 30 seats.
fn capacity(nth: u64, state: State) -> u64 {
    30 + nth * 7 % 13 + changed(nth, state)
}

/// At most 30 people.
fn people(nth: u64, state: State) -> u64 {
    12 + nth * 11 % 17 + changed(nth, state)
}

fn changed(nth: u64, state: State) -> u64 {
    u64::from(state == State::Changed && nth % 100 == 37)
}
