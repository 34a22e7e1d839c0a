//! Which rows of alerts are reported, by what the run changed.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{Announcement, Look, left_behind, past_recoveries, select};
use crate::store::alerts::rows::AlertRow;

const RUN: Uuid = Uuid::from_u128(1);
const OTHER_RUN: Uuid = Uuid::from_u128(2);
const TOKEN: &str = "the API refused the token (HTTP 401 Unauthorized)";

fn now() -> DateTime<Utc> {
    "2027-05-23T10:00:00Z".parse().unwrap()
}

/// An open row that this run found and no message has named.
fn row(id: i64, scope: &str, kind: &str, why: &str) -> AlertRow {
    let command = if scope == "all" { "halls" } else { "participants" };
    let (scope, label) = match scope {
        "all" => (crate::model::scope::Scope::All, command.to_owned()),
        date => (date.parse().unwrap(), format!("{command} of {date}")),
    };
    AlertRow {
        id,
        command: command.to_owned(),
        scope,
        kind: kind.to_owned(),
        opened_at: now(),
        last_sent_at: now(),
        failing_since: None,
        failures: 1,
        message: format!("{label}: {why}"),
        summary: None,
        reported: false,
        urgent: false,
        recovery_due: false,
        changed_by: Some(RUN),
        changed_at: Some(now()),
        closes_at: None,
        run_id: None,
        still_failing: false,
    }
}

/// The same, named by a message so many hours ago, and not found by this run.
fn reported(row: AlertRow, hours: i64) -> AlertRow {
    let at = now() - TimeDelta::hours(hours);
    AlertRow {
        reported: true,
        opened_at: at,
        last_sent_at: at,
        changed_by: None,
        changed_at: Some(at),
        ..row
    }
}

/// The same, found by this run again.
fn again(row: AlertRow) -> AlertRow {
    AlertRow { changed_by: Some(RUN), changed_at: Some(now()), ..row }
}

/// The same, closed by this run.
fn closed(row: AlertRow) -> AlertRow {
    AlertRow { recovery_due: true, ..again(row) }
}

/// What is reported, as `happening kind ids`.
fn selected(rows: &[AlertRow]) -> Vec<String> {
    selected_without(rows, &[])
}

/// The same by a command that skipped these dates.
fn selected_without(rows: &[AlertRow], skipped: &[&str]) -> Vec<String> {
    let skipped: Vec<chrono::NaiveDate> = skipped.iter().map(|date| date.parse().unwrap()).collect();
    let look = Look {
        run_id: RUN,
        dead_before: now() - TimeDelta::minutes(11),
        now: now(),
        today: "2027-05-23".parse().unwrap(),
        skipped: &skipped,
    };
    let line = |announcement: Announcement<'_>| {
        let Announcement { happening, kind, rows } = announcement;
        let ids: Vec<String> = rows.iter().map(|row| row.id.to_string()).collect();
        format!("{happening:?} {} {}", kind.name(), ids.join(" "))
    };
    let past = past_recoveries(rows, look).into_iter().map(|id| format!("past {id}"));
    let selected = select(rows, look);
    let left: Vec<String> = left_behind(rows, &selected).iter().map(|id| format!("left {id}")).collect();
    selected.into_iter().map(line).chain(past).chain(left).collect()
}

const DATES: [&str; 3] = ["2027-05-24", "2027-05-25", "2027-05-26"];

#[test]
fn what_several_dates_and_commands_fail_of_is_one_alert() {
    let mut rows = vec![row(1, "all", "auth", TOKEN)];
    rows.extend(DATES.iter().zip(2..).map(|(date, id)| row(id, date, "auth", TOKEN)));
    rows.push(row(5, "2027-05-27", "failure", "HTTP 503"));
    assert_eq!(selected(&rows), ["Opened auth 1 2 3 4", "Opened failure 5"]);
}

