//! Which rows an answer of 304 confirms: the active ones, whose stamps move and whose marks go.

use serde_json::json;

use super::{DATE, counts, set_up, two_halls};
use crate::scene::PAST;
use crate::support::data::{count, slot};
use crate::support::{Database, on_both_databases};

pub(super) const OLD: &str = "2000-01-01 00:00:00.000";

/// Makes every row look as if it was confirmed long ago.
pub(super) fn age(database: &Database) {
    for table in ["buildings", "rooms", "participants"] {
        database.execute(&format!("UPDATE {table} SET last_synced_at = '{OLD}'"));
    }
}

/// The rows of a table that were not confirmed since [`age`].
pub(super) fn old(database: &Database, table: &str) -> i64 {
    database.number(&format!("SELECT count(*) FROM {table} WHERE last_synced_at = '{OLD}'"))
}

/// The rows of all tables in sync_error, with the reason.
pub(super) fn marked(database: &Database) -> Vec<String> {
    database.rows(
        "SELECT 'hall' AS kind, sync_error FROM buildings WHERE sync_status <> 'synced' OR sync_error IS NOT NULL
         UNION ALL SELECT 'room', sync_error FROM rooms WHERE sync_status <> 'synced' OR sync_error IS NOT NULL
         UNION ALL SELECT 'participant', sync_error FROM participants
             WHERE sync_status <> 'synced' OR sync_error IS NOT NULL
         ORDER BY 1, 2",
    )
}

/// Marks every row of a table, as a bad record would.
pub(super) fn mark(database: &Database, table: &str) {
    database.execute(&format!("UPDATE {table} SET sync_status = 'sync_error', sync_error = 'x'"));
}

on_both_databases! {
    fn what_is_absent_after_its_start_is_stamped_and_keeps_its_mark(database) {
        let (api, examsync) = set_up(database);
        examsync.run("halls").expect(0);
        let command = format!("participants --date {PAST} --json");
        let [a, b, c] = [count(1, 11, 20), count(1, 12, 5), count(2, 21, 5)];
        api.participants(PAST, json!([slot("09:00", vec![a.clone(), b, c.clone()])]));
        examsync.run(&command).expect(0);
        api.participants(PAST, json!([slot("09:00", vec![a, c])]));
        let warned = examsync.run(&command).expect(0).json()["syncs"][0]["warnings"].clone();
        assert_eq!(warned[0]["code"], "absent_after_start");
        let absent = ["participant|absent from the feed after its start"];
        assert_eq!(marked(database), absent);

        age(database);
        assert_eq!(counts(&examsync.run(&command).expect(0), 0), "304 3 0 0 3 0 0");
        assert_eq!(old(database, "participants"), 0);
        assert_eq!(marked(database), absent);
        let full = examsync.run(&format!("{command} --full")).expect(0);
        assert_eq!((counts(&full, 0), &full.json()["syncs"][0]["warnings"]), ("2 0 0 2 0 0".into(), &json!([])));
    }

    fn what_is_inactive_is_not_confirmed(database) {
        let (api, examsync) = set_up(database);
        examsync.run("halls").expect(0);
        let date = format!("participants --date {DATE} --json");
        examsync.run(&date).expect(0);
        let mut less = two_halls();
        less[0]["rooms"].as_array_mut().unwrap().pop();
        less.as_array_mut().unwrap().pop();
        api.halls(less);
        api.participants(DATE, json!([slot("09:00", vec![count(1, 11, 20)])]));
        examsync.run("halls").expect(0);
        examsync.run(&date).expect(0);

        age(database);
        let halls = examsync.run("halls --json").expect(0);
        assert_eq!((counts(&halls, 0), counts(&halls, 1)), ("304 1 0 0 1 0 0".into(), "304 1 0 0 1 0 0".into()));
        assert_eq!(counts(&examsync.run(&date).expect(0), 0), "304 1 0 0 1 0 0");
        assert_eq!(["buildings", "rooms", "participants"].map(|table| old(database, table)), [1, 2, 1]);
    }

    fn a_mark_goes_at_once_and_not_when_the_stamp_is_due(database) {
        let (_api, examsync) = set_up(database);
        let examsync = examsync.env("SYNC_STAMP_INTERVAL", "1h");
        let date = format!("participants --date {DATE} --json");
        examsync.run("halls").expect(0);
        examsync.run(&date).expect(0);
        for table in ["buildings", "rooms", "participants"] {
            mark(database, table);
        }
        assert!(counts(&examsync.run("halls --json").expect(0), 0).starts_with("304"));
        assert!(counts(&examsync.run(&date).expect(0), 0).starts_with("304"));
        assert_eq!(marked(database), [""; 0]);
    }
}
