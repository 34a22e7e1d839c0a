//! Projection under faults: locks, kills, drift, refusals that nothing foresaw, dry runs.

use serde_json::{Value, json};

use super::fixtures::{DJANGO, DJANGO_MAP, TYPEORM, TYPEORM_MAP};
use super::{Moving, projected, warned};
use crate::support::data::{hall, room};
use crate::support::database::Session;
use crate::support::wait_until;

fn halls(capacity: i64) -> Value {
    json!([hall(1, "A", vec![room(11, "1", capacity), room(12, "2", capacity)])])
}

/// What the application has of our rooms.
fn rooms(moving: &Moving) -> Vec<String> {
    moving.rows("SELECT r.number, r.capacity FROM rooms r JOIN buildings b ON b.id = r.building_id WHERE b.name = 'A' ORDER BY 1")
}

#[test]
fn a_row_that_a_person_holds_ends_the_pass_and_the_next_one_heals() {
    let Some(moving) = Moving::new(TYPEORM, halls(1)) else { return };
    moving.adopt(TYPEORM_MAP);
    let before = moving.rows("SELECT external_id, capacity FROM exams.rooms ORDER BY 1");
    let mut person = moving.database.session();
    person.execute("BEGIN; UPDATE rooms SET capacity = 5 WHERE number = '1'");
    let hurried = moving.program.clone().env("SYNC_TIMEOUT", "1s");
    moving.api.halls(halls(2));
    let outcome = hurried.run("halls --json").expect(75);
    assert_eq!(outcome.json()["error"]["kind"], "temporary");
    assert_eq!(moving.rows("SELECT external_id, capacity FROM exams.rooms ORDER BY 1"), before);
    person.execute("ROLLBACK");
    assert_eq!(rooms(&moving), ["1|1", "2|1"]);
    let healed = hurried.run("halls --json").expect(0);
    assert_eq!(
        (projected(&healed, 1), rooms(&moving)),
        ([0, 2, 0], vec!["1|2".to_owned(), "2|2".to_owned()])
    );
}

#[test]
fn a_kill_in_the_projection_leaves_nothing_on_either_side() {
    let Some(moving) = Moving::new(TYPEORM, halls(1)) else { return };
    moving.adopt(TYPEORM_MAP);
    moving.database.execute(
        "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(30); RETURN NEW; END';
         CREATE TRIGGER slow BEFORE UPDATE ON rooms FOR EACH ROW EXECUTE FUNCTION slow()",
    );
    moving.api.halls(halls(2));
    let mut running = moving.program.spawn("halls");
    let mut session = moving.database.session();
    let sleeping =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'";
    wait_until("the projection is under way", || session.number(sleeping) > 0);
    running.kill();
    running.wait().expect(-9);
    let others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    wait_until("its backends are gone", || session.number(others) == 0);
    session.execute("DROP TRIGGER slow ON rooms");
    assert_eq!(rooms(&moving), ["1|1", "2|1"]);
    assert_eq!(moving.rows("SELECT DISTINCT capacity FROM exams.rooms"), ["1"]);
    let outcome = moving.program.run("halls --json").expect(0);
    assert_eq!(
        (projected(&outcome, 1), rooms(&moving)),
        ([0, 2, 0], vec!["1|2".to_owned(), "2|2".to_owned()])
    );
}

#[test]
fn a_column_that_is_renamed_later_stops_the_projection_and_not_the_pass() {
    let Some(moving) = Moving::new(TYPEORM, halls(1)) else { return };
    moving.adopt(TYPEORM_MAP);
    moving.database.execute("ALTER TABLE rooms RENAME capacity TO seats");
    moving.api.halls(halls(2));
    let told = moving.program.run("halls").expect(0);
    assert_eq!(
        told.snapshot(),
        "exit code 0\nstdout:\n\nstderr:\nexamsync: warning: halls: the application's tables are not as the map of the \
         adoption says, and nothing is written there until they are: public.rooms has no column capacity; set that right, \
         or adopt again with another map (projection_stopped)"
    );
    assert_eq!(moving.rows("SELECT DISTINCT capacity FROM exams.rooms"), ["2"]);
    let alerts = "SELECT command, kind, closed_at IS NULL FROM exams.alerts ORDER BY id";
    assert_eq!(moving.rows(alerts), ["halls|setup|1"]);
    // Reported once; every document says it.
    assert_eq!(moving.program.run("halls").expect(0).stderr, "");
    let again = moving.program.run("halls --json").expect(0);
    assert_eq!(warned(&again), ["projection_stopped null"]);
    moving.database.execute("ALTER TABLE rooms RENAME seats TO capacity");
    let healed = moving.program.run("halls --json").expect(0);
    assert_eq!((projected(&healed, 1), warned(&healed)), ([0, 2, 0], vec![]));
    assert_eq!(
        (rooms(&moving), moving.rows(alerts)),
        (vec!["1|2".to_owned(), "2|2".to_owned()], vec!["halls|setup|0".to_owned()])
    );
}

