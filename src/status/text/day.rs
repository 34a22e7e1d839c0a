//! The exam-morning view as text: what to act on, what comes next, what changed, which halls need a look, how old it is.

use std::time::Duration;

use super::{freshness, quality};
use crate::output::layout::{left, named, right};
use crate::output::{Screen, time};
use crate::status::day_halls::{self, About};
use crate::status::model::Standing;
use crate::status::model::day::{Action, ExamDay};
use crate::status::words::counted;
use crate::status::{Basis, day_lines, words};
use crate::text::sanitize::clean_lines;

/// What the three numbers of a hall take of the width; its name has the rest,
const NUMBER_COLUMNS: usize = 25;
/// and never less than this.
const MIN_NAME_COLUMNS: usize = 30;

/// One date; `full` leaves nothing out.
pub(crate) fn day(day: &ExamDay, basis: &Basis, full: bool, screen: Screen) -> String {
    let title = format!("Exams of {} ({})", day.exam_date, day.exam_date.format("%A"));
    let at = time::minute(basis.now, basis.timezone);
    let mut text = screen.wrapped(&format!("{title}, as of {at}: {}", verdict(day, screen)), 0, 2);
    actions(&day.act_on, screen, &mut text);
    text.push('\n');
    text.push_str(&screen.wrapped(&words::next_start(day, basis), 0, 2));
    let changes = day_lines::changes(day, basis, full);
    text.push_str(&format!("\n{}", screen.wrapped(&changes.title, 0, 2)));
    for line in &changes.lines {
        text.push_str(&screen.wrapped(&clean_lines(line), 2, 4));
    }
    halls(day, full, screen, &mut text);
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

/// The starts with the halls that need a look.
fn halls(day: &ExamDay, full: bool, screen: Screen, text: &mut String) {
    let width = screen.columns.saturating_sub(NUMBER_COLUMNS).max(MIN_NAME_COLUMNS);
    let line = |name: &str, [rooms, people, seats]: [&str; 3]| {
        screen.row(&[left(name, width), right(rooms, 7), right(people, 8), right(seats, 7)])
    };
    let (tables, more) = day_halls::tables(day, full);
    for table in tables {
        text.push_str(&format!("\n{}", line(&table.start, ["rooms", "people", "seats"])));
        for row in table.rows {
            let name = match row.about {
                About::Hall(name, id) => format!("  {}", named(&name, "hall", id, width - 2)),
                About::Room(name, id) => format!("    {}", named(&name, "room", id, width - 4)),
                About::Others(what) => format!("  {what}"),
            };
            text.push_str(&line(&name, row.numbers.each_ref().map(String::as_str)));
            if !row.why.is_empty() {
                text.push_str(&format!("{}\n", screen.palette.warning(&format!("    {}", row.why))));
            }
        }
    }
    if more > 0 {
        let more = counted(more as i64, "later start", "later starts");
        text.push_str(&format!("\nand {more} (-v shows all)\n"));
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
