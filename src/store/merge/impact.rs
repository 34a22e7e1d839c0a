//! What a refused pass would have meant, by hall: how many people, and when they sit. Read only when the guard refuses.

use chrono::{NaiveDate, NaiveTime};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Text};

use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::values::{Day, TimeOfDay};

/// One hall at one start of a date, without what has begun.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(crate) struct HallSlot {
    /// The hall.
    #[diesel(sql_type = BigInt)]
    pub hall_external_id: i64,
    /// Its name.
    #[diesel(sql_type = Text)]
    pub hall: String,
    /// The start.
    #[diesel(sql_type = TimeOfDay)]
    pub start_time: NaiveTime,
    /// Active rows now.
    #[diesel(sql_type = BigInt)]
    pub rows_before: i64,
    /// Active rows after the pass.
    #[diesel(sql_type = BigInt)]
    pub rows_after: i64,
    /// People now.
    #[diesel(sql_type = BigInt)]
    pub people_before: i64,
    /// People after the pass.
    #[diesel(sql_type = BigInt)]
    pub people_after: i64,
}

/// The date of the pass as it is, and as it would be.
pub(crate) fn of_date(connection: &mut Connection) -> Result<Vec<HallSlot>, StoreError> {
    connection.rows(include_str!("participants/impact.sql"))
}

/// One hall that would go, or lose rooms.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(crate) struct HallLoss {
    /// The hall.
    #[diesel(sql_type = BigInt)]
    pub hall_external_id: i64,
    /// Its name.
    #[diesel(sql_type = Text)]
    pub hall: String,
    /// Whether the hall itself would go.
    #[diesel(sql_type = Bool)]
    pub goes: bool,
    /// Its active rooms now.
    #[diesel(sql_type = BigInt)]
    pub rooms: i64,
    /// Its rooms that would go.
    #[diesel(sql_type = BigInt)]
    pub rooms_going: i64,
}

/// People who sit in rooms that would go.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(crate) struct PeopleHit {
    /// The hall.
    #[diesel(sql_type = BigInt)]
    pub hall_external_id: i64,
    /// The date, today's or a later one.
    #[diesel(sql_type = Day)]
    pub exam_date: NaiveDate,
    /// The start.
    #[diesel(sql_type = TimeOfDay)]
    pub start_time: NaiveTime,
    /// How many.
    #[diesel(sql_type = BigInt)]
    pub people: i64,
}

/// What a pass of halls or rooms would take; by default nothing, with no people known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PlacesImpact {
    /// The halls.
    pub halls: Vec<HallLoss>,
    /// The people who sit there today or later.
    pub hit: Vec<PeopleHit>,
    /// All people of today and later.
    pub people: i64,
}

impl PlacesImpact {
    /// Takes what these halls would lose from a later comparison.
    pub(crate) fn judged_again(&mut self, halls: &[i64], later: Self) {
        self.halls.retain(|hall| !halls.contains(&hall.hall_external_id));
        self.hit.retain(|hit| !halls.contains(&hit.hall_external_id));
        self.halls.extend(later.halls.into_iter().filter(|hall| halls.contains(&hall.hall_external_id)));
        self.hit.extend(later.hit.into_iter().filter(|hit| halls.contains(&hit.hall_external_id)));
        self.people = self.people.max(later.people);
    }
}

/// What the pass of halls or rooms would take, where any row would be deactivated.
pub(crate) fn of_places(connection: &mut Connection) -> Result<PlacesImpact, StoreError> {
    let people: Vec<i64> = connection.values(
        "SELECT CAST(coalesce(sum(participant_count), 0) AS bigint) AS value FROM participants
         WHERE is_active AND exam_date >= (SELECT today FROM pass)",
        &[],
    )?;
    Ok(PlacesImpact {
        halls: connection.rows(include_str!("places/impact_halls.sql"))?,
        hit: connection.rows(include_str!("places/impact_people.sql"))?,
        people: people.into_iter().sum(),
    })
}