#[test]
fn what_was_not_foreseen_is_isolated_row_by_row() {
    let many: Vec<Value> = (1..=40).map(|id| room(100 + id, &format!("{id}"), id)).collect();
    let Some(moving) = Moving::new(TYPEORM, json!([hall(1, "A", vec![])])) else { return };
    moving.adopt(TYPEORM_MAP);
    moving.database.execute(
        "ALTER TABLE rooms ADD CONSTRAINT no_seventeen CHECK (number <> '17');
         CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS
             'BEGIN IF NEW.number = ''23'' THEN RETURN NULL; END IF; RETURN NEW; END';
         CREATE TRIGGER swallow BEFORE INSERT ON rooms FOR EACH ROW EXECUTE FUNCTION swallow()",
    );
    let outcome = moving.halls(json!([hall(1, "A", many)])).expect(0);
    assert_eq!(
        (projected(&outcome, 1), warned(&outcome)),
        ([38, 0, 2], vec!["not_projected 117".to_owned(), "not_projected 123".to_owned()])
    );
    let document = outcome.json();
    let messages = document["syncs"][1]["warnings"].as_array().unwrap();
    assert!(
        messages[0]["message"].as_str().unwrap().contains("the constraint no_seventeen on table rooms"),
        "{messages:?}"
    );
    assert!(
        messages[1]["message"].as_str().unwrap().ends_with("a trigger left it out, or gave it another key"),
        "{messages:?}"
    );
    assert_eq!(rooms(&moving).len(), 38);
    moving.database.execute("ALTER TABLE rooms DROP CONSTRAINT no_seventeen; DROP TRIGGER swallow ON rooms");
    assert_eq!(projected(&moving.program.run("halls --json").expect(0), 1), [2, 0, 0]);
    assert_eq!(rooms(&moving).len(), 40);
}

#[test]
fn names_that_do_not_fit_are_left_out_alone() {
    let named = |name: &str| json!([hall(1, "A", vec![room(11, name, 1), room(12, "2", 1)])]);
    let Some(moving) = Moving::new(TYPEORM, named("1")) else { return };
    moving.adopt(TYPEORM_MAP);
    let outcome = moving.halls(named(&"x".repeat(61))).expect(0);
    assert_eq!((projected(&outcome, 1), warned(&outcome)), ([0, 0, 1], vec!["not_projected 11".to_owned()]));
    let message = outcome.json()["syncs"][1]["warnings"][0]["message"].as_str().unwrap().to_owned();
    assert!(message.ends_with(": its name has 61 characters, and public.rooms.name takes 60"), "{message}");
}

#[test]
fn a_column_that_takes_no_interim_value_is_told_with_its_cure() {
    let swapped = |a: &str, b: &str| json!([hall(1, a, vec![]), hall(2, b, vec![])]);
    let application = DJANGO.replace(
        "name varchar(200) NOT NULL,\n        is_active",
        "name varchar(2) NOT NULL UNIQUE,\n        is_active",
    );
    let Some(moving) = Moving::new(&application, swapped("A", "B")) else { return };
    moving.database.execute("ALTER SEQUENCE venues_building_id_seq RESTART 100");
    moving.adopt(DJANGO_MAP);
    let outcome = moving.halls(swapped("B", "A")).expect(0);
    assert_eq!(
        (projected(&outcome, 0), warned(&outcome)),
        ([0, 0, 2], vec!["not_projected 1".to_owned(), "not_projected 2".to_owned()])
    );
    let message = outcome.json()["syncs"][0]["warnings"][0]["message"].as_str().unwrap().to_owned();
    let cure = message.split_once("run: ").unwrap().1.to_owned();
    assert_eq!(
        cure,
        "ALTER TABLE \"public\".\"venues_building\" DROP CONSTRAINT \"venues_building_name_key\", ADD CONSTRAINT \
         \"venues_building_name_key\" UNIQUE (\"name\") DEFERRABLE"
    );
    moving.database.execute(&cure);
    let healed = moving.program.run("halls --json").expect(0);
    assert_eq!((projected(&healed, 0), warned(&healed)), ([0, 2, 0], vec![]));
}

