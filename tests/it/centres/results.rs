//! What comes up from a centre: attendance by the table of contract §11.7, a test a row, violations and files.

use serde_json::json;

use super::scene::{Centres, people, person};
use crate::scene::{DATE, told};
use crate::support::database::on_both_databases;

/// Person, status and marker of all who are marked, and how often head office took a centre's decision.
const MARKS: &str =
    "SELECT external_profile_exam_id, attendance_marked, attendance_status, attendance_marked_by
                     FROM participants WHERE attendance_marked_at IS NOT NULL ORDER BY 1";
const IMPORTED: &str = "SELECT count(*) FROM audit_logs WHERE action = 'attendance_imported'";

/// With package 1 at the centre.
fn begun<'a>(database: &'a crate::support::Database) -> Centres<'a> {
    let centres = Centres::new(database);
    centres.export("").expect(0);
    centres.import("hall-4-v0001.examsync", "").expect(0);
    centres
}

on_both_databases! {
    fn the_table_1_a_decision_that_the_centre_said_before_changes_nothing(database) {
        let centres = begun(database);
        centres.mark(&centres.centre_database, 1, "present");
        centres.results("").expect(0);
        centres.mark(database, 1, "excused");
        // It says the same once more.
        centres.mark(&centres.centre_database, 2, "late");
        assert_eq!(told(&centres.results(""))[1], "results_import completed: 1 updated, 1 unchanged");
        assert_eq!(database.rows(MARKS), ["1|1|excused|7", "2|1|late|9"]);
    }

    fn the_table_2_a_decision_is_taken_where_head_office_has_none_of_its_own(database) {
        let centres = begun(database);
        centres.mark(&centres.centre_database, 1, "present");
        assert_eq!(told(&centres.results("")), ["0 completed", "results_import completed: 1 updated"]);
        assert_eq!(database.rows(MARKS), ["1|1|present|9"]);
        assert_eq!(
            database.rows(
                "SELECT action, entity_type, old_value, new_value FROM audit_logs WHERE action = 'attendance_imported'"
            ),
            [format!(
                "attendance_imported|attendance|{}|{}",
                json!({ "marked": false, "status": null, "marked_at": null, "marked_by": null }),
                json!({ "marked": true, "marked_at": "2026-05-01T08:00:01.000Z", "marked_by": 9, "status": "present" })
            )]
        );
        let before = database.dump();
        let again = centres.import_results(1).expect(0);
        assert_eq!(again.json()["syncs"][0]["not_modified"], json!(true));
        assert_eq!(database.dump(), before);
    }

    fn the_table_2_a_correction_is_taken_without_a_package_between(database) {
        let centres = begun(database);
        for status in ["present", "late"] {
            centres.mark(&centres.centre_database, 1, status);
            assert_eq!(told(&centres.results("")), ["0 completed", "results_import completed: 1 updated"]);
        }
        centres.unmark(&centres.centre_database, 1);
        assert_eq!(told(&centres.results("")), ["0 completed", "results_import completed: 1 updated"]);
        assert_eq!(database.rows(MARKS), ["1|0|null|9"], "an unmarking is a decision");
        assert_eq!(database.number(IMPORTED), 3);
        assert_eq!(database.number("SELECT count(*) FROM sync_conflicts"), 0);
    }

    fn the_table_2_a_correction_of_what_a_package_brought_is_taken(database) {
        let centres = begun(database);
        centres.mark(database, 1, "excused");
        centres.export("").expect(0);
        centres.import("hall-4-v0002.examsync", "").expect(0);
        centres.mark(&centres.centre_database, 1, "absent");
        assert_eq!(told(&centres.results("")), ["0 completed", "results_import completed: 1 updated"]);
        assert_eq!(database.rows(MARKS), ["1|1|absent|9"]);
    }

    fn the_table_3_the_same_value_is_agreed(database) {
        let centres = begun(database);
        centres.mark(&centres.centre_database, 3, "present");
        centres.mark(database, 3, "present");
        assert_eq!(told(&centres.results("")), ["0 completed", "results_import completed: 1 unchanged"]);
        assert_eq!(database.rows(MARKS), ["3|1|present|7"], "head office's stays");
        assert_eq!(database.number("SELECT count(*) FROM sync_conflicts"), 0);
        // The centre takes it, and what it corrects then is taken.
        centres.export("").expect(0);
        centres.import("hall-4-v0002.examsync", "").expect(0);
        assert_eq!(centres.centre_database.rows(MARKS), ["3|1|present|7"]);
        centres.mark(&centres.centre_database, 3, "late");
        centres.results("").expect(0);
        assert_eq!(database.rows(MARKS), ["3|1|late|9"]);
    }

    fn the_table_4_two_decisions_of_which_neither_knew_are_a_conflict(database) {
        let centres = begun(database);
        centres.mark(&centres.centre_database, 2, "absent");
        centres.mark(database, 2, "excused");
        let message = "person 2 (2099-06-01 09:00, room 10) is excused at head office and absent at the centre; decide \
                       with `examsync conflicts take`";
        assert_eq!(
            told(&centres.results("")),
            [
                "3 partial".to_owned(),
                "results_import completed: 1 unchanged".to_owned(),
                format!("  error conflict 2: {message}")
            ]
        );
        assert_eq!(database.rows(MARKS), ["2|1|excused|7"]);
        let decision = |status: &str, second: i32, by: i64| {
            json!({ "marked": true, "marked_at": format!("2026-05-01T08:00:0{second}.000Z"), "marked_by": by, "status": status })
        };
        assert_eq!(
            database.rows("SELECT hall_external_id, entity, base, head, centre, state, closed_at FROM sync_conflicts"),
            [format!(
                "4|participant|{}|{}|{}|open|null",
                json!({ "marked": false, "status": null, "marked_at": null, "marked_by": null }),
                decision("excused", 2, 7),
                decision("absent", 1, 9)
            )]
        );
        // The row stays as it is, and says so; the conflict does not open twice.
        centres.export("").expect(0);
        let kept = centres.import("hall-4-v0002.examsync", "").expect(0);
        assert_eq!(kept.json()["syncs"][0]["warnings"][0]["code"], json!("attendance_kept"));
        assert_eq!(centres.centre_database.number("SELECT count(*) FROM attendance_base WHERE is_refused"), 1);
        assert_eq!(told(&centres.results("")), ["0 completed", "results_import completed: 1 unchanged"]);
        // What the centre decides next takes its place.
        centres.mark(&centres.centre_database, 2, "late");
        assert_eq!(centres.results("").code, 3);
        let states = "SELECT state FROM sync_conflicts ORDER BY id";
        assert_eq!(database.rows(states), ["superseded", "open"]);
        centres.mark(&centres.centre_database, 2, "excused");
        centres.results("").expect(0);
        assert_eq!(database.rows(states), ["superseded", "agreed"]);
        assert_eq!(database.rows(MARKS), ["2|1|excused|7"]);
    }

    fn attendance_follows_a_person_who_moved_to_another_hall(database) {
        let centres = begun(database);
        centres.mark(&centres.centre_database, 4, "present");
        let moved = |number: i64| match number {
            4 => crate::support::data::seat(5, 20, 4, 4, "Aygün Məmmədova 4"),
            _ => person(number),
        };
        centres.pull((1..=400).map(moved));
        let outcome = centres.results("");
        assert_eq!(told(&outcome)[..2], ["0 completed", "results_import completed: 1 updated"]);
        assert_eq!(outcome.json()["syncs"][0]["warnings"][0]["code"], json!("attendance_on_inactive"));
        assert_eq!(database.rows(MARKS), ["4|1|present|9"]);
        // So does that of one who is inactive.
        centres.mark(&centres.centre_database, 5, "late");
        centres.pull((1..=400).filter(|number| *number != 5).map(moved));
        assert_eq!(told(&centres.results(""))[1], "results_import completed: 1 updated, 1 unchanged");
        assert_eq!(database.rows(MARKS), ["4|1|present|9", "5|1|late|9"]);
    }

    fn names_and_seats_never_go_up(database) {
        let centres = begun(database);
        centres.centre_database.execute(
            "UPDATE participants SET participant_name = 'Somebody', place_id = 999 WHERE external_profile_exam_id = 1",
        );
        centres.mark(&centres.centre_database, 1, "present");
        let outcome = centres.results("").expect(0);
        assert_eq!(
            told(&outcome)[2],
            "  warning external_changed_at_centre 1: person 1 (2099-06-01 09:00, room 10) has another name, seat, room, \
             time or count at the centre, which is not taken"
        );
        assert_eq!(database.number("SELECT count(*) FROM participants WHERE participant_name = 'Somebody'"), 0);
        // What changed at head office since is no change of the centre.
        centres.pull((1..=400).map(|number| {
            let mut person = person(number);
            if number == 2 {
                person["participantName"] = json!("Another Name");
            }
            person
        }));
        centres.mark(&centres.centre_database, 2, "present");
        assert_eq!(told(&centres.results("").expect(0)).len(), 3, "of person 1 alone");
    }

    fn a_mark_to_the_microsecond_is_the_same_when_it_comes_back(database) {
        let centres = begun(database);
        let marked = |at: &str| {
            format!(
                "UPDATE participants SET attendance_marked = (1 = 1), attendance_status = 'excused',
                 attendance_marked_at = '{at}', attendance_marked_by = 7 WHERE external_profile_exam_id = 1"
            )
        };
        database.execute(&marked(database.pick("2026-05-01 08:00:00", "2026-05-01 08:00:00.123456+00")));
        centres.export("").expect(0);
        centres.import("hall-4-v0002.examsync", "").expect(0);
        centres.mark(&centres.centre_database, 1, "absent");
        assert_eq!(told(&centres.results("")), ["0 completed", "results_import completed: 1 updated"]);
        assert_eq!(database.rows(MARKS), ["1|1|absent|9"]);
    }

    fn violations_come_up_once_and_another_content_is_a_conflict(database) {
        let centres = begun(database);
        let violation = |person: i64, note: &str| {
            format!(
                "INSERT INTO violations (participant_id, room_id, exam_date, start_time, kind, severity, note, happened_at,
                                         recorded_by)
                 SELECT id, room_id, exam_date, start_time, 'telephone', 'high', '{note}', '2026-05-01 08:30:00.000', 'N. A.'
                 FROM participants WHERE external_profile_exam_id = {person}"
            )
        };
        centres.centre_database.execute(&violation(1, "under the desk"));
        centres.centre_database.execute(
            "INSERT INTO violations (room_id, exam_date, kind, severity)
             SELECT id, '2099-06-01', 'noise', 'low' FROM rooms WHERE external_id = 10",
        );
        assert_eq!(told(&centres.results("")), ["0 completed", "results_import completed: 2 created"]);
        let all = "SELECT p.external_profile_exam_id, r.external_id, v.kind, v.severity, v.note, v.happened_at, v.recorded_by
                   FROM violations AS v LEFT JOIN participants AS p ON p.id = v.participant_id
                   LEFT JOIN rooms AS r ON r.id = v.room_id ORDER BY v.id";
        let rows = ["1|10|telephone|high|under the desk|2026-05-01 08:30:00.000|N. A.", "null|10|noise|low|null|null|null"];
        assert_eq!(database.rows(all), rows);
        assert_eq!(database.number("SELECT count(*) FROM audit_logs WHERE action = 'violation_imported'"), 2);
        assert_eq!(told(&centres.results("--again")), ["0 completed", "results_import completed: 2 unchanged"]);
        centres.centre_database.execute("UPDATE violations SET note = 'on the desk' WHERE note IS NOT NULL");
        assert_eq!(centres.results("--again").code, 3);
        assert_eq!(database.rows(all), rows);
        assert_eq!(database.rows("SELECT entity, state FROM sync_conflicts"), ["violation|open"]);
        centres.results("--again").expect(0);
    }

    fn answer_files_come_up_and_one_that_is_gone_is_missed(database) {
        let centres = begun(database);
        let answers = centres.centre.folder().join("answers");
        std::fs::create_dir(&answers).unwrap();
        std::fs::write(answers.join("room 10.pdf"), "ten").unwrap();
        std::fs::write(answers.join("room 11.pdf"), "eleven").unwrap();
        let files = centres.head.program.folder().join("received");
        let head = centres.head.program.clone().env("SYNC_FILES_DIR", files.to_str().unwrap());
        let import = |seq: u32| head.run(&format!("import {} --json", centres.file(&format!("hall-4-results-000{seq}.examsync")).display()));
        centres.write_results(&format!("--attach {}", answers.display())).expect(0);
        import(1).expect(0);
        let kept = "SELECT name, byte_count, version FROM package_files ORDER BY name";
        assert_eq!(database.rows(kept), ["room 10.pdf|3|null", "room 11.pdf|6|null"]);
        let contents = |name: &str| {
            let sum = database.text(&format!("SELECT max(sha256) FROM package_files WHERE name = '{name}'"));
            std::fs::read_to_string(files.join(sum)).unwrap()
        };
        assert_eq!((contents("room 10.pdf"), contents("room 11.pdf")), ("ten".to_owned(), "eleven".to_owned()));
        // Another content under the same name: both are kept. What was lost at the centre is missed.
        std::fs::write(answers.join("room 10.pdf"), "ten again").unwrap();
        std::fs::write(answers.join("room 12.pdf"), "twelve").unwrap();
        centres.write_results(&format!("--attach {}", answers.display())).expect(0);
        let lost = centres.centre_database.text("SELECT sha256 FROM package_files WHERE name = 'room 12.pdf'");
        std::fs::remove_file(centres.centre_database.folder().join("files").join(lost)).unwrap();
        centres.write_results("--again").expect(0);
        let outcome = import(3).expect(3);
        assert_eq!(
            told(&outcome)[2],
            "  error file_missing: the file room 12.pdf of results 3 of hall 4 is announced and not there; have it \
             attached once more"
        );
        assert_eq!(database.rows("SELECT name, byte_count FROM package_files ORDER BY 1, 2"), [
            "room 10.pdf|3", "room 10.pdf|9", "room 11.pdf|6"
        ]);
        // They do not go down again.
        assert_eq!(centres.export("--again").expect(0).json()["packages"][0]["rows"], json!(400));
    }

    fn results_that_were_lost_are_in_the_next_ones(database) {
        let centres = begun(database);
        centres.mark(&centres.centre_database, 1, "present");
        centres.write_results("").expect(0);
        centres.mark(&centres.centre_database, 2, "late");
        centres.write_results("").expect(0);
        assert_eq!(told(&centres.import_results(2)), ["0 completed", "results_import completed: 2 updated"]);
        let late = centres.import_results(1).expect(0);
        assert_eq!(late.json()["syncs"][0]["warnings"][0]["code"], json!("superseded"));
        assert_eq!(database.rows(MARKS), ["1|1|present|9", "2|1|late|9"]);
        let quiet = centres.write_results("").expect(0);
        assert_eq!(quiet.json()["packages"], json!([]), "nothing is new");
        centres.head.participants(DATE, people((1..=400).map(person))).expect(0);
    }
}
