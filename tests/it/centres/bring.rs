//! What a package brings to its centre: halls, rooms, people, attendance and files.

use serde_json::json;

use super::scene::{Centres, counts, person};
use crate::scene::{DATE, told};
use crate::support::database::on_both_databases;

const UIDS: &str = "SELECT external_profile_exam_id, uid FROM participants WHERE building_id = \
                    (SELECT id FROM buildings WHERE external_id = 4) ORDER BY 1";
const STAMPS: &str =
    "SELECT external_profile_exam_id, updated_at, attendance_status FROM participants ORDER BY 1";

on_both_databases! {
    fn the_summary_names_the_file_and_what_is_in_it(database) {
        let centres = Centres::new(database);
        let file = |name: &str| centres.file(name).display().to_string();
        let line = |options: &str| {
            let stdout = centres.head.program.run(&format!("export --hall 4 --to stick -v {options}")).expect(0).stdout;
            stdout.rsplit_once("  (").unwrap().0.to_owned()
        };
        let first = file("hall-4-v0001.examsync");
        assert_eq!(line("--dry-run"), format!("export of hall 4  would write {first}: 400 records, all of it"));
        assert_eq!(line(""), format!("export of hall 4  {first}: 400 records, all of it"));
        assert_eq!(line(""), "export of hall 4  nothing new, and no file");
        centres.import("hall-4-v0001.examsync", "").expect(0);
        centres.acknowledge().expect(0);
        centres.pull((2..=401).map(person));
        let second = file("hall-4-v0002.examsync");
        assert_eq!(line(""), format!("export of hall 4  {second}: 1 record, 1 gone, changes since package 1"));
    }

    fn a_package_has_the_people_of_its_hall_and_no_other(database) {
        let centres = Centres::new(database);
        let silent = centres.head.program.run("export --hall 4 --to stick").expect(0);
        assert_eq!((silent.stdout.as_str(), silent.stderr.as_str()), ("", ""));
        let again = centres.export("").expect(0);
        assert_eq!(again.json()["packages"], json!([]), "nothing is new");
        let outcome = centres.export("--again").expect(0);
        let package = &outcome.json()["packages"][0];
        let file = centres.file("hall-4-v0002.examsync");
        assert_eq!(
            (&package["hall"], &package["version"], &package["since"], &package["rows"], &package["file"]),
            (&json!(4), &json!(2), &json!(null), &json!(400), &json!(file.display().to_string()))
        );
        let bytes = std::fs::read(centres.file("hall-4-v0001.examsync")).unwrap();
        let head = String::from_utf8_lossy(&bytes[..4096]);
        assert!(head.contains("\"kind\": \"package\"") && !head.contains("Aygün"), "{head}");

        let outcome = centres.import("hall-4-v0001.examsync", "").expect(0);
        assert_eq!(counts(&outcome), ["halls 1 0 0 0", "rooms 2 0 0 0", "participants 400 0 0 0"]);
        assert_eq!(centres.centre_database.rows(UIDS), database.rows(UIDS));
        assert_eq!(centres.centre_database.number("SELECT count(*) FROM participants"), 400, "no one of hall 5");
        let before = centres.centre_rows();
        let outcome = centres.import("hall-4-v0001.examsync", "").expect(0);
        assert_eq!(outcome.json()["syncs"][0]["not_modified"], json!(true));
        assert_eq!(centres.centre_rows(), before);
        let before = centres.centre_database.rows(STAMPS);
        let outcome = centres.import("hall-4-v0002.examsync", "").expect(0);
        assert_eq!(counts(&outcome), ["halls 0 0 1 0", "rooms 0 0 2 0", "participants 0 0 400 0"]);
        assert_eq!(centres.centre_database.rows(STAMPS), before);
    }

    fn a_delta_has_what_changed_and_what_is_gone(database) {
        let centres = Centres::new(database);
        centres.export("").expect(0);
        centres.import("hall-4-v0001.examsync", "").expect(0);
        let changed = |number: i64| {
            let mut person = person(number);
            if number <= 3 {
                person["participantName"] = json!("Another Name");
            }
            person
        };
        // Three changed, person 400 is gone, two are new.
        centres.pull((1..=399).chain([401, 402]).map(changed));
        let full = centres.export("--dry-run").expect(0);
        assert_eq!(full.json()["packages"][0]["rows"], json!(401), "not acknowledged");
        assert!(!centres.file("hall-4-v0002.examsync").exists());
        assert_eq!(told(&centres.acknowledge())[0], "0 completed");
        let delta = centres.export("").expect(0).json();
        let package = &delta["packages"][0];
        assert_eq!((&package["version"], &package["since"], &package["rows"]), (&json!(2), &json!(1), &json!(5)));
        assert_eq!(delta["syncs"][0]["records"]["deleted"], json!(1));
        let outcome = centres.import("hall-4-v0002.examsync", "").expect(0);
        assert_eq!(counts(&outcome), ["halls 0 0 1 0", "rooms 0 0 2 0", "participants 2 3 0 1"]);
        let active = "SELECT count(*) FROM participants WHERE is_active";
        assert_eq!(centres.centre_database.number(active), 401);
        assert_eq!(
            centres.centre_database.rows("SELECT external_profile_exam_id FROM participants WHERE NOT is_active"),
            ["400"]
        );
    }

    fn a_room_and_people_that_left_the_hall_are_gone_and_come_back(database) {
        let centres = Centres::new(database);
        centres.export("").expect(0);
        centres.import("hall-4-v0001.examsync", "").expect(0);
        centres.acknowledge().expect(0);
        let halls = |of_room_11: i64| {
            let room = crate::support::data::room(11, "B", 300);
            let rooms = |hall: i64| if hall == of_room_11 { vec![room.clone()] } else { vec![] };
            let mut four = vec![crate::support::data::room(10, "A", 300)];
            four.extend(rooms(4));
            let mut five = vec![crate::support::data::room(20, "C", 300)];
            five.extend(rooms(5));
            json!([crate::support::data::hall(4, "Bakı 4", four), crate::support::data::hall(5, "Bakı 5", five)])
        };
        centres.head.halls(halls(5)).expect(0);
        centres.export("").expect(0);
        let outcome = centres.import("hall-4-v0002.examsync", "");
        assert_eq!(outcome.code, 4, "half of the hall is no small loss: {outcome:?}");
        let plan = outcome.json()["syncs"][0]["plan"].as_str().unwrap().to_owned();
        let line = format!("import {} --approve {plan}", centres.file("hall-4-v0002.examsync").display());
        assert!(outcome.stderr.contains(&line), "{}", outcome.stderr);
        let outcome = centres.import("hall-4-v0002.examsync", &format!("--approve {plan}")).expect(0);
        assert_eq!(counts(&outcome)[1..], ["rooms 0 0 1 1", "participants 0 0 0 200"]);
        centres.head.halls(halls(4)).expect(0);
        centres.export("").expect(0);
        let outcome = centres.import("hall-4-v0003.examsync", "").expect(0);
        assert_eq!(counts(&outcome)[1..], ["rooms 0 1 1 0", "participants 0 200 0 0"]);
    }

    fn attendance_comes_down_where_the_centre_did_not_mark_otherwise(database) {
        let centres = Centres::new(database);
        let mark = |status: &str, number: i64| {
            format!(
                "UPDATE participants SET attendance_marked = (1 = 1), attendance_status = '{status}',
                 attendance_marked_at = '2026-05-01 08:00:00.000', attendance_marked_by = 7
                 WHERE external_profile_exam_id = {number}"
            )
        };
        database.execute(&mark("excused", 1));
        centres.export("").expect(0);
        centres.import("hall-4-v0001.examsync", "").expect(0);
        let marks = "SELECT external_profile_exam_id, attendance_status, attendance_marked_by FROM participants
                     WHERE attendance_status IS NOT NULL ORDER BY 1";
        assert_eq!(centres.centre_database.rows(marks), ["1|excused|7"]);
        centres.acknowledge().expect(0);
        database.execute(&mark("excused", 2));
        database.execute(&mark("present", 3));
        centres.centre_database.execute(&mark("absent", 2));
        assert_eq!(centres.export("").expect(0).json()["packages"][0]["rows"], json!(2));
        let outcome = centres.import("hall-4-v0002.examsync", "").expect(0);
        assert_eq!(centres.centre_database.rows(marks), ["1|excused|7", "2|absent|7", "3|present|7"]);
        assert_eq!(outcome.json()["syncs"][0]["warnings"][0]["code"], json!("attendance_kept"));
        let sent = "SELECT count(*) FROM participants WHERE attendance_status IS NOT NULL";
        assert_eq!(database.number(sent), 3, "the centre's mark goes up with results only");
    }

    fn attached_files_are_kept_by_their_sum(database) {
        let centres = Centres::new(database);
        centres.head.program.write("plan of seats.txt", 0o644, "A1 B2");
        let without = centres.head.program.clone().without("SYNC_FILES_DIR");
        let files = centres.head.program.folder().join("files");
        let with = without.env("SYNC_FILES_DIR", files.to_str().unwrap());
        with.clone().arg("--attach").arg("plan of seats.txt").run("export --hall 4 --to stick").expect(0);
        centres.import("hall-4-v0001.examsync", "").expect(0);
        let kept = "SELECT name, byte_count, sha256 FROM package_files";
        let rows = centres.centre_database.rows(kept);
        assert_eq!(rows.len(), 1, "{rows:?}");
        let (name, sum) = (rows[0].split('|').next().unwrap(), rows[0].rsplit('|').next().unwrap());
        assert_eq!(name, "plan of seats.txt");
        let stored = centres.centre_database.folder().join("files").join(sum);
        assert_eq!(std::fs::read_to_string(stored).unwrap(), "A1 B2");
        // Acknowledged, it does not go again; in a full package it does.
        centres.acknowledge().expect(0);
        let again = with.run(&format!("export --hall 4 --to stick --date {DATE} --since full --again --json")).expect(0);
        assert!(again.json()["packages"][0]["bytes"].as_i64().unwrap() > 0);
        with.clone().arg("--attach").arg("missing.txt").run("export --hall 4 --to stick").expect(10);
    }
}
