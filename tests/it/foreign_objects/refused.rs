//! A database that is refused because its tables are another program's: nothing of it is changed, alerts included.

use super::api;
use crate::scene::DATE;
use crate::support::mock_api::HALLS;
use crate::support::{Examsync, on_both_databases};

/// Tables of an application with our names, and with every column that an alert would be written into.
const THEIRS: &str = "
    CREATE TABLE rooms (x text);
    CREATE TABLE alerts (id integer, command text, scope text, exam_date text, kind text, opened_at text,
                         last_sent_at text, closed_at text, failures integer, message text);
    CREATE TABLE alert_scopes (command text, scope text, failures integer DEFAULT 0, failing_since text, volume integer,
                               exit_code integer, ended_at text, PRIMARY KEY (command, scope));
    CREATE TABLE notifications (recipient_role text, type text, priority text, title text, message text, metadata text,
                                created_at text, updated_at text);
    CREATE TABLE outbox (id integer, message_id text, kind text, channel text, destination text, payload text,
                         created_at text, ready_at text, claimed_until text, tries integer DEFAULT 0,
                         last_tried_at text, delivered_at text, given_up_at text, last_error text);
    INSERT INTO outbox (id, message_id, kind, channel, destination, payload, created_at, ready_at)
    VALUES (1, 'theirs', 'alert', 'webhook', 'x', '{}', '2020-01-01 00:00:00.000', '2020-01-01 00:00:00.000')";

on_both_databases! {
    fn nothing_is_written_into_a_foreign_database_not_even_an_alert(database) {
        database.execute(THEIRS);
        let tables = ["rooms", "alerts", "alert_scopes", "notifications", "outbox"];
        let content = || tables.map(|table| database.rows(&format!("SELECT * FROM {table}")));
        let before = content();
        let api = api();
        let program = Examsync::new(database, &api)
            .env("SYNC_WEBHOOK_URL", &format!("{}/hook", api.url()))
            .env("SYNC_METRICS_FILE", "examsync.prom");
        for arguments in ["halls", "rooms", &format!("participants --date {DATE}"), "halls --dry-run", "status", "migrate"] {
            let outcome = program.run(arguments).expect(10);
            let named = "tables that examsync did not make: alert_scopes, alerts, notifications, outbox, rooms; ";
            assert!(outcome.stderr.contains(named), "{arguments}: {}", outcome.stderr);
            assert_eq!(content(), before, "{arguments}");
        }
        // With settings that are wrong there is an alert, too, elsewhere.
        program.env("SYNC_TIMEOUT", "soon").run("halls").expect(10);
        assert_eq!(content(), before);
        assert_eq!(api.count(HALLS), 0);
        assert_eq!(api.count("/hook"), 0);
    }
}
