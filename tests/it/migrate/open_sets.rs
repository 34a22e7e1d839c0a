//! Migration 0006: open sets, scopes, capacities that are not known; with what an application keeps on the tables.

use super::{SILENT, migrate_up_to, program, versions};
use crate::support::{Database, Kind, on_both_databases};

/// The first version that the tables allow new names in.
const BEFORE: &str = "0005";

/// How the names of diesel's own table and its index begin.
const DIESELS: &str = "__diesel_schema_migrations";

/// A run's id.
const RUN: &str = "00000000-0000-4000-8000-000000000001";

/// A hall with a room and its people, and a row of each table that has scopes, as an older program wrote them.
fn fill(database: &Database) {
    database.execute(&format!(
        "INSERT INTO buildings (external_id, name) VALUES (1, 'A');
         INSERT INTO rooms (external_id, building_id, name, capacity) SELECT 11, id, 'R', 5 FROM buildings;
         INSERT INTO participants (building_id, room_id, exam_date, start_time, participant_count)
             SELECT building_id, id, '2030-01-01', '09:00:00', 3 FROM rooms;
         INSERT INTO sync_logs (run_id, sync_type, metadata) VALUES
             ('{RUN}', 'exam_halls', '{{\"exam_date\": null}}'), ('{RUN}', 'hall_rooms', NULL),
             ('{RUN}', 'participants', '{{\"exam_date\": \"2030-01-01\"}}');
         INSERT INTO alert_scopes (command, scope) VALUES ('halls', ''), ('participants', '2030-01-01');
         INSERT INTO alerts (command, exam_date, kind, opened_at, last_sent_at, message) VALUES
             ('halls', NULL, 'failure', '2029-12-31 08:00:00', '2029-12-31 08:00:00', 'm'),
             ('participants', '2030-01-01', 'failure', '2029-12-31 08:00:00', '2029-12-31 08:00:00', 'm');
         INSERT INTO validators (base_url, request, run_id, started_at) VALUES
             ('u', 'halls', '{RUN}', '2029-12-31 08:00:00'), ('u', 'rooms 12', '{RUN}', '2029-12-31 08:00:00'),
             ('u', 'participants 2030-01-01', '{RUN}', '2029-12-31 08:00:00')"
    ));
}

/// Our tables as the catalogue describes them: columns, constraints and indexes.
fn shape(database: &Database) -> Vec<String> {
    let mut shape = database.rows(database.pick(
        "SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name",
        "SELECT c.relname || ' ' || a.attname AS name,
                format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull || coalesce(' ' || pg_get_expr(d.adbin, d.adrelid), '')
         FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
         LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
         UNION ALL
         SELECT conrelid::regclass || ' ' || conname, pg_get_constraintdef(oid) FROM pg_constraint
         WHERE connamespace = 'public'::regnamespace
         UNION ALL
         SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
         ORDER BY 1, 2",
    ));
    shape.retain(|line| !line.starts_with(DIESELS));
    shape
}

