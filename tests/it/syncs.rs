//! What a run came to, in few words: one line per sync, one line per row, so that a test can hold all of it.

use serde_json::Value;

use crate::support::{Database, Examsync, Outcome};

/// Runs `arguments` with `--json`, and checks all of it: the exit code, one line per sync (see [`line`]),
/// and what is said on stderr.
#[track_caller]
pub(crate) fn synced(
    program: &Examsync,
    arguments: &str,
    code: i32,
    syncs: &[&str],
    stderr: &[&str],
) -> Outcome {
    let outcome = program.run(&format!("{arguments} --json"));
    let document = outcome.json();
    let lines: Vec<String> = document["syncs"].as_array().unwrap().iter().map(line).collect();
    assert_eq!((outcome.code, lines, said(&outcome)), (code, owned(syncs), owned(stderr)), "{outcome:?}");
    assert_eq!(document["exit_code"], code);
    outcome
}

/// [`synced`] where all is well: exit code 0, and not a byte on stderr.
#[track_caller]
pub(crate) fn fine(program: &Examsync, arguments: &str, syncs: &[&str]) -> Outcome {
    synced(program, arguments, 0, syncs, &[])
}

/// The lines of stderr, without what differs from run to run, and without the `examsync: ` before each.
pub(crate) fn said(outcome: &Outcome) -> Vec<String> {
    let snapshot = outcome.snapshot();
    let (_, stderr) = snapshot.rsplit_once("\nstderr:").unwrap();
    let lines = stderr.lines().filter(|line| !line.is_empty());
    lines.map(|line| line.strip_prefix("examsync: ").unwrap_or(line).to_owned()).collect()
}

/// `participants 2099-06-01 completed: 3 processed, 1 created, 2 unchanged; warning over_capacity 101`:
/// the counts that are not zero, then the code and external id of each warning and error.
pub(crate) fn line(sync: &Value) -> String {
    let mut line = sync["sync_type"].as_str().unwrap().to_owned();
    if let Some(date) = sync["exam_date"].as_str() {
        line += &format!(" {date}");
    }
    if let Some(hall) = sync["hall_external_id"].as_i64() {
        line += &format!(" of {hall}");
    }
    line += &format!(" {}:", sync["status"].as_str().unwrap());
    let counts: Vec<String> = ["processed", "created", "updated", "unchanged", "deleted", "errored"]
        .iter()
        .map(|name| (name, sync["records"][name].as_i64().unwrap()))
        .filter(|(_, count)| *count != 0)
        .map(|(name, count)| format!("{count} {name}"))
        .collect();
    line += &format!(" {}", if counts.is_empty() { "nothing".to_owned() } else { counts.join(", ") });
    for (list, what) in [("warnings", "warning"), ("errors", "error")] {
        for notice in sync[list].as_array().unwrap() {
            line += &format!("; {what} {}", notice["code"].as_str().unwrap());
            if let Some(id) = notice["external_id"].as_i64() {
                line += &format!(" {id}");
            }
        }
    }
    line
}

/// The rows of one date, one line each: `101 09:00:00 25 people active`, of a seat
/// `101 09:00:00 seat of 7 at 3 active`; then `: …` and the reason when it is in sync_error. Panics when
/// a row says one thing here and another there.
pub(crate) fn rows_of(database: &Database, date: &str) -> Vec<String> {
    assert_consistent(database);
    database.rows(&format!(
        "SELECT r.external_id || ' ' || p.start_time || ' '
                || CASE WHEN p.external_profile_exam_id IS NULL THEN p.participant_count || ' people'
                        ELSE 'seat of ' || p.external_profile_exam_id || coalesce(' at ' || p.place_id, '') END
                || CASE WHEN p.is_active THEN ' active' ELSE ' gone' END
                || CASE p.sync_status WHEN 'synced' THEN '' ELSE ': ' || p.sync_error END
         FROM participants AS p JOIN rooms AS r ON r.id = p.room_id
         WHERE p.exam_date = '{date}'
         ORDER BY p.start_time, r.external_id, coalesce(p.external_profile_exam_id, 0)"
    ))
}

/// Checks what holds of every row after every pass: gone means dated, an error has its reason, and a
/// participants row is in the building of its room.
#[track_caller]
pub(crate) fn assert_consistent(database: &Database) {
    for table in ["buildings", "rooms", "participants"] {
        let broken = database.number(&format!(
            "SELECT count(*) FROM {table}
             WHERE CASE WHEN is_active THEN deleted_at IS NOT NULL ELSE deleted_at IS NULL END
                OR CASE WHEN sync_status = 'sync_error' THEN sync_error IS NULL ELSE sync_error IS NOT NULL END"
        ));
        assert_eq!(broken, 0, "rows of {table} contradict themselves");
    }
    let elsewhere = database.number(
        "SELECT count(*) FROM participants AS p JOIN rooms AS r ON r.id = p.room_id
         WHERE p.building_id <> r.building_id",
    );
    assert_eq!(elsewhere, 0, "participants are in another building than their room");
}

/// The log rows, oldest first: type, date, status, the counts (processed, created, updated, deleted,
/// errored), and the first line of the message.
pub(crate) fn logs(database: &Database) -> Vec<String> {
    let date = database.pick("json_extract(metadata, '$.exam_date')", "metadata ->> 'exam_date'");
    database.rows(&format!(
        "SELECT sync_type, {date}, status, records_processed || ' ' || records_created || ' '
                || records_updated || ' ' || records_deleted || ' ' || records_errored,
                CASE WHEN error_message IS NULL THEN 'fine' ELSE 'told' END
         FROM sync_logs ORDER BY id"
    ))
}

fn owned(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}
