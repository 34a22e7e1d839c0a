//! What to act on, on the morning of an exam: a sentence each, the worst first (contract §14.1).

use std::time::Duration;

use chrono::TimeDelta;

use super::DayRequest;
use super::doubts::Doubts;
use super::moves::Moves;
use super::pulls::Pulls;
use crate::clock;
use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;
use crate::output::time;
use crate::queries::Listed;
use crate::queries::alerts::OpenAlert;
use crate::queries::quality::OverCapacity;
use crate::queries::runs::Run;
use crate::queries::seating::SeatTaken;
use crate::status::freshness::Freshness;
use crate::status::model::Standing;
use crate::status::model::day::Action;
use crate::status::words::{counted, hour, moment, named_hall, people, room};
use crate::status::{Basis, conflicts, reasons};
use crate::text::numbers::grouped;
use crate::text::sanitize::clean;

/// The most rooms or seats that a sentence names.
const MAX_NAMED: usize = 3;
/// How to see the others.
const HINT: &str = " (-v shows all)";
/// As the guard's failures are called (contract §5, `error.kind`).
const GUARD: &str = "guard";

/// What is known of the date.
pub(super) struct Facts<'a> {
    pub(super) request: &'a DayRequest<'a>,
    pub(super) basis: &'a Basis,
    pub(super) moves: &'a Moves,
    pub(super) first_load: bool,
    pub(super) pulls: &'a Pulls,
    pub(super) doubts: &'a Doubts,
    /// Whether it is a date that is not past.
    pub(super) is_to_come: bool,
}

/// All of it.
pub(super) fn actions(facts: &Facts<'_>) -> Vec<Action> {
    let mut actions = Vec::new();
    if facts.is_to_come {
        let (places, timezone) = (&facts.doubts.closed_places, facts.basis.timezone);
        let most = facts.most();
        let closed = reasons::closed_in_use_naming(places, timezone, most, HINT);
        let is_near = facts.request.exam_date <= reasons::last_closed(facts.basis.today());
        actions.extend(closed.map(|reason| action("closed_in_use", reason.sentence, is_near)));
        actions.extend(facts.late_changes());
        actions.extend(over_capacity(&facts.doubts.over_capacity, most));
        actions.extend(seats_taken(&facts.doubts.seats_taken, most));
        actions.extend(facts.unknown_rooms());
        actions.extend(facts.old());
    }
    actions.extend(facts.refused());
    let open = conflicts::sentences(&facts.doubts.conflicts);
    actions.extend(open.map(|(_, sentence)| action("conflicts", sentence, true)));
    let is_told = |alert: &&OpenAlert| {
        let late = alert.kind == "late_change" && actions.iter().any(|action| action.kind == "late_change");
        alert.is_of_state() || late || alert.kind == "refused"
    };
    let others: Vec<Action> = (facts.pulls.alerts.iter())
        .filter(|alert| !is_told(alert))
        .map(|alert| action("alert", format!("{}: {}", alert.label, alert.summary()), true))
        .collect();
    actions.extend(others);
    actions
}

fn action(kind: &'static str, sentence: String, is_reason: bool) -> Action {
    Action { kind, sentence, is_reason }
}

