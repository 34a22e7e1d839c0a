//! The benchmark: examsync beside a hand-written pipeline (curl, Python, psql) that does the same work.
//!
//! `cargo bench` measures the sizes S and M, `cargo bench -- --size L` the large one; `-- --help` has the rest.
//! Both work on a private PostgreSQL with default settings, each on a database of its own, phase by phase in
//! turn. `--beside PROGRAM` takes another build of examsync instead of the pipeline. What was loaded is checked by counts and sums. No time is ever asserted.

mod centres;
mod engine;
mod exam_day;
mod feeds;
mod load;
mod measure;
mod moving;
mod people;
mod phases;
mod pushing;
mod receiver;
mod results;
mod roster;
mod small;
#[path = "../support/mod.rs"]
mod support;
mod table;
mod unchanged;

use std::io::Write;
use std::path::PathBuf;
use std::process::Command;

use clap::Parser;

use feeds::Size;
use phases::Rival;
use support::database::Session;
use support::postgres::Cluster;

/// Measures examsync beside a hand-written pipeline. Needs postgresql, curl and python3.
#[derive(Debug, Parser)]
struct Arguments {
    /// Sizes to measure; without any, S and M
    #[arg(long, value_enum)]
    size: Vec<Size>,
    /// Runs of every phase, of which the median counts
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..))]
    runs: u16,
    /// What to measure; without any, everything
    #[arg(long, value_enum)]
    only: Vec<Part>,
    /// People of the parts about centres, results and rosters
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(10_000..))]
    people: u64,
    /// Have the pipeline run the server's own psql: the one of Debian is a script that looks for it
    #[arg(long)]
    bare_psql: bool,
    /// Measure another build of examsync instead of the pipeline: the phases, and passes that find nothing new
    #[arg(long, value_name = "PROGRAM")]
    beside: Option<PathBuf>,
    /// Given by cargo
    #[arg(long, hide = true)]
    bench: bool,
}

/// The parts of the benchmark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// First load, unchanged and 1 % changed, of halls and participants, beside the pipeline
    Phases,
    /// HOT updates, table sizes over ten passes, and SYNC_STAMP_INTERVAL
    Load,
    /// Seven dates beside one, `rooms` beside curl --parallel, and --version
    Small,
    /// `lists` of a million people beside a sorted `\copy`, and `find` on either database
    ExamDay,
    /// Packages of a million people, written and taken, and 1,000 halls with --all, beside \copy, tar, zstd and age
    Centres,
    /// Results of a million people, written and taken, beside sqlite3, tar, zstd and age
    Results,
    /// 20,000 rooms projected into an application's tables, beside passes without
    Moving,
    /// 100,000 events to a receiver, beside posts of ready bodies; a first load with events beside one without
    Push,
    /// A million people and as many roles from MariaDB, beside dlt's `sql_database`
    Roster,
    /// Passes that find nothing new, beside another build
    Unchanged,
}

/// What cron gives, on a machine as Debian makes it.
const CRON_PATH: &str = "/usr/bin:/bin";

fn main() {
    let arguments = Arguments::parse();
    let sizes = if arguments.size.is_empty() { vec![Size::S, Size::M] } else { arguments.size.clone() };
    let does = |part| {
        let is_asked = arguments.only.is_empty() || arguments.only.contains(&part);
        match arguments.beside {
            Some(_) => is_asked && matches!(part, Part::Phases | Part::Unchanged),
            None => is_asked && part != Part::Unchanged,
        }
    };
    // The cluster of the tests trades safety for speed: here every default counts.
    let cluster = Cluster::start(&["fsync = on", "full_page_writes = on", "max_connections = 100"])
        .expect("a PostgreSQL server is needed: sudo apt-get install -y postgresql");
    let own = if arguments.bare_psql { format!("{}:", cluster.programs().display()) } else { String::new() };
    let path = format!("{own}{CRON_PATH}");
    let rival = match &arguments.beside {
        Some(program) => Rival::OtherBuild(program.clone()),
        None => Rival::Pipeline { path: path.clone() },
    };
    for program in ["curl", "python3", "psql"] {
        let mut command = Command::new("env");
        let output = command.env("PATH", &path).args([program, "--version"]).output();
        let found = output.is_ok_and(|output| output.status.success());
        assert!(found, "{program} is needed: sudo apt-get install -y curl python3 postgresql");
    }
    let runs = usize::from(arguments.runs);
    say(&format!("{}\n", machine(&cluster)));
    for size in &sizes {
        let size = *size;
        if does(Part::Phases) {
            phases::measure(&cluster, size, runs, &rival);
            engine::forget(&cluster);
        }
        if does(Part::Unchanged) {
            unchanged::measure(&cluster, size, runs, &rival);
            engine::forget(&cluster);
        }
        if does(Part::Load) {
            load::measure(&cluster, size, runs);
            engine::forget(&cluster);
        }
    }
    if does(Part::Small) {
        small::measure(&cluster, runs);
        engine::forget(&cluster);
    }
    if does(Part::ExamDay) {
        exam_day::measure(&cluster, &path, runs);
        engine::forget(&cluster);
    }
    if does(Part::Centres) {
        centres::measure(&cluster, &path, arguments.people, runs);
        engine::forget(&cluster);
    }
    if does(Part::Results) {
        results::measure(&cluster, &path, arguments.people, runs);
        engine::forget(&cluster);
    }
    if does(Part::Moving) {
        moving::measure(&cluster, runs);
        engine::forget(&cluster);
    }
    if does(Part::Push) {
        pushing::measure(&cluster, &sizes, runs);
        engine::forget(&cluster);
    }
    if does(Part::Roster) {
        roster::measure(&cluster, &path, arguments.people, runs);
    }
}

/// What the figures were taken on.
fn machine(cluster: &Cluster) -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let server = Session::postgres(&cluster.url("postgres")).text("SELECT current_setting('server_version')");
    format!("{cores} cores, PostgreSQL {server}")
}

/// Prints and flushes, so that a long run can be watched.
fn say(text: &str) {
    let mut stdout = std::io::stdout();
    // A closed pipe has nobody to tell.
    drop(stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()));
}
