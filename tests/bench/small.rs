//! What cron runs most: seven dates beside one, `rooms` beside curl, and the start of the program.

use std::fmt::Write;
use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use chrono::Utc;

use crate::engine::Engine;
use crate::feeds::{self, Size, State};
use crate::measure::{Taken, measure as taken};
use crate::phases::{Kind, check};
use crate::say;
use crate::support::mock_api::{self, Answer, MockApi, TOKEN};
use crate::support::postgres::Cluster;
use crate::table::{median, middle, ratio, seconds};

/// As `--concurrency` is when it is not given.
const CONCURRENCY: &str = "8";

/// How long an API takes for each answer, in ms: no time at all, as one nearby, as one far away.
const LATENCIES_MS: [u64; 3] = [0, 2, 10];

/// Measures and prints all three.
pub(crate) fn measure(cluster: &Cluster, runs: usize) {
    let runs = runs.max(5);
    for latency in LATENCIES_MS.map(Duration::from_millis) {
        dates(cluster, runs, latency);
        rooms(cluster, runs, latency);
    }
    version(cluster, runs);
}

fn dates(cluster: &Cluster, runs: usize, latency: Duration) {
    let api = MockApi::start();
    api.with_the_same_bytes();
    api.halls(feeds::halls(Size::S, State::First));
    for day in 1..=7 {
        let answer = Answer::body(feeds::participants(Size::S, State::First)).delay(latency);
        api.participants(&format!("2099-06-{day:02}"), answer);
    }
    let engine = Engine::examsync(cluster, "dates", &api);
    engine.halls();
    let pass = |dates: &str| taken(engine.program().args(["participants", "--date", dates]));
    pass("2099-06-01..2099-06-07");
    let loaded = engine.ask("SELECT count(DISTINCT exam_date), count(*) FROM participants WHERE is_active");
    assert_eq!(loaded, format!("7|{}", 7 * Size::S.entries()));
    let (mut seven, mut one) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        one.push(pass("2099-06-01"));
        seven.push(pass("2099-06-01..2099-06-07"));
    }
    let what = format!("seven unchanged dates of S, answers after {} ms", latency.as_millis());
    tell(&what, &seven, "one", &one);
}

fn rooms(cluster: &Cluster, runs: usize, latency: Duration) {
    let api = MockApi::start();
    api.with_the_same_bytes();
    api.halls(feeds::halls(Size::M, State::First));
    let halls = Size::M.shape().0;
    for hall in 0..halls {
        let body = format!(r#"{{"data":{}}}"#, feeds::rooms_of(Size::M, hall, State::First));
        let answer = Answer::body(body.into_bytes()).delay(latency);
        api.hall_rooms(i64::try_from(hall).unwrap_or_default() + 1, answer);
    }
    let engine = Engine::examsync(cluster, "rooms", &api);
    engine.halls();
    let mut list = String::new();
    for hall in 1..=halls {
        let path = mock_api::hall_rooms(i64::try_from(hall).unwrap_or_default());
        let _ = writeln!(list, "url = \"{}{path}\"\noutput = \"/dev/null\"", api.url());
    }
    let config = engine.folder().join("curl.conf");
    fs::write(&config, list).expect("a list for curl");
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let begun = Utc::now();
    for _ in 0..runs {
        ours.push(taken(engine.program().args(["rooms", "--concurrency", CONCURRENCY])));
        theirs.push(taken(
            Command::new("curl")
                .args(["--silent", "--fail", "--parallel", "--parallel-max", CONCURRENCY])
                .args(["--header", &format!("Authorization: Bearer {TOKEN}"), "--config"])
                .arg(&config),
        ));
    }
    check(&engine, Size::M, Kind::Halls, State::First, begun);
    let what = format!("rooms of {halls} halls, answers after {} ms", latency.as_millis());
    tell(&what, &ours, "curl --parallel, which only fetches", &theirs);
    // After the check, which could not tell these stamps from the program's.
    let mut session = engine.session();
    let stamps = (0..runs).map(|_| {
        let stamping = Instant::now();
        session.execute("UPDATE rooms SET last_synced_at = now()");
        stamping.elapsed()
    });
    say(&format!("  the stamps alone, as one bare UPDATE: {}\n", seconds(middle(stamps))));
}

fn version(cluster: &Cluster, runs: usize) {
    let api = MockApi::start();
    let engine = Engine::examsync(cluster, "version", &api);
    let all: Vec<Taken> = (0..runs * 4).map(|_| taken(engine.program().arg("--version"))).collect();
    say(&format!("examsync --version: {}\n", seconds(median(&all).wall)));
}

fn tell(what: &str, ours: &[Taken], other: &str, theirs: &[Taken]) {
    say(&format!(
        "\n{what}: {} beside {} ({other}): ratio {:.2}\n",
        seconds(median(ours).wall),
        seconds(median(theirs).wall),
        ratio(ours, theirs)
    ));
}