#[test]
fn a_date_that_fails_of_what_is_reported_joins_in_silence() {
    let known = reported(row(1, DATES[0], "auth", TOKEN), 2);
    assert_eq!(selected(&[known.clone(), row(2, DATES[1], "auth", TOKEN)]), [""; 0]);
    let other = row(2, DATES[1], "auth", "the certificate is not trusted");
    assert_eq!(selected(&[known.clone(), other]), ["Opened auth 2"]);
    // One that was not tried for long says nothing of it.
    let forgotten = reported(row(1, DATES[0], "auth", TOKEN), 49);
    assert_eq!(selected(&[forgotten, row(2, DATES[1], "auth", TOKEN)]), ["Opened auth 2"]);
    // A day later the repeat names it as well.
    let due = again(reported(row(1, DATES[0], "auth", TOKEN), 24));
    assert_eq!(selected(&[due, row(2, DATES[1], "auth", TOKEN)]), ["Reminder auth 1 2"]);
    // What is not reported any more is news.
    assert_eq!(
        selected(&[closed(known), row(2, DATES[1], "auth", TOKEN)]),
        ["Opened auth 2", "Recovered auth 1"]
    );
}

#[test]
fn an_exam_that_starts_soon_is_news_unless_one_was() {
    let far = reported(row(1, DATES[2], "failure", "HTTP 503"), 2);
    let soon = AlertRow { urgent: true, ..row(2, DATES[0], "failure", "HTTP 503") };
    assert_eq!(selected(&[far.clone(), soon.clone()]), ["Opened failure 2"]);
    assert_eq!(selected(&[AlertRow { urgent: true, ..far }, soon]), [""; 0]);
}

#[test]
fn findings_of_completed_passes_are_told_of_each_date() {
    let known = reported(row(1, DATES[0], "volume", "9 records instead of 3"), 2);
    let other = AlertRow { message: known.message.clone(), ..row(2, DATES[1], "volume", "") };
    assert_eq!(selected(&[known, other]), ["Opened volume 2"]);
}

#[test]
fn an_alert_is_repeated_only_when_it_is_found_again() {
    let old = reported(row(1, DATES[0], "auth", TOKEN), 30);
    assert_eq!(selected(std::slice::from_ref(&old)), [""; 0]);
    assert_eq!(selected(&[again(old)]), ["Reminder auth 1"]);
    assert_eq!(selected(&[again(reported(row(1, DATES[0], "auth", TOKEN), 23))]), [""; 0]);
    let past = reported(row(2, "2027-05-22", "auth", TOKEN), 30);
    assert_eq!(selected(&[past, again(reported(row(1, "all", "auth", TOKEN), 30))]), ["Reminder auth 1"]);
}

#[test]
fn the_recovery_of_several_dates_is_one_and_waits_for_the_last() {
    let rows = DATES.iter().zip(1..).map(|(date, id)| reported(row(id, date, "auth", TOKEN), 2));
    let rows: Vec<AlertRow> = rows.collect();
    let [first, second, third] = [0, 1, 2].map(|nth: usize| rows[nth].clone());
    assert_eq!(selected(&[closed(first.clone()), second.clone(), again(third.clone())]), [""; 0]);
    // A later run closes the others; no run claims the first any longer.
    let first = AlertRow { changed_by: None, ..closed(first) };
    assert_eq!(selected(&[first.clone(), closed(second.clone()), closed(third)]), ["Recovered auth 1 2 3"]);
    // It does not wait for one that was not tried for long, nor for another cause.
    let forgotten = reported(row(3, DATES[2], "auth", TOKEN), 49);
    assert_eq!(
        selected(&[first.clone(), closed(second.clone()), forgotten]),
        ["Recovered auth 1 2", "left 3"]
    );
    // Nor for a date that the command skipped on purpose.
    let third = reported(row(3, DATES[2], "auth", TOKEN), 2);
    let rows = [first.clone(), closed(second.clone()), third];
    assert_eq!(selected_without(&rows, &[DATES[2]]), ["Recovered auth 1 2", "left 3"]);
    let other = reported(row(3, DATES[2], "auth", "the certificate is not trusted"), 2);
    assert_eq!(selected(&[first, closed(second), other]), ["Recovered auth 1 2"]);
}

