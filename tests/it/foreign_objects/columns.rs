//! Columns that another program took away, renamed, or added so that each row has to fill them: known before the pull.

use super::{api, message};
use crate::scene::DATE;
use crate::support::mock_api::{HALLS, participants};
use crate::support::{Database, Examsync, on_both_databases};

on_both_databases! {
    fn a_column_that_is_gone_is_named_before_anything_is_pulled_and_by_migrate(database) {
        let api = api();
        for (change, back, missing) in [
            (
                "ALTER TABLE buildings RENAME COLUMN address TO street",
                "ALTER TABLE buildings RENAME COLUMN street TO address",
                "column buildings.address (text)",
            ),
            (
                "ALTER TABLE participants DROP COLUMN exam_title",
                "ALTER TABLE participants ADD COLUMN exam_title text",
                "column participants.exam_title (text)",
            ),
            (
                database.pick("ALTER TABLE rooms RENAME TO halls_rooms", "ALTER TABLE rooms ALTER COLUMN external_id TYPE integer"),
                database.pick("ALTER TABLE halls_rooms RENAME TO rooms", "ALTER TABLE rooms ALTER COLUMN external_id TYPE bigint"),
                database.pick("table rooms", "column rooms.external_id (bigint; it is integer)"),
            ),
            ("ALTER TABLE outbox RENAME TO letters", "ALTER TABLE letters RENAME TO outbox", "table outbox"),
        ] {
            database.migrate();
            database.execute(change);
            let program = Examsync::new(database, &api);
            let expected = format!(
                "the tables are not as examsync made them, missing: {missing}; another program dropped or \
                 renamed that: restore it"
            );
            for arguments in ["halls", "halls --dry-run", "rooms", &format!("participants --date {DATE}"), "status", "migrate"] {
                assert_eq!(message(&program, arguments, 10), expected, "{arguments}");
            }
            let outcome = program.run("migrate --check --json").expect(1);
            assert_eq!(outcome.json()["state"], "pending");
            assert!(outcome.stderr.contains(missing), "{}", outcome.stderr);
            database.execute(back);
            program.run("migrate --check").expect(0);
        }
        assert_eq!(api.count(HALLS) + api.count(&participants(DATE)), 0);
        let program = Examsync::new(database, &api);
        program.run("halls").expect(0);
        program.run(&format!("participants --date {DATE}")).expect(0);
    }

    fn columns_that_examsync_never_names_may_go(database) {
        database.migrate();
        let api = api();
        database.execute(
            "ALTER TABLE buildings DROP COLUMN code; ALTER TABLE rooms DROP COLUMN hall_id; DROP VIEW exam_schedules;
             ALTER TABLE participants DROP COLUMN attendance_marked_by; ALTER TABLE notifications DROP COLUMN email_sent",
        );
        let program = Examsync::new(database, &api);
        program.run("migrate --check").expect(0);
        program.run("halls").expect(0);
        program.run(&format!("participants --date {DATE}")).expect(0);
        program.run("status").expect(0);
    }

    fn a_column_that_has_to_be_filled_is_named_before_anything_is_pulled(database) {
        database.migrate();
        let api = api();
        let program = Examsync::new(database, &api);
        database.execute("ALTER TABLE rooms ADD COLUMN floor integer; ALTER TABLE rooms ALTER COLUMN floor SET NOT NULL");
        let expected = "another program added columns that have to be filled, and that examsync does not know: rooms.floor; \
                        give each a default, or let it be null";
        assert_eq!(message(&program, "halls", 10), expected);
        assert_eq!(message(&program, "halls --dry-run", 10), expected);
        assert_eq!(api.count(HALLS), 0);
        assert_eq!(database.number("SELECT count(*) FROM sync_logs"), 0);
        assert_eq!(database.number("SELECT count(*) FROM alerts WHERE kind = 'setup'"), 1);
        database.execute("ALTER TABLE rooms DROP COLUMN floor; ALTER TABLE rooms ADD COLUMN floor integer NOT NULL DEFAULT 0");
        program.run("halls").expect(0);
        database.execute("ALTER TABLE sync_logs ADD COLUMN team integer NOT NULL DEFAULT 1; ALTER TABLE audit_logs ADD COLUMN team text");
        program.run("halls").expect(0);
        assert_eq!(database.number("SELECT count(*) FROM alerts WHERE closed_at IS NULL"), 0);
    }
}

#[test]
fn a_column_that_a_trigger_may_fill_stops_a_pass_only_when_it_is_not_filled() {
    let Some(database) = Database::postgres() else { return };
    database.migrate();
    let api = api();
    let program = Examsync::new(&database, &api);
    database.execute(
        "ALTER TABLE buildings ADD COLUMN floor integer NOT NULL;
         CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS
             'BEGIN IF NEW.external_id < 2 THEN NEW.floor := 1; END IF; RETURN NEW; END';
         CREATE TRIGGER fill BEFORE INSERT ON buildings FOR EACH ROW EXECUTE FUNCTION fill()",
    );
    let said = message(&program, "halls", 10);
    assert!(
        said.starts_with("the column buildings.floor, which another program made or changed, "),
        "{said}"
    );
    assert!(said.ends_with("it refuses hall 2 ⟨North Campus of the University⟩"), "{said}");
    assert_eq!(api.count(HALLS), 1);
}
