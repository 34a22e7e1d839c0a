//! Halls, rooms, starts and numbers as lines for people say them.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;

use crate::output::time;
use crate::status::Basis;
use crate::status::model::day::ExamDay;
use crate::text::numbers::grouped;
use crate::text::sanitize::isolated;

/// `room 101`, and of a name that says so itself the name alone.
pub(in crate::status) fn room(name: &str) -> String {
    let says_so = name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("room"));
    if says_so { isolated(name) } else { format!("room {}", isolated(name)) }
}

/// `Bakı (hall 1)`.
pub(in crate::status) fn named_hall(name: &str, external_id: i64) -> String {
    format!("{} (hall {external_id})", isolated(name))
}

/// `09:00`.
pub(in crate::status) fn hour(time: NaiveTime) -> String {
    time.format("%H:%M").to_string()
}

/// `1 person`, `3,840 people`.
pub(in crate::status) fn people(count: i64) -> String {
    counted(count, "person", "people")
}

/// `1 hall`, `40 halls`.
pub(in crate::status) fn counted(count: i64, one: &str, more: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{} {more}", grouped(count)) }
}

/// A moment to the minute: `10:59` on the date itself, with its date and offset on others.
pub(in crate::status) fn moment(at: DateTime<Utc>, date: NaiveDate, zone: Tz) -> String {
    let local = at.with_timezone(&zone);
    if local.date_naive() == date { local.format("%H:%M").to_string() } else { time::minute(at, zone) }
}

/// `Next: 09:30 in 35 min: 40 halls, 160 rooms, 3,840 people`.
pub(in crate::status) fn next_start(day: &ExamDay, basis: &Basis) -> String {
    if let Some(next) = &day.next {
        return format!(
            "Next: {} in {}: {}, {}, {}",
            hour(next.start_time),
            time::age(Duration::from_secs(next.in_seconds)),
            counted(next.halls, "hall", "halls"),
            counted(next.rooms, "room", "rooms"),
            people(next.participants)
        );
    }
    match day.slots.last() {
        None => "No active participants on this date.".to_owned(),
        Some(last) if day.exam_date < basis.today() => {
            format!("The date is past; its last exam began at {}.", hour(last.start_time))
        }
        Some(last) => format!("All exams have begun, the last at {}.", hour(last.start_time)),
    }
}
