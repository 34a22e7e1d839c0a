//! Centres: a package of a million people, written and taken, beside the database's own client and Debian's tools on
//! ready files; and one package for each of 1,000 halls beside one `\copy` of the same rows.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::Command;

use crate::engine::{DATE, Engine};
use crate::measure::{Taken, measure as taken};
use crate::people::{Crowd, fill};
use crate::say;
use crate::support::mock_api::MockApi;
use crate::support::postgres::Cluster;
use crate::table::{cpu_ratio, median, mib, ratio, seconds};

pub(crate) const SEATS: u64 = 100;
const HALLS: u64 = 1_000;

/// What a package holds of people, in its order.
const ROWS: &str = "SELECT p.exam_date, p.start_time, b.external_id, r.external_id, p.external_profile_exam_id, \
    p.place_id, p.participant_id, p.participant_name, p.exam_title, p.participant_count, p.uid FROM buildings AS b \
    JOIN rooms AS r ON r.building_id = b.id JOIN participants AS p ON p.room_id = r.id \
    WHERE p.is_active AND p.exam_date = '2099-06-01' \
    ORDER BY b.external_id, p.exam_date, p.start_time, r.external_id, p.external_profile_exam_id";

/// The members of a package but for the file that lists them, as `tar` takes them.
pub(crate) const PACK: &str = "tar c -C members . | zstd -q -3 | age -r \"$(cut -d' ' -f2 peers)\" -r \"$(cut -d' ' -f2 own)\" > packed.age";
pub(crate) const UNPACK: &str = "age -d -i own.key data.tar.zst.age | zstd -q -d | tar x -C unpacked";

/// Measures and prints all of it.
pub(crate) fn measure(cluster: &Cluster, path: &str, people: u64, runs: usize) {
    for tool in ["age", "zstd", "tar", "sqlite3"] {
        let found = Command::new(tool).env("PATH", path).arg("--version").output();
        assert!(found.is_ok(), "{tool} is needed: sudo apt-get install -y age zstd tar sqlite3");
    }
    let api = MockApi::start();
    let one = Crowd { halls: 1, rooms_each: people / SEATS, people };
    let postgres = head(Engine::examsync(cluster, "centres", &api), one);
    exports(&postgres, path, people, runs);
    imports(&postgres, (cluster, &api), path, people, runs);
    drop(postgres);
    exports(&head(Engine::on_sqlite(cluster, &api), one), path, people, runs);
    let many = Crowd { halls: HALLS, rooms_each: 10, people };
    all_halls(&head(Engine::examsync(cluster, "all_centres", &api), many), path, people, runs);
}

