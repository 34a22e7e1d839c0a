//! Divides sheets into pages of A4, so that each has its head, its foot and its number in every browser.

use textwrap::core::display_width;

use crate::lists::sheet::{Person, PlannedSheet, Sheet};

/// The height of a page for the rows of a table, in tenths of a millimetre: A4 without margins, head and foot.
const TABLE_HEIGHT: usize = 2_270;
/// What a row takes at least, and each line of text in it, likewise.
const ROW_HEIGHT: usize = 75;
const LINE_HEIGHT: usize = 47;
const ROW_MARGIN: usize = 20;
/// How many columns of text go into a line of each cell, and of the head.
const NAME_COLUMNS: usize = 24;
const NUMBER_COLUMNS: usize = 11;
const HEAD_COLUMNS: usize = 50;
/// What a line of the head takes, and a warning in it.
const HEAD_LINE_HEIGHT: usize = 75;
const WARNING_HEIGHT: usize = 130;

/// One page.
#[derive(Debug)]
pub(super) struct Page<'a> {
    /// The sheet.
    pub planned: &'a PlannedSheet,
    /// Its people, those of the other pages included.
    pub sheet: &'a Sheet,
    /// Those of this page.
    pub people: &'a [Person],
    /// Whether it is the first of the sheet.
    pub is_first: bool,
}

/// The pages of a hall's sheets, which may have a warning each; each sheet begins one.
pub(super) fn pages<'a>(
    hall: &str,
    sheets: &[(&'a PlannedSheet, &'a Sheet)],
    is_warned: bool,
) -> Vec<Page<'a>> {
    let warning = if is_warned { WARNING_HEIGHT } else { 0 };
    sheets.iter().flat_map(|(planned, sheet)| of_sheet(hall, planned, sheet, warning)).collect()
}

fn of_sheet<'a>(hall: &str, planned: &'a PlannedSheet, sheet: &'a Sheet, warning: usize) -> Vec<Page<'a>> {
    let head = lines(hall, HEAD_COLUMNS) + lines(&planned.room, HEAD_COLUMNS) - 2;
    let height = TABLE_HEIGHT.saturating_sub(head * HEAD_LINE_HEIGHT + warning).max(ROW_HEIGHT);
    let (mut pages, mut rest) = (Vec::new(), sheet.people.as_slice());
    loop {
        let (people, others) = rest.split_at(fitting(rest, height));
        pages.push(Page { planned, sheet, people, is_first: pages.is_empty() });
        rest = others;
        if rest.is_empty() {
            return pages;
        }
    }
}

/// How many of these people go onto a page; one at least.
fn fitting(people: &[Person], height: usize) -> usize {
    let mut used = 0;
    let over = people.iter().position(|person| {
        used += row_height(person);
        used > height
    });
    over.unwrap_or(people.len()).max(1).min(people.len())
}

fn row_height(person: &Person) -> usize {
    let cell = |text: &Option<String>, columns| lines(text.as_deref().unwrap_or_default(), columns);
    let lines = cell(&person.name, NAME_COLUMNS).max(cell(&person.number, NUMBER_COLUMNS));
    (ROW_MARGIN + lines * LINE_HEIGHT).max(ROW_HEIGHT)
}

fn lines(text: &str, columns: usize) -> usize {
    display_width(text).div_ceil(columns).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveTime;

    fn counts(names: &[&str], hall: &str) -> Vec<usize> {
        counts_of(names, hall, false)
    }

    fn counts_of(names: &[&str], hall: &str, is_warned: bool) -> Vec<usize> {
        let person = |name: &&str| Person { seat: None, number: None, name: Some((*name).to_owned()) };
        let sheet = Sheet { people: names.iter().map(person).collect(), counted: 0 };
        let planned = PlannedSheet {
            room_external_id: 1,
            room: "Room".into(),
            capacity: None,
            start_time: NaiveTime::MIN,
            people: 1,
        };
        let pages = pages(hall, &[(&planned, &sheet)], is_warned);
        assert!(pages.iter().enumerate().all(|(nth, page)| page.is_first == (nth == 0)));
        pages.iter().map(|page| page.people.len()).collect()
    }

    #[test]
    fn a_page_has_as_many_rows_as_go_onto_it() {
        assert_eq!(counts(&[], "Hall"), [0], "a sheet of counts has its page");
        assert_eq!(counts(&["A"; 30], "Hall"), [30]);
        assert_eq!(counts(&["A"; 70], "Hall"), [30, 30, 10]);
        assert_eq!(counts_of(&["A"; 30], "Hall", true), [28, 2]);
        let long = "x".repeat(200);
        assert_eq!(counts(&[long.as_str(); 12], "Hall"), [5, 5, 2]);
        assert_eq!(counts(&["A"; 30], &long), [27, 3], "a long head leaves less");
        assert_eq!(counts(&["A"; 2], &"x".repeat(5_000)), [1, 1], "one at least");
    }
}
