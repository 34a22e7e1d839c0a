//! Conflicts between head office and a centre: listed, resolved, alerted of and counted.

use serde_json::json;

use super::scene::Centres;
use crate::scene::{DATE, told};
use crate::support::database::on_both_databases;

const STATUS: &str =
    "SELECT attendance_status, attendance_marked_by FROM participants WHERE external_profile_exam_id = 2";
const STATES: &str = "SELECT state, resolution, reason FROM sync_conflicts ORDER BY id";
const ALERTS: &str = "SELECT command, scope, kind FROM alerts WHERE closed_at IS NULL ORDER BY id";

/// Person 2 is excused at head office and absent at the centre, which has package 1 and brought results 1.
fn in_conflict<'a>(database: &'a crate::support::Database) -> Centres<'a> {
    let centres = Centres::new(database);
    centres.export("").expect(0);
    centres.import("hall-4-v0001.examsync", "").expect(0);
    centres.mark(&centres.centre_database, 2, "absent");
    centres.mark(database, 2, "excused");
    centres.results("").expect(3);
    centres
}

on_both_databases! {
    fn conflicts_lists_what_is_open(database) {
        let centres = in_conflict(database);
        let listed = centres.head.run("conflicts").expect(0).json();
        let conflict = &listed["conflicts"][0];
        assert_eq!(
            (&conflict["id"], &conflict["hall_external_id"], &conflict["entity"], &conflict["state"]),
            (&json!(1), &json!(4), &json!("participant"), &json!("open"))
        );
        assert_eq!(
            (&conflict["head"]["status"], &conflict["centre"]["status"], &conflict["base"]["status"]),
            (&json!("excused"), &json!("absent"), &json!(null))
        );
        assert_eq!(conflict["key"]["external_profile_exam_id"], json!(2));
        let text = centres.head.program.run("conflicts --hall 4").expect(0).stdout;
        let words: Vec<&str> = text.lines().nth(1).unwrap().split_whitespace().take(8).collect();
        assert_eq!(words, ["1", "4", DATE, "09:00", "2", "excused", "absent", "open"]);
        assert_eq!(centres.head.program.run("conflicts --hall 5").expect(0).stdout, "");
        centres.head.run("conflicts take 1 head --reason x").expect(0);
        assert_eq!(centres.head.run("conflicts").expect(0).json()["conflicts"], json!([]));
        assert_eq!(centres.head.run("conflicts --all").expect(0).json()["conflicts"][0]["state"], json!("resolved"));
    }

    fn the_centre_s_decision_is_taken_goes_down_and_never_opens_again(database) {
        let centres = in_conflict(database);
        assert_eq!(
            told(&centres.head.run("conflicts take 1 centre --reason telephone")),
            ["0 completed", "results_import completed: 1 updated"]
        );
        assert_eq!(database.rows(STATUS), ["absent|9"]);
        assert_eq!(database.rows(STATES), ["resolved|centre|telephone"]);
        let audit = "SELECT action, entity_type FROM audit_logs WHERE action LIKE 'conflict_%' ORDER BY id";
        assert_eq!(database.rows(audit), ["conflict_opened|attendance", "conflict_resolved|attendance"]);
        centres.export("").expect(0);
        let outcome = centres.import("hall-4-v0002.examsync", "").expect(0);
        assert_eq!(outcome.json()["syncs"][0]["warnings"], json!([]), "nothing is kept");
        assert_eq!(centres.centre_database.rows(STATUS), ["absent|9"]);
        assert_eq!(told(&centres.results("")), ["0 completed", "results_import completed: 1 unchanged"]);
        assert_eq!(database.rows(STATES), ["resolved|centre|telephone"]);
    }

    fn head_office_s_decision_reaches_a_centre_that_had_marked_the_row(database) {
        let centres = in_conflict(database);
        // While it is open, the centre keeps its own.
        centres.export("").expect(0);
        centres.import("hall-4-v0002.examsync", "").expect(0);
        assert_eq!(centres.centre_database.rows(STATUS), ["absent|9"]);
        let uid = database.text("SELECT uid FROM sync_conflicts");
        centres.head.run(&format!("conflicts take {uid} head --reason tablet")).expect(0);
        assert_eq!(database.rows(STATUS), ["excused|7"]);
        assert_eq!(database.rows(STATES), ["resolved|head|tablet"]);
        let package = centres.export("").expect(0).json()["packages"][0].clone();
        assert_eq!(package["version"], json!(3), "there is something new: the centre's decision is known");
        centres.import("hall-4-v0003.examsync", "").expect(0);
        assert_eq!(centres.centre_database.rows(STATUS), ["excused|7"]);
        // What the centre decides from now on is based on it.
        centres.mark(&centres.centre_database, 2, "late");
        assert_eq!(told(&centres.results("")), ["0 completed", "results_import completed: 1 updated"]);
        assert_eq!(database.rows(STATUS), ["late|9"]);
    }

    fn all_of_a_hall_are_resolved_at_once(database) {
        let centres = in_conflict(database);
        centres.mark(&centres.centre_database, 3, "absent");
        centres.mark(database, 3, "present");
        assert_eq!(centres.results("").code, 3);
        let before = database.dump();
        let outcome = centres.head.run("conflicts take --hall 4 centre --reason x --dry-run").expect(0);
        assert_eq!(told(&outcome)[1], "results_import completed: 2 updated");
        assert_eq!(database.dump(), before);
        centres.head.run("conflicts take --hall 4 centre --reason x").expect(0);
        assert_eq!(database.rows(STATES), ["resolved|centre|x", "resolved|centre|x"]);
        assert_eq!(told(&centres.head.run("conflicts take --hall 4 centre --reason x"))[0], "0 completed");
    }

    fn what_is_not_open_can_not_be_resolved(database) {
        let centres = in_conflict(database);
        let unknown = centres.head.run("conflicts take 1 17 head --reason x").expect(10);
        assert_eq!(
            unknown.json()["error"]["message"],
            json!("1 of the 2 named conflicts are open, each named once; see `examsync conflicts --all`")
        );
        assert_eq!(database.rows(STATES), ["open|null|null"]);
        for usage in ["take 1 --reason x", "take head --reason x", "take 1 head", "take x head --reason x", "take --hall 4 1 head --reason x"] {
            assert_eq!(centres.head.program.run(&format!("conflicts {usage}")).code, 2, "{usage}");
        }
    }

    fn a_violation_takes_what_the_centre_has(database) {
        let centres = Centres::new(database);
        centres.export("").expect(0);
        centres.import("hall-4-v0001.examsync", "").expect(0);
        centres.centre_database.execute(
            "INSERT INTO violations (participant_id, exam_date, start_time, kind, severity, note, happened_at)
             SELECT id, exam_date, start_time, 'telephone', 'low', 'a', '2026-05-01 08:30:00.000' FROM participants
             WHERE external_profile_exam_id = 1",
        );
        centres.results("").expect(0);
        centres.centre_database.execute(
            "UPDATE violations SET severity = 'high', note = NULL, happened_at = '2026-05-01 08:31:00.000'",
        );
        centres.results("--again").expect(3);
        centres.head.run("conflicts take 1 centre --reason x").expect(0);
        let violation = "SELECT kind, severity, note, happened_at, start_time, participant_id IS NOT NULL FROM violations";
        assert_eq!(database.rows(violation), ["telephone|high|null|2026-05-01 08:31:00.000|09:00:00|1"]);
        centres.results("--again").expect(0);
        assert_eq!(database.rows("SELECT state FROM sync_conflicts"), ["resolved"]);
    }

    fn one_alert_a_hall_and_file_and_none_when_all_is_resolved(database) {
        let centres = in_conflict(database);
        assert_eq!(database.rows(ALERTS), ["import|hall:4|conflict"]);
        let title = "SELECT title FROM notifications WHERE type = 'sync_conflict'";
        let first = "import of hall 4: 1 decision of the centre is in conflict with head office's";
        assert_eq!(database.rows(title), [first]);
        centres.mark(&centres.centre_database, 3, "absent");
        centres.mark(database, 3, "present");
        centres.results("").expect(3);
        assert_eq!(database.rows(ALERTS), ["import|hall:4|conflict"]);
        assert_eq!(database.rows(title), [first, first], "of another file");
        centres.results("--again").expect(0);
        assert_eq!(database.rows(title), [first, first]);
        centres.head.run("conflicts take 1 head --reason x").expect(0);
        assert_eq!(database.rows(ALERTS), ["import|hall:4|conflict"]);
        centres.head.run("conflicts take 2 head --reason x").expect(0);
        assert_eq!(database.rows(ALERTS), [""; 0]);
        assert_eq!(database.rows(title), [first, first], "in silence");
    }

    fn status_counts_conflicts_and_is_not_well_while_one_is_open(database) {
        let centres = in_conflict(database);
        let sentence = "1 conflict with a centre is open (hall 4): see `examsync conflicts`";
        let status = centres.head.run("status");
        assert_eq!(status.json()["centres"][0]["open_conflicts"], json!(1));
        let problems = |arguments: &str| centres.head.run(arguments).json()["problems"].to_string();
        assert!(problems("status").contains(sentence), "{}", problems("status"));
        assert!(!problems("status").contains("alert: import"), "once: {}", problems("status"));
        let day = format!("status --date {DATE}");
        assert!(problems(&day).contains(sentence), "{}", problems(&day));
        assert!(!problems("status --date 2099-06-02").contains("conflict"));
        // An exam of more than seven days ago is listed, and no alarm.
        database.execute(database.pick(
            "UPDATE sync_conflicts SET key = json_set(key, '$.exam_date', '2020-06-01')",
            "UPDATE sync_conflicts SET key = jsonb_set(key, '{exam_date}', '\"2020-06-01\"')",
        ));
        assert!(!problems("status").contains("conflict"), "{}", problems("status"));
        assert_eq!(centres.head.run("status").json()["centres"][0]["open_conflicts"], json!(1));
    }
}
