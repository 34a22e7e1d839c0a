//! A whole country's halls into an empty database: 10,000 halls of 20 rooms, in bounded memory.

use std::time::Duration;

use super::counts;
use crate::support::program::{self, Running};
use crate::support::{Examsync, MockApi, data, on_both_databases};

/// The most memory that the program held at once, looked at while it runs.
fn peak_memory_kib(running: &mut Running) -> u64 {
    let mut peak = 0;
    while running.is_running() {
        peak = program::peak_memory_kib(running.id()).unwrap_or(0).max(peak);
        std::thread::sleep(Duration::from_millis(5));
    }
    peak
}

on_both_databases! {
    fn ten_thousand_halls_of_twenty_rooms_fill_an_empty_database_in_bounded_memory(database) {
        let api = MockApi::start();
        api.halls(data::halls_feed(10_000, 20));
        database.migrate();
        let examsync = Examsync::new(database, &api).limit(Duration::from_secs(300));

        let mut running = examsync.spawn("halls --json");
        let peak = peak_memory_kib(&mut running);
        let outcome = running.wait().expect(0);
        assert_eq!(counts(&outcome), [[10_000, 10_000, 0, 0, 0, 0], [200_000, 200_000, 0, 0, 0, 0]]);
        assert!((4 * 1024..64 * 1024).contains(&peak), "{peak} KiB");
        let sums = "SELECT count(*), count(DISTINCT b.id), sum(r.capacity), sum(r.external_id) FROM rooms AS r \
                    JOIN buildings AS b ON b.id = r.building_id AND b.external_id = r.external_id / 1000";
        assert_eq!(database.text(sums), "200000|10000|5990007|1000101900000");
    }

    fn as_many_where_one_is_are_refused_in_bounded_memory(database) {
        let api = MockApi::start();
        api.halls(data::halls_feed(1, 1));
        database.migrate();
        let examsync = Examsync::new(database, &api).limit(Duration::from_secs(300));
        examsync.run("halls").expect(0);
        api.halls(data::halls_feed(10_000, 20));
        let mut running = examsync.spawn("halls --json");
        let peak = peak_memory_kib(&mut running);
        let outcome = running.wait().expect(4);
        assert_eq!(counts(&outcome), [[10_000, 9_999, 1, 0, 0, 0], [200_000, 199_999, 0, 1, 0, 0]]);
        assert!((4 * 1024..96 * 1024).contains(&peak), "{peak} KiB");
        assert_eq!(database.number("SELECT count(*) FROM rooms"), 1);
    }
}