impl Facts<'_> {
    /// The most rooms, halls or seats that a sentence names.
    fn most(&self) -> usize {
        if self.request.full || !self.request.halls.is_empty() { usize::MAX } else { MAX_NAMED }
    }

    /// Whether a slot of the date comes so soon that a change of it is late.
    fn is_soon(&self, start: chrono::NaiveTime) -> bool {
        let within = TimeDelta::from_std(self.request.late_within).unwrap_or(TimeDelta::MAX);
        let starts = std::iter::once(start);
        clock::starts_within(self.request.exam_date, starts, self.basis.now, within, self.basis.timezone)
    }

    fn late_changes(&self) -> Vec<Action> {
        let limit = i64::from(self.request.late_people);
        if self.first_load {
            return Vec::new();
        }
        let is_reason = self.pulls.alerts.iter().any(|alert| alert.kind == "late_change");
        let since = self.basis.before(self.request.since);
        let since = moment(since, self.request.exam_date, self.basis.timezone);
        let late = |sentence: String| action("late_change", sentence, is_reason);
        let mut found = Vec::new();
        for shift in &self.moves.shifts {
            if shift.people > limit && (self.is_soon(shift.from) || self.is_soon(shift.to)) {
                let halls = counted(shift.halls.len() as i64, "hall", "halls");
                let (from, to) = (hour(shift.from), hour(shift.to));
                let whom = format!("{halls}, {}", people(shift.people));
                found.push(late(format!("{from} has moved to {to} since {since}: {whom}")));
            }
        }
        for (start, count) in self.moves.relocated.iter().filter(|(_, count)| **count > limit) {
            if self.is_soon(*start) {
                let whom = people(*count);
                found.push(late(format!("{}: {whom} got another room or hall since {since}", hour(*start))));
            }
        }
        for (start, growth) in self.moves.growth.iter().filter(|(_, growth)| **growth > limit) {
            if self.is_soon(*start) {
                found.push(late(format!("{} has grown by {} since {since}", hour(*start), people(*growth))));
            }
        }
        found
    }

    /// Entries of the last good pull that name a hall or room that is not known here: their people sit nowhere.
    fn unknown_rooms(&self) -> Option<Action> {
        let errors = self.pulls.last_completed.as_ref()?.record_errors.iter();
        let unknown: Vec<&str> = errors
            .filter(|error| error["code"] == "unknown_room")
            .filter_map(|error| error["message"].as_str())
            .collect();
        let first = unknown.first()?;
        let entries = match unknown.len() {
            1 => "1 entry of the last pull names a hall or room that is not known here".to_owned(),
            more => format!("{more} entries of the last pull name halls or rooms that are not known here"),
        };
        let program = self.request.program;
        let date = self.request.exam_date.to_string();
        let (halls, pull) = (program.and(["halls"]), program.and(["participants", "--date", &date]));
        let how = format!("pull the halls, then the date:\n    {halls}\n    {pull}");
        Some(action(
            "unknown_room",
            format!("{entries}, and its people sit nowhere: {}; {how}", clean(first)),
            false,
        ))
    }

    /// Passes of the date, of halls and of rooms that are old or fail, and why.
    fn old(&self) -> Vec<Action> {
        let mut found = Vec::new();
        let date = self.request.exam_date;
        match self.pulls.standing.freshness {
            Freshness::Never => {
                let pull = self.request.program.and(["participants", "--date", &date.to_string()]);
                let sentence = format!(
                    "{date} was never pulled: nothing is known of who sits where{}\n    {pull}",
                    self.why(&self.pulls.standing, Some(date))
                );
                // As in the overview: of another date only where its pulls fail.
                let is_reason = date == self.basis.today() || self.pulls.standing.is_failing();
                found.push(action("never_pulled", sentence, is_reason));
            }
            Freshness::Stale | Freshness::Critical => {
                let sentence = format!(
                    "{}{}",
                    age("who sits where", &self.pulls.standing),
                    self.why(&self.pulls.standing, Some(date))
                );
                found.push(action("old", sentence, true));
            }
            Freshness::Fresh
                if self.pulls.standing.is_failing()
                    && self.pulls.failures.iter().all(|run| !refused(run)) =>
            {
                let why = self.why(&self.pulls.standing, Some(date));
                // An alert about it says so itself.
                if !why.is_empty() {
                    found.push(action("failing", format!("the last pull of {date} failed{why}"), false));
                }
            }
            Freshness::Fresh => {}
        }
        for (sync_type, standing) in
            self.pulls.places.iter().filter(|(_, standing)| standing.freshness != Freshness::Fresh)
        {
            let what = if *sync_type == SyncType::ExamHalls { "the halls" } else { "the rooms" };
            let same = found.iter().any(|action| action.kind == "old_halls");
            if *sync_type == SyncType::ExamHalls || !same {
                let sentence = format!("{}{}", age(what, standing), self.why(standing, None));
                found.push(action("old_halls", sentence, true));
            }
        }
        found
    }

    /// Why the newest pass failed, where no alert says so.
    fn why(&self, standing: &Standing, date: Option<chrono::NaiveDate>) -> String {
        let scope = date.map_or(Scope::All, Scope::Date);
        let has_alert =
            |command: &str| self.pulls.alerts.iter().any(|alert| alert.is_failure_of(command, &scope));
        let Some(run) = standing.last_run.as_ref().filter(|_| standing.is_failing()) else {
            return String::new();
        };
        match &run.error {
            Some(error) if !has_alert(run.sync_type.command()) => format!(": {}", error.message),
            _ => String::new(),
        }
    }

    /// What the guard refused: the alerts about it, or the last refusal of the date.
    fn refused(&self) -> Vec<Action> {
        let alerts = self.pulls.alerts.iter().filter(|alert| alert.kind == "refused");
        let mut found: Vec<Action> = alerts
            .map(|alert| action("refused", format!("{}: {}", alert.label, alert.summary()), true))
            .collect();
        let run = self.pulls.failures.iter().find(|run| refused(run));
        if let Some(error) = run.and_then(|run| run.error.as_ref()).filter(|_| found.is_empty()) {
            found.push(action("refused", error.message.clone(), false));
        }
        found
    }
}

