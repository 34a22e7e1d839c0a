//! Results: a mark on each of a million people, written by a centre and taken at head office, beside the database's own
//! client and Debian's tools on ready files.

use std::fs;

use crate::centres::{PACK, SEATS, UNPACK, feed, halls_and_rooms, head, program, shell, sum, tell};
use crate::engine::{DATE, Engine};
use crate::measure::{Taken, measure as taken};
use crate::people::Crowd;
use crate::say;
use crate::support::mock_api::MockApi;
use crate::support::postgres::Cluster;

/// What results hold of the marks, in their order.
const ROWS: &str = "SELECT p.uid, p.attendance_marked, p.attendance_status, p.attendance_marked_at, p.attendance_marked_by, \
    r.external_id, p.start_time, p.place_id, p.participant_name, p.participant_count FROM participants AS p \
    JOIN rooms AS r ON r.id = p.room_id ORDER BY p.exam_date, p.id";
const MARK: &str = "UPDATE participants SET attendance_marked = 1, attendance_status = 'present', \
    attendance_marked_at = '2099-06-01 05:00:00.000', attendance_marked_by = 9";

/// Measures and prints all of it.
pub(crate) fn measure(cluster: &Cluster, path: &str, people: u64, runs: usize) {
    let api = MockApi::start();
    let crowd = Crowd { halls: 1, rooms_each: people / SEATS, people };
    for office in [
        head(Engine::examsync(cluster, "results", &api), crowd),
        head(Engine::on_sqlite(cluster, &api), crowd),
    ] {
        let centre = begun(&office, Engine::on_sqlite(cluster, &api));
        exports(&centre, path, people, runs);
        imports((&office, &centre), (cluster, &api), path, people, runs);
    }
}

/// A centre that has its package, and marked everybody.
fn begun<'a>(office: &Engine<'_>, centre: Engine<'a>) -> Engine<'a> {
    taken(program(office).args(["export", "--hall", "1", "--to", "stick"]));
    for (from, to) in [("hall-1.key", "own.key"), ("own", "peers"), ("peers", "own")] {
        fs::copy(office.folder().join(from), centre.folder().join(to)).expect("a copy");
    }
    for folder in ["stick", "members", "unpacked"] {
        fs::create_dir(centre.folder().join(folder)).expect("a folder");
    }
    taken(program(&centre).arg("import").arg(office.folder().join("stick/hall-1-v0001.examsync")));
    centre.execute(MARK);
    centre
}

fn exports(centre: &Engine<'_>, path: &str, people: u64, runs: usize) {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let open = "tar xf stick/hall-1-results-0001.examsync && age -d -i own.key data.tar.zst.age | zstd -q -d | \
                tar x -C members && rm members/end.json";
    for run in 0..runs {
        let copied = shell(centre, path, &format!("sqlite3 -header -csv examsync.db \"{ROWS}\" > rows.csv"));
        ours.push(taken(program(centre).args(["export", "--results", "--to", "stick", "--again"])));
        if run == 0 {
            shell(centre, path, open);
        }
        theirs.push(sum(copied, shell(centre, path, PACK)));
    }
    say(&format!("\nresults with {people} marks, beside sqlite3 -csv and tar | zstd -3 | age:\n"));
    tell("export", &ours, &theirs);
}

fn imports(
    (office, centre): (&Engine<'_>, &Engine<'_>),
    (cluster, api): (&Cluster, &MockApi),
    path: &str,
    people: u64,
    runs: usize,
) {
    let (mut ours, mut theirs): (Vec<Taken>, Vec<Taken>) = (Vec::new(), Vec::new());
    let results = centre.folder().join("stick/hall-1-results-0001.examsync");
    let name = if office.is_postgres() { "PostgreSQL" } else { "SQLite" };
    for run in 0..runs {
        ours.push(taken(program(office).arg("import").arg(&results)));
        let marked = office.ask("SELECT count(*) FROM participants WHERE attendance_status = 'present'");
        assert_eq!(marked, people.to_string(), "all marks are at head office");
        forget_results(office);
        let other = match office.is_postgres() {
            true => Engine::examsync(cluster, &format!("beside_results_{run}"), api),
            false => Engine::on_sqlite(cluster, api),
        };
        fs::create_dir(other.folder().join("unpacked")).expect("a folder");
        for name in ["own.key", "data.tar.zst.age"] {
            fs::copy(centre.folder().join(name), other.folder().join(name)).expect("a copy");
        }
        let unpacked = shell(&other, path, UNPACK);
        let members = unpacked_package(office, path);
        halls_and_rooms(&other, &members);
        feed(&members.join("participants"), &other.folder().join("feed.json"));
        let pulled = taken(other.program().args(["participants", "--date", DATE, "--from", "feed.json"]));
        theirs.push(sum(unpacked, pulled));
    }
    say(&format!(
        "\nimport of {people} marks into {name}, beside age -d | zstd -d | tar x and participants --from:\n"
    ));
    tell("import", &ours, &theirs);
}

/// The members of the package of head office.
fn unpacked_package(office: &Engine<'_>, path: &str) -> std::path::PathBuf {
    let members = office.folder().join("members");
    if !members.join("halls.json").exists() {
        let open = "tar xf stick/hall-1-v0001.examsync && age -d -i own.key data.tar.zst.age | zstd -q -d | tar x -C members";
        shell(office, path, open);
    }
    members
}

/// As if no results had come.
fn forget_results(office: &Engine<'_>) {
    let delete = if office.is_postgres() { "TRUNCATE" } else { "DELETE FROM" };
    for table in ["package_said", "package_seen", "package_results", "audit_logs"] {
        office.execute(&format!("{delete} {table}"));
    }
    office.execute(
        "UPDATE participants SET attendance_marked = (1 = 0), attendance_status = NULL, attendance_marked_at = NULL,
                                 attendance_marked_by = NULL",
    );
    office.execute(if office.is_postgres() { "VACUUM FULL participants" } else { "ANALYZE" });
}