on_both_databases! {
    fn older_rows_keep_their_meaning_and_get_their_scope(database) {
        migrate_up_to(database, BEFORE);
        fill(database);
        assert_eq!(program(database).run("migrate").snapshot(), SILENT);
        assert_eq!(
            database.rows("SELECT sync_type, scope FROM sync_logs ORDER BY id"),
            ["exam_halls|all", "hall_rooms|all", "participants|2030-01-01"]
        );
        assert_eq!(
            database.rows("SELECT command, scope, exam_date FROM alerts ORDER BY id"),
            ["halls|all|null", "participants|2030-01-01|2030-01-01"]
        );
        assert_eq!(
            database.rows("SELECT command, scope FROM alert_scopes ORDER BY command"),
            ["halls|all", "participants|2030-01-01"]
        );
        assert_eq!(
            database.rows("SELECT request FROM validators ORDER BY request"),
            ["exam_halls all", "hall_rooms hall:12", "participants 2030-01-01"]
        );
    }

    fn a_database_of_any_older_version_gets_the_same_tables(database) {
        migrate_up_to(database, "0001");
        assert_eq!(program(database).run("migrate").snapshot(), SILENT);
        let migrated = shape(database);
        let newest = Database::new(database.kind()).unwrap();
        newest.migrate();
        assert_eq!(migrated, shape(&newest));
    }

    fn what_an_application_keeps_on_the_tables_stays(database) {
        migrate_up_to(database, BEFORE);
        fill(database);
        database.execute(
            "ALTER TABLE sync_logs ADD COLUMN ticket text;
             UPDATE sync_logs SET ticket = 'T-' || sync_type;
             CREATE TABLE cameras (name text, room_id bigint REFERENCES rooms (id) ON DELETE CASCADE);
             INSERT INTO cameras SELECT 'north', id FROM rooms;
             CREATE TABLE seen (name text);
             CREATE VIEW large_rooms AS SELECT name, capacity FROM rooms WHERE capacity > 4;
             CREATE VIEW failed_alerts AS SELECT command, exam_date FROM alerts WHERE kind = 'failure';
             CREATE INDEX rooms_by_name ON rooms (name);
             CREATE INDEX alerts_by_date ON alerts (exam_date)",
        );
        database.execute(database.pick(
            "CREATE TRIGGER notify AFTER INSERT ON notifications BEGIN INSERT INTO seen VALUES (new.title); END",
            "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
                 $$ BEGIN INSERT INTO seen VALUES (new.title); RETURN new; END $$;
             CREATE TRIGGER notify AFTER INSERT ON notifications FOR EACH ROW EXECUTE FUNCTION note()",
        ));
        assert_eq!(program(database).run("migrate").snapshot(), SILENT);

        database.execute(
            "INSERT INTO notifications (recipient_role, type, title, message) VALUES ('proctor', 't', 'heard', 'm')",
        );
        assert_eq!(database.rows("SELECT name FROM seen"), ["heard"]);
        assert_eq!(database.rows("SELECT name, capacity FROM large_rooms"), ["R|5"]);
        assert_eq!(database.number("SELECT count(*) FROM failed_alerts"), 2);
        assert_eq!(database.rows("SELECT ticket FROM sync_logs WHERE sync_type = 'exam_halls'"), ["T-exam_halls"]);
        let indexes = database.pick(
            "SELECT name FROM sqlite_schema WHERE type = 'index' AND name LIKE '%\\_by\\_%' ESCAPE '\\' ORDER BY name",
            "SELECT indexname FROM pg_indexes WHERE indexname LIKE '%\\_by\\_%' ORDER BY indexname",
        );
        assert_eq!(database.rows(indexes), ["alerts_by_date", "rooms_by_name"]);
        assert_eq!(database.rows("SELECT c.name, r.name FROM cameras AS c JOIN rooms AS r ON r.id = c.room_id"), ["north|R"]);
        database.execute("DELETE FROM participants; DELETE FROM rooms");
        assert_eq!(database.number("SELECT count(*) FROM cameras"), 0, "the application's key still cascades");
        if database.kind() == Kind::Sqlite {
            assert_eq!(database.rows("PRAGMA integrity_check"), ["ok"]);
        }
    }

    fn open_sets_take_new_names_and_a_capacity_may_be_unknown(database) {
        database.migrate();
        fill_with_new_names(database);
        assert_eq!(database.rows("SELECT capacity FROM rooms"), ["null"]);
        for sql in ["UPDATE sync_logs SET status = 'waiting'", "UPDATE rooms SET sync_status = 'fine'",
            "UPDATE rooms SET capacity = -1", "UPDATE sync_logs SET scope = NULL"] {
            assert!(database.session().try_execute(sql).is_err(), "was not refused: {sql}");
        }
    }

    fn revert_refuses_while_rows_need_what_is_new_and_names_them(database) {
        migrate_up_to(database, "0006");
        fill_with_new_names(database);
        for arguments in ["migrate --revert", "migrate --revert --yes"] {
            assert_eq!(
                program(database).run(arguments).snapshot(),
                "exit code 10\nstdout:\n\nstderr:\nexamsync: error: migration 0006 can't be undone while rows need it: \
                 rooms (1 row without a capacity), sync_logs (2 rows of a newer sync_type), notifications (1 row for a \
                 newer recipient_role), alert_scopes (1 row of a newer command), alerts (2 rows of a newer command or \
                 kind), outbox (2 rows of a newer kind or channel); change or delete these rows first\n\
                 examsync: in migrate, run [uuid]"
            );
        }
        let newest = "SELECT max(version) FROM __diesel_schema_migrations";
        assert_eq!(database.text(newest), "0006");
        database.execute(
            "UPDATE rooms SET capacity = 0; DELETE FROM sync_logs; DELETE FROM notifications; DELETE FROM alert_scopes;
             DELETE FROM alerts; DELETE FROM outbox",
        );
        assert_eq!(program(database).run("migrate --revert").snapshot(), SILENT);
    }

    fn revert_leaves_the_tables_and_rows_of_the_version_before(database) {
        migrate_up_to(database, BEFORE);
        fill(database);
        let (tables, before) = (shape(database), rows(database));
        program(database).run("migrate").expect(0);
        assert_ne!(shape(database), tables);
        for _ in versions().iter().filter(|version| version.as_str() > BEFORE) {
            assert_eq!(program(database).run("migrate --revert").snapshot(), SILENT);
        }
        assert_eq!((shape(database), rows(database)), (tables, before));
        let refused = format!("INSERT INTO sync_logs (run_id, sync_type) VALUES ('{RUN}', 'other')");
        assert!(database.session().try_execute(&refused).is_err());
        assert!(database.session().try_execute("UPDATE rooms SET capacity = NULL").is_err());
    }
}

/// One or two rows of each table that an older program would not have written.
fn fill_with_new_names(database: &Database) {
    database.execute(&format!(
        "INSERT INTO buildings (external_id, name) VALUES (1, 'A');
         INSERT INTO rooms (external_id, building_id, name, capacity) SELECT 11, id, 'R', NULL FROM buildings;
         INSERT INTO sync_logs (run_id, sync_type, scope) VALUES
             ('{RUN}', 'roster', 'source:school'), ('{RUN}', 'push', 'all'), ('{RUN}', 'exam_halls', 'all');
         INSERT INTO notifications (recipient_role, type, title, message) VALUES
             ('proctor', 't', 't', 'm'), ('exam_director', 't', 't', 'm');
         INSERT INTO alert_scopes (command, scope) VALUES ('roster', 'source:school');
         INSERT INTO alerts (command, kind, opened_at, last_sent_at, message) VALUES
             ('roster', 'failure', '2029-12-31 08:00:00', '2029-12-31 08:00:00', 'm'),
             ('halls', 'late_change', '2029-12-31 08:00:00', '2029-12-31 08:00:00', 'm');
         INSERT INTO outbox (message_id, kind, channel, destination, payload, created_at) VALUES
             ('{RUN}', 'event', 'webhook', 'd', '{{}}', '2029-12-31 08:00:00'),
             ('{RUN}', 'alert', 'sms', 'd', '{{}}', '2029-12-31 08:00:00')"
    ));
}

/// All rows of our tables.
fn rows(database: &Database) -> Vec<String> {
    let mut rows = database.dump_with_logs();
    rows.retain(|row| !row.starts_with(DIESELS));
    rows
}
