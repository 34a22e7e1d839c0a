//! Marks that are made at head office while results are imported: none is lost, and none is overwritten in silence
//! (contract §11.7).

use std::io::Write as _;
use std::process::Stdio;

use serde_json::json;

use super::scene::Centres;
use crate::scene::told;
use crate::support::database::{Session, on_both_databases};
use crate::support::{Database, Kind, wait_until};

const MARKS: &str =
    "SELECT external_profile_exam_id, attendance_marked, attendance_status, attendance_marked_by
                     FROM participants WHERE attendance_marked_at IS NOT NULL ORDER BY 1";
/// A mark of head office on person 1.
const MARK: &str = "UPDATE participants SET attendance_marked = (1 = 1), attendance_status = 'excused',
                        attendance_marked_at = '2026-05-01 09:00:00.000', attendance_marked_by = 7
                    WHERE external_profile_exam_id = 1";
/// How often head office took a decision of the centre, and what.
const TAKEN: &str =
    "SELECT count(*), max(new_value ->> 'status') FROM audit_logs WHERE action = 'attendance_imported'";

/// With results on the stick in which persons 1 and 2 are present.
fn written(database: &Database) -> Centres<'_> {
    let centres = Centres::new(database);
    centres.export("").expect(0);
    centres.import("hall-4-v0001.examsync", "").expect(0);
    centres.mark(&centres.centre_database, 1, "present");
    centres.mark(&centres.centre_database, 2, "present");
    centres.write_results("").expect(0);
    centres
}

/// How many sessions of a database on PostgreSQL wait for a lock.
fn waiting(session: &mut Session) -> i64 {
    session.number(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
    )
}

/// The import of the results, whose file is open and comes with what is done with the pipe.
fn import(centres: &Centres<'_>) -> (std::process::Child, Vec<u8>) {
    let bytes = std::fs::read(centres.file("hall-4-results-0001.examsync")).unwrap();
    let mut command = centres.head.program.command("import - --json");
    (command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap(), bytes)
}

on_both_databases! {
    fn a_mark_that_the_merge_of_results_waits_for_is_not_overwritten(database) {
        let centres = written(database);
        let (mut running, bytes) = import(&centres);
        wait_until("the import begins", || {
            database.number("SELECT count(*) FROM sync_logs WHERE sync_type = 'results_import'") == 1
        });
        // The mark is made now, and seen by others when the import comes to the row: PostgreSQL has the merge read the row as
        // it was, and wait for it when it writes; SQLite has it wait for the file before it reads.
        let mut application = database.session();
        application.execute(database.pick("BEGIN IMMEDIATE", "BEGIN"));
        application.execute(MARK);
        running.stdin.take().unwrap().write_all(&bytes).unwrap();
        if database.kind() == Kind::Postgres {
            let mut watch = database.session();
            wait_until("the merge waits for the row", || waiting(&mut watch) == 1);
        }
        application.execute("COMMIT");
        let output = running.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(3));
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let sync = &report["syncs"][0];
        assert_eq!(
            (&sync["records"]["updated"], &sync["records"]["unchanged"], &sync["errors"][0]["code"]),
            (&json!(1), &json!(1), &json!("conflict"))
        );
        assert_eq!(database.rows(MARKS), ["1|1|excused|7", "2|1|present|9"]);
        assert_eq!(
            database.rows("SELECT state, head ->> 'status', centre ->> 'status' FROM sync_conflicts"),
            ["open|excused|present"]
        );
        assert_eq!(database.rows(TAKEN), ["1|present"]);
    }

    fn a_mark_that_waits_for_the_merge_of_results_stands_above_what_it_took(database) {
        let centres = written(database);
        let mut gate = database.session();
        // The merge has changed the row already when it writes of it.
        gate.execute(database.pick(
            "CREATE TRIGGER slow AFTER INSERT ON audit_logs WHEN NEW.action = 'attendance_imported' BEGIN
                 UPDATE audit_logs SET metadata = metadata WHERE NEW.id = id AND 0 < (
                     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000)
                     SELECT count(*) FROM n);
             END",
            "BEGIN; LOCK TABLE audit_logs IN SHARE ROW EXCLUSIVE MODE",
        ));
        let file = centres.file("hall-4-results-0001.examsync");
        let running = centres.head.program.spawn(&format!("import {} --json", file.display()));
        let mut application = database.session();
        match database.kind() {
            Kind::Postgres => {
                let mut watch = database.session();
                wait_until("the merge waits for the table", || waiting(&mut watch) == 1);
                std::thread::scope(|scope| {
                    let marking = scope.spawn(|| application.execute(MARK));
                    wait_until("the mark waits for the merge", || waiting(&mut watch) == 2);
                    gate.execute("COMMIT");
                    marking.join().unwrap();
                });
            }
            Kind::Sqlite => {
                let mut other = database.session();
                other.execute("PRAGMA busy_timeout = 0");
                // More than once: the row of the log holds it for a moment, too.
                let mut refused = 0;
                wait_until("the merge holds the file", || {
                    let begun = database.number("SELECT count(*) FROM sync_logs WHERE sync_type = 'results_import'") == 1;
                    let is_held = begun && other.try_execute("BEGIN IMMEDIATE; ROLLBACK").is_err();
                    refused = if is_held { refused + 1 } else { 0 };
                    refused == 5
                });
                application.execute(MARK);
            }
        }
        running.wait().expect(0);
        assert_eq!(database.rows(MARKS), ["1|1|excused|7", "2|1|present|9"]);
        assert_eq!(database.rows(TAKEN), ["2|present"], "what stands no longer is in the audit trail");
        assert_eq!(database.number("SELECT count(*) FROM sync_conflicts"), 0);
        // The centre says nothing new, and head office keeps its own; the centre takes it with the next package.
        gate.execute(database.pick("DROP TRIGGER slow", "SELECT 1"));
        assert_eq!(told(&centres.results("--again")), ["0 completed", "results_import completed: 2 unchanged"]);
        assert_eq!(database.rows(MARKS), ["1|1|excused|7", "2|1|present|9"]);
        centres.export("").expect(0);
        centres.import("hall-4-v0002.examsync", "").expect(0);
        assert_eq!(centres.centre_database.rows(MARKS), ["1|1|excused|7", "2|1|present|9"]);
    }
}
