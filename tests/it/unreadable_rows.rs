//! Rows of our tables that another program made unreadable: they are passed over and named, and end nothing
//! (contract §15.5).

use std::collections::BTreeSet;

use serde_json::json;

use crate::scene::DATE;
use crate::support::mock_api::HALLS;
use crate::support::{Answer, Database, Examsync, Kind, MockApi, data, on_both_databases};

/// A date that the API refuses: an alert is open, and its message waits for another try.
const REFUSED: &str = "2099-06-02";
const HOOK: &str = "/hook";

/// What reads, and what pulls, all that there is.
const COMMANDS: [(&str, i32); 11] = [
    ("status", 0),
    ("status --json", 0),
    ("status --format html", 0),
    ("status --format prometheus", 0),
    ("status --history 50", 0),
    ("status --date 2099-06-01 --since 30d", 0),
    ("status --check -q", 1),
    ("participants --date 2099-06-01 --idle-interval 1h", 0),
    ("participants --date 2099-06-02", 12),
    ("rooms", 0),
    ("halls", 0),
];

struct Ground<'a> {
    database: &'a Database,
    program: Examsync,
    api: MockApi,
}

impl<'a> Ground<'a> {
    /// One row at least in every table, the newest of each to be spoiled.
    fn new(database: &'a Database) -> Self {
        let api = MockApi::start();
        api.with_etags();
        database.migrate();
        let ground = Self {
            program: Examsync::new(database, &api)
                .env("SYNC_RETRY_ATTEMPTS", "0")
                .env("SYNC_WEBHOOK_URL", &format!("{}{HOOK}", api.url())),
            database,
            api,
        };
        ground.api.always(HOOK, Answer::status(500));
        ground.api.participants(REFUSED, Answer::status(403));
        ground.halls("A");
        ground.sits(20);
        for (arguments, code) in
            [("halls", 0), ("participants --date 2099-06-01", 0), ("participants --date 2099-06-02", 12)]
        {
            ground.program.run(arguments).expect(code);
        }
        // An audit row.
        ground.sits(21);
        ground.program.run("participants --date 2099-06-01").expect(0);
        ground
    }

    fn halls(&self, room: &str) {
        let rooms = vec![data::room(11, room, 30), data::room(12, "B", 30)];
        self.api.halls(json!([data::hall(1, "Bakı", rooms.clone())]));
        self.api.hall_rooms(1, json!(rooms));
    }

    fn sits(&self, people: i64) {
        self.api.participants(DATE, json!([data::slot("09:00", vec![data::count(1, 11, people)])]));
    }

    /// Puts the value there in the newest row of the table that fits the condition, and returns what names the row.
    fn spoil(&self, table: &str, column: &str, condition: &str, value: &str) -> String {
        let id = self.database.text(&format!("SELECT max(id) FROM {table} WHERE {condition}"));
        self.database.execute(&format!("UPDATE {table} SET {column} = '{value}' WHERE id = {id}"));
        warning(&format!("{table} {id}: the value of {column} can't be read"))
    }

    /// All commands, whose codes are as ever, and all that they say on stderr but for their own failure.
    fn run_all(&self) -> BTreeSet<String> {
        let mut said = BTreeSet::new();
        for (arguments, code) in COMMANDS {
            let outcome = self.program.run(arguments).expect(code);
            let lines = outcome.stderr.lines().filter(|line| line.starts_with("examsync: warning: "));
            let warnings: Vec<String> = lines.map(str::to_owned).collect();
            let distinct: BTreeSet<String> = warnings.iter().cloned().collect();
            assert_eq!(warnings.len(), distinct.len(), "{arguments} repeats itself: {}", outcome.stderr);
            let others =
                outcome.stderr.lines().filter(|line| !warnings.iter().any(|one| one == line)).count();
            assert_eq!(others > 0, code > 0, "{arguments}: {}", outcome.stderr);
            said.extend(distinct);
        }
        said
    }
}

fn warning(what: &str) -> String {
    format!(
        "examsync: warning: {what}; it is skipped: correct what another program wrote there, or delete the \
         row"
    )
}

/// The statements that make all tables of a database as they were when it was migrated.
const EMPTY: &str = "DELETE FROM sync_logs; DELETE FROM alerts; DELETE FROM outbox; DELETE FROM audit_logs;
    DELETE FROM alert_scopes; DELETE FROM participants; DELETE FROM rooms; DELETE FROM buildings;
    DELETE FROM validators";

