//! The sessions of today and tomorrow on the dashboard, with what to act on, and the way to the pages of the dates.

use chrono::NaiveDate;
use maud::{Markup, html};

use super::day::tone;
use super::sentences::actions;
use crate::clock;
use crate::status::Basis;
use crate::status::model::day::{Action, ExamDay};
use crate::status::shown::ShownCauses;
use crate::status::words::{counted, hour, people};

/// A card for each of the days.
pub(super) fn section(days: &[ExamDay], causes: &ShownCauses, basis: &Basis) -> Markup {
    html! {
        section.cards aria-label="Sessions" {
            @for day in days {
                article.card.(tone(day)) {
                    h2 {
                        @if day.exam_date == basis.today() { "Today, " } @else { "Tomorrow, " }
                        (link(day.exam_date, basis))
                    }
                    @if day.slots.is_empty() { p { "No exams." } } @else {
                        ul.slots {
                            @for slot in &day.slots {
                                li {
                                    strong { (hour(slot.start_time)) } " "
                                    (counted(slot.halls.len() as i64, "hall", "halls")) ", "
                                    (counted(slot.rooms, "room", "rooms")) ", " (people(slot.participants))
                                }
                            }
                        }
                    }
                    (act_on(day, causes))
                }
            }
        }
    }
}

/// What to act on, but for the failed pulls whose cause is at the top of the page.
fn act_on(day: &ExamDay, causes: &ShownCauses) -> Markup {
    let (above, own): (Vec<Action>, Vec<Action>) =
        day.act_on.iter().cloned().partition(|action| causes.stand_in(&action.sentence));
    html! {
        (actions(&own))
        @if day.act_on.is_empty() { p { "Nothing to act on." } }
        @else if !above.is_empty() { p { "Why its pulls fail stands above." } }
    }
}

/// A date, with the way to its page where cron writes one: of today and the six days after it.
pub(super) fn link(date: NaiveDate, basis: &Basis) -> Markup {
    html! {
        @if date >= basis.today() && date <= clock::last_of_default_window(basis.today()) {
            a href={ (date) ".html" } { (date) }
        } @else { (date) }
    }
}
