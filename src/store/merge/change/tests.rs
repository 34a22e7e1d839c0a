//! What the comparison puts into the change set, and when created rows are among it.

//! The change set against rows that are made by hand, on SQLite.

use chrono::{DateTime, NaiveDate};
use diesel::QueryableByName;
use diesel::sql_types::Text;
use uuid::Uuid;

use crate::model::Presorted;
use crate::store::connection::{Connection, Location};
use crate::store::merge::participants;
use crate::store::merge::places::{self, PlaceScope};
use crate::store::migrations;
use crate::store::staging::{self, PassFacts};
use crate::text::sanitize::without_isolates;

/// Hall 1 with two rooms, of which one is closed.
const LIVE: &str = "
    INSERT INTO buildings (id, external_id, name) VALUES (1, 1, 'One');
    INSERT INTO rooms (id, external_id, building_id, name, capacity, is_active, deleted_at)
    VALUES (1, 11, 1, 'A', 50, 1, NULL), (2, 12, 1, 'B', 50, 0, '2025-01-01 00:00:00.000');";

/// Room 11 is renamed and smaller, room 12 has another time of deletion, the others are new.
const PLACES: &str = "
    INSERT INTO stage_place (ordinal, part, kind, parent, position, external_id, name, capacity, says_active, deleted_at)
    VALUES (1, 0, 'hall', NULL, 0, 1, 'One', NULL, 1, NULL),
           (2, 0, 'room', 1, 0, 11, 'A2', 40, 1, NULL),
           (3, 0, 'room', 1, 1, 12, 'B', 50, 1, '2025-02-02 00:00:00.000'),
           (4, 0, 'room', 1, 2, 13, 'C', 5, 1, NULL),
           (5, 0, 'hall', NULL, 1, 2, 'Two', NULL, 1, NULL);";

const ENTRIES: &str = "
    INSERT INTO stage_entry (ordinal, start_time, hall_external_id, room_external_id, participant_count, part)
    VALUES (1, '09:00:00', 1, 11, 7, 0);";

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// What is in the change set after `compare`, with these rows in the database and what that staged.
fn changes(live: &str, facts: &PassFacts, compare: impl FnOnce(&mut Connection)) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.db");
    let location =
        Location::Sqlite { path, default: false, group: None, busy_timeout: std::time::Duration::ZERO };
    location.make().unwrap();
    let mut connection = Connection::open(&location).unwrap();
    migrations::migrate(&mut connection).unwrap();
    connection.execute(live).unwrap();
    staging::open(&mut connection, facts).unwrap();
    compare(&mut connection);
    // There is no change set where nothing changes.
    if !connection.any("sqlite_temp_schema WHERE name = 'change'", &[]).unwrap() {
        return Vec::new();
    }
    let lines: Vec<Line> = connection
        .rows(
            "SELECT entity || ' ' || action || ' ' || coalesce(external_id, subject, '')
                    || coalesce(': ' || label, '') AS line
             FROM change",
        )
        .unwrap();
    lines.into_iter().map(|row| without_isolates(&row.line)).collect()
}

fn facts(exam_date: Option<NaiveDate>, first_load: bool, lists_created: bool) -> PassFacts {
    PassFacts {
        run_id: Uuid::nil(),
        now: DateTime::UNIX_EPOCH,
        today: DateTime::UNIX_EPOCH.date_naive(),
        exam_date,
        source: None,
        begun_through: None,
        stamp_before: DateTime::UNIX_EPOCH,
        first_load,
        lists_created,
        writes_events: false,
        absent_in_hall: None,
        gone: None,
    }
}

fn changes_of_places(live: &str, lists_created: bool, presorted: Option<Presorted>) -> Vec<String> {
    changes(live, &facts(None, live.is_empty(), lists_created), |connection| {
        connection.execute(PLACES).unwrap();
        places::screen(connection, presorted).unwrap();
        places::compare(connection, PlaceScope::AllHalls, presorted).unwrap();
    })
}

#[test]
fn every_row_that_differs_is_in_the_set_also_where_nothing_is_reported_of_it() {
    let differing =
        ["room renamed 11: 11 A → A2", "room changed 11: 11 A2: 50 → 40 seats", "room changed 12"];
    let created = ["hall created 2: 2 Two", "room created 13: 13 C in One"];
    for presorted in [None, Some(Presorted(3))] {
        assert_eq!(changes_of_places(LIVE, false, presorted), differing);
        assert_eq!(
            changes_of_places(LIVE, true, presorted),
            [&created[..1], &differing[..], &created[1..]].concat()
        );
    }
}

#[test]
fn a_first_load_lists_its_rows_only_where_they_are_asked_for() {
    let all = [
        "hall created 1: 1 One",
        "hall created 2: 2 Two",
        "room created 11: 11 A2 in One",
        "room created 12: 12 B in One",
        "room created 13: 13 C in One",
    ];
    let date = NaiveDate::from_ymd_opt(2099, 6, 1);
    for presorted in [None, Some(Presorted(3))] {
        assert_eq!(changes_of_places("", false, presorted), [""; 0]);
        assert_eq!(changes_of_places("", true, presorted), all);
        let entries = changes(LIVE, &facts(date, true, true), |connection| {
            connection.execute(ENTRIES).unwrap();
            let presorted = presorted.map(|_| Presorted(1));
            participants::resolve(connection, presorted).unwrap();
            participants::compare(connection, presorted).unwrap();
        });
        assert_eq!(entries, ["participants created : 09:00:00 A, One: 7"]);
    }
}
