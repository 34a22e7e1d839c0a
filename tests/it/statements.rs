//! The load on the database: how many statements, whatever the number of rows, and what an unchanged row costs.

use std::thread;
use std::time::{Duration, Instant};

use crate::support::postgres::Cluster;
use crate::support::{Database, Examsync, MockApi, data};

const DATE: &str = "2099-06-01";

/// How many statements a server has logged since this was last asked.
struct Counter<'a> {
    cluster: &'a Cluster,
    before: usize,
}

impl Counter<'_> {
    fn since(&mut self) -> usize {
        let log = std::fs::read_to_string(self.cluster.folder().join("log")).unwrap();
        let all = log
            .lines()
            .filter(|line| line.contains("LOG:  statement: ") || line.contains("LOG:  execute "))
            .count();
        let since = all - self.before;
        self.before = all;
        since
    }
}

/// Statements of a first load and of an unchanged pass, of halls and of participants.
fn statements(cluster: &Cluster, halls: u32, rooms: u32) -> [usize; 4] {
    let database = Database::in_cluster(cluster);
    database.migrate();
    let api = MockApi::start();
    api.halls(data::halls_feed(halls, rooms));
    api.participants(DATE, data::counts_feed(DATE, halls, rooms, 3));
    let program = Examsync::new(&database, &api);
    let mut counter = Counter { cluster, before: 0 };
    let participants = format!("participants --date {DATE}");
    ["halls", "halls", &participants, &participants].map(|command| {
        counter.since();
        program.run(command).expect(0);
        counter.since()
    })
}

#[test]
fn a_hundred_times_the_rows_take_as_many_statements() {
    let Some(cluster) = Cluster::start(&["log_statement = all"]) else { return };
    let few = statements(&cluster, 5, 4);
    let many = statements(&cluster, 500, 4);
    assert_eq!(few, many);
    assert!(few.iter().all(|count| (10..200).contains(count)), "{few:?}");
}

#[test]
fn a_row_that_is_as_it_was_costs_one_hot_update() {
    const PASSES: usize = 3;
    let Some(cluster) = Cluster::start(&[]) else { return };
    let database = Database::in_cluster(&cluster);
    database.migrate();
    let api = MockApi::start();
    api.halls(data::halls_feed(300, 4));
    api.participants(DATE, data::counts_feed(DATE, 300, 4, 3));
    let program = Examsync::new(&database, &api);
    let participants = format!("participants --date {DATE}");
    for _ in 0..=PASSES {
        program.run("halls").expect(0);
        program.run(&participants).expect(0);
    }
    let rows = [("buildings", 300), ("participants", 3600), ("rooms", 1200)];
    let expected = rows.map(|(table, rows)| format!("{table}|{}", rows * PASSES));
    // A backend tells its statistics when it ends, a moment after the program that it served.
    let three = "pg_stat_user_tables WHERE relname IN ('buildings', 'participants', 'rooms')";
    let told = || database.rows(&format!("SELECT relname, n_tup_upd FROM {three} ORDER BY relname"));
    let give_up = Instant::now() + Duration::from_secs(30);
    while told() != expected {
        assert!(Instant::now() < give_up, "{:?} of {expected:?}", told());
        thread::sleep(Duration::from_millis(50));
    }
    let few_hot = format!("SELECT relname, n_tup_hot_upd FROM {three} AND n_tup_hot_upd < 0.95 * n_tup_upd");
    assert_eq!(database.rows(&few_hot), Vec::<String>::new());
}
