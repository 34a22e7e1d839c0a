//! Moving in: 20,000 rooms that are projected into an application's tables, beside passes that project nothing.

use std::fs;
use std::process::Command;

use crate::engine::Engine;
use crate::feeds::{self, Size, State};
use crate::measure::{Taken, measure as taken};
use crate::say;
use crate::support::mock_api::MockApi;
use crate::support::postgres::Cluster;
use crate::table::{median, ratio, seconds};

/// The application, as TypeORM makes it.
const APPLICATION: &str = "
    CREATE SCHEMA app;
    CREATE TABLE app.buildings (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name varchar(255) NOT NULL UNIQUE,
        address text, active boolean NOT NULL DEFAULT true, created_at timestamp NOT NULL DEFAULT now());
    CREATE TABLE app.rooms (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        building_id uuid REFERENCES app.buildings (id) ON DELETE CASCADE, number varchar(255) NOT NULL,
        capacity integer NOT NULL, active boolean NOT NULL DEFAULT true, UNIQUE (building_id, number));
    CREATE TABLE app.assignments (id serial PRIMARY KEY, room_id uuid REFERENCES app.rooms (id) ON DELETE CASCADE)
";

const MAP: &str = r#"
    [buildings]
    table = "app.buildings"
    key = "id"
    name = "name"
    address = "address"
    active = "active"
    [rooms]
    table = "app.rooms"
    key = "id"
    building = "building_id"
    capacity = "capacity"
    active = "active"
    on_insert = { number = "$name" }
"#;

/// Measures and prints it.
pub(crate) fn measure(cluster: &Cluster, runs: usize) {
    let size = Size::M;
    let api = MockApi::start();
    let (mut first, mut projected) = (Vec::new(), Vec::new());
    let (mut unchanged, mut with_projection) = (Vec::new(), Vec::new());
    let (mut changed, mut projecting) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        let plain = Engine::examsync(cluster, "plain", &api);
        let moving = Engine::examsync(cluster, "moving", &api);
        moving.execute(APPLICATION);
        api.halls(feeds::halls(size, State::First));
        first.push(taken(program(&plain).arg("halls")));
        taken(program(&moving).arg("halls"));
        projected.push(adopt(&moving));
        assert_eq!(moving.ask("SELECT count(*) FROM app.rooms"), size.rooms().to_string());
        for engine in [&plain, &moving] {
            engine.execute("VACUUM ANALYZE");
        }
        // In turn, and not only once: a pass is short next to what a machine does meanwhile.
        for _ in 0..5 {
            unchanged.push(taken(program(&plain).args(["halls", "--full"])));
            with_projection.push(taken(program(&moving).args(["halls", "--full"])));
        }
        api.halls(feeds::halls(size, State::Changed));
        changed.push(taken(program(&plain).arg("halls")));
        projecting.push(taken(program(&moving).arg("halls")));
        let seats = moving.ask("SELECT sum(capacity) FROM app.rooms");
        assert_eq!(seats, size.seats(State::Changed).to_string());
    }
    say(&format!(
        "\nmoving in, {} rooms: the adoption's projection beside a plain first pass\n",
        size.rooms()
    ));
    tell("first projection", &projected, "first pass", &first);
    tell("unchanged, adopted", &with_projection, "unchanged, plain", &unchanged);
    tell("1 % changed, adopted", &projecting, "1 % changed, plain", &changed);
}

/// The tables of the engine are in public, and the application's in a schema next to it.
fn program(engine: &Engine) -> Command {
    let mut command = engine.program();
    command.env("DATABASE_SCHEMA", "public");
    command
}

/// Approves the plan of a look.
fn adopt(engine: &Engine) -> Taken {
    fs::write(engine.folder().join("map.toml"), MAP).expect("a file for the map");
    let look = program(engine).args(["migrate", "--adopt", "--map", "map.toml", "--json"]).output();
    let look = look.expect("the program starts");
    let document: serde_json::Value = serde_json::from_slice(&look.stdout).expect("one document");
    let plan = document["plan"].as_str().unwrap_or_else(|| panic!("no plan in {document}")).to_owned();
    taken(program(engine).args(["migrate", "--adopt", "--map", "map.toml", "--approve", &plan]))
}

fn tell(what: &str, ours: &[Taken], other: &str, theirs: &[Taken]) {
    say(&format!(
        "  {what}: {} beside {} ({other}): ratio {:.2}\n",
        seconds(median(ours).wall),
        seconds(median(theirs).wall),
        ratio(ours, theirs)
    ));
}
