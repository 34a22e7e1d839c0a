//! The dates that are asked for: named, ranges, relative to today in the zone.

use chrono::{Days, NaiveDate, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::participants::prepared;
use crate::support::data::{count, slot};
use crate::support::{Database, Examsync, MockApi, on_both_databases};
use crate::syncs::{fine, said};

/// The dates that the API was asked for, sorted: pulls run ahead of each other.
fn asked(api: &MockApi) -> Vec<String> {
    let requests = api.requests();
    let date = |path: &str| path.rsplit('/').next().unwrap().to_owned();
    let mut dates: Vec<_> = requests.iter().map(|request| date(&request.path)).collect();
    dates.sort_unstable();
    api.forget_requests();
    dates
}

/// The dates that a run reports, in its order, all of which went well.
fn reported(program: &Examsync, arguments: &str) -> Vec<String> {
    let outcome = program.run(&format!("participants --json {arguments}")).expect(0);
    assert_eq!(outcome.stderr, "");
    let document = outcome.json();
    let dates = document["syncs"].as_array().unwrap().iter().map(|sync| {
        assert_eq!((&sync["sync_type"], &sync["status"]), (&json!("participants"), &json!("completed")));
        sync["exam_date"].as_str().unwrap().to_owned()
    });
    dates.collect()
}

/// Today and some days after it in a zone so many hours ahead of UTC.
fn days(hours_ahead: i64, from: u64, count: u64) -> Vec<String> {
    let today = (Utc::now() + TimeDelta::hours(hours_ahead)).date_naive();
    (from..from + count).map(|days| (today + Days::new(days)).to_string()).collect()
}

on_both_databases! {
    fn dates_are_taken_in_order_and_once_however_they_are_named(database) {
        let (api, program) = prepared(database);
        for day in ["2099-06-01", "2099-06-02", "2099-06-03", "2099-06-05"] {
            api.participants(day, json!([slot("09:00", vec![count(1, 101, 1)])]));
        }
        let arguments = "participants --date 2099-06-05 --date 2099-06-02..2099-06-03 --date 2099-06-01 --date 2099-06-02";
        let syncs = ["2099-06-01", "2099-06-02", "2099-06-03", "2099-06-05"]
            .map(|day| format!("participants {day} completed: 1 processed, 1 created"));
        fine(&program, arguments, &syncs.each_ref().map(String::as_str));
        assert_eq!(asked(&api), ["2099-06-01", "2099-06-02", "2099-06-03", "2099-06-05"]);
        let date = database.pick("json_extract(metadata, '$.exam_date')", "metadata ->> 'exam_date'");
        let passes = "FROM sync_logs WHERE sync_type = 'participants'";
        assert_eq!(
            database.rows(&format!("SELECT {date}, status, records_created {passes} ORDER BY {date}")),
            ["2099-06-01|completed|1", "2099-06-02|completed|1", "2099-06-03|completed|1", "2099-06-05|completed|1"]
        );
        // Two may end in one millisecond.
        let ends = database.rows(&format!("SELECT completed_at {passes} ORDER BY {date}"));
        assert!(ends.is_sorted(), "{ends:?}");
        assert_eq!(database.number("SELECT count(DISTINCT run_id) FROM sync_logs WHERE sync_type = 'participants'"), 1);
    }
}

/// A SQLite database, and a program in `zone` with halls.
fn in_zone(zone: &str) -> (Database, MockApi, Examsync) {
    let database = Database::sqlite();
    let (api, program) = prepared(&database);
    (database, api, program.env("SYNC_TIMEZONE", zone))
}

/// Runs `check` again when midnight in some zone came between: the dates it computed were yesterday's.
fn unless_midnight_comes_between(check: impl Fn() -> (Vec<String>, Vec<String>)) {
    let (is, should) = check();
    if is != should {
        let (is, should) = check();
        assert_eq!(is, should);
    }
}

#[test]
fn without_dates_today_and_the_six_days_after_it_are_pulled() {
    let (_database, api, program) = in_zone("UTC");
    unless_midnight_comes_between(|| (reported(&program, ""), days(0, 0, 7)));
    unless_midnight_comes_between(|| {
        api.forget_requests();
        drop(reported(&program, ""));
        (asked(&api), days(0, 0, 7))
    });
}

#[test]
fn today_and_tomorrow_are_those_of_the_zone_on_either_side_of_utc() {
    let (_database, _api, program) = in_zone("Pacific/Kiritimati");
    unless_midnight_comes_between(|| (reported(&program, "--date today"), days(14, 0, 1)));
    unless_midnight_comes_between(|| (reported(&program, "--date tomorrow"), days(14, 1, 1)));
    let program = program.env("SYNC_TIMEZONE", "Etc/GMT+12");
    unless_midnight_comes_between(|| (reported(&program, "--date today"), days(-12, 0, 1)));
    unless_midnight_comes_between(|| (reported(&program, "--days 3"), days(-12, 0, 3)));
    unless_midnight_comes_between(|| (reported(&program, "--date today..tomorrow"), days(-12, 0, 2)));
    // Two zones 26 hours apart never have the same date.
    assert_ne!(days(14, 0, 1), days(-12, 0, 1));
}

#[test]
fn days_and_dates_may_be_asked_for_together() {
    let (_database, _api, program) = in_zone("Etc/GMT-3");
    unless_midnight_comes_between(|| {
        let expected = [days(3, 0, 2), vec!["2099-06-01".to_owned()]].concat();
        (reported(&program, "--days 2 --date 2099-06-01 --date today"), expected)
    });
}

#[test]
fn dates_that_make_no_sense_are_usage_errors_before_anything_is_asked() {
    let (_database, api, program) = in_zone("UTC");
    let cases = [
        ("--date 2099-06-03..2099-06-01", "2099-06-03..2099-06-01 is reversed; write the earlier date first"),
        ("--date 2099-02-30", "there is no day 2099-02-30"),
        ("--date 2098-01-01..2099-01-02", "2098-01-01..2099-01-02 is 367 days long; at most 366 are taken"),
        ("--date tomorrow..today", "is reversed; write the earlier date first"),
        ("--date 1.6.2099", "write YYYY-MM-DD, today or tomorrow"),
    ];
    for (arguments, why) in cases {
        let outcome = program.run(&format!("participants --json {arguments}")).expect(2);
        let error: Value = outcome.json()["error"].clone();
        assert_eq!(error["kind"], "usage", "{arguments}");
        assert!(error["message"].as_str().unwrap().contains(why), "{arguments}: {error}");
        assert!(said(&outcome).concat().contains(why), "{arguments}: {outcome:?}");
    }
    assert_eq!(api.requests().len(), 0);
}

#[test]
fn the_longest_range_is_a_leap_year() {
    let (_database, api, program) = in_zone("UTC");
    let first: NaiveDate = "2096-01-01".parse().unwrap();
    let year: Vec<String> = first.iter_days().take(366).map(|day| day.to_string()).collect();
    assert_eq!(reported(&program, "--date 2096-01-01..2096-12-31"), year);
    assert_eq!(asked(&api), year);
}
