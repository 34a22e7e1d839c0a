//! `DATABASE_SCHEMA`: the tables in a schema of their own, beside another program's (contract §10.1).

mod refused;

use serde_json::json;

use crate::support::mock_api::HALLS;
use crate::support::postgres::{Cluster, Pgbouncer};
use crate::support::{Database, Examsync, MockApi, data};

const DATE: &str = "2099-06-01";

fn api() -> MockApi {
    let api = MockApi::start();
    api.halls(json!([data::hall(1, "Bakı", vec![data::room(11, "A", 30)])]));
    api.hall_rooms(1, json!([data::room(11, "A", 30)]));
    api.participants(DATE, json!([data::slot("09:00", vec![data::count(1, 11, 20)])]));
    api
}

/// Tables of an application, with names of ours and other shapes.
const APPLICATION: &str = "CREATE TABLE buildings (id uuid, name text); INSERT INTO buildings (name) VALUES ('theirs');
    CREATE TABLE rooms (x text); CREATE TABLE participants (x text); CREATE TABLE alerts (x text);
    CREATE TABLE alert_scopes (x text); CREATE TABLE notifications (id serial, title text); CREATE TABLE outbox (x text);
    CREATE TABLE sync_logs (id uuid); CREATE TABLE audit_logs (id uuid); CREATE TABLE validators (x text)";

/// Everything that the schema holds: its objects, and the row.
fn content(database: &Database) -> Vec<String> {
    let mut content = database.rows(
        "SELECT relname, relkind, pg_relation_size(oid) FROM pg_class
         WHERE relnamespace = 'public'::regnamespace ORDER BY 1",
    );
    content.extend(database.rows("SELECT * FROM public.buildings"));
    content
}

fn program(database: &Database, api: &MockApi) -> Examsync {
    Examsync::new(database, api).env("DATABASE_SCHEMA", "examsync")
}

/// Every command, on a database with an application's tables.
fn use_all(database: &Database, program: &Examsync) {
    let before = content(database);
    let participants = format!("participants --date {DATE}");
    for arguments in [
        "migrate",
        "migrate",
        "migrate --check",
        "halls --dry-run",
        "halls",
        "halls",
        "rooms",
        &participants,
        &participants,
        "status",
        "status --format html",
        "status --format prometheus",
    ] {
        program.run(arguments).expect(0);
        assert_eq!(content(database), before, "{arguments}");
    }
    assert_eq!(
        database.rows(
            "SELECT b.name, r.name, p.participant_count FROM examsync.participants AS p
             JOIN examsync.rooms AS r ON r.id = p.room_id JOIN examsync.buildings AS b ON b.id = r.building_id"
        ),
        ["Bakı|A|20"]
    );
}

#[test]
fn the_tables_live_in_a_schema_of_their_own_beside_an_applications() {
    let Some(database) = Database::postgres() else { return };
    database.execute(APPLICATION);
    let api = api();
    use_all(&database, &program(&database, &api));
    // A search path in the URL is not heard.
    let url = format!("{}?options=-csearch_path%3Dpublic", database.url());
    program(&database, &api).env("DATABASE_URL", &url).run("halls").expect(0);
    let program = program(&database, &api);
    while database.number("SELECT count(*) FROM examsync.__diesel_schema_migrations") > 0 {
        program.run("migrate --revert --yes").expect(0);
    }
    assert_eq!(database.number("SELECT count(*) FROM pg_tables WHERE schemaname = 'examsync'"), 1);
    program.run("migrate").expect(0);
}

#[test]
fn the_same_behind_a_pooler_in_transaction_mode() {
    let Some(cluster) = Cluster::start(&[]) else { return };
    let Some(pooler) = Pgbouncer::start(&cluster) else { return };
    let database = Database::in_cluster(&cluster);
    database.execute(APPLICATION);
    let api = api();
    let name = database.text("SELECT current_database()");
    use_all(&database, &program(&database, &api).env("DATABASE_URL", &pooler.url(&name)));
    // A server connection that a client left with another path serves the next one, too.
    let mut other = crate::support::database::Session::postgres(&pooler.url(&name));
    other.execute("SET search_path = public");
    drop(other);
    program(&database, &api).env("DATABASE_URL", &pooler.url(&name)).run("halls --full").expect(0);
    assert_eq!(database.number("SELECT count(*) FROM examsync.buildings"), 1);
}

#[test]
fn a_pooler_that_takes_no_start_parameter_is_10_with_the_cure() {
    let Some(cluster) = Cluster::start(&[]) else { return };
    let Some(pooler) = Pgbouncer::start(&cluster) else { return };
    let url = format!("{}?options=-csearch_path%3Dexamsync", pooler.url("postgres"));
    let outcome = Examsync::bare().env("DATABASE_URL", &url).run("migrate").expect(10);
    let line = outcome.stderr.lines().next().unwrap();
    assert!(
        line.contains("the pooler does not take a parameter that DATABASE_URL sets at the start: "),
        "{line}"
    );
    assert!(
        line.contains(
            "unsupported startup parameter: options; take options out of it and name the schema by "
        ),
        "{line}"
    );
}

#[test]
fn two_installations_in_one_database_do_not_exclude_each_other_and_two_hosts_of_one_do() {
    let Some(database) = Database::postgres() else { return };
    let api = api();
    let [one, two] = ["one", "two"].map(|schema| {
        // A pass that waits at a hold is not to give up and ask again.
        Examsync::new(&database, &api).env("DATABASE_SCHEMA", schema).env("SYNC_TIMEOUT", "5m")
    });
    one.run("migrate").expect(0);
    two.run("migrate").expect(0);
    let hold = api.hold(HALLS);
    let first = one.spawn("halls");
    hold.arrived();
    one.run("halls").expect(11);
    let second = two.spawn("halls");
    hold.arrived();
    hold.release();
    first.wait().expect(0);
    second.wait().expect(0);
    for schema in ["one", "two"] {
        assert_eq!(database.number(&format!("SELECT count(*) FROM {schema}.buildings")), 1);
    }
}
