//! What is checked before anything is adopted, and reported at once (10).

use serde_json::{Value, json};

use super::fixtures::{
    DJANGO, DJANGO_MAP, PRISMA, PRISMA_MAP, SEQUELIZE, SEQUELIZE_MAP, TYPEORM, TYPEORM_MAP,
};
use super::{Moving, texts};
use crate::support::data::{hall, room, with};
use crate::support::{Database, Examsync, MockApi};

pub(super) fn halls() -> Value {
    json!([with(hall(1, "A", vec![room(11, "101", 30)]), "address", json!("Street 1"))])
}

/// The look refuses with exactly these sentences, and nothing is written.
#[track_caller]
fn refused(application: &str, map: &str, expected: &[&str]) {
    let Some(moving) = Moving::new(application, halls()) else { return };
    refuses(&moving, map, expected);
}

#[track_caller]
pub(super) fn refuses(moving: &Moving, map: &str, expected: &[&str]) {
    moving.map(map);
    let document = moving.look(10);
    assert_eq!(texts(&document, "errors"), expected);
    assert_eq!(
        (&document["status"], &document["exit_code"], &document["plan"]),
        (&json!("failed"), &json!(10), &Value::Null)
    );
    let said = moving.program.run("migrate --adopt --map map.toml").expect(10);
    assert_eq!(said.stdout, "");
    for sentence in expected {
        assert!(said.stderr.contains(sentence), "{}", said.stderr);
    }
}

#[test]
fn tables_and_columns_must_be_as_written() {
    let map =
        TYPEORM_MAP.replace("public.buildings", "public.Buildings").replace("\"capacity\"", "\"seats\"");
    refused(
        TYPEORM,
        &map,
        &[
            "there is no table public.Buildings; names are written as the catalogue has them, without quotes, and the first \
         dot divides schema and table",
            "public.rooms has no column seats",
        ],
    );
    refused(
        TYPEORM,
        &TYPEORM_MAP.replace("public.rooms", "exams.rooms"),
        &["exams.rooms is in the schema of examsync's own tables; set DATABASE_SCHEMA to another one"],
    );
    refused(
        TYPEORM,
        &TYPEORM_MAP.replace("capacity =", "capacitiy ="),
        &["map.toml: rooms.capacitiy is not known"],
    );
}

#[test]
fn a_view_is_no_table_and_a_computed_column_is_not_written() {
    let application = TYPEORM.replace(
        "capacity integer NOT NULL DEFAULT 0,",
        "seats integer NOT NULL DEFAULT 0, capacity integer GENERATED ALWAYS AS (seats) STORED,",
    );
    let application = application.replace("number, hall_id, capacity)", "number, hall_id, seats)");
    refused(
        &format!("{application} CREATE VIEW houses AS SELECT * FROM buildings"),
        &TYPEORM_MAP.replace("public.buildings", "public.houses"),
        &[
            "there is no table public.houses; names are written as the catalogue has them, without quotes, and the first dot \
             divides schema and table",
            "public.rooms.capacity is computed by the database and can't be written",
        ],
    );
}

#[test]
fn the_key_must_be_unique_and_never_null_and_made_by_somebody() {
    let application = TYPEORM
        .replace("CONSTRAINT \"PK_b\" PRIMARY KEY (id), ", "")
        .replace(
            "id uuid NOT NULL DEFAULT gen_random_uuid(), name character varying(120)",
            "id uuid, name character varying(120)",
        )
        .replace(
            "CONSTRAINT \"FK_r_b\" FOREIGN KEY (building_id) REFERENCES buildings (id) ON DELETE CASCADE,",
            "",
        );
    refused(
        &application,
        TYPEORM_MAP,
        &[
            "public.buildings.id is not a key: nothing keeps its values unique",
            "public.buildings.id is not a key: it may be null",
            "public.buildings.id has no default: add new_key, a SQL expression that makes one, such as \"gen_random_uuid()\"",
        ],
    );
}

#[test]
fn columns_that_must_have_a_value_are_named() {
    refused(
        SEQUELIZE,
        &SEQUELIZE_MAP.replacen("on_insert = { createdAt = \"now()\", updatedAt = \"now()\" }", "", 1),
        &[
            "public.Buildings.createdAt must have a value and has no default: map it, or give it a value in buildings.on_insert",
            "public.Buildings.updatedAt must have a value and has no default: map it, or give it a value in buildings.on_insert",
        ],
    );
}

