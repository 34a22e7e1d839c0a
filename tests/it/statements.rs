//! The load on the database: the number of statements does not depend on the number of rows.

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
