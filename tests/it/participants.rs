//! Who sits where on one date: both forms of the feed, what goes and comes back, what has begun, what warns.

mod begun;
mod forms;
mod lasting;
mod meanwhile;
mod moved;
mod shared;
mod size;
mod stamps;
mod superseded;
mod tidy;
mod warnings;

use serde_json::{Value, json};

use crate::scene::noon;
use crate::support::{Database, Examsync, MockApi, data};
use crate::syncs::fine;

/// A date that is in the future for as long as these tests matter.
pub(crate) const DAY: &str = "2099-06-01";

/// Hall 1 with rooms 101 and 102 of 30 seats, hall 2 with room 201 of 20.
pub(crate) fn two_halls() -> Value {
    json!([
        data::hall(1, "Bakı", vec![data::room(101, "A", 30), data::room(102, "B", 30)]),
        data::hall(2, "Gəncə", vec![data::room(201, "C", 20)]),
    ])
}

/// A migrated database with [`two_halls`] pulled into it, and a program whose guard looks at people only
/// when a date would be emptied.
pub(crate) fn prepared(database: &Database) -> (MockApi, Examsync) {
    database.migrate();
    let api = MockApi::start();
    api.halls(two_halls());
    let program = Examsync::new(database, &api).env("SYNC_MAX_DEACTIVATE_PERCENT", "100");
    fine(
        &program,
        "halls",
        &["exam_halls completed: 2 processed, 2 created", "hall_rooms completed: 3 processed, 3 created"],
    );
    api.forget_requests();
    (api, program)
}

/// As [`prepared`], with a program for which it is noon now; and today.
fn at_noon(database: &Database) -> (MockApi, Examsync, String) {
    let (api, program) = prepared(database);
    let (zone, today) = noon();
    (api, program.env("SYNC_TIMEZONE", &zone), today)
}

/// Asks for today only.
const TODAY: &str = "participants --date today";

/// Asks for [`DAY`] only.
const ONE_DAY: &str = "participants --date 2099-06-01";