fn refused(run: &Run) -> bool {
    run.error.as_ref().is_some_and(|error| error.kind == GUARD)
}

/// `who sits where was last pulled 50 min ago, and 2 pulls have failed since`.
fn age(what: &str, standing: &Standing) -> String {
    let (was, were) = if what.starts_with("who") { ("was", "was") } else { ("were", "were") };
    let pulled = match standing.age_seconds {
        Some(seconds) => format!("{what} {was} last pulled {} ago", time::age(Duration::from_secs(seconds))),
        None => format!("{what} {were} never pulled"),
    };
    match standing.consecutive_failures {
        0 => pulled,
        1 => format!("{pulled}, and 1 pull has failed since"),
        failures => format!("{pulled}, and {failures} pulls have failed since"),
    }
}

fn over_capacity(rooms: &Listed<OverCapacity>, most: usize) -> Option<Action> {
    let what = match rooms.count {
        0 => return None,
        1 => "1 room has more people than seats".to_owned(),
        count => format!("{} rooms have more people than seats", grouped(count)),
    };
    let line = |over: &OverCapacity| {
        format!(
            "{} {}, {}: {} people, {} seats",
            hour(over.start_time),
            named_hall(&over.hall, over.hall_external_id),
            room(&over.room),
            grouped(over.participants),
            grouped(over.capacity)
        )
    };
    Some(action("over_capacity", named(&what, rooms, most, line), false))
}

fn seats_taken(seats: &Listed<SeatTaken>, most: usize) -> Option<Action> {
    let what = match seats.count {
        0 => return None,
        1 => "1 seat is given twice".to_owned(),
        count => format!("{} seats are given twice", grouped(count)),
    };
    let line = |seat: &SeatTaken| {
        format!(
            "{} {}, {}, seat {}: {}",
            hour(seat.start_time),
            named_hall(&seat.hall, seat.hall_external_id),
            room(&seat.room),
            seat.place_id,
            reasons::holders(seat)
        )
    };
    Some(action("seats_taken", named(&what, seats, most, line), true))
}

/// The sentence with the first few after it.
fn named<T>(what: &str, listed: &Listed<T>, most: usize, line: impl Fn(&T) -> String) -> String {
    let lines: Vec<String> = listed.first.iter().take(most).map(line).collect();
    let more = match listed.count - lines.len() as i64 {
        0 => String::new(),
        more => format!("; and {} more{HINT}", grouped(more)),
    };
    format!("{what}: {}{more}", lines.join("; "))
}
