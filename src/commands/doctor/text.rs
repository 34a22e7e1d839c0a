//! The checks as text: a line for each group, and below it each problem, with what to do.

use crate::doctor::check::{Check, Group, Verdict};
use crate::output::Screen;
use crate::output::layout::left;
use crate::text::sanitize::clean_lines;

/// The widest name of a group.
const GROUP_COLUMNS: usize = 9;
/// The widest name of a verdict.
const VERDICT_COLUMNS: usize = 4;
/// Where what belongs to a check begins.
const INDENT: usize = 2;
/// Where its further lines begin.
const HANGING: usize = INDENT + VERDICT_COLUMNS + 1;

/// A space at which no line is broken.
const HARD_SPACE: &str = "\u{a0}";

/// What is shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown {
    /// Also what is well.
    pub(super) all: bool,
    /// Whether more than the database was asked.
    pub(super) asks: bool,
}

/// The whole text.
pub(super) fn report(checks: &[Check], screen: Screen, shown: Shown) -> String {
    let mut groups: Vec<Group> = Vec::new();
    for check in checks {
        if !groups.contains(&check.group) {
            groups.push(check.group);
        }
    }
    let mut text: String = groups.iter().map(|group| of_group(*group, checks, screen, shown)).collect();
    if !shown.asks {
        let hint = "Only the database was checked: --online also checks the API, the sources of a roster, the mail \
                    server, the webhooks and the heartbeat.";
        text.push_str(&screen.wrapped(hint, 0, 0));
    }
    text
}

fn of_group(group: Group, checks: &[Check], screen: Screen, shown: Shown) -> String {
    let own: Vec<&Check> = checks.iter().filter(|check| check.group == group).collect();
    let worst = own.iter().map(|check| check.verdict).max().unwrap_or(Verdict::Ok);
    let name = left(group.name(), GROUP_COLUMNS);
    let mut text = format!("{name}  {}  {}\n", painted(worst, screen), counted(&own));
    for check in own.iter().filter(|check| shown.all || check.verdict != Verdict::Ok) {
        text.push_str(&of_check(check, screen));
    }
    text
}

/// How many there are, and how many of them are not well.
fn counted(checks: &[&Check]) -> String {
    let of = |verdict| checks.iter().filter(|check| check.verdict == verdict).count();
    let plural = |count: usize| if count == 1 { "1 check".to_owned() } else { format!("{count} checks") };
    let mut text = plural(checks.len());
    for (count, what) in [(of(Verdict::Fail), "fail"), (of(Verdict::Warn), "warn")] {
        if count > 0 {
            text.push_str(&format!(", {count} {what}{}", if count == 1 { "s" } else { "" }));
        }
    }
    text
}

fn of_check(check: &Check, screen: Screen) -> String {
    let said = match check.message.starts_with(&check.name) {
        true => check.message.clone(),
        false => format!("{}: {}", check.name, check.message),
    };
    let said = screen.wrapped(&clean_lines(&said), HANGING, HANGING);
    let mut text = format!("{}{} {}", " ".repeat(INDENT), painted(check.verdict, screen), said.trim_start());
    if let Some(advice) = &check.advice {
        let advice = held_together(&clean_lines(advice));
        let advice = screen.wrapped(&format!("what to do: {advice}"), HANGING, HANGING + 2);
        text.push_str(&advice.replace(HARD_SPACE, " "));
    }
    text
}

/// The text with hard spaces in what is to be copied: between backticks, and behind `run: `.
fn held_together(text: &str) -> String {
    let (before, command) = text.split_at(text.find("run: ").map_or(text.len(), |at| at + "run: ".len()));
    let hard = |text: &str| text.replace(' ', HARD_SPACE);
    let parts = before.split('`').enumerate();
    let parts: Vec<_> =
        parts.map(|(index, part)| if index % 2 == 1 { hard(part) } else { part.to_owned() }).collect();
    parts.join("`") + &hard(command)
}

fn painted(verdict: Verdict, screen: Screen) -> String {
    let name = left(verdict.name(), VERDICT_COLUMNS);
    match verdict {
        Verdict::Ok => screen.palette.ok(&name),
        Verdict::Warn => screen.palette.warning(&name),
        Verdict::Fail => screen.palette.error(&name),
    }
}
