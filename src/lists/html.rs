//! The pages for the door: one file per hall, in it one page per room, and the index.

mod index;
mod pages;

use maud::{DOCTYPE, Markup, PreEscaped, html};

pub(super) use self::index::{IndexedHall, index};
use self::pages::{Page, pages};
use super::imprint::Imprint;
use super::sheet::{PlannedHall, PlannedSheet, Sheet};
use crate::text::numbers::grouped;
use crate::text::sanitize::clean;

const STYLE: &str = include_str!("html/style.css");

/// The name of a hall's file.
pub(super) fn file_of(hall: i64) -> String {
    format!("hall-{hall}.html")
}

/// The pages of a hall with these sheets, and how many there are.
pub(super) fn hall(
    hall: &PlannedHall,
    sheets: &[(&PlannedSheet, &Sheet)],
    imprint: &Imprint,
) -> (String, usize) {
    let pages = pages(&hall.name, sheets, imprint.warning.is_some());
    let count = pages.len();
    let title = format!("{} (hall {}), {}", clean(&hall.name), hall.external_id, imprint.exam_date);
    let body = html! {
        header.screen {
            h1 { (name(&hall.name)) " (hall " (hall.external_id) ")" }
            p { a href="index.html" { "All halls of " (imprint.exam_date) } }
        }
        main {
            @for (nth, page) in pages.iter().enumerate() {
                (sheet(hall, page, imprint, nth + 1, count))
            }
        }
    };
    (whole(&title, &body), count)
}

/// A whole page.
fn whole(title: &str, body: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body { (body) }
        }
    };
    page.into_string()
}

/// A name from outside, which leaves the direction of the line around it alone.
fn name(name: &str) -> Markup {
    html! { bdi { (clean(name)) } }
}

fn sheet(hall: &PlannedHall, page: &Page<'_>, imprint: &Imprint, nth: usize, count: usize) -> Markup {
    let planned = page.planned;
    let start = planned.start_time.format("%H:%M").to_string();
    html! {
        section.sheet {
            p.hall { (name(&hall.name)) " (hall " (hall.external_id) ")" }
            h2 { (name(&planned.room)) " (room " (planned.room_external_id) ")" }
            dl {
                div { dt { "Date" } dd { (imprint.exam_date) } }
                div { dt { "Start" } dd { (start) } }
                div { dt { "Capacity" } dd { (planned.capacity.map_or_else(|| "unknown".to_owned(), |seats| seats.to_string())) } }
                div { dt { "People" } dd { (grouped(planned.people)) } }
            }
            @if let Some(warning) = &imprint.warning { p.warning { (warning) } }
            @if planned.people == 0 {
                p.warning { "No one sits here at " (start) " any more. Take the sheet of this room and time down." }
            }
            @if page.is_first && page.sheet.counted > 0 {
                p.count { strong { (grouped(page.sheet.counted)) } " people, not known by name" }
            }
            @if !page.people.is_empty() { (table(page)) }
            footer {
                span { "Pulled " (imprint.pulled) }
                span { "Print " (imprint.print_id) @if let Some(replaced) = &imprint.replaces { ", replaces " (replaced) } }
                span { "Page " (nth) " of " (count) }
            }
        }
    }
}

fn table(page: &Page<'_>) -> Markup {
    html! {
        table {
            thead { tr {
                th.seat scope="col" { "Seat" } th.number scope="col" { "Number" } th scope="col" { "Name" }
                th.present scope="col" { "Present" } th.signature scope="col" { "Signature" }
            } }
            tbody {
                @for person in page.people {
                    tr {
                        td { @if let Some(seat) = person.seat { (seat) } }
                        td { (name(person.number.as_deref().unwrap_or_default())) }
                        td { (name(person.name.as_deref().unwrap_or_default())) }
                        td.box {} td {}
                    }
                }
            }
        }
    }
}
