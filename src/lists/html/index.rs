//! The index: all halls of a print. It is written last, so that a folder with it is complete.

use maud::html;

use super::{file_of, name, whole};
use crate::lists::folder::{ALL, PEOPLE};
use crate::lists::imprint::Imprint;
use crate::text::numbers::grouped;

/// A hall of the index.
#[derive(Debug, Clone)]
pub(in crate::lists) struct IndexedHall {
    /// The external id.
    pub external_id: i64,
    /// The name.
    pub name: String,
    /// Rooms and start times that were written.
    pub sheets: usize,
    /// The people on them.
    pub people: i64,
    /// Pages of paper; none where only CSV was asked for.
    pub pages: usize,
}

/// The page. `files` are those that are there.
pub(in crate::lists) fn index(halls: &[IndexedHall], files: &[String], imprint: &Imprint) -> String {
    let sum = |of: fn(&IndexedHall) -> i64| grouped(halls.iter().map(of).sum());
    let has = |file: &str| files.iter().any(|own| own == file);
    let body = html! {
        header {
            h1 { "Exams of " (imprint.exam_date) }
            p { (name(&imprint.site)) ". " (imprint.what) }
            p { "Print " (imprint.print_id) " of " (imprint.printed) @if let Some(replaced) = &imprint.replaces { ", replaces " (replaced) } ". Pulled " (imprint.pulled) "." }
            @if let Some(warning) = &imprint.warning { p.warning { (warning) } }
        }
        main {
            p {
                @if has(ALL) { a href=(ALL) { "All rows as CSV" } ". " }
                @if has(PEOPLE) { a href=(PEOPLE) { "People by name as CSV" } ". " }
                @else if let Some(why) = &imprint.without_people { (why) }
            }
            @if halls.is_empty() { p { "There is no sheet." } } @else {
                table.halls {
                    thead { tr {
                        th scope="col" { "Hall" } th.amount scope="col" { "Sheets" } th.amount scope="col" { "People" }
                        th.amount scope="col" { "Pages" }
                    } }
                    tbody {
                        @for hall in halls {
                            tr {
                                td {
                                    @if has(&file_of(hall.external_id)) {
                                        a href=(file_of(hall.external_id)) { (name(&hall.name)) }
                                    } @else { (name(&hall.name)) }
                                    " (hall " (hall.external_id) ")"
                                }
                                td.amount { (hall.sheets) } td.amount { (grouped(hall.people)) } td.amount { (hall.pages) }
                            }
                        }
                    }
                    tfoot { tr {
                        th scope="row" { (grouped(halls.len() as i64)) " halls" }
                        td.amount { (sum(|hall| hall.sheets as i64)) } td.amount { (sum(|hall| hall.people)) }
                        td.amount { (sum(|hall| hall.pages as i64)) }
                    } }
                }
            }
        }
    };
    whole(&format!("Exams of {}, {}", imprint.exam_date, imprint.site), &body)
}
