//! What became of the halls and rooms of a date, a line each.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::queries::changes::PlaceChange;
use crate::status::model::day::Line;
use crate::status::words::{named_hall, room};
use crate::text::sanitize::isolated;

/// A line for each place that the date has or had people in; and how many other changes there were.
pub(super) fn lines(changes: &[PlaceChange], halls: &[i64]) -> (Vec<Line>, usize) {
    let closed: BTreeSet<i64> = (changes.iter())
        .filter(|change| change.action == "building_deactivated")
        .map(|change| change.hall)
        .collect();
    let about = |change: &&PlaceChange| {
        // A hall that closes takes its rooms along.
        let is_told = change.action == "room_deactivated" && closed.contains(&change.hall);
        !is_told && (halls.is_empty() || halls.contains(&change.hall))
    };
    let (used, others): (Vec<_>, Vec<_>) = changes.iter().filter(about).partition(|change| change.is_used);
    (used.into_iter().map(line).collect(), others.len())
}

fn line(change: &PlaceChange) -> Line {
    let hall = named_hall(&change.hall_name, change.hall);
    let place = match (&change.room_name, change.room) {
        (Some(name), Some(id)) => format!("{hall}, {} (room {id})", room(name)),
        _ => hall,
    };
    let text = |value: &Value| isolated(value.as_str().unwrap_or_default());
    let (old, new) = (&change.old_value, &change.new_value);
    let what = match change.action.as_str() {
        "building_renamed" | "room_renamed" => format!("was called {}", text(&old["name"])),
        "building_deactivated" | "room_deactivated" => "closed".to_owned(),
        "building_reactivated" | "room_reactivated" => "open again".to_owned(),
        "room_capacity_changed" => format!("{} → {} seats", seats(&old["capacity"]), seats(&new["capacity"])),
        "room_moved" => format!(
            "was in {} (hall {}), is in {} (hall {})",
            text(&old["hall_name"]),
            old["hall_external_id"],
            text(&new["hall_name"]),
            new["hall_external_id"]
        ),
        other => other.replace('_', " "),
    };
    let before = old["hall_external_id"].as_i64();
    Line {
        halls: before.into_iter().chain([change.hall]).collect(),
        people: 0,
        sentence: format!("{place}: {what}"),
    }
}

fn seats(capacity: &Value) -> String {
    capacity.as_i64().map_or_else(|| "unknown".to_owned(), |seats| seats.to_string())
}