on_both_databases! {
    fn a_moment_that_cannot_be_read_is_passed_over_and_named(database) {
        let values = match database.kind() {
            Kind::Sqlite => ["rubbish", "2099-02-30 25:00:00.000", "99999"],
            Kind::Postgres => ["infinity", "294276-12-31 23:59:59+00", "20000-01-01 00:00:00+00"],
        };
        for value in values {
            let ground = Ground::new(database);
            let completed = "sync_type = 'participants' AND status = 'completed'";
            let mut expected = BTreeSet::from([
                ground.spoil("sync_logs", "started_at", completed, value),
                ground.spoil("sync_logs", "completed_at", "sync_type = 'hall_rooms'", value),
                ground.spoil("outbox", "created_at", "delivered_at IS NULL", value),
                ground.spoil("audit_logs", "created_at", "1 = 1", value),
            ]);
            for column in ["opened_at", "last_sent_at", "failing_since", "changed_at", "closes_at"] {
                expected.insert(ground.spoil("alerts", column, "closed_at IS NULL", value));
            }
            database.execute(&format!("UPDATE alert_scopes SET failing_since = '{value}' WHERE scope = '{REFUSED}'"));
            expected.insert(warning(&format!(
                "alert_scopes participants {REFUSED}: the value of failing_since can't be read"
            )));
            database.execute(&format!("UPDATE alert_scopes SET ended_at = '{value}' WHERE command = 'halls'"));
            expected.insert(warning("alert_scopes halls all: the value of ended_at can't be read"));
            assert_eq!(ground.run_all(), expected, "{value}");
            database.execute(EMPTY);
        }
    }

    fn a_day_that_cannot_be_read_is_passed_over_and_named(database) {
        let values = match database.kind() {
            Kind::Sqlite => ["rubbish", "2099-02-30", "99999-01-01"],
            Kind::Postgres => ["infinity", "5874897-12-31", "20000-01-01"],
        };
        for value in values {
            let ground = Ground::new(database);
            let expected = BTreeSet::from([ground.spoil("participants", "exam_date", "is_active", value)]);
            assert_eq!(ground.run_all(), expected, "{value}");
            ground.program.run("participants --date 2099-06-01 --full").expect(0);
            let sits = format!("SELECT participant_count FROM participants WHERE exam_date = '{DATE}'");
            assert_eq!(database.rows(&sits), ["21"]);
            database.execute(EMPTY);
        }
    }

    fn a_sync_type_or_a_scope_that_cannot_be_read_is_passed_over_and_named(database) {
        let ground = Ground::new(database);
        let expected = BTreeSet::from([
            ground.spoil("sync_logs", "sync_type", "sync_type = 'exam_halls'", "rubbish"),
            ground.spoil("sync_logs", "scope", "sync_type = 'participants' AND status = 'failed'", "rubbish"),
            ground.spoil("alerts", "scope", "closed_at IS NULL", "rubbish"),
        ]);
        assert_eq!(ground.run_all(), expected);
    }

    fn a_stored_validator_that_makes_no_header_is_none(database) {
        let ground = Ground::new(database);
        database.execute("UPDATE validators SET etag = 'a' || chr(10) || 'b'".replace("chr", database.pick("char", "chr")).as_str());
        let halls = "validators exam_halls all: the value of etag can't be a header";
        let outcome = ground.program.run("halls").expect(0);
        assert_eq!(outcome.stderr, format!("{}\n", warning(halls)));
        let last = ground.api.requests().into_iter().rfind(|request| request.path == HALLS).unwrap();
        assert_eq!(last.header("if-none-match"), None);
        // The pass has stored what the answer said.
        assert_eq!(ground.program.run("halls").expect(0).stderr, "");
    }

    fn a_pass_writes_no_look_into_what_is_no_object(database) {
        let ground = Ground::new(database);
        let program = ground.program;
        // A date without participants is looked at and skipped.
        database.execute(database.pick("UPDATE participants SET is_active = 0", "UPDATE participants SET is_active = false"));
        let [text, looked] = ["\"rubbish\"", "{\"looked_at\": \"rubbish\"}"];
        for metadata in [text, looked] {
            database.execute(&format!("UPDATE sync_logs SET metadata = '{metadata}' WHERE status = 'completed'"));
            let id = database.text("SELECT max(id) FROM sync_logs WHERE scope = '2099-06-01'");
            let said = program.run("status").expect(0).stderr;
            let of_date = format!("{}\n", warning(&format!("sync_logs {id}: the value of looked_at in metadata can't be read")));
            assert_eq!(said.contains(&of_date), metadata == looked, "{said}");
            assert_eq!(program.run("participants --date 2099-06-01 --idle-interval 1h").expect(0).stderr, "");
        }
    }
}

#[test]
fn what_sqlite_alone_takes_is_passed_over_and_named() {
    let database = Database::sqlite();
    let ground = Ground::new(&database);
    let no_json = "{\"name\": \"Aysel";
    let expected = BTreeSet::from([
        ground.spoil("participants", "start_time", "is_active", "9 am"),
        ground.spoil("sync_logs", "run_id", "sync_type = 'exam_halls'", "rubbish"),
        ground.spoil("sync_logs", "metadata", "sync_type = 'participants' AND status = 'completed'", no_json),
        ground.spoil(
            "sync_logs",
            "error_details",
            "sync_type = 'participants' AND status = 'failed'",
            no_json,
        ),
        ground.spoil("alerts", "run_id", "closed_at IS NULL", "rubbish"),
        ground.spoil("alerts", "changed_by", "closed_at IS NULL", "rubbish"),
        ground.spoil("outbox", "payload", "delivered_at IS NULL", no_json),
        ground.spoil("outbox", "message_id", "delivered_at IS NULL", "rubbish"),
        ground.spoil("audit_logs", "old_value", "1 = 1", no_json),
        ground.spoil("audit_logs", "new_value", "1 = 1", no_json),
    ]);
    assert_eq!(ground.run_all(), expected);
}

#[test]
fn text_that_is_no_utf_8_is_passed_over() {
    let database = Database::sqlite();
    let ground = Ground::new(&database);
    database.execute("UPDATE sync_logs SET error_message = CAST(x'ff' AS text) WHERE status = 'failed'");
    for arguments in ["status", "status --json", "status --history 50", "status --format html"] {
        let outcome = ground.program.run(arguments).expect(0);
        assert_eq!(
            outcome.stderr,
            "examsync: warning: the database holds text that is no UTF-8; it is skipped: correct what another \
             program wrote there, or delete the row\n",
            "{arguments}"
        );
    }
}
