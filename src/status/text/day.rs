//! The exam-morning view as text: what to act on, what comes next, what changed, which halls need a look, how old it is.

mod changes;
mod halls;

use std::time::Duration;

use super::{freshness, quality};
use crate::output::{Screen, time};
use crate::status::Basis;
use crate::status::model::Standing;
use crate::status::model::day::{Action, ExamDay};
use crate::status::words;
use crate::status::words::{counted, hour, people};
use crate::text::sanitize::clean_lines;

/// One date; `full` leaves nothing out.
pub(crate) fn day(day: &ExamDay, basis: &Basis, full: bool, screen: Screen) -> String {
    let title = format!("Exams of {} ({})", day.exam_date, day.exam_date.format("%A"));
    let at = time::minute(basis.now, basis.timezone);
    let mut text = screen.wrapped(&format!("{title}, as of {at}: {}", verdict(day, screen)), 0, 2);
    actions(&day.act_on, screen, &mut text);
    text.push('\n');
    text.push_str(&screen.wrapped(&next(day, basis), 0, 2));
    changes::all(day, basis, full, screen, &mut text);
    halls::all(day, full, screen, &mut text);
    quality::sync_errors(&day.sync_errors, &day.alerts, screen, &mut text);
    text.push('\n');
    ages(day, basis, screen, &mut text);
    text
}

/// What to act on, and nothing else.
pub(crate) fn problems(day: &ExamDay, screen: Screen) -> String {
    let mut text = String::new();
    actions(&day.act_on, screen, &mut text);
    text
}

fn verdict(day: &ExamDay, screen: Screen) -> String {
    match day.act_on.len() {
        0 => screen.palette.ok("nothing to act on"),
        count => {
            let things = counted(count as i64, "thing to act on", "things to act on");
            match day.act_on.iter().any(|action| action.is_reason) {
                true => screen.palette.error(&things),
                false => screen.palette.warning(&things),
            }
        }
    }
}

fn actions(actions: &[Action], screen: Screen, text: &mut String) {
    for action in actions {
        let mark = if action.is_reason { screen.palette.error("!") } else { screen.palette.warning("!") };
        text.push_str(&screen.wrapped(&format!("{mark} {}", clean_lines(&action.sentence)), 0, 4));
    }
}

/// `Next: 09:30 in 35 min: 40 halls, 160 rooms, 3,840 people`.
fn next(day: &ExamDay, basis: &Basis) -> String {
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

/// How old the data is, and when the next pull is due.
fn ages(day: &ExamDay, basis: &Basis, screen: Screen, text: &mut String) {
    let mut line =
        |what: &str, said: String| text.push_str(&screen.wrapped(&format!("{what:16}{said}"), 0, 16));
    line("Who sits where", pulled(&day.standing, day, basis, screen));
    line("Halls and rooms", pulled(&day.halls, day, basis, screen));
    if let Some(at) = day.next_pull_at {
        let left = at.signed_duration_since(basis.now).to_std().unwrap_or_default();
        line(
            "Next pull",
            format!(
                "due at {}, in {}, by SYNC_PARTICIPANTS_CRON",
                words::moment(at, day.exam_date, basis.timezone),
                time::age(left)
            ),
        );
    }
}

fn pulled(standing: &Standing, day: &ExamDay, basis: &Basis, screen: Screen) -> String {
    let word = freshness(standing, 0, screen);
    match standing.last_success_at.zip(standing.age_seconds) {
        Some((at, age)) => format!(
            "{word}, pulled {} ago, at {}",
            time::age(Duration::from_secs(age)),
            words::moment(at, day.exam_date, basis.timezone)
        ),
        None => format!("{word} pulled"),
    }
}
