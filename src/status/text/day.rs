//! The exam-morning view as text: what to know first, then every hall.

use chrono::NaiveTime;
use serde_json::Value;

use super::{Why, freshness, head, quality, runs, standing};
use crate::output::layout::{left, named, right};
use crate::output::{Screen, time};
use crate::queries::audit::DayChange;
use crate::queries::schedule::Created;
use crate::status::Basis;
use crate::status::model::day::{ExamDay, SlotOfDay};
use crate::status::shown::ShownCauses;
use crate::text::sanitize::{clean, clean_lines, isolated};

/// The most changes that a screen shows; `--json` has more.
const MAX_CHANGES: usize = 20;
/// What the three numbers of a hall take of the width; its name has the rest,
const NUMBER_COLUMNS: usize = 25;
/// and never less than this.
const MIN_NAME_COLUMNS: usize = 30;

/// One date.
pub(crate) fn day(day: &ExamDay, basis: &Basis, screen: Screen) -> String {
    let mut text = head(&format!("Exams of {}", day.exam_date), &day.head, basis, screen);
    for alert in day.head.alerts() {
        text.push_str(&screen.wrapped(&clean_lines(alert), 2, 4));
    }
    text.push_str(&format!("\nparticipants: {}\n", freshness(&day.standing, 0, screen)));
    // Why, stands with the alert or with what failed since the last good pull.
    standing(&day.standing, Why::Said(None), basis, screen, &mut text);
    if day.slots.is_empty() {
        text.push_str("\nNo active participants on this date.\n");
    }
    day.slots.iter().for_each(|slot| self::slot(slot, screen, &mut text));
    quality::closed_in_use(&day.closed_in_use, screen, &mut text);
    quality::seats_taken(&day.seats_taken, screen, &mut text);
    quality::over_capacity(&day.over_capacity, false, screen, &mut text);
    failures(day, basis, screen, &mut text);
    quality::sync_errors(&day.sync_errors, &day.alerts, screen, &mut text);
    changes(day, basis, screen, &mut text);
    text
}

fn slot(slot: &SlotOfDay, screen: Screen, text: &mut String) {
    let width = screen.columns.saturating_sub(NUMBER_COLUMNS).max(MIN_NAME_COLUMNS);
    let totals = |name: &str, numbers: [&str; 3]| {
        let [rooms, people, seats] = numbers;
        screen.row(&[left(name, width), right(rooms, 7), right(people, 8), right(seats, 7)])
    };
    let numbers = |rooms: i64, people: i64, seats: Option<i64>| {
        let seats = seats.map_or_else(|| "unknown".to_owned(), |seats| seats.to_string());
        [rooms.to_string(), people.to_string(), seats]
    };
    text.push('\n');
    text.push_str(&totals(&hour(slot.start_time), ["rooms", "people", "seats"]));
    for hall in &slot.halls {
        let name = format!("  {}", named(&hall.hall, "hall", hall.hall_external_id, width - 2));
        let counts = numbers(hall.rooms, hall.participants, hall.capacity);
        text.push_str(&totals(&name, counts.each_ref().map(String::as_str)));
        if hall.rooms_over_capacity > 0 {
            let over = format!("    rooms over capacity: {}", hall.rooms_over_capacity);
            text.push_str(&format!("{}\n", screen.palette.warning(&over)));
        }
    }
    let seats = slot.halls.iter().map(|hall| hall.capacity).sum();
    let counts = numbers(slot.rooms, slot.participants, seats);
    text.push_str(&totals("  all", counts.each_ref().map(String::as_str)));
}

fn failures(day: &ExamDay, basis: &Basis, screen: Screen, text: &mut String) {
    if day.failures.is_empty() {
        return;
    }
    text.push_str(&format!("\n{}\n", screen.palette.warning("Refused or failed since the last good pull")));
    text.push_str(&runs::table(&day.failures, &mut ShownCauses::of(&day.alerts), basis, screen));
}

fn changes(day: &ExamDay, basis: &Basis, screen: Screen, text: &mut String) {
    let since = time::local(day.changes_since, basis.timezone);
    let Created { rows, participants } = day.created;
    if rows > 0 {
        text.push_str(&format!("\nNew since {since}: rows {rows}, people {participants}\n"));
    }
    if day.changes.count == 0 {
        let else_ = if rows > 0 { "else " } else { "" };
        text.push_str(&format!("\nNothing {else_}changed since {since}\n"));
        return;
    }
    text.push_str(&format!("\nChanged since {since}: {}\n", day.changes.count));
    let told = day.changes.first.iter().take(MAX_CHANGES);
    let more = day.changes.count - told.len() as i64;
    told.for_each(|change| text.push_str(&screen.wrapped(&self::change(change, basis), 2, 4)));
    if more > 0 {
        text.push_str(&format!("  and {more} more\n"));
    }
}

/// `08:12:03 +04:00 participants changed: 09:00, Otaq 1, Bakı: participant_count 20 → 18`.
fn change(change: &DayChange, basis: &Basis) -> String {
    let at = change.at.with_timezone(&basis.timezone).format("%m-%d %H:%M:%S %:z");
    let start = change.start_time.map(hour);
    let names = [&change.room, &change.hall].map(|name| name.as_deref().map(isolated));
    let place = [start].into_iter().chain(names).flatten().collect::<Vec<_>>().join(", ");
    let action = change.action.replace('_', " ");
    let differences = differences(&change.old_value, &change.new_value);
    let told = if differences.is_empty() { String::new() } else { format!(": {differences}") };
    format!("{at} {}: {place}{told}", clean(&action))
}

/// What differs between the two values, by name. Whether a row is active its action says already.
fn differences(old: &Value, new: &Value) -> String {
    let Value::Object(new) = new else { return String::new() };
    let differing = new.iter().filter(|(name, value)| *name != "is_active" && old[name.as_str()] != **value);
    let told = differing.map(|(name, value)| {
        format!("{} {} → {}", name.replace('_', " "), plain(&old[name.as_str()]), plain(value))
    });
    told.collect::<Vec<_>>().join(", ")
}

fn plain(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    clean(&text).into_owned()
}

fn hour(time: NaiveTime) -> String {
    time.format("%H:%M").to_string()
}
