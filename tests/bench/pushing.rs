//! What `push` takes: 100,000 waiting events to one receiver beside the same client posting as many ready bodies as these
//! are batches; and what events cost the first load of a date.

use std::time::{Duration, Instant};

use futures_util::StreamExt as _;

use crate::engine::{DATE, Engine};
use crate::feeds::{self, Size, State};
use crate::measure::{Taken, measure as taken};
use crate::receiver::Receiver;
use crate::say;
use crate::support::mock_api::MockApi;
use crate::support::postgres::Cluster;
use crate::table::{median, mib, middle, ratio, seconds};

/// The events that wait, and how many go together.
const EVENTS: usize = 100_000;
const IN_A_BATCH: usize = 10;
/// The most connections of a push.
const CONNECTIONS: usize = 16;
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// Measures both and prints them.
pub(crate) fn measure(cluster: &Cluster, sizes: &[Size], runs: usize) {
    waiting_events(cluster, runs);
    for size in sizes {
        first_loads(cluster, *size, runs);
    }
}

fn waiting_events(cluster: &Cluster, runs: usize) {
    let (api, receiver) = (MockApi::start(), Receiver::start());
    let insert = |random: &str, number: &str| {
        format!(
            "INSERT INTO change_events (type, resource_type, resource_id, data)
             SELECT 'seat.taken', 'seat', 'seat-' || {number}, '{{\"room\": 12, \"row\": 7, \"note\": \"{random}\"}}' FROM "
        )
    };
    let note = "as a supervisor writes it";
    let on_postgres = format!("{}generate_series(1, {EVENTS}) AS n", insert(note, "n"));
    let on_sqlite = format!(
        "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {EVENTS}) {}n",
        insert(note, "n")
    );
    let (mut posts, mut on_both) = (Vec::new(), [Vec::new(), Vec::new()]);
    for _ in 0..runs {
        let engines = [Engine::examsync(cluster, "push", &api), Engine::on_sqlite(cluster, &api)];
        for (engine, pushes) in engines.iter().zip(&mut on_both) {
            engine.execute(if engine.is_postgres() { &on_postgres } else { &on_sqlite });
            let mut command = engine.program();
            command.env("SYNC_PUSH_URL", receiver.url()).env("SYNC_PUSH_SECRET", SECRET).arg("push");
            pushes.push(taken(&mut command));
            assert_eq!(receiver.taken(), EVENTS / IN_A_BATCH, "batches");
            assert_eq!(engine.ask("SELECT count(*) FROM change_events WHERE frozen_at IS NULL"), "0");
            assert_eq!(engine.ask("SELECT count(*) FROM outbox WHERE delivered_at IS NULL"), "0");
        }
        let body: String = engines[0].ask("SELECT payload #>> '{}' FROM outbox LIMIT 1");
        posts.push(post(&receiver, &body));
        assert_eq!(receiver.taken(), EVENTS / IN_A_BATCH, "posts");
    }
    let posted = middle(posts.iter().copied());
    for (name, pushes) in ["PostgreSQL", "SQLite"].iter().zip(&on_both) {
        let pushed = median(pushes);
        say(&format!(
            "\npush, {name}: {EVENTS} events {} (CPU {}, peak {}), {} posts of ready bodies by the same client {}: {:.2} times\n",
            seconds(pushed.wall),
            seconds(pushed.cpu),
            mib(pushed.peak_kib),
            EVENTS / IN_A_BATCH,
            seconds(posted),
            pushed.wall.as_secs_f64() / posted.as_secs_f64()
        ));
    }
}

/// Posts the body as often as there are batches, over as many connections as a push has.
fn post(receiver: &Receiver, body: &str) -> Duration {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    // TLS is not used here, and the client asks for it all the same.
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = reqwest::Client::builder().no_proxy().http1_only().build().expect("a client");
    let (url, body) = (receiver.url(), bytes::Bytes::from(body.to_owned()));
    let begun = Instant::now();
    runtime.block_on(async {
        let posts = (0..EVENTS / IN_A_BATCH).map(|_| client.post(&url).body(body.clone()).send());
        let mut answers = futures_util::stream::iter(posts).buffer_unordered(CONNECTIONS);
        while let Some(answer) = answers.next().await {
            assert!(answer.expect("an answer").status().is_success());
        }
    });
    begun.elapsed()
}

/// The first load of a date with events beside one without, in turn.
fn first_loads(cluster: &Cluster, size: Size, runs: usize) {
    let api = MockApi::start();
    api.halls(feeds::halls(size, State::First));
    api.participants(DATE, feeds::participants(size, State::First));
    let load = |name: &str, events: bool| -> Taken {
        let engine = Engine::examsync(cluster, name, &api);
        engine.halls();
        engine.execute("CHECKPOINT");
        let mut command = engine.program();
        if events {
            command.env("SYNC_PUSH_URL", "http://127.0.0.1:9/").env("SYNC_PUSH_SECRET", SECRET);
        }
        let took = taken(command.args(["participants", "--date", DATE]));
        let written = engine.ask("SELECT count(*) FROM change_events");
        assert_eq!(written, if events { size.shape().0.to_string() } else { "0".to_owned() });
        took
    };
    load("without_events", false);
    let (mut with, mut without) = (Vec::new(), Vec::new());
    for run in 0..runs {
        // Every second run the other goes first.
        if run.is_multiple_of(2) {
            with.push(load("with_events", true));
            without.push(load("without_events", false));
        } else {
            without.push(load("without_events", false));
            with.push(load("with_events", true));
        }
    }
    say(&format!(
        "{}: participants, first load, with events {} beside {} without: ratio {:.3}\n",
        size.name(),
        seconds(median(&with).wall),
        seconds(median(&without).wall),
        ratio(&with, &without)
    ));
}