/// Fills head office, and makes its keys and those of every centre.
pub(crate) fn head(engine: Engine<'_>, crowd: Crowd) -> Engine<'_> {
    fill(&engine, crowd);
    let card =
        |arguments: &[&str]| engine.program().arg("keys").args(arguments).output().expect("a card").stdout;
    let write =
        |name: &str, content: Vec<u8>| fs::write(engine.folder().join(name), content).expect("a file");
    write("own", card(&["--new", "own.key", "--head"]));
    let halls = 1..=crowd.halls;
    let cards = halls.map(|hall| card(&["--new", &format!("hall-{hall}.key"), "--hall", &hall.to_string()]));
    write("peers", cards.flatten().collect());
    for folder in ["stick", "members", "unpacked"] {
        fs::create_dir(engine.folder().join(folder)).expect("a folder");
    }
    engine
}

/// The program with keys and cards.
pub(crate) fn program(engine: &Engine<'_>) -> Command {
    let mut command = engine.program();
    let path = |name: &str| engine.folder().join(name);
    command.env("SYNC_KEY_FILE", path("own.key")).env("SYNC_PEERS_FILE", path("peers"));
    command
}

/// Has the database's own client write the rows to a file.
fn client(engine: &Engine<'_>, path: &str) -> Taken {
    let mut command = Command::new(if engine.is_postgres() { "psql" } else { "sqlite3" });
    command.env("PATH", path).current_dir(engine.folder());
    let copy = format!("\\copy ({ROWS}) TO 'rows.csv' CSV HEADER");
    match engine.is_postgres() {
        true => command.args(["-q", "-X", &engine.url(), "-c", &copy]),
        false => command.args(["-header", "-csv", "examsync.db", ".once rows.csv", ROWS]),
    };
    taken(&mut command)
}

/// Runs a line of a shell in the folder of an engine.
pub(crate) fn shell(engine: &Engine<'_>, path: &str, line: &str) -> Taken {
    let line = format!("set -euo pipefail; {line}");
    taken(Command::new("bash").env("PATH", path).current_dir(engine.folder()).args(["-c", &line]))
}

/// As if no package had been written.
fn forget_packages(engine: &Engine<'_>) {
    let delete = if engine.is_postgres() { "TRUNCATE" } else { "DELETE FROM" };
    for table in ["package_rows", "packages", "package_centres"] {
        engine.execute(&format!("{delete} {table}"));
    }
    let stick = engine.folder().join("stick");
    fs::remove_dir_all(&stick).and_then(|()| fs::create_dir(&stick)).expect("an empty folder");
}

pub(crate) fn sum(one: Taken, other: Taken) -> Taken {
    Taken {
        wall: one.wall + other.wall,
        cpu: one.cpu + other.cpu,
        peak_kib: one.peak_kib.max(other.peak_kib),
    }
}

/// A full package, the first one and once more when its rows are noted already, and a delta of 1 %.
fn exports(head: &Engine<'_>, path: &str, people: u64, runs: usize) {
    let (mut first, mut again, mut delta, mut theirs) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let export = |options: &[&str]| {
        taken(program(head).args(["export", "--hall", "1", "--to", "stick"]).args(options))
    };
    for run in 0..runs {
        forget_packages(head);
        let copied = client(head, path);
        first.push(export(&[]));
        again.push(export(&["--since", "full", "--again"]));
        head.execute(&format!(
            "UPDATE participants SET updated_at = '2099-01-{:02} 00:00:00.000' WHERE external_profile_exam_id % 100 = 0",
            run % 28 + 1
        ));
        delta.push(export(&["--since", "1"]));
        if run == 0 {
            let open = "tar xf stick/hall-1-v0001.examsync && \
                        age -d -i own.key data.tar.zst.age | zstd -q -d | tar x -C members && rm members/end.json";
            shell(head, path, open);
        }
        theirs.push(sum(copied, shell(head, path, PACK)));
    }
    let rows = head.ask("SELECT count(*), min(row_count), max(row_count) FROM packages");
    assert_eq!(rows, format!("3|{}|{people}", people / 100), "all people are in the full packages");
    let (name, client) =
        if head.is_postgres() { ("PostgreSQL", "\\copy") } else { ("SQLite", "sqlite3 -csv") };
    say(&format!(
        "\nexport of {people} people of one hall from {name}, beside {client} and tar | zstd -3 | age:\n"
    ));
    tell("first package", &first, &theirs);
    tell("once more", &again, &theirs);
    tell("1 % changed", &delta, &theirs);
}

/// The package at new centres, beside its members unpacked and pulled as a feed.
fn imports(head: &Engine<'_>, (cluster, api): (&Cluster, &MockApi), path: &str, people: u64, runs: usize) {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let package = head.folder().join("stick/hall-1-v0001.examsync");
    let members = head.folder().join("members");
    for _ in 0..runs {
        let centre = Engine::on_sqlite(cluster, api);
        let copy = |from: &str, to: &str| {
            fs::copy(head.folder().join(from), centre.folder().join(to)).expect("a copy")
        };
        copy("hall-1.key", "own.key");
        copy("own", "peers");
        ours.push(taken(program(&centre).arg("import").arg(&package)));
        loaded(&centre, people);
        let other = Engine::on_sqlite(cluster, api);
        fs::create_dir(other.folder().join("unpacked")).expect("a folder");
        let copy = |from: &str, to: &str| {
            fs::copy(head.folder().join(from), other.folder().join(to)).expect("a copy")
        };
        copy("hall-1.key", "own.key");
        copy("data.tar.zst.age", "data.tar.zst.age");
        let unpacked = shell(&other, path, UNPACK);
        halls_and_rooms(&other, &members);
        feed(&members.join("participants"), &other.folder().join("feed.json"));
        let pulled = taken(other.program().args(["participants", "--date", DATE, "--from", "feed.json"]));
        loaded(&other, people);
        theirs.push(sum(unpacked, pulled));
    }
    say(&format!(
        "\nimport of {people} people into a new SQLite file, beside age -d | zstd -d | tar x and participants --from:\n"
    ));
    tell("import", &ours, &theirs);
}

fn loaded(engine: &Engine<'_>, people: u64) {
    assert_eq!(engine.ask("SELECT count(*) FROM participants WHERE is_active"), people.to_string());
}

/// Pulls the hall and its rooms from the members of a package.
pub(crate) fn halls_and_rooms(engine: &Engine<'_>, members: &Path) {
    for (command, name) in [(&["halls"][..], "halls.json"), (&["rooms", "--hall", "1"], "rooms.json")] {
        taken(engine.program().args(command).arg("--from").arg(members.join(name)));
    }
}

/// Joins the members of one date into one feed.
pub(crate) fn feed(members: &Path, path: &Path) {
    let mut names: Vec<_> =
        fs::read_dir(members).expect("the members").map(|entry| entry.expect("a member").path()).collect();
    names.sort();
    let mut out = File::create(path).expect("a feed");
    let mut put = |bytes: &[u8]| out.write_all(bytes).expect("the disk takes it");
    let beginning = format!("{{\"date\":\"{DATE}\",\"data\":[");
    put(b"{\"data\":[");
    for (nth, name) in names.iter().enumerate() {
        let text = fs::read(name).expect("a member");
        let slots = text.strip_prefix(beginning.as_bytes()).and_then(|rest| rest.strip_suffix(b"]}"));
        put(if nth == 0 { b"" } else { b"," });
        put(slots.expect("a member of the date"));
    }
    put(b"]}");
}

/// A first package for each hall.
fn all_halls(head: &Engine<'_>, path: &str, people: u64, runs: usize) {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        forget_packages(head);
        theirs.push(client(head, path));
        ours.push(taken(program(head).args(["export", "--all", "--to", "stick"])));
    }
    let written = head.ask("SELECT count(*), sum(row_count) FROM packages WHERE written_at IS NOT NULL");
    assert_eq!(written, format!("{HALLS}|{people}"));
    say(&format!(
        "\nexport --all, {people} people in {HALLS} halls: {} and {}, beside {} of one \\copy: ratio {:.2} (at most 5)\n",
        seconds(median(&ours).wall),
        mib(median(&ours).peak_kib),
        seconds(median(&theirs).wall),
        ratio(&ours, &theirs)
    ));
}

pub(crate) fn tell(what: &str, ours: &[Taken], theirs: &[Taken]) {
    let (our, their) = (median(ours), median(theirs));
    say(&format!(
        "  {what}: {} of CPU beside {}: ratio {:.2} (at most 1.3); {} (at most 32); {} beside {} in all\n",
        seconds(our.cpu),
        seconds(their.cpu),
        cpu_ratio(ours, theirs),
        mib(our.peak_kib),
        seconds(our.wall),
        seconds(their.wall)
    ));
}
