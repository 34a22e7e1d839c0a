//! What one of the databases alone can have on our tables: types, policies, and what needs an extension.

use serde_json::json;

use super::constraints::stops;
use super::{api, as_role, message};
use crate::scene::DATE;
use crate::support::mock_api::HALLS;
use crate::support::{Database, Examsync, data};

#[test]
fn what_needs_an_extension_that_examsync_does_not_have_is_told() {
    let database = Database::sqlite();
    database.migrate();
    let api = api();
    // As a program leaves it that has a function of its own.
    database.execute(
        "CREATE INDEX by_name ON buildings (name);
         PRAGMA writable_schema = ON;
         UPDATE sqlite_schema SET sql = 'CREATE INDEX by_name ON buildings (name COLLATE AZERI)' WHERE name = 'by_name'",
    );
    let said = message(&Examsync::new(&database, &api), "halls", 10);
    assert_eq!(
        said,
        "something that another program put into the file needs what examsync's SQLite does not have: no such collation \
         sequence: AZERI; drop it"
    );
}

#[test]
fn a_type_that_is_too_narrow_is_named_with_its_column_and_the_hall() {
    let Some(database) = Database::postgres() else { return };
    database.migrate();
    database.execute("ALTER TABLE buildings ALTER COLUMN name TYPE varchar(20)");
    let api = api();
    let program = Examsync::new(&database, &api);
    stops(
        &database,
        &program,
        "halls",
        "something that another program put on the tables stops the pass: column buildings.name, which is character varying(20) and \
         was made as text: value too long for type character varying(20); change or remove it; it refuses hall 2 \
         ⟨North Campus of the University⟩",
    );
    // What is wide enough is no obstacle.
    database.execute("ALTER TABLE buildings ALTER COLUMN name TYPE varchar(60)");
    program.run("halls").expect(0);
}

#[test]
fn types_that_no_value_of_ours_fits_are_named() {
    for (change, named) in [
        (
            "ALTER TABLE rooms ALTER COLUMN capacity TYPE smallint",
            "column rooms.capacity, which is smallint and was made as integer: smallint out of range",
        ),
        (
            "ALTER TABLE rooms DROP CONSTRAINT rooms_capacity_check; ALTER TABLE rooms ALTER COLUMN capacity TYPE text",
            "column rooms.capacity, which is text and was made as integer: ",
        ),
    ] {
        let Some(database) = Database::postgres() else { return };
        database.migrate();
        let api = api();
        api.halls(json!([data::hall(1, "Bakı", vec![data::room(11, "101", 40_000)])]));
        database.execute(change);
        let said = message(&Examsync::new(&database, &api), "halls", 10);
        assert!(
            said.starts_with("something that another program put on the tables stops the pass: ")
                && said.contains(named),
            "{said}"
        );
    }
}

#[test]
fn row_level_security_that_refuses_or_hides_rows_is_named() {
    for policy in [
        "",
        "CREATE POLICY hidden ON buildings FOR SELECT USING (false); CREATE POLICY all_new ON buildings FOR INSERT WITH CHECK (true)",
    ] {
        let Some(database) = Database::postgres() else { return };
        database.migrate();
        let api = api();
        let name = database.text("SELECT current_database()");
        let role = format!("clerk_{name}");
        database.execute(&format!(
            "CREATE ROLE {role} LOGIN; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}"
        ));
        let program = as_role(&database, &api, &role);
        if !policy.is_empty() {
            program.run("halls").expect(0);
        }
        database.execute(&format!("ALTER TABLE buildings ENABLE ROW LEVEL SECURITY; {policy}"));
        let said = message(&program, "halls --full", 10);
        assert!(said.contains("row-level security"), "{said}");
        assert!(said.contains("buildings"), "{said}");
    }
}

#[test]
fn a_mistake_of_our_own_is_not_blamed_on_harmless_things_of_others() {
    let Some(database) = Database::postgres() else { return };
    database.migrate();
    database.execute(
        "CREATE INDEX names ON buildings (name); ALTER TABLE rooms ADD CHECK (capacity < 100000);
         ALTER TABLE rooms ALTER COLUMN name TYPE varchar(255); CREATE VIEW seats AS SELECT name, capacity FROM rooms;
         ALTER TABLE buildings ADD COLUMN floor integer NOT NULL DEFAULT 0",
    );
    let api = api();
    let program = Examsync::new(&database, &api);
    program.run("halls").expect(0);
    program.run(&format!("participants --date {DATE}")).expect(0);
    program.run("migrate --check").expect(0);
    assert_eq!(api.count(HALLS), 1);
}
