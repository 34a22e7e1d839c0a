//! Sentences with names from outside in them, and commands below them.

use maud::{Markup, html};

use crate::status::model::day::Action;
use crate::text::sanitize::{CLOSE_ISOLATE, OPEN_ISOLATE, clean_lines};

/// Lines of our own with names from outside in isolates, which become elements of their own.
pub(super) fn with_names(lines: &str) -> Markup {
    let lines = clean_lines(lines);
    let parts: Vec<(&str, Option<&str>)> = lines
        .split(CLOSE_ISOLATE)
        .map(|part| match part.split_once(OPEN_ISOLATE) {
            Some((before, name)) => (before, Some(name)),
            None => (part, None),
        })
        .collect();
    html! {
        @for (before, name) in parts { (before) @if let Some(name) = name { bdi { (name) } } }
    }
}

/// A sentence whose lines after the first say how, and whose lines of four spaces are commands.
pub(super) fn sentence(text: &str) -> Markup {
    html! {
        @for (nth, line) in text.lines().enumerate() {
            @if line.starts_with("    ") { code.command { (with_names(line.trim())) } }
            @else if nth == 0 { (with_names(line)) }
            @else { span.how { (with_names(line.trim())) } }
        }
    }
}

/// What to act on, the worst first.
pub(super) fn actions(actions: &[Action]) -> Markup {
    html! {
        @if !actions.is_empty() {
            ol.actions {
                @for action in actions {
                    li.reason[action.is_reason] { (sentence(&action.sentence)) }
                }
            }
        }
    }
}
