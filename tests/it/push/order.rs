//! The order of each resource is kept, whatever happens to its batches; late transactions lose nothing.

use serde_json::Value;

use super::scene::{HOOK, Pushing, times};
use crate::support::{Answer, Kind, on_both_databases};

/// The revisions of one resource in the order of arrival, of what was answered with 200.
fn revisions(pushing: &Pushing<'_>, resource: &str) -> Vec<i64> {
    let events = pushing.arrived().iter().flat_map(super::scene::Arrived::events).collect::<Vec<Value>>();
    let of = events.iter().filter(|event| event["resourceId"] == resource);
    of.map(|event| event["revision"].as_i64().unwrap()).collect()
}

on_both_databases! {
    fn events_of_one_resource_arrive_in_their_order(database) {
        let pushing = Pushing::new(database);
        for _ in 0..45 {
            pushing.write_of("same");
        }
        pushing.receiver.always(HOOK, Answer::body("").with_status(200).delay(std::time::Duration::from_millis(20)));
        pushing.push().expect(0);
        assert_eq!(revisions(&pushing, "same"), (1..=45).collect::<Vec<i64>>());
        assert_eq!(pushing.receiver.most_at_once(), 1);
    }

    fn what_shares_no_resource_goes_at_once(database) {
        let pushing = Pushing::new(database);
        pushing.write(300);
        let hold = pushing.receiver.hold(HOOK);
        let running = pushing.program.spawn("push");
        hold.arrived_times(16);
        std::thread::sleep(std::time::Duration::from_millis(200));
        assert_eq!(pushing.arrived().len(), 16);
        hold.release();
        running.wait().expect(0);
        assert_eq!(times(&pushing.arrived()).values().copied().collect::<Vec<_>>(), [1; 300]);
    }

    fn later_events_of_a_resource_wait_for_an_earlier_one_that_failed(database) {
        let pushing = Pushing::new(database);
        pushing.receiver.always(HOOK, Answer::status(500));
        pushing.write_of("a");
        pushing.program.clone().env("SYNC_RETRY_ATTEMPTS", "0").run("push").expect(75);
        pushing.receiver.always(HOOK, Answer::body("").with_status(200));
        pushing.receiver.forget_requests();
        pushing.write_of("a");
        pushing.push().expect(0);
        assert_eq!(revisions(&pushing, "a"), [0_i64; 0]);
        pushing.run("push --again").expect(0);
        assert_eq!(revisions(&pushing, "a"), [1, 2]);
    }

    fn a_transaction_that_commits_late_loses_nothing_and_keeps_its_order(database) {
        // SQLite has one writer at a time: there is no later commit of an earlier row.
        if database.kind() == Kind::Sqlite {
            return;
        }
        let pushing = Pushing::new(database);
        let mut late = database.session();
        late.execute("BEGIN");
        let insert = "INSERT INTO change_events (type, resource_type, resource_id, data) VALUES ('t', 'note', 'a', '{}')";
        late.execute(insert);
        database.execute(insert);
        pushing.push().expect(0);
        assert_eq!(revisions(&pushing, "a"), [1]);
        late.execute("COMMIT");
        pushing.push().expect(0);
        assert_eq!(revisions(&pushing, "a"), [1, 2]);
        let by_id = pushing.scene.rows("SELECT revision FROM change_events ORDER BY id");
        assert_eq!(by_id, ["2", "1"]);
    }
}
