//! Passes that find nothing new, beside another build of examsync: what cron runs nine times of ten.

use crate::engine::Engine;
use crate::feeds::{self, Size, State};
use crate::measure::{Taken, measure as taken};
use crate::phases::Rival;
use crate::say;
use crate::support::mock_api::MockApi;
use crate::support::postgres::Cluster;
use crate::table::{median, mib, ratio, seconds};

/// The dates that the API has.
const DATES: &str = "2099-06-01..2099-06-07";

/// A pass: its name, its arguments, and the setting under which it runs.
type Case = (&'static str, &'static [&'static str], Option<(&'static str, &'static str)>);

const STAMPED_HOURLY: Option<(&str, &str)> = Some(("SYNC_STAMP_INTERVAL", "1h"));

const CASES: [Case; 6] = [
    ("halls", &["halls"], None),
    ("rooms", &["rooms"], None),
    ("participants, one date", &["participants", "--date", "2099-06-01"], None),
    ("the same, stamped hourly", &["participants", "--date", "2099-06-01"], STAMPED_HOURLY),
    ("participants, seven dates", &["participants", "--date", DATES], None),
    ("the same, stamped hourly", &["participants", "--date", DATES], STAMPED_HOURLY),
];

/// Loads both databases once, and measures each pass in turn.
pub(crate) fn measure(cluster: &Cluster, size: Size, runs: usize, rival: &Rival) {
    let api = MockApi::start();
    api.with_the_same_bytes();
    api.halls(feeds::halls(size, State::First));
    for hall in 0..size.shape().0 {
        let rooms = format!(r#"{{"data":{}}}"#, feeds::rooms_of(size, hall, State::First));
        api.hall_rooms(i64::try_from(hall + 1).expect("a hall"), rooms.into_bytes());
    }
    // Seven times the entries of L are a day's work, and say nothing more.
    let dates = if size == Size::L { 1 } else { 7 };
    for day in 1..=dates {
        api.participants(&format!("2099-06-{day:02}"), feeds::participants(size, State::First));
    }
    let (ours, theirs) = (Engine::examsync(cluster, "ours", &api), rival.engine(cluster, &api));
    say(&format!(
        "\n{}, nothing changed    |  examsync     other  ratio | CPU       other     | peak\n",
        size.name()
    ));
    for (name, arguments, setting) in CASES {
        if arguments.contains(&DATES) && dates == 1 {
            continue;
        }
        let pass = |engine: &Engine<'_>| taken(engine.program().args(arguments).envs(setting));
        // The first loads, and the next that knows the bodies.
        for engine in [&ours, &theirs, &ours, &theirs] {
            pass(engine);
        }
        let (mut our_runs, mut their_runs): (Vec<Taken>, Vec<Taken>) = Default::default();
        for run in 0..runs {
            if run.is_multiple_of(2) {
                our_runs.push(pass(&ours));
                their_runs.push(pass(&theirs));
            } else {
                their_runs.push(pass(&theirs));
                our_runs.push(pass(&ours));
            }
        }
        let written = "SELECT sum(records_created + records_updated + records_deleted) FROM sync_logs \
             WHERE id IN (SELECT max(id) FROM sync_logs GROUP BY sync_type)";
        assert_eq!([ours.ask(written), theirs.ask(written)], ["0", "0"], "{name}");
        let (our, their) = (median(&our_runs), median(&their_runs));
        say(&format!(
            "  {name:25} | {:9} {:9} {:5.2} | {:9} {:9} | {}\n",
            seconds(our.wall),
            seconds(their.wall),
            ratio(&our_runs, &their_runs),
            seconds(our.cpu),
            seconds(their.cpu),
            mib(our.peak_kib),
        ));
    }
}
