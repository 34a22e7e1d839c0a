//! First load, unchanged and 1 % changed, of halls and then of participants, each engine in turn.

use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use chrono::{DateTime, Utc};

use crate::engine::{DATE, Engine};
use crate::feeds::{self, Size, State};
use crate::measure::Taken;
use crate::say;
use crate::support::mock_api::MockApi;
use crate::support::postgres::Cluster;
use crate::table::{median, mib, ratio, seconds};

const PHASES: [(&str, Kind, State); 6] = [
    ("halls, first load", Kind::Halls, State::First),
    ("halls, unchanged", Kind::Halls, State::First),
    ("halls, 1 % changed", Kind::Halls, State::Changed),
    ("participants, first load", Kind::Participants, State::First),
    ("participants, unchanged", Kind::Participants, State::First),
    ("participants, 1 % changed", Kind::Participants, State::Changed),
];

/// What a phase pulls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Halls,
    Participants,
}

/// What this build is measured beside.
pub(crate) enum Rival {
    /// The pipeline, with the folders that its programs are looked for in.
    Pipeline { path: String },
    /// Another build of examsync.
    OtherBuild(PathBuf),
}

impl Rival {
    fn name(&self) -> &'static str {
        match self {
            Rival::Pipeline { .. } => "pipeline",
            Rival::OtherBuild(_) => "other",
        }
    }

    pub(crate) fn engine<'a>(&self, cluster: &Cluster, api: &'a MockApi) -> Engine<'a> {
        match self {
            Rival::Pipeline { path } => Engine::pipeline(cluster, "theirs", api, path),
            Rival::OtherBuild(program) => Engine::other_build(cluster, "theirs", api, program),
        }
    }
}

/// What the three engines took in one phase, run by run.
#[derive(Default)]
struct Results {
    examsync: Vec<Taken>,
    rival: Vec<Taken>,
    sqlite: Vec<Taken>,
}

/// Measures all phases of one size and prints them.
pub(crate) fn measure(cluster: &Cluster, size: Size, runs: usize, rival: &Rival) {
    let (halls, rooms, slots) = size.shape();
    say(&format!(
        "\n{}: {halls} halls × {rooms} rooms, {slots} start times, {} entries\n",
        size.name(),
        size.entries()
    ));
    let api = MockApi::start();
    // As of an exam system that has nothing new: an unchanged pass knows the body of the one before.
    api.with_the_same_bytes();
    let none = || std::array::from_fn(|_| Results::default());
    // A new server makes the files of its log while it first writes them: no run that counts waits for that.
    one_run(cluster, size, &api, rival, 0, &mut none());
    let mut results = none();
    for run in 0..runs {
        let begun = Instant::now();
        one_run(cluster, size, &api, rival, run, &mut results);
        say(&format!("  run {} of {runs} took {}\n", run + 1, seconds(begun.elapsed())));
    }
    let name = rival.name();
    say(&format!(
        "  phase                     | examsync  {name:8}  ratio | CPU       {name:8}  | peak     | SQLite    ratio | peak\n",
    ));
    for ((name, ..), results) in PHASES.iter().zip(&results) {
        let (ours, theirs, sqlite) =
            (median(&results.examsync), median(&results.rival), median(&results.sqlite));
        say(&format!(
            "  {name:25} | {:9} {:9} {:5.2} | {:9} {:9} | {:8} | {:9} {:5.2} | {}\n",
            seconds(ours.wall),
            seconds(theirs.wall),
            ratio(&results.examsync, &results.rival),
            seconds(ours.cpu),
            seconds(theirs.cpu),
            mib(ours.peak_kib),
            seconds(sqlite.wall),
            ratio(&results.sqlite, &results.examsync),
            mib(sqlite.peak_kib),
        ));
    }
}

/// All phases once, on fresh databases. Every second run the rival goes first.
fn one_run(
    cluster: &Cluster,
    size: Size,
    api: &MockApi,
    rival: &Rival,
    run: usize,
    results: &mut [Results; PHASES.len()],
) {
    let ours = Engine::examsync(cluster, "ours", api);
    let theirs = rival.engine(cluster, api);
    let sqlite = Engine::on_sqlite(cluster, api);
    for ((_, kind, state), results) in PHASES.iter().zip(results) {
        match kind {
            Kind::Halls => api.halls(feeds::halls(size, *state)),
            Kind::Participants => api.participants(DATE, feeds::participants(size, *state)),
        }
        let phase = |engine: &Engine| {
            if engine.is_postgres() {
                engine.execute("CHECKPOINT");
            }
            settle();
            let begun = Utc::now();
            let taken = match kind {
                Kind::Halls => engine.halls(),
                Kind::Participants => engine.participants(),
            };
            check(engine, size, *kind, *state, begun);
            taken
        };
        if run.is_multiple_of(2) {
            results.examsync.push(phase(&ours));
            results.rival.push(phase(&theirs));
        } else {
            results.rival.push(phase(&theirs));
            results.examsync.push(phase(&ours));
        }
        results.sqlite.push(phase(&sqlite));
        let history = [&ours, &theirs, &sqlite].map(|engine| engine.ask("SELECT count(*) FROM audit_logs"));
        assert!(
            history.iter().all(|rows| *rows == history[0]),
            "{kind:?}, {state:?}: history of {history:?} rows"
        );
    }
}

/// Has the disk take what earlier phases left to write, so that it holds nobody up.
fn settle() {
    let synced = Command::new("sync").status().expect("sync is there");
    assert!(synced.success(), "sync failed");
}

/// What is in the database now must be what was sent, and every row of it stamped since the run began.
pub(crate) fn check(engine: &Engine, size: Size, kind: Kind, state: State, begun: DateTime<Utc>) {
    let stamped = format!(
        "count(*) FILTER (WHERE last_synced_at >= '{}')",
        begun.format(if engine.is_postgres() { "%Y-%m-%d %H:%M:%S%.3f+00" } else { "%Y-%m-%d %H:%M:%S%.3f" })
    );
    let (sql, expected) = match kind {
        Kind::Halls => (
            format!(
                "SELECT (SELECT count(*) FROM buildings WHERE is_active), count(*), sum(capacity), {stamped} \
                 FROM rooms WHERE is_active"
            ),
            format!("{}|{}|{}|{}", size.shape().0, size.rooms(), size.seats(state), size.rooms()),
        ),
        Kind::Participants => (
            format!(
                "SELECT count(*), sum(participant_count), {stamped} \
                 FROM participants WHERE is_active AND exam_date = '{DATE}'"
            ),
            format!("{}|{}|{}", size.entries(), size.people(state), size.entries()),
        ),
    };
    assert_eq!(engine.ask(&sql), expected, "{kind:?}, {state:?}");
}
