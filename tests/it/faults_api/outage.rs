//! The API is away for a while, and several dates fail together.

use std::collections::HashMap;
use std::sync::Mutex;

use crate::support::mock_api::participants;
use crate::support::{Answer, Examsync, MockApi, data, on_both_databases};
use crate::syncs::fine;

fn date(day: usize) -> String {
    format!("2099-06-{day:02}")
}

on_both_databases! {
    fn dates_that_fail_together_wait_together_and_all_are_pulled(database) {
        database.migrate();
        let api = MockApi::start();
        api.halls(data::halls(3, 2));
        let program = Examsync::new(database, &api);
        program.run("halls").expect(0);
        for day in 1..=7 {
            api.participants(&date(day), data::counts_feed(&date(day), 3, 2, 1));
        }
        // Away until each of the three dates that are pulled at once has used up all but its last retry.
        for day in 1..=3 {
            api.answer(&participants(&date(day)), vec![Answer::status(503); 3]);
        }
        let syncs: Vec<String> =
            (1..=7).map(|day| format!("participants {} completed: 6 processed, 6 created", date(day))).collect();
        let syncs: Vec<&str> = syncs.iter().map(String::as_str).collect();
        fine(&program, "participants --date 2099-06-01..2099-06-07", &syncs);
        for day in 1..=7 {
            assert_eq!(api.count(&participants(&date(day))), if day <= 3 { 4 } else { 1 }, "day {day}");
        }
    }

    fn of_an_api_that_stays_away_the_dates_of_one_round_are_tried_again(database) {
        database.migrate();
        let api = MockApi::start();
        api.otherwise(|_| Some(Answer::status(503)));
        for (concurrency, dates, retries) in [(8, 7, 9), (8, 30, 12), (8, 2, 6), (1, 7, 3)] {
            api.forget_requests();
            let range = format!("{}..{}", date(1), date(dates));
            let outcome = Examsync::new(database, &api)
                .run(&format!("participants --date {range} --concurrency {concurrency} --json"));
            assert_eq!(outcome.expect(75).json()["syncs"].as_array().map(Vec::len), Some(dates));
            assert_eq!(api.requests().len(), dates + retries, "{dates} dates, {concurrency} at once");
        }
    }
}

#[test]
fn halls_that_fail_together_wait_together() {
    let (database, api) = (crate::support::Database::sqlite(), MockApi::start());
    database.migrate();
    api.halls(data::halls(20, 1));
    let program = Examsync::new(&database, &api);
    program.run("halls").expect(0);
    // Three failures of each of the first eight, which are under way at once: all retries that there are but two.
    let failures: Mutex<HashMap<usize, usize>> = Mutex::default();
    api.otherwise(move |request| {
        let hall: usize = request.path.rsplit('/').next()?.parse().ok()?;
        let mut failures = failures.lock().expect("nothing panics while it holds this");
        let is_first = failures.len() < 8;
        if let Some(times) = failures.get_mut(&hall).filter(|times| **times < 3) {
            *times += 1;
            return Some(Answer::status(503));
        }
        if is_first && !failures.contains_key(&hall) {
            failures.insert(hall, 1);
            return Some(Answer::status(503));
        }
        Some(Answer::data(&data::halls(20, 1)[hall - 1]["rooms"]))
    });
    fine(&program, "rooms", &["hall_rooms completed: 20 processed, 20 unchanged"]);
}
