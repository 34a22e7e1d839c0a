//! The exam-morning view as text: what to know first, then every hall.

use chrono::NaiveTime;
use serde_json::Value;

use super::layout::{left, right, wrapped};
use super::{freshness, head, quality, runs, standing};
use crate::output::{Palette, time};
use crate::queries::audit::DayChange;
use crate::queries::schedule::Created;
use crate::status::Basis;
use crate::status::model::day::{ExamDay, SlotOfDay};
use crate::text::sanitize::clean;

/// At most so many changes are told on a screen; `--json` has more.
const MAX_CHANGES: usize = 20;

/// One date.
pub fn day(day: &ExamDay, basis: &Basis, palette: Palette) -> String {
    let mut text = head(&format!("Exams of {}", day.exam_date), &day.head, basis, palette);
    text.push_str(&format!("\nparticipants: {}\n", freshness(&day.standing, 0, palette)));
    standing(&day.standing, true, basis, palette, &mut text);
    if day.slots.is_empty() {
        text.push_str("\nNo active participants on this date.\n");
    }
    day.slots.iter().for_each(|slot| self::slot(slot, palette, &mut text));
    quality::over_capacity(&day.over_capacity, false, palette, &mut text);
    failures(day, basis, palette, &mut text);
    quality::sync_errors(&day.sync_errors, palette, &mut text);
    quality::alerts(&day.alerts, basis, palette, &mut text);
    changes(day, basis, &mut text);
    text
}

fn slot(slot: &SlotOfDay, palette: Palette, text: &mut String) {
    let totals = |name: &str, rooms: &str, people: &str, seats: &str| {
        format!("{} {} {} {}", left(name, 55), right(rooms, 7), right(people, 8), right(seats, 7))
    };
    let start = hour(slot.start_time);
    text.push_str(&format!("\n{}\n", totals(&start, "rooms", "people", "seats")));
    for hall in &slot.halls {
        let name = format!("  {}", clean(&hall.hall));
        let line = totals(
            &name,
            &hall.rooms.to_string(),
            &hall.participants.to_string(),
            &hall.capacity.to_string(),
        );
        text.push_str(&format!("{line}\n"));
        if hall.rooms_over_capacity > 0 {
            let over = format!("    rooms over capacity: {}", hall.rooms_over_capacity);
            text.push_str(&format!("{}\n", palette.warning(&over)));
        }
    }
    let seats: i64 = slot.halls.iter().map(|hall| hall.capacity).sum();
    let all = totals("  all", &slot.rooms.to_string(), &slot.participants.to_string(), &seats.to_string());
    text.push_str(&format!("{all}\n"));
}

fn failures(day: &ExamDay, basis: &Basis, palette: Palette, text: &mut String) {
    if day.failures.is_empty() {
        return;
    }
    text.push_str(&format!("\n{}\n", palette.error("Refused or failed since the last good pull")));
    text.push_str(&runs::history(&day.failures, basis, palette));
    let plan = day.failures.first().and_then(|run| run.error.as_ref()?.plan.as_deref());
    if let Some(plan) = plan {
        let answer = format!("to approve: examsync participants --date {} --approve {plan}", day.exam_date);
        text.push_str(&wrapped(&clean(&answer), 2, 4));
    }
}

fn changes(day: &ExamDay, basis: &Basis, text: &mut String) {
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
    told.for_each(|change| text.push_str(&wrapped(&self::change(change, basis), 2, 4)));
    if more > 0 {
        text.push_str(&format!("  and {more} more\n"));
    }
}

/// `08:12:03 +04:00 participants changed: 09:00, Otaq 1, Bakı: participant_count 20 → 18`.
fn change(change: &DayChange, basis: &Basis) -> String {
    let at = change.at.with_timezone(&basis.timezone).format("%m-%d %H:%M:%S %:z");
    let start = change.start_time.map(hour);
    let place = [start.as_deref(), change.room.as_deref(), change.hall.as_deref()];
    let place = place.into_iter().flatten().map(|part| clean(part)).collect::<Vec<_>>().join(", ");
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
