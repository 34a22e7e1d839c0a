//! What is told although it stops nothing, another adoption, maps that are proposed, and what SQLite says.

use super::checks::{halls, refuses};
use super::fixtures::{DJANGO, DJANGO_MAP, PRISMA, PRISMA_MAP, SEQUELIZE, TYPEORM};
use super::{Moving, texts};
use crate::support::{Database, Examsync, MockApi};

#[test]
fn a_table_that_another_adoption_writes_is_refused() {
    let Some(moving) = Moving::new(PRISMA, halls()) else { return };
    moving.adopt(PRISMA_MAP);
    let second = Moving { program: moving.program.clone().env("DATABASE_SCHEMA", "second"), ..moving };
    second.program.run("migrate").expect(0);
    second.halls(halls()).expect(0);
    refuses(
        &second,
        PRISMA_MAP,
        &[
            "another adoption of this database writes public.Building (exams.adoption_map); revert it first",
            "another adoption of this database writes public.Room (exams.adoption_map); revert it first",
        ],
    );
}

#[test]
fn what_stops_nothing_is_told() {
    let application = format!(
        "{DJANGO} ALTER TABLE venues_building ADD last_synced_at timestamptz, ADD external bigint;
         INSERT INTO venues_building (name, is_active, last_synced_at, external) VALUES ('x', true, now(), 77);
         CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
         CREATE TRIGGER touch BEFORE UPDATE ON venues_room FOR EACH ROW EXECUTE FUNCTION nothing();"
    );
    let map = DJANGO_MAP.replacen("active =", "external_id = \"external\"\nactive =", 1);
    let Some(moving) = Moving::new(&application, halls()) else { return };
    moving.map(&map);
    assert_eq!(
        texts(&moving.look(4), "warnings"),
        [
            "public.venues_building has 1 external ids that are not known here, such as 77; their rows are left alone",
            "public.venues_building.last_synced_at was moved within the last seven days: another sync seems to write these rows; turn it off",
            "triggers of public.venues_room run with our writes: touch; their functions look names up in public alone",
        ]
    );
}

#[test]
fn a_proposed_map_is_one_that_can_be_used() {
    for (application, expected) in
        [(TYPEORM, "rooms"), (SEQUELIZE, "Rooms"), (PRISMA, "Room"), (DJANGO, "venues_room")]
    {
        let Some(moving) = Moving::new(application, halls()) else { return };
        let proposed = moving.program.run("migrate --adopt --propose").expect(0).stdout;
        assert!(proposed.contains(&format!("table = \"public.{expected}\"\n")), "{proposed}");
        let map = proposed.replace("hall_id = \"NULL\"", "hall_id = \"1\"");
        moving.map(&map);
        let look = moving.look(4);
        assert_eq!(texts(&look, "errors"), [""; 0], "{proposed}");
        assert_eq!(look["to_make"]["rooms"], 1, "{proposed}");
    }
    let Some(moving) = Moving::new("CREATE TABLE venues (id int)", halls()) else { return };
    let none = moving.program.run("migrate --adopt --propose").expect(10);
    assert!(
        none.stderr.starts_with("examsync: error: no two tables look like buildings and their rooms: "),
        "{none:?}"
    );
}

#[test]
fn on_sqlite_there_is_nothing_to_adopt() {
    let database = Database::sqlite();
    database.migrate();
    let api = MockApi::start();
    let program = Examsync::new(&database, &api);
    program.write("map.toml", 0o644, PRISMA_MAP);
    let outcome = program.run("migrate --adopt --map map.toml").expect(2);
    assert_eq!(
        outcome.stderr.lines().next().unwrap(),
        "examsync: error: migrate --adopt works in PostgreSQL only: in a SQLite file there is no application to move into"
    );
    program.run("migrate --adopt").expect(2);
    program.run("migrate --map map.toml").expect(2);
}
