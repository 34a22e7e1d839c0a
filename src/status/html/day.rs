//! The page of one exam morning: what to act on in the first screen of a phone, and on one sheet of paper.

use std::time::Duration;

use maud::{Markup, html};

use super::sentences::{actions, with_names};
use super::shell::Shell;
use super::{age, freshness};
use crate::output::time;
use crate::status::day_halls::{self, About, SlotTable};
use crate::status::model::Standing;
use crate::status::model::day::ExamDay;
use crate::status::{Basis, day_lines, words};
use crate::text::sanitize::clean;

/// The page of a date; `full` leaves nothing out.
pub(crate) fn day_page(day: &ExamDay, basis: &Basis, site: &str, every: Duration, full: bool) -> String {
    let title = format!("Exams of {}, {}", day.exam_date.format("%A"), day.exam_date);
    let changes = day_lines::changes(day, basis, full);
    let (tables, more) = day_halls::tables(day, full);
    let shell = Shell { title: &title, site, tone: tone(day), every };
    let banner = html! {
        @if day.act_on.is_empty() { p.verdict { "Nothing to act on." } } @else {
            h2 { "Act on" }
            (actions(&day.act_on))
        }
    };
    let main = html! {
        section { p.next { (words::next_start(day, basis)) } }
        section {
            h2 { (changes.title) }
            @if !changes.lines.is_empty() {
                ul.changes { @for line in &changes.lines { li { (with_names(line)) } } }
            }
        }
        @for table in &tables { (slot(table)) }
        @if more > 0 { p.legend { "and " (words::counted(more as i64, "later start", "later starts")) } }
        section {
            h2 { "How old this is" }
            dl {
                dt { "Who sits where" } dd { (pulled(&day.standing, basis)) }
                dt { "Halls and rooms" } dd { (pulled(&day.halls, basis)) }
                @if let Some(at) = day.next_pull_at {
                    dt { "Next pull" } dd { "due at " (words::moment(at, day.exam_date, basis.timezone)) }
                }
            }
        }
    };
    shell.page(basis, banner, main)
}

/// Red for a reason to be unhealthy, yellow for anything else to act on.
pub(super) fn tone(day: &ExamDay) -> &'static str {
    match (day.act_on.is_empty(), day.act_on.iter().any(|action| action.is_reason)) {
        (true, _) => "good",
        (false, true) => "bad",
        (false, false) => "warn",
    }
}

fn slot(table: &SlotTable) -> Markup {
    html! {
        section {
            h2 { (table.start) }
            div.scroll tabindex="0" role="region" aria-label={ "Halls at " (table.start) } {
                table {
                    thead { tr {
                        th scope="col" { "Hall" } th.number scope="col" { "Rooms" }
                        th.number scope="col" { "People" } th.number scope="col" { "Seats" }
                    } }
                    tbody {
                        @for row in &table.rows {
                            tr {
                                th scope="row" {
                                    @match &row.about {
                                        About::Hall(name, id) => { bdi { (clean(name)) } " (hall " (id) ")" }
                                        About::Room(name, id) => {
                                            span.inner { bdi { (clean(name)) } " (room " (id) ")" }
                                        }
                                        About::Others(what) => (what),
                                    }
                                    @if !row.why.is_empty() { " " span.badge.warn { (row.why) } }
                                }
                                @for number in &row.numbers { td.number { (number) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn pulled(standing: &Standing, basis: &Basis) -> Markup {
    html! {
        (freshness(standing)) " "
        @if let Some(at) = standing.last_success_at {
            (age(standing.age_seconds)) ", at " (time::minute(at, basis.timezone))
        } @else { "not pulled yet" }
    }
}
