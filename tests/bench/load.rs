//! The load on the database: HOT updates and table sizes over ten passes, and what SYNC_STAMP_INTERVAL saves.

use std::thread;
use std::time::Duration;

use chrono::Utc;

use crate::engine::DATE;
use crate::engine::Engine;
use crate::feeds::{self, Size, State};
use crate::measure::{Taken, measure as taken};
use crate::phases::{Kind, check};
use crate::say;
use crate::support::mock_api::MockApi;
use crate::support::postgres::Cluster;
use crate::table::{median, ratio, seconds};

const PASSES: usize = 10;

/// A backend tells its statistics once a second at most (PostgreSQL, "The Cumulative Statistics System").
const STATISTICS_ARE_LATE: Duration = Duration::from_millis(1500);

/// Measures one size and prints it.
pub(crate) fn measure(cluster: &Cluster, size: Size, runs: usize) {
    let api = MockApi::start();
    api.halls(feeds::halls(size, State::First));
    api.participants(DATE, feeds::participants(size, State::First));
    let engine = Engine::examsync(cluster, "load", &api);
    let begun = Utc::now();
    engine.halls();
    check(&engine, size, Kind::Halls, State::First, begun);
    engine.participants();
    check(&engine, size, Kind::Participants, State::First, begun);
    let mut sizes = Vec::new();
    for pass in 1..=PASSES {
        if pass == PASSES / 2 {
            // What comes before is not yet the steady state.
            engine.execute("SELECT pg_stat_reset()");
        }
        engine.halls();
        engine.participants();
        sizes.push(engine.ask(
            "SELECT string_agg((pg_total_relation_size(name) / 1024 / 1024)::text, ' + ') \
             FROM unnest(ARRAY['buildings', 'rooms', 'participants']::regclass[]) AS name",
        ));
    }
    thread::sleep(STATISTICS_ARE_LATE);
    let hot = engine.ask(
        "SELECT string_agg(relname || ' ' || round(n_tup_hot_upd::numeric / n_tup_upd, 4), ', ' ORDER BY relname) \
         FROM pg_stat_user_tables WHERE relname IN ('buildings', 'rooms', 'participants')",
    );
    say(&format!(
        "\n{}: HOT updates of 1: {hot}; MiB of halls + rooms + participants with indexes after each of {PASSES} \
         unchanged passes: {}\n",
        size.name(),
        sizes.join(", ")
    ));
    stamps(&engine, size, runs);
}

/// An unchanged pass that stamps beside one that need not.
fn stamps(engine: &Engine, size: Size, runs: usize) {
    let pass = |interval: &str| -> Taken {
        engine.execute("CHECKPOINT");
        let mut command = engine.program();
        taken(command.env("SYNC_STAMP_INTERVAL", interval).args(["participants", "--date", DATE]))
    };
    pass("0s");
    let written = "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_user_tables \
                   WHERE relname IN ('buildings', 'rooms', 'participants')";
    thread::sleep(STATISTICS_ARE_LATE);
    let before = engine.ask(written);
    pass("1h");
    thread::sleep(STATISTICS_ARE_LATE);
    let after = engine.ask(written);
    assert_eq!(before, after, "a pass that stamps nothing wrote rows");
    let (mut unstamped, mut stamped) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        unstamped.push(pass("1h"));
        stamped.push(pass("0s"));
    }
    say(&format!(
        "{}: unchanged, SYNC_STAMP_INTERVAL=1h {} beside {} with stamps: ratio {:.2}; rows written: 0\n",
        size.name(),
        seconds(median(&unstamped).wall),
        seconds(median(&stamped).wall),
        ratio(&unstamped, &stamped)
    ));
}