#[test]
fn types_must_take_our_values() {
    let application = "
        CREATE TYPE label AS ENUM ('synced', 'other');
        CREATE TABLE buildings (id int PRIMARY KEY DEFAULT 1, name varchar(3), address label, active integer,
            external_id integer, gone timestamp, sync_status label);
        CREATE TABLE rooms (id int PRIMARY KEY DEFAULT 1, building_id integer, name varchar(3), capacity text);
    ";
    let map = r#"
        [buildings]
        table = "public.buildings"
        key = "id"
        name = "name"
        address = "address"
        active = "active"
        external_id = "external_id"
        deleted_at = "gone"
        sync_status = "sync_status"
        [rooms]
        table = "public.rooms"
        key = "id"
        building = "building_id"
        name = "name"
        capacity = "capacity"
    "#;
    let halls =
        json!([with(hall(3_000_000_000, "Four", vec![room(11, "101", 30)]), "address", json!("Street 1")),]);
    let Some(moving) = Moving::new(application, halls) else { return };
    refuses(
        &moving,
        map,
        &[
            "public.buildings.active is integer, which takes no active",
            "public.buildings.gone is a timestamp without zone: add timezone, such as \"Asia/Baku\"",
            "public.rooms.capacity is text, which takes no capacity",
            "public.buildings.name takes 3 characters, and the longest name has 4: make the column longer",
            "public.buildings.address is public.label, whose labels lack 1 of our values, such as Street 1",
            "public.buildings.external_id is integer, and the greatest external id is 3000000000: make the column a bigint",
            "public.buildings.sync_status is public.label, whose labels lack 2 of our values, such as sync_pending",
        ],
    );
}

#[test]
fn expressions_must_be_sql_that_the_database_takes() {
    let map = TYPEORM_MAP.replace("public.hall_of($building)", "public.no_such($building)");
    refused(TYPEORM, &map, &["rooms.on_insert can't be used: function public.no_such(uuid) does not exist"]);
    let map = TYPEORM_MAP.replace("public.hall_of($building)", "1); DROP TABLE assignments; --");
    refused(TYPEORM, &map, &["rooms.on_insert can't be used: syntax error at or near \";\""]);
}

#[test]
fn applications_of_another_shape_are_refused_with_a_sentence() {
    // One level only.
    let venues = "CREATE TABLE venues (id serial PRIMARY KEY, name text)";
    let map = "[buildings]\ntable = \"public.venues\"\nkey = \"id\"\nname = \"name\"\n";
    refused(
        venues,
        map,
        &[
            "map.toml: [rooms] is missing: an application that has halls only, or rooms only, can't be adopted",
        ],
    );
    let both = format!(
        "{map}[rooms]\ntable = \"public.venues\"\nkey = \"id\"\nname = \"name\"\nbuilding = \"id2\"\n"
    );
    refused(
        venues,
        &both,
        &[
            "map.toml: [buildings] and [rooms] name the same table, public.venues: an application with one level can't be adopted",
        ],
    );
    // Rooms per exam.
    let per_exam = DJANGO
        .replace("capacity smallint,", "capacity smallint, exam_id bigint NOT NULL REFERENCES exam (id),");
    refused(
        &format!("CREATE TABLE exam (id bigint PRIMARY KEY); {per_exam}"),
        DJANGO_MAP,
        &[
            "public.venues_room.exam_id must have a value and refers to public.exam: where every public.exam has rooms of its \
         own, they are no rooms of a building and can't be adopted; else give it a value in rooms.on_insert",
        ],
    );
    // The building as a text.
    let as_text = DJANGO.replace(
        "building_id bigint NOT NULL\n        REFERENCES venues_building (id) DEFERRABLE INITIALLY DEFERRED",
        "building_id text NOT NULL",
    );
    refused(
        &as_text,
        DJANGO_MAP,
        &[
            "public.venues_room.building_id is text and can't hold the key of public.venues_building, which is bigint: rooms \
         that only name their building as a text can't be adopted",
        ],
    );
}

#[test]
fn our_own_side_must_be_ready() {
    let Some(database) = Database::postgres() else { return };
    database.execute(PRISMA);
    let api = MockApi::start();
    let program = Examsync::new(&database, &api).env("DATABASE_SCHEMA", "exams");
    program.write("map.toml", 0o644, PRISMA_MAP);
    let pending = program.run("migrate --adopt --map map.toml").expect(10);
    assert!(pending.stderr.contains("the database has no tables yet"), "{}", pending.stderr);
    program.run("migrate").expect(0);
    let moving = Moving { api, database, program };
    refuses(
        &moving,
        PRISMA_MAP,
        &["no halls pass has completed yet: run `examsync halls` first, so that there is something to link"],
    );
    let without = Moving { program: moving.program.clone().without("DATABASE_SCHEMA"), ..moving };
    without
        .database
        .execute("ALTER SCHEMA public RENAME TO application; ALTER SCHEMA exams RENAME TO public");
    refuses(
        &without,
        &PRISMA_MAP.replace("public.", "application."),
        &[
            "DATABASE_SCHEMA is not set: examsync's own tables need a schema of their own, apart from the application's",
            "no halls pass has completed yet: run `examsync halls` first, so that there is something to link",
        ],
    );
    let missing = without.program.run("migrate --adopt --map nowhere.toml").expect(10);
    assert!(missing.stderr.contains("nowhere.toml can't be read: "), "{}", missing.stderr);
}