#[test]
fn what_failed_of_two_causes_recovers_once() {
    let auth = reported(row(1, DATES[0], "auth", TOKEN), 5);
    let failure = reported(row(2, DATES[0], "failure", "HTTP 503"), 2);
    assert_eq!(selected(&[closed(auth), closed(failure)]), ["Recovered auth 1 2"]);
}

#[test]
fn what_fails_of_another_cause_now_has_not_recovered() {
    let over = AlertRow { still_failing: true, ..closed(reported(row(1, DATES[0], "auth", TOKEN), 5)) };
    assert_eq!(selected(std::slice::from_ref(&over)), [""; 0]);
    let refused = closed(reported(row(2, DATES[0], "refused", "it would lose 9 people"), 2));
    let over = AlertRow { changed_by: None, still_failing: false, ..over };
    assert_eq!(selected(&[over, refused]), ["Recovered auth 1 2"]);
}

#[test]
fn a_past_date_recovers_in_silence_and_holds_nothing_up() {
    let past = reported(row(1, "2027-05-22", "auth", TOKEN), 2);
    let today = reported(row(2, "2027-05-23", "auth", TOKEN), 2);
    assert_eq!(selected(&[past.clone(), closed(today)]), ["Recovered auth 2", "left 1"]);
    assert_eq!(selected(&[closed(past)]), ["past 1"]);
}

#[test]
fn what_another_run_changes_is_its_own_until_it_must_be_dead() {
    let of_another = AlertRow { changed_by: Some(OTHER_RUN), ..row(1, DATES[0], "auth", TOKEN) };
    assert_eq!(selected(std::slice::from_ref(&of_another)), [""; 0]);
    let dead = AlertRow { changed_at: Some(now() - TimeDelta::minutes(12)), ..of_another };
    assert_eq!(selected(&[dead]), ["Opened auth 1"]);
    let closed_by_another =
        AlertRow { changed_by: Some(OTHER_RUN), ..closed(reported(row(1, DATES[0], "auth", TOKEN), 1)) };
    assert_eq!(selected(&[closed_by_another]), [""; 0]);
}

#[test]
fn a_daily_pass_repeats_an_alert_also_where_it_begins_some_seconds_earlier() {
    let sent_ago = |ago: TimeDelta| {
        let row = again(reported(row(1, "all", "auth", TOKEN), 30));
        selected(&[AlertRow { last_sent_at: now() - ago, ..row }])
    };
    assert_eq!(sent_ago(TimeDelta::days(1) - TimeDelta::seconds(20)), ["Reminder auth 1"]);
    assert_eq!(sent_ago(TimeDelta::hours(23)), [""; 0]);
}

#[test]
fn the_late_changes_of_a_command_are_one_alert_and_never_repeated() {
    let changes =
        [row(1, DATES[0], "late_change", "09:00 → 10:00"), row(2, DATES[1], "late_change", "hall 1 → 2")];
    assert_eq!(selected(&changes), ["Opened late_change 1 2"]);
    assert_eq!(selected(&[again(reported(changes[0].clone(), 30))]), [""; 0]);
}

#[test]
fn the_end_of_a_token_is_reported_once_more_on_the_day_before() {
    let ends_in = |hours: i64, reported_hours_ago: i64| {
        let row = again(reported(row(1, "all", "token_ends", "it ends"), reported_hours_ago));
        selected(&[AlertRow { closes_at: Some(now() + TimeDelta::hours(hours)), ..row }])
    };
    assert_eq!(ends_in(100, 60), [""; 0]);
    assert_eq!(ends_in(24, 60), ["Reminder token_ends 1"]);
    assert_eq!(ends_in(20, 2), [""; 0]);
}
