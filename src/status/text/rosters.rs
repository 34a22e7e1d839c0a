//! The sources of rosters: a line each, and one per entity.

use std::time::Duration;

use crate::output::layout::{left, right};
use crate::output::{Screen, time};
use crate::status::model::rosters::RosterState;
use crate::text::numbers::grouped;
use crate::text::sanitize::clean;

/// Each source with its entities; nothing where there is none.
pub(super) fn all(rosters: &[RosterState], screen: Screen, text: &mut String) {
    for roster in rosters {
        let state = match roster.healthy {
            true => screen.palette.ok(roster.freshness.name()),
            false => screen.palette.error(roster.freshness.name()),
        };
        let age = roster
            .age_seconds
            .map_or("never".to_owned(), |seconds| format!("{} ago", time::age(Duration::from_secs(seconds))));
        text.push_str(&format!("\n{}: {state}, last success {age}\n", clean(&roster.label())));
        if !roster.entities.is_empty() {
            text.push_str(&screen.row(&[
                left("  entity", 14),
                right("there", 10),
                right("errored", 8),
                right("should be", 10),
                right("active", 10),
            ]));
        }
        for entity in &roster.entities {
            text.push_str(&screen.row(&[
                left(&format!("  {}", entity.entity), 14),
                right(&grouped(entity.there), 10),
                right(&grouped(entity.errored), 8),
                right(&grouped(entity.expected), 10),
                right(&grouped(entity.active), 10),
            ]));
        }
        if let Some(people) = roster.not_seen_this_school_year.filter(|people| *people > 0) {
            text.push_str(&format!("  {} people were last seen before this school year\n", grouped(people)));
        }
        if roster.credentials > 0 {
            text.push_str(&format!("  {} hashes of passwords are kept\n", grouped(roster.credentials)));
        }
    }
}
