//! Results that are refused, and rows of them that are left out: edited files, other halls, rows that were never sent.

use serde_json::json;

use super::forge;
use super::scene::Centres;
use crate::scene::{DATE, text, told};
use crate::support::database::on_both_databases;
use crate::support::{Database, Examsync};

const MARKED: &str = "SELECT external_profile_exam_id FROM participants WHERE attendance_marked ORDER BY 1";

/// With package 1 at the centre.
fn begun<'a>(database: &'a Database) -> Centres<'a> {
    let centres = Centres::new(database);
    centres.export("").expect(0);
    centres.import("hall-4-v0001.examsync", "").expect(0);
    centres
}

/// The codes of the errors of an import.
fn codes(outcome: &crate::support::Outcome) -> Vec<String> {
    let report = outcome.json();
    let errors = report["syncs"][0]["errors"].as_array().unwrap().clone();
    errors.iter().map(|error| text(&error["code"]).to_owned()).collect()
}

/// Gives person `number` at the centre the uid that a query at head office has.
fn with_uid(centres: &Centres<'_>, number: i64, uid: &str) {
    centres
        .centre_database
        .execute(&format!("UPDATE participants SET uid = '{uid}' WHERE external_profile_exam_id = {number}"));
}

on_both_databases! {
    fn an_edited_file_is_refused_and_changes_nothing(database) {
        let centres = begun(database);
        centres.mark(&centres.centre_database, 1, "present");
        centres.write_results("").expect(0);
        let whole = std::fs::read(centres.file("hall-4-results-0001.examsync")).unwrap();
        let import = |bytes: &[u8]| {
            std::fs::write(centres.file("edited"), bytes).unwrap();
            centres.head.run(&format!("import {}", centres.file("edited").display()))
        };
        let before = database.dump();
        let end = whole.len();
        for at in [600, 2_100, end - 3_000, end - 1_500] {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            let code = import(&changed).code;
            assert!([12, 13].contains(&code), "byte {at}: {code}");
        }
        for length in [0, 100, end / 2, end - 1] {
            import(&whole[..length]).expect(13);
        }
        assert_eq!(database.dump(), before);
        import(&whole).expect(0);
        assert_eq!(database.rows(MARKED), ["1"]);
    }

    fn results_of_a_hall_without_a_card_are_refused(database) {
        let centres = begun(database);
        centres.write_results("").expect(0);
        let other = Examsync::bare().run("keys --new nine.key --hall 9").expect(0).stdout;
        centres.head.program.write("peers", 0o644, &other);
        let refused = centres.import_results(1).expect(12);
        assert!(refused.stderr.contains("is signed by a key that is on no card of hall:4"), "{}", refused.stderr);
    }

    fn a_row_of_another_hall_is_left_out(database) {
        let centres = begun(database);
        with_uid(&centres, 1, &database.text("SELECT uid FROM participants WHERE external_profile_exam_id = 1001"));
        centres.mark(&centres.centre_database, 1, "present");
        centres.mark(&centres.centre_database, 2, "present");
        let outcome = centres.results("");
        assert_eq!(told(&outcome)[..2], ["3 partial", "results_import completed: 1 updated, 1 errored"]);
        assert_eq!(codes(&outcome), ["foreign_row"]);
        assert_eq!(database.rows(MARKED), ["2"]);
        assert_eq!(codes(&centres.results("--again")), ["foreign_row"], "it stays there, and so does the error");
    }

    fn a_row_that_is_not_known_is_left_out(database) {
        let centres = begun(database);
        with_uid(&centres, 1, "6b1f7a52-0000-4000-8000-000000000001");
        centres.mark(&centres.centre_database, 1, "present");
        let outcome = centres.results("");
        assert_eq!(codes(&outcome), ["unknown_row"]);
        assert_eq!(database.rows(MARKED), [""; 0]);
    }

    fn a_row_or_a_base_that_was_never_sent_is_left_out(database) {
        let centres = begun(database);
        // Person 401 is of the hall, and in no package yet.
        centres.pull((1..=401).map(crate::centres::scene::person));
        with_uid(&centres, 1, &database.text("SELECT uid FROM participants WHERE external_profile_exam_id = 401"));
        centres.mark(&centres.centre_database, 1, "present");
        // Person 2 seems to have been marked before the package.
        centres.mark(&centres.centre_database, 2, "present");
        centres.centre_database.execute(
            "INSERT INTO attendance_base (row_id, version, marked, status, marked_at, marked_by)
             SELECT id, 1, 1, 'excused', '2026-05-01 07:00:00.000', 7 FROM participants WHERE external_profile_exam_id = 2",
        );
        let outcome = centres.results("");
        assert_eq!(told(&outcome)[1], "results_import completed: 2 errored");
        assert_eq!(codes(&outcome), ["base_mismatch", "base_mismatch"]);
        assert_eq!(database.rows(MARKED), [""; 0]);
    }

    fn of_a_row_that_stands_there_twice_the_first_counts(database) {
        let centres = begun(database);
        let uid = |number| {
            database.text(&format!("SELECT uid FROM participants WHERE external_profile_exam_id = {number}"))
        };
        let decision = |number: i64, status: &str| {
            json!({ "uid": uid(number), "marked": true, "status": status, "markedAt": "2026-05-01T08:00:00.000Z", "markedBy": 9 })
        };
        let violation = |note: &str| {
            json!({ "uid": "40008000-0000-4000-8000-000000000001", "participantUid": uid(1), "examDate": DATE,
                    "kind": "phone", "severity": "low", "note": note, "createdAt": "2026-05-01T08:00:00.000Z" })
        };
        let attendance = [decision(1, "present"), decision(2, "absent"), decision(1, "late"), decision(1, "absent")];
        forge::write_results(&centres, &attendance, &[violation("seen"), violation("heard")], "twice");
        let outcome = centres.head.run(&format!("import {}", centres.file("twice").display()));
        let row = |uid: &str| format!("the row {uid} of results stands there more than once, and the first one counts");
        let errors = outcome.json()["syncs"][0]["errors"].clone();
        let messages: Vec<&str> = errors.as_array().unwrap().iter().map(|error| text(&error["message"])).collect();
        let twice = row(&uid(1));
        let mut expected = [twice.clone(), twice, row("40008000-0000-4000-8000-000000000001")];
        expected.sort();
        assert_eq!(messages, expected);
        assert_eq!(told(&outcome)[..2], ["3 partial", "results_import completed: 1 created, 2 updated, 3 errored"]);
        assert_eq!(
            database.rows("SELECT external_profile_exam_id, attendance_status FROM participants WHERE attendance_marked ORDER BY 1"),
            ["1|present", "2|absent"]
        );
        assert_eq!(database.rows("SELECT note FROM violations"), ["seen"]);
    }

    fn a_status_that_does_not_exist_leaves_its_row_out(database) {
        let centres = begun(database);
        centres.mark(&centres.centre_database, 1, "present");
        centres.mark(&centres.centre_database, 2, "present");
        centres.centre_database.execute(
            "PRAGMA ignore_check_constraints = ON;
             UPDATE participants SET attendance_status = 'asleep' WHERE external_profile_exam_id = 1",
        );
        let outcome = centres.results("");
        assert_eq!(told(&outcome)[..2], ["3 partial", "results_import completed: 1 updated, 1 errored"]);
        assert_eq!(codes(&outcome), ["bad_record"]);
        assert!(outcome.stdout.contains("\\\"asleep\\\" is no status of attendance"), "{}", outcome.stdout);
        assert_eq!(database.rows(MARKED), ["2"]);
    }

    fn a_violation_of_somebody_unknown_is_left_out(database) {
        let centres = begun(database);
        for number in [1, 2] {
            centres.centre_database.execute(&format!(
                "INSERT INTO violations (participant_id, exam_date, kind, severity)
                 SELECT id, exam_date, 'telephone', 'low' FROM participants WHERE external_profile_exam_id = {number}"
            ));
        }
        with_uid(&centres, 1, "6b1f7a52-0000-4000-8000-000000000001");
        let outcome = centres.results("");
        assert_eq!(told(&outcome)[..2], ["3 partial", "results_import completed: 1 created, 1 errored"]);
        assert_eq!(codes(&outcome), ["unknown_row"]);
        assert_eq!(database.number("SELECT count(*) FROM violations"), 1);
    }

    fn a_table_of_another_program_stops_results_alone(database) {
        database.execute("CREATE TABLE violations (what text)");
        let centres = Centres::new(database);
        centres.export("").expect(0);
        centres.import("hall-4-v0001.examsync", "").expect(0);
        let refused = centres.results("").expect(10);
        assert!(refused.stderr.contains("the table violations is not one that examsync made"), "{}", refused.stderr);
        centres.head.run("conflicts").expect(10);
        assert_eq!(centres.head.run("status").json()["centres"][0]["open_conflicts"], json!(0));
        let applied = "SELECT count(*) FROM __diesel_schema_migrations WHERE version = '0014'";
        while database.number(applied) > 0 {
            centres.head.program.run("migrate --revert --yes").expect(0);
        }
        assert_eq!(database.rows("SELECT what FROM violations"), [""; 0]);
        centres.head.program.run("migrate").expect(0);
    }

    fn a_dry_run_of_results_writes_nothing(database) {
        let centres = begun(database);
        centres.mark(&centres.centre_database, 1, "present");
        let at_centre = centres.centre_database.dump();
        centres.write_results("--dry-run").expect(0);
        assert_eq!(centres.centre_database.dump(), at_centre);
        centres.write_results("").expect(0);
        let before = database.dump();
        let file = centres.file("hall-4-results-0001.examsync").display().to_string();
        assert_eq!(told(&centres.head.run(&format!("import {file} --dry-run")))[1], "results_import completed: 1 updated");
        assert_eq!(database.dump(), before);
    }
}
