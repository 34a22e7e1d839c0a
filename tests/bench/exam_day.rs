//! The exam day: `lists` of a million people beside a sorted `\copy` of the same rows, and `find` on either database.

use std::fs;
use std::process::Command;

use crate::engine::{DATE, Engine};
use crate::measure::{Taken, measure as taken};
use crate::people::{Crowd, fill};
use crate::say;
use crate::support::mock_api::MockApi;
use crate::support::postgres::Cluster;
use crate::table::{median, mib, ratio, seconds};

const HALLS: u64 = 10_000;
const PEOPLE: u64 = 1_000_000;
const CROWD: Crowd = Crowd { halls: HALLS, rooms_each: 4, people: PEOPLE };

/// Rows that `find` may take a tenth of a second for (contract §14.3).
const FIND_ROWS: u64 = 100_000;

/// What the lists hold, in their order but for the names of halls.
const ROWS: &str = "SELECT b.external_id, b.name, r.external_id, r.name, p.exam_date, p.start_time, p.place_id, \
    p.participant_id, p.participant_name, p.participant_count FROM participants AS p \
    JOIN rooms AS r ON r.id = p.room_id JOIN buildings AS b ON b.id = p.building_id \
    WHERE p.is_active AND p.exam_date = '2099-06-01' ORDER BY b.external_id, r.external_id, p.start_time, p.place_id";

/// Measures and prints both.
pub(crate) fn measure(cluster: &Cluster, path: &str, runs: usize) {
    let api = MockApi::start();
    let postgres = Engine::examsync(cluster, "exam_day", &api);
    fill(&postgres, CROWD);
    lists(&postgres, path, runs);
    let sqlite = Engine::on_sqlite(cluster, &api);
    fill(&sqlite, CROWD);
    for (engine, name) in [(&postgres, "PostgreSQL"), (&sqlite, "SQLite")] {
        find(engine, name, runs);
    }
}

fn lists(engine: &Engine<'_>, path: &str, runs: usize) {
    let (mut ours, mut theirs, mut rows_alone) = (Vec::new(), Vec::new(), Vec::new());
    let copy = format!("\\copy ({ROWS}) TO 'rows.csv' CSV HEADER");
    let lists = |format: &str| -> Taken {
        let folder = engine.folder().join("lists");
        drop(fs::remove_dir_all(&folder));
        let arguments = ["lists", "--date", DATE, "--to", "lists", "--format", format, "-q"];
        let run = taken(engine.program().args(arguments));
        let rows = fs::read_to_string(folder.join("all.csv")).expect("the rows").lines().count() as u64;
        assert_eq!(rows, PEOPLE + 1, "one line a person, and the header");
        assert!(folder.join("index.html").exists(), "the folder is finished");
        run
    };
    for _ in 0..runs {
        let mut psql = Command::new("psql");
        psql.env("PATH", path).current_dir(engine.folder()).args(["-q", "-X", &engine.url(), "-c", &copy]);
        theirs.push(taken(&mut psql));
        ours.push(lists("html"));
        rows_alone.push(lists("csv"));
    }
    say(&format!(
        "\nlists of {PEOPLE} people in {HALLS} halls: {} and {}, beside {} of one sorted \\copy: ratio {:.2} (at most 6); \
         CSV alone: ratio {:.2}\n",
        seconds(median(&ours).wall),
        mib(median(&ours).peak_kib),
        seconds(median(&theirs).wall),
        ratio(&ours, &theirs),
        ratio(&rows_alone, &theirs)
    ));
}

fn find(engine: &Engine<'_>, name: &str, runs: usize) {
    let find = |text: &str| -> Taken { taken(engine.program().args(["find", text])) };
    for (what, text) in [("a number", "P999999"), ("a name", "eliyev zefer"), ("a rare name", "oglu 777777")]
    {
        let all: Vec<Taken> = (0..runs.max(5)).map(|_| find(text)).collect();
        let middle = median(&all);
        let each = middle.wall / u32::try_from(PEOPLE / FIND_ROWS).unwrap_or(1);
        say(&format!(
            "find {what} on {name}: {} for {PEOPLE} rows, {} for {FIND_ROWS} (at most 0.1 s), {}\n",
            seconds(middle.wall),
            seconds(each),
            mib(middle.peak_kib)
        ));
    }
}
