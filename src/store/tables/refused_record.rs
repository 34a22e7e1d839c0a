//! Which staged record it is that another program's constraint or trigger refuses.
//!
//! The merge writes by statements over whole tables, and the database names no record. Here the same rows are written
//! once more, fewer and fewer at a time, until the refusal is down to one; then all of it is rolled back.

mod statements;

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};

use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::staging::PassFacts;
use crate::text::sanitize::isolated;

/// More records than these are not searched: writing them again would take as long as the pass.
const MAX_SEARCHED: i64 = 100_000;

/// How the rows of one kind of record are written: each statement takes the first and the last of the numbers by which
/// the records are distinguished, ordinals or external ids.
struct Rows {
    numbers: &'static str,
    statements: &'static [&'static str],
    /// Names the record of one number.
    name: &'static str,
}

/// What the pass lets go, before it writes anything else: a name that is free then is no double.
const GOING_HALLS: Rows = Rows {
    numbers: "SELECT count(*) AS records, min(external_id) AS first, max(external_id) AS last FROM buildings
              WHERE is_active",
    statements: &[statements::DEACTIVATE_HALLS],
    name: statements::NAME_HALL,
};
const GOING_ROOMS: Rows = Rows {
    numbers: "SELECT count(*) AS records, min(external_id) AS first, max(external_id) AS last FROM rooms
              WHERE is_active",
    statements: &[statements::DEACTIVATE_ROOMS],
    name: statements::NAME_ROOM,
};

const HALLS: Rows = Rows {
    numbers: "SELECT count(*) AS records, min(ordinal) AS first, max(ordinal) AS last FROM stage_place
               WHERE kind = 'hall'",
    statements: &[statements::UPDATE_HALLS, statements::INSERT_HALLS],
    name: statements::NAME_PLACE,
};
const ROOMS: Rows = Rows {
    numbers: "SELECT count(*) AS records, min(ordinal) AS first, max(ordinal) AS last FROM stage_place
               WHERE kind = 'room'",
    statements: &[statements::UPDATE_ROOMS, statements::INSERT_ROOMS],
    name: statements::NAME_PLACE,
};
const ENTRIES: Rows = Rows {
    numbers: "SELECT count(*) AS records, min(ordinal) AS first, max(ordinal) AS last FROM stage_entry
               WHERE kind <> 'slot'",
    statements: &[
        statements::UPDATE_SEATS,
        statements::UPDATE_COUNTS,
        statements::INSERT_SEATS,
        statements::INSERT_COUNTS,
    ],
    name: statements::NAME_ENTRY,
};

#[derive(QueryableByName)]
struct Numbers {
    #[diesel(sql_type = BigInt)]
    records: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    first: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    last: Option<i64>,
}

/// What a message says of a record; of a person, only numbers.
#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Nullable<BigInt>)]
    external_id: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    name: Option<String>,
    /// The hall of a room, the seat of a person.
    #[diesel(sql_type = Nullable<BigInt>)]
    other_id: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    start_time: Option<String>,
}

/// The first staged record with which the database says `refusal`, as a person calls it. To be called in the pass's
/// transaction, with its records staged and its merge rolled back; `stopped` ends the search.
///
/// # Errors
/// What the database said of something else than the rows.
pub(crate) fn find(
    connection: &mut Connection,
    facts: &PassFacts,
    refusal: &StoreError,
    stopped: &dyn Fn() -> bool,
) -> Result<Option<String>, StoreError> {
    // Records of rosters have staging tables of their own.
    if facts.source.is_some() {
        return Ok(None);
    }
    let search = |connection: &mut Connection| {
        let kinds: &[Rows] = match facts.exam_date {
            Some(_) => &[ENTRIES],
            None => &[GOING_HALLS, GOING_ROOMS, HALLS, ROOMS],
        };
        for rows in kinds {
            match rows.first_refused(connection, refusal, stopped)? {
                Search::Found(number) => return named(connection, rows.name, number),
                Search::Unknown => return Ok(None),
                Search::NoneRefused => {}
            }
        }
        Ok(None)
    };
    connection.begin()?;
    let found = search(connection);
    connection.roll_back()?;
    found
}

enum Search {
    /// The number of the record.
    Found(i64),
    /// All were written.
    NoneRefused,
    /// Something else was refused, or there are too many.
    Unknown,
}

impl Rows {
    fn first_refused(
        &self,
        connection: &mut Connection,
        refusal: &StoreError,
        stopped: &dyn Fn() -> bool,
    ) -> Result<Search, StoreError> {
        let numbers: Numbers = connection.row(self.numbers, &[])?;
        let (Some(mut first), Some(mut last)) = (numbers.first, numbers.last) else {
            return Ok(Search::NoneRefused);
        };
        // A trigger for the whole statement refuses also no row at all.
        if numbers.records > MAX_SEARCHED || self.write(connection, 1, 0).is_err() {
            return Ok(Search::Unknown);
        }
        match self.write(connection, first, last) {
            Ok(()) => return Ok(Search::NoneRefused),
            Err(error) if error != *refusal => return Ok(Search::Unknown),
            Err(_) => {}
        }
        while first < last {
            if stopped() {
                return Ok(Search::Unknown);
            }
            let middle = first + (last - first) / 2;
            match self.write(connection, first, middle) {
                Ok(()) => first = middle + 1,
                Err(_) => last = middle,
            }
        }
        Ok(match self.write(connection, first, first) {
            Err(error) if error == *refusal => Search::Found(first),
            _ => Search::Unknown,
        })
    }

    /// Writes the rows of the records from `first` to `last`, all of them or none.
    fn write(&self, connection: &mut Connection, first: i64, last: i64) -> Result<(), StoreError> {
        connection.transaction(|connection| {
            self.statements.iter().try_for_each(|sql| connection.run(sql, &[&first, &last]).map(drop))
        })
    }
}

fn named(connection: &mut Connection, sql: &str, number: i64) -> Result<Option<String>, StoreError> {
    let rows: Vec<Named> = connection.rows_with(sql, &[&number])?;
    Ok(rows.into_iter().next().map(|named| named.label()))
}

impl Named {
    fn label(&self) -> String {
        let number = |id: Option<i64>| id.map_or_else(|| "?".to_owned(), |id| id.to_string());
        let name = self.name.as_deref().map(|name| format!(" {}", isolated(name))).unwrap_or_default();
        let (id, other) = (number(self.external_id), number(self.other_id));
        let at = self.start_time.as_deref().unwrap_or("an unknown time");
        match self.kind.as_str() {
            "hall" => format!("hall {id}{name}"),
            "room" => format!("room {id}{name} of hall {other}"),
            "seat" => format!("the seat of profileExamId {other} in room {id}{name} at {at}"),
            _ => format!("the count of room {id}{name} at {at}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_named_by_numbers_only() {
        let seat = Named {
            kind: "seat".into(),
            external_id: Some(11),
            name: Some("A".into()),
            other_id: Some(501),
            start_time: Some("09:00".into()),
        };
        assert_eq!(seat.label(), "the seat of profileExamId 501 in room 11 \u{2068}A\u{2069} at 09:00");
        let hall = Named { kind: "hall".into(), other_id: None, start_time: None, ..seat };
        assert_eq!(hall.label(), "hall 11 \u{2068}A\u{2069}");
    }
}