#[test]
fn a_dry_run_projects_and_rolls_back() {
    let Some(moving) = Moving::new(TYPEORM, halls(1)) else { return };
    moving.adopt(TYPEORM_MAP);
    let dump = |session: &mut Session| {
        ["public.rooms", "public.buildings", "exams.adoption_links", "exams.adoption_map", "exams.rooms"]
            .map(|table| session.rows(&format!("SELECT * FROM {table} ORDER BY 1, 2")))
    };
    let before = dump(&mut moving.database.session());
    moving.api.halls(halls(2));
    let dry = moving.program.run("halls --dry-run --json").expect(0);
    assert_eq!(projected(&dry, 1), [0, 2, 0]);
    assert_eq!(dump(&mut moving.database.session()), before);
    let text = moving.program.run("halls -v").expect(0);
    assert!(
        text.stdout
            .contains("rooms: 2 updated; in the application's table: 0 created, 2 updated, 0 left out"),
        "{}",
        text.stdout
    );
}

#[test]
fn an_unchanged_pass_writes_no_row_of_the_application() {
    let Some(moving) = Moving::new(TYPEORM, halls(1)) else { return };
    moving.adopt(TYPEORM_MAP);
    let stamps = || {
        moving.rows("SELECT ctid::text, xmin::text FROM rooms UNION ALL SELECT ctid::text, xmin::text FROM buildings
                                 UNION ALL SELECT ctid::text, xmin::text FROM exams.adoption_links
                                 UNION ALL SELECT ctid::text, xmin::text FROM exams.adoption_map ORDER BY 1, 2")
    };
    let before = stamps();
    moving.program.run("halls --full").expect(0);
    assert_eq!(stamps(), before);
}

#[test]
fn another_pass_holds_the_lock_of_the_adoption() {
    let Some(moving) = Moving::new(TYPEORM, halls(1)) else { return };
    moving.map(TYPEORM_MAP);
    let plan = moving.look(4)["plan"].as_str().unwrap().to_owned();
    let hold = moving.api.hold(crate::support::mock_api::HALLS);
    let running = moving.program.spawn("halls --full");
    hold.arrived();
    let outcome = moving.program.run(&format!("migrate --adopt --map map.toml --approve {plan}")).expect(11);
    assert!(outcome.stderr.contains("a pass of halls is running"), "{}", outcome.stderr);
    hold.release();
    running.wait().expect(0);
    moving.program.run(&format!("migrate --adopt --map map.toml --approve {plan}")).expect(0);
}

#[test]
fn rooms_passes_project_and_status_counts() {
    let Some(moving) = Moving::new(TYPEORM, halls(1)) else { return };
    moving.adopt(TYPEORM_MAP);
    moving.api.hall_rooms(1, json!([room(11, "1", 9), room(12, "2", 1), room(13, "3", 3)]));
    let outcome = moving.program.run("rooms --json").expect(0);
    assert_eq!(projected(&outcome, 0), [1, 1, 0]);
    assert_eq!(rooms(&moving), ["1|9", "2|1", "3|3"]);
    let status = moving.program.run("status --json").expect(0).json();
    assert_eq!(
        status["adoption"],
        json!([{"entity": "buildings", "linked": 1, "unlinked": 0, "not_projected": 0},
               {"entity": "rooms", "linked": 3, "unlinked": 0, "not_projected": 0}])
    );
    let text = moving.program.run("status").expect(0).stdout;
    assert!(text.contains("\nadopted rooms: 3 linked, 0 unlinked, 0 not projected\n"), "{text}");
}
