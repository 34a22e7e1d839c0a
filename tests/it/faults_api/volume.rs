//! One budget for the whole command: a sick API is not asked four times for each of thousands of halls.

use std::collections::HashMap;
use std::time::Duration;

use crate::support::{Answer, Database, Examsync, MockApi, data};

const HALLS: usize = 2_000;

#[test]
fn two_thousand_halls_of_a_sick_api_cost_a_tenth_more_requests_than_halls() {
    let (database, api) = (Database::sqlite(), MockApi::start());
    api.halls(data::halls(2_000, 1));
    let program = Examsync::new(&database, &api).env("SYNC_RETRY_DELAY", "0").limit(Duration::from_secs(300));
    program.run("halls -q").expect(0);
    let before = database.dump();
    api.forget_requests();
    api.otherwise(|_| Some(Answer::status(503)));

    let outcome = program.run("rooms --json").expect(75);

    // Eight are under way at once, each with three retries.
    assert_eq!(api.requests().len(), HALLS + 3 * 8 + HALLS / 10);
    let mut per_hall: HashMap<String, usize> = HashMap::new();
    for request in api.requests() {
        *per_hall.entry(request.path).or_default() += 1;
    }
    assert_eq!(per_hall.len(), HALLS, "every hall is asked for");
    assert!(per_hall.values().all(|times| *times <= 4), "one hall got more than its own retries");
    assert_eq!(database.dump(), before);
    let report = outcome.json();
    assert_eq!(report["error"]["kind"], "temporary");
    assert_eq!(report["syncs"][0]["errors"].as_array().map(Vec::len), Some(100));
    assert_eq!(database.text("SELECT status FROM sync_logs ORDER BY id DESC LIMIT 1"), "failed");
    let metadata: serde_json::Value =
        serde_json::from_str(&database.text("SELECT metadata FROM sync_logs ORDER BY id DESC LIMIT 1"))
            .expect("JSON");
    assert_eq!((&metadata["requests"], &metadata["retries"]), (&2_224.into(), &224.into()));
}
