//! Constraints, triggers, policies and types of another program that refuse a row: 10, named, with the record.

use serde_json::json;

use super::{api, message};
use crate::scene::DATE;
use crate::support::{Database, Examsync, Kind, data, on_both_databases};

/// The command ends with 10 and says this, and nothing but its log row and alert is written.
#[track_caller]
pub(super) fn stops(database: &Database, program: &Examsync, arguments: &str, expected: &str) {
    let before = database.dump();
    assert_eq!(message(program, arguments, 10), expected);
    assert_eq!(database.dump(), before);
    assert_eq!(database.number("SELECT count(*) FROM alerts WHERE kind = 'setup' AND closed_at IS NULL"), 1);
}

on_both_databases! {
    fn a_unique_index_on_names_is_named_with_the_hall_that_it_refuses(database) {
        database.migrate();
        database.execute("CREATE UNIQUE INDEX one_name ON buildings (name)");
        let api = api();
        let name = |id: i64| format!("Hall {}", if id == 23 { 7 } else { id });
        let halls: Vec<_> = (1..=40).map(|id| data::hall(id, &name(id), vec![])).collect();
        api.halls(json!(halls));
        let refused = database.pick(
            "the unique key of buildings.name, which another program made, refuses what the pass writes: UNIQUE \
             constraint failed: buildings.name; drop it",
            "the constraint one_name on table buildings, which another program made, refuses what the pass writes: \
             duplicate key value violates unique constraint \"one_name\"; change or drop it",
        );
        stops(database, &Examsync::new(database, &api), "halls", &format!("{refused}; it refuses hall 23 ⟨Hall 7⟩"));
    }

    fn a_name_that_a_hall_gives_up_in_the_same_feed_is_no_double(database) {
        database.migrate();
        database.execute("CREATE UNIQUE INDEX one_name ON buildings (name) WHERE is_active");
        let api = api();
        let program = Examsync::new(database, &api);
        let all = |names: &[(i64, &str)]| json!(names.iter().map(|(id, name)| data::hall(*id, name, vec![])).collect::<Vec<_>>());
        api.halls(all(&[(1, "A"), (2, "B"), (3, "C")]));
        program.run("halls").expect(0);
        api.halls(all(&[(4, "A"), (2, "B"), (3, "C"), (5, "X"), (6, "X")]));
        let said = message(&program, "halls", 10);
        assert!(said.ends_with("; it refuses hall 6 ⟨X⟩"), "{said}");
    }

    fn a_check_is_named_with_the_room_that_it_refuses(database) {
        database.migrate();
        let api = api();
        let program = Examsync::new(database, &api);
        program.run("halls").expect(0);
        database.execute("ALTER TABLE rooms ADD CONSTRAINT short_names CHECK (length(name) < 6)");
        api.halls(json!([
            data::hall(1, "Bakı", vec![data::room(11, "101", 31), data::room(12, "Aula Magna", 30)]),
            data::hall(2, "North Campus of the University", vec![data::room(21, "201", 30)]),
        ]));
        let refused = database.pick(
            "the check short_names, which another program made, refuses what the pass writes: CHECK constraint failed: \
             short_names; change or drop it",
            "the constraint short_names on table rooms, which another program made, refuses what the pass writes: new row \
             for relation \"rooms\" violates check constraint \"short_names\"; change or drop it",
        );
        stops(database, &program, "halls", &format!("{refused}; it refuses room 12 ⟨Aula Magna⟩ of hall 1"));
    }

    fn a_trigger_that_raises_is_named_with_the_seat_and_no_person(database) {
        database.migrate();
        let api = api();
        let program = Examsync::new(database, &api);
        program.run("halls").expect(0);
        database.execute(database.pick(
            "CREATE TRIGGER closed_room BEFORE INSERT ON participants WHEN NEW.external_profile_exam_id IS NOT NULL
             BEGIN SELECT RAISE(ABORT, 'this room is closed'); END",
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
                 'BEGIN RAISE EXCEPTION ''this room is closed''; END';
             CREATE TRIGGER closed_room BEFORE INSERT ON participants FOR EACH ROW
                 WHEN (NEW.external_profile_exam_id IS NOT NULL) EXECUTE FUNCTION refuse()",
        ));
        stops(
            database,
            &program,
            &format!("participants --date {DATE}"),
            "something that another program put on the tables stops the pass: trigger closed_room on participants: this room is \
             closed; change or remove it; it refuses the seat of profileExamId 501 in room 21 ⟨201⟩ at 09:00",
        );
    }

    fn a_trigger_that_refuses_whatever_is_updated_is_named(database) {
        database.migrate();
        let api = api();
        let program = Examsync::new(database, &api);
        program.run("halls").expect(0);
        database.execute(database.pick(
            "CREATE TRIGGER frozen BEFORE UPDATE ON buildings BEGIN SELECT RAISE(ABORT, 'halls are frozen'); END",
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
                 'BEGIN RAISE EXCEPTION ''halls are frozen''; END';
             CREATE TRIGGER frozen BEFORE UPDATE ON buildings FOR EACH STATEMENT EXECUTE FUNCTION refuse()",
        ));
        // Not even the stamp of an unchanged row can be written, so no one record is the cause.
        let said = message(&program, "halls --full", 10);
        assert!(
            said.starts_with("something that another program put on the tables stops the pass: trigger frozen on buildings: halls are frozen; "),
            "{said}"
        );
        assert!(!said.contains("it refuses") , "{said}");
        let before = database.dump();
        database.execute(database.pick("DROP TRIGGER frozen", "DROP TRIGGER frozen ON buildings"));
        program.run("halls --full").expect(0);
        assert_eq!(database.dump().len(), before.len());
    }

    fn a_trigger_that_leaves_new_rows_out_in_silence_is_named(database) {
        let api = api();
        let program = Examsync::new(database, &api);
        database.migrate();
        let quiet = |table: &str, arguments: &str| {
            let create = database.pick(
                "CREATE TRIGGER quiet BEFORE INSERT ON {table} BEGIN SELECT RAISE(IGNORE); END",
                "CREATE OR REPLACE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
                 CREATE TRIGGER quiet BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION nothing()",
            );
            database.execute(&create.replace("{table}", table));
            let said = message(&program, arguments, 10);
            let named = format!("something that another program put on the tables stops the pass: trigger quiet on {table}: of ");
            assert!(said.starts_with(&named), "{said}");
            assert!(said.ends_with(" are missing after they were inserted; change or remove it"), "{said}");
            let drop = database.pick("DROP TRIGGER quiet", "DROP TRIGGER quiet ON {table}");
            database.execute(&drop.replace("{table}", table));
        };
        quiet("buildings", "halls");
        quiet("rooms", "halls");
        program.run("halls").expect(0);
        api.halls(json!([
            data::hall(1, "Bakı", vec![data::room(11, "101", 30), data::room(12, "102", 30)]),
            data::hall(2, "North Campus of the University", vec![data::room(21, "201", 30)]),
            data::hall(3, "Şuşa", vec![]),
        ]));
        quiet("buildings", "halls");
        quiet("rooms", "halls");
        api.hall_rooms(1, json!([data::room(11, "101", 30), data::room(12, "102", 30)]));
        quiet("rooms", "rooms --hall 1");
        quiet("participants", &format!("participants --date {DATE}"));
        program.run("halls").expect(0);
        program.run(&format!("participants --date {DATE}")).expect(0);
    }

    fn a_trigger_that_lets_no_hall_go_is_named_with_the_hall(database) {
        database.migrate();
        let api = api();
        let program = Examsync::new(database, &api);
        let some = |ids: &[i64]| json!(ids.iter().map(|id| data::hall(*id, &format!("H{id}"), vec![])).collect::<Vec<_>>());
        api.halls(some(&[1, 2, 3, 4, i64::MAX]));
        program.run("halls").expect(0);
        database.execute(database.pick(
            "CREATE TRIGGER keep BEFORE UPDATE ON buildings WHEN NOT NEW.is_active AND NEW.external_id > 2
             BEGIN SELECT RAISE(ABORT, 'this hall is kept'); END",
            "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''this hall is kept''; END';
             CREATE TRIGGER keep BEFORE UPDATE ON buildings FOR EACH ROW
                 WHEN (NOT NEW.is_active AND NEW.external_id > 2) EXECUTE FUNCTION keep()",
        ));
        api.halls(some(&[1, 3, i64::MAX]));
        let said = message(&program, "halls", 10);
        assert!(said.ends_with("trigger keep on buildings: this hall is kept; change or remove it; it refuses hall 4 ⟨H4⟩"), "{said}");
    }

    fn a_foreign_key_of_another_program_is_named(database) {
        database.migrate();
        let api = api();
        let program = Examsync::new(database, &api);
        program.run("halls").expect(0);
        database.execute(database.pick(
            "CREATE TABLE seats (id integer PRIMARY KEY);
             ALTER TABLE participants ADD COLUMN seat_id integer REFERENCES seats (id) DEFAULT NULL;
             CREATE TRIGGER seat AFTER INSERT ON participants WHEN NEW.place_id IS NOT NULL
             BEGIN UPDATE participants SET seat_id = NEW.place_id WHERE id = NEW.id; END",
            "CREATE TABLE seats (id bigint PRIMARY KEY);
             ALTER TABLE participants ADD CONSTRAINT known_seat FOREIGN KEY (place_id) REFERENCES seats (id)",
        ));
        let said = message(&program, &format!("participants --date {DATE}"), 10);
        let named = database.pick(
            "something that another program put on the tables stops the pass: foreign key seat_id of participants to seats: ",
            "the constraint known_seat on table participants, which another program made, refuses what the pass writes: ",
        );
        assert!(said.starts_with(named), "{said}");
        assert!(said.ends_with("it refuses the seat of profileExamId 501 in room 21 ⟨201⟩ at 09:00"), "{said}");
    }

    fn a_default_and_a_key_of_ours_that_are_gone_are_named(database) {
        database.migrate();
        let api = api();
        let program = Examsync::new(database, &api);
        program.run("halls").expect(0);
        // As an ORM does that takes back what it does not know; SQLite can only make the table anew.
        database.execute(database.pick(
            "CREATE TABLE plain AS SELECT * FROM alert_scopes; DROP TABLE alert_scopes; ALTER TABLE plain RENAME TO alert_scopes",
            "ALTER TABLE alert_scopes DROP CONSTRAINT alert_scopes_pkey",
        ));
        let said = message(&program, "halls --full", 10);
        assert!(said.starts_with("another program dropped a key of examsync's tables: "), "{said}");
        assert!(said.contains("alert_scopes by (command, scope)"), "{said}");
        if let Kind::Postgres = database.kind() {
            database.execute(
                "ALTER TABLE alert_scopes ADD PRIMARY KEY (command, scope);
                 ALTER TABLE participants ALTER COLUMN sync_status DROP DEFAULT",
            );
            let said = message(&program, &format!("participants --date {DATE}"), 10);
            assert!(said.starts_with("the column participants.sync_status, which another program made or changed, "), "{said}");
            assert!(said.contains("; restore its default"), "{said}");
        }
    }

    fn a_column_that_may_no_longer_be_null_is_named_with_the_room(database) {
        database.migrate();
        let api = api();
        let program = Examsync::new(database, &api);
        program.run("halls").expect(0);
        database.execute("ALTER TABLE rooms ALTER COLUMN capacity SET NOT NULL");
        api.halls(json!([
            data::hall(1, "Bakı", vec![data::room(11, "101", 30), json!({"id": 12, "name": "102"})]),
            data::hall(2, "North Campus of the University", vec![data::room(21, "201", 30)]),
        ]));
        let said = message(&program, "halls", 10);
        assert!(said.starts_with("the column rooms.capacity, which another program made or changed, "), "{said}");
        assert!(said.ends_with("; let it be null, as examsync made it; it refuses room 12 ⟨102⟩ of hall 1"), "{said}");
    }
}
