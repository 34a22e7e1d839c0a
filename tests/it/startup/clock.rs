//! Clocks that are far off, days without midnight, and days that were never.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use chrono_tz::Tz;
use examsync::clock::{begun_through, instant, today};

use crate::support::postgres::say_skipped;
use crate::support::{Database, Examsync, MockApi, data};

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

/// Half an hour on either side of a zone's midnight.
#[track_caller]
fn today_changes_at(midnight: &str, zone: Tz, new_day: &str) {
    let midnight = utc(midnight);
    let day = date(new_day);
    let yesterday = day.pred_opt().expect("a day before");
    assert_eq!(today(midnight - Duration::minutes(30), zone), yesterday, "23:30 in {zone}");
    assert_eq!(today(midnight, zone), day, "00:00 in {zone}");
    assert_eq!(today(midnight + Duration::minutes(30), zone), day, "00:30 in {zone}");
}

#[test]
fn today_changes_at_midnight_in_zones_on_either_side_of_utc() {
    today_changes_at("2025-06-01T20:00:00Z", Tz::Asia__Baku, "2025-06-02");
    today_changes_at("2025-06-01T10:00:00Z", Tz::Pacific__Kiritimati, "2025-06-02");
    today_changes_at("2025-06-02T04:00:00Z", Tz::America__New_York, "2025-06-02");
    today_changes_at("2025-06-02T11:00:00Z", Tz::Pacific__Pago_Pago, "2025-06-02");
    today_changes_at("2025-06-01T18:15:00Z", Tz::Asia__Kathmandu, "2025-06-02");
    today_changes_at("2025-06-02T00:00:00Z", Tz::UTC, "2025-06-02");
}

#[test]
fn a_day_that_begins_at_one_o_clock_has_nothing_begun_before() {
    // Beirut, 2022-03-27: 00:00 becomes 01:00 at 22:00 UTC of the day before.
    let (day, zone) = (date("2022-03-27"), Tz::Asia__Beirut);
    assert_eq!(instant(day.and_hms_opt(0, 0, 0).expect("a time"), zone), utc("2022-03-26T22:00:00Z"));
    assert_eq!(begun_through(day, utc("2022-03-26T21:59:59Z"), zone), None);
    let begun = begun_through(day, utc("2022-03-26T22:00:00Z"), zone).map(|time| time.to_string());
    assert_eq!(begun.as_deref(), Some("01:00:00"));
    assert_eq!(today(utc("2022-03-26T22:00:00Z"), zone), day);
}

#[test]
fn a_day_whose_last_hour_comes_twice_is_one_day() {
    // Beirut, 2022-10-29: 24:00 becomes 23:00 at 21:00 UTC.
    let (day, zone) = (date("2022-10-29"), Tz::Asia__Beirut);
    for (now, begun) in [("2022-10-29T20:30:00Z", "23:30:00"), ("2022-10-29T21:30:00Z", "23:59:59")] {
        assert_eq!(today(utc(now), zone), day);
        assert_eq!(begun_through(day, utc(now), zone).map(|time| time.to_string()).as_deref(), Some(begun));
    }
    assert_eq!(today(utc("2022-10-29T22:00:00Z"), zone), date("2022-10-30"));
}

#[test]
fn a_day_that_never_was_begins_with_the_next() {
    // Samoa went from 29 to 31 December 2011.
    let (day, zone) = (date("2011-12-30"), Tz::Pacific__Apia);
    let noon = day.and_hms_opt(12, 0, 0).expect("a time");
    assert_eq!(instant(noon, zone), utc("2011-12-30T10:00:00Z"));
    assert_eq!(begun_through(day, utc("2011-12-30T09:59:59Z"), zone), None);
    assert!(begun_through(day, utc("2011-12-30T10:00:00Z"), zone).is_some());
    assert_eq!(today(utc("2011-12-30T09:59:59Z"), zone), date("2011-12-29"));
    assert_eq!(today(utc("2011-12-30T10:00:00Z"), zone), date("2011-12-31"));
}

/// Debian's libfaketime; `None` where it is not installed (said loudly; fails when `CI=true`).
pub(crate) fn faketime() -> Option<String> {
    let folders = ["/usr/lib/x86_64-linux-gnu/faketime", "/usr/lib/aarch64-linux-gnu/faketime"];
    let library = folders.map(|folder| format!("{folder}/libfaketimeMT.so.1"));
    let found = library.into_iter().find(|file| std::path::Path::new(file).exists());
    if found.is_none() {
        say_skipped("faketime", "apt-get install -y faketime");
    }
    found
}

#[test]
fn a_clock_that_is_far_off_is_no_reason_to_panic() {
    let Some(library) = faketime() else { return };
    let (database, api) = (Database::sqlite(), MockApi::start());
    api.halls(data::halls(1, 1));
    let program = Examsync::new(&database, &api)
        .env("LD_PRELOAD", &library)
        .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
        .env("SYNC_TIMEZONE", "UTC");
    let mut program = Some(program);
    for at in ["2026-01-01 00:00:00", "1970-01-02 00:00:00", "2100-02-28 23:59:59", "1999-12-31 23:59:59"] {
        let faked = program.take().expect("put back").env("FAKETIME", at);
        for arguments in ["halls", "participants --days 2", "status", "halls --json"] {
            let outcome = faked.run(arguments).expect(0);
            assert_eq!(outcome.stderr, "", "{at}: {arguments}");
        }
        let (year, _) = at.split_at(4);
        let last = database.text("SELECT started_at FROM sync_logs ORDER BY id DESC LIMIT 1");
        assert!(last.starts_with(year), "the clock was not faked: {last}");
        program = Some(faked);
    }
    assert_eq!(database.number("SELECT count(*) FROM sync_logs WHERE status <> 'completed'"), 0);
}
