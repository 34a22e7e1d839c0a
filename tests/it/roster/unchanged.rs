//! A pass that finds nothing new, on both ways of the merge: what it stamps, what it heals, and what it does not overlook.

use super::school::School;
use crate::scene::told;
use crate::support::{Database, Examsync, on_both_databases};

const TABLES: [&str; 7] = [
    "roster_orgs",
    "roster_academic_sessions",
    "roster_courses",
    "roster_users",
    "roster_classes",
    "roster_roles",
    "roster_enrollments",
];

/// The keys of the rows that a condition holds for, in all tables.
fn keys(database: &Database, condition: &str) -> Vec<String> {
    let of = |table: &str| format!("SELECT sourced_id FROM {table} WHERE {condition}");
    database.rows(&format!("{} ORDER BY 1", TABLES.map(of).join(" UNION ALL ")))
}

/// As if the last pass was long ago.
fn age(database: &Database) {
    for table in TABLES {
        database.execute(&format!("UPDATE {table} SET last_synced_at = '2026-01-02 03:04:05.000'"));
    }
}

const OLD: &str = "last_synced_at < '2026-01-03 00:00:00.000'";

on_both_databases! {
    fn every_row_is_stamped_and_nothing_else_of_it_moves(database) {
        let school = School::new(database);
        school.pull("").expect(0);
        let rows = TABLES.map(|table| format!("SELECT id, uid, updated_at, created_at FROM {table}"));
        let rows = format!("{} ORDER BY 2", rows.join(" UNION ALL "));
        let before = database.rows(&rows);
        age(database);
        assert_eq!(told(&school.pull("")), ["0 completed", "roster completed: 14 unchanged"]);
        assert_eq!(keys(database, OLD), [""; 0]);
        assert_eq!(database.rows(&rows), before);
    }

    fn stamps_that_are_young_enough_stay(database) {
        let school = School::with_program(database, Examsync::bare().env("SYNC_STAMP_INTERVAL", "1h"));
        school.pull("").expect(0);
        let stamps = "SELECT sourced_id, last_synced_at FROM roster_users ORDER BY 1";
        let before = database.rows(stamps);
        database.execute("UPDATE roster_roles SET last_synced_at = '2026-01-02 03:04:05.000' WHERE sourced_id = '1/s/student'");
        assert_eq!(told(&school.pull(""))[1], "roster completed: 14 unchanged");
        assert_eq!(database.rows(stamps), before);
        assert_eq!(keys(database, OLD), [""; 0]);
    }

    fn what_a_hand_changed_is_healed(database) {
        let school = School::new(database);
        school.pull("").expect(0);
        let columns = "SELECT sourced_id, given_name, display_name, email, grades, enabled_user, is_active FROM roster_users
                       ORDER BY 1";
        let before = database.rows(columns);
        for change in [
            "given_name = 'Eve'",
            "given_name = NULL",
            "email = NULL",
            "grades = '[\"1\"]'",
            "enabled_user = NOT enabled_user",
            "source_updated_at = '2026-01-02 03:04:05.000'",
            "is_active = (1 = 0)",
        ] {
            database.execute(&format!("UPDATE roster_users SET {change} WHERE sourced_id = '1'"));
            let pulled = told(&school.pull(""));
            assert_eq!(pulled[1], "roster completed: 1 updated, 13 unchanged", "{change}");
            assert_eq!(database.rows(columns), before, "{change}");
        }
        database.execute("UPDATE roster_classes SET org_id = NULL");
        assert_eq!(told(&school.pull(""))[1], "roster completed: 1 updated, 13 unchanged");
        assert_eq!(database.number("SELECT count(*) FROM roster_classes WHERE org_id IS NULL"), 0);
        database.execute("UPDATE roster_users SET sync_status = 'sync_error', sync_error = 'by hand' WHERE sourced_id = '2'");
        assert_eq!(told(&school.pull(""))[1], "roster completed: 14 unchanged");
        assert_eq!(keys(database, "sync_status <> 'synced' OR sync_error IS NOT NULL"), [""; 0]);
    }

    fn a_row_that_the_source_does_not_have_goes(database) {
        let school = School::new(database);
        school.pull("").expect(0);
        database.execute("UPDATE roster_users SET sourced_id = '4' WHERE sourced_id = '3'");
        assert_eq!(
            told(&school.pull(""))[1],
            "roster completed: 1 created, 13 unchanged, 1 deleted",
            "as many are active as the source has, and they are others"
        );
        assert_eq!(keys(database, "NOT is_active"), ["4"]);
    }

    fn a_role_of_somebody_who_is_gone_is_no_unchanged_one(database) {
        let mut school = School::new(database);
        school.pull("").expect(0);
        school.with("users", &["1,,,true,ada,Ada,Lovelace,,A-1,ada@example.com,,\"9,10\",", "3,,,false,,,Solo,,,,,,"]);
        school.pull("").expect(3);
        assert_eq!(keys(database, "NOT is_active"), ["2", "2/s/teacher", "k/2/teacher"]);
        database.execute("UPDATE roster_roles SET is_active = (1 = 1) WHERE sourced_id = '2/s/teacher'");
        let told = told(&school.pull(""));
        assert_eq!(told[1], "roster completed: 11 unchanged, 2 errored");
        let codes: Vec<_> = told[2..].iter().map(|line| line.split(" at ").next().unwrap_or_default()).collect();
        assert_eq!(codes, ["  error unknown_user"; 2]);
    }

    fn records_that_say_that_they_are_gone_change_nothing_the_second_time(database) {
        let mut school = School::new(database);
        school.pull("").expect(0);
        school.with("users", &[
            "1,,,true,ada,Ada,Lovelace,,A-1,ada@example.com,,\"9,10\",",
            "2,tobedeleted,,true,,Cher,,,,,,,",
            "3,,,false,,,Solo,,,,,,",
        ]);
        let first = told(&school.pull(""));
        assert_eq!(first[1], "roster completed: 3 updated, 11 unchanged, 3 deleted");
        age(database);
        assert_eq!(told(&school.pull(""))[1], "roster completed: 14 unchanged");
        assert_eq!(keys(database, OLD), [""; 0]);
    }

    fn of_a_delta_what_it_names_is_stamped_alone(database) {
        let mut school = School::new(database);
        school.pull("").expect(0);
        for file in ["orgs", "academicSessions", "courses", "classes", "enrollments"] {
            school.mode(file, "absent");
        }
        school.mode("users", "delta").mode("roles", "delta");
        school.with("users", &["2,,,true,,Cher,,,,,,,"]).with("roles", &["r2,,,2,primary,teacher,2098-09-01,,s"]);
        age(database);
        assert_eq!(told(&school.pull(""))[1], "roster completed: 2 unchanged");
        let stamped = |table: &str| database.rows(&format!("SELECT sourced_id FROM {table} WHERE NOT {OLD}"));
        assert_eq!(stamped("roster_users"), ["2"]);
        assert_eq!(stamped("roster_roles"), ["2/s/teacher"]);
        assert_eq!(keys(database, OLD).len(), 12);
    }

    fn of_a_first_load_what_comes_twice_is_found_in_any_order(database) {
        let mut school = School::new(database);
        school
            .and("users", "1,,,true,ada,Ada,Lovelace,,A-1,ada@example.com,,\"9,10\",")
            .and("users", "2,,,true,,Other,,,,,,,")
            .and("roles", "r9,,,1,primary,student,,,s");
        assert_eq!(
            told(&school.pull("")),
            [
                "3 partial",
                "roster completed: 14 created, 1 errored",
                "  error duplicate at users.csv row 6: user 2: an earlier record has the same key and other content",
            ]
        );
        assert_eq!(
            told(&school.pull(""))[1],
            "roster completed: 14 unchanged, 1 errored",
            "the first of two counts"
        );
    }

    fn of_unchanged_people_a_hash_that_is_missing_is_kept_again(database) {
        let mut school = School::with_program(database, Examsync::bare().env("ROSTER_CREDENTIALS", "hash"));
        let hash = format!("$2y$10${}", "a".repeat(53));
        school.with("users", &[&format!("1,,,true,,Ada,,,,,,,{hash}"), "2,,,true,,Cher,,,,,,,", "3,,,true,,Solo,,,,,,,"]);
        school.pull("").expect(0);
        database.execute("DELETE FROM roster_credentials");
        assert_eq!(told(&school.pull(""))[1], "roster completed: 1 created, 14 unchanged");
        assert_eq!(database.rows("SELECT hash FROM roster_credentials"), [hash]);
    }

    fn roles_that_a_delta_does_not_have_go_with_their_person(database) {
        let mut school = School::new(database);
        school.pull("").expect(0);
        for file in ["orgs", "academicSessions", "courses", "classes", "roles", "enrollments"] {
            school.mode(file, "absent");
        }
        school.mode("users", "delta").with("users", &["2,tobedeleted,,true,,Cher,,,,,,,"]);
        assert_eq!(told(&school.pull(""))[1], "roster completed: 1 updated, 3 deleted");
        assert_eq!(keys(database, "NOT is_active"), ["2", "2/s/teacher", "k/2/teacher"]);
    }

    fn a_dry_run_of_a_first_load_names_what_it_creates(database) {
        let school = School::new(database);
        let outcome = school.pull("--dry-run");
        assert_eq!(told(&outcome)[1], "roster completed: 14 created");
        assert_eq!(keys(database, "1 = 1"), [""; 0]);
        school.pull("").expect(0);
        let outcome = school.pull("--dry-run");
        assert_eq!(told(&outcome)[1], "roster completed: 14 unchanged");
    }
}
