//! Several dates in a line.

use chrono::{Datelike, NaiveDate};

/// At most this many dates of a list are named.
const MAX_NAMED: usize = 7;
/// From this many on, dates without a gap are a range.
const MIN_RANGE: usize = 3;

/// Some dates and how many of `all` they are: `all 7 dates (2027-05-24 … 30)`, `2 of 4 dates (2027-05-24, 26)`. Without
/// the others where it is not of them.
pub(crate) fn counted(named: &[NaiveDate], all: &[NaiveDate]) -> String {
    let within = named.iter().all(|date| all.contains(date));
    let which = match (named.len(), all.len()) {
        (named, _) if !within => format!("{named} dates"),
        (2, 2) => "both dates".to_owned(),
        (named, all) if named == all => format!("all {all} dates"),
        (named, all) => format!("{named} of {all} dates"),
    };
    format!("{which} ({})", listed(named))
}

/// `2027-05-24 … 30`, or `2027-05-24, 26, 06-01`: what a date has in common with the one before it is left out.
pub(crate) fn listed(dates: &[NaiveDate]) -> String {
    let (Some(first), Some(last)) = (dates.first(), dates.last()) else { return String::new() };
    let daily = dates.windows(2).all(|pair| pair[0].succ_opt() == Some(pair[1]));
    if daily && dates.len() >= MIN_RANGE {
        return format!("{first} … {}", after(*first, *last));
    }
    let mut text = first.to_string();
    for pair in dates.windows(2).take(MAX_NAMED - 1) {
        text.push_str(&format!(", {}", after(pair[0], pair[1])));
    }
    match dates.len().saturating_sub(MAX_NAMED) {
        0 => text,
        more => format!("{text} and {more} more"),
    }
}

/// `date` as short as it may be after `before`.
fn after(before: NaiveDate, date: NaiveDate) -> String {
    let format = match (before.year() == date.year(), before.month() == date.month()) {
        (true, true) => "%d",
        (true, false) => "%m-%d",
        (false, _) => "%Y-%m-%d",
    };
    date.format(format).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dates(texts: &[&str]) -> Vec<NaiveDate> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    fn from(first: &str, days: usize) -> Vec<NaiveDate> {
        first.parse::<NaiveDate>().unwrap().iter_days().take(days).collect()
    }

    #[test]
    fn dates_without_a_gap_are_a_range() {
        assert_eq!(listed(&from("2027-05-24", 7)), "2027-05-24 … 30");
        assert_eq!(listed(&from("2027-05-28", 7)), "2027-05-28 … 06-03");
        assert_eq!(listed(&from("2027-12-28", 7)), "2027-12-28 … 2028-01-03");
    }

    #[test]
    fn dates_are_counted_among_those_that_there_are() {
        let all = from("2027-05-24", 7);
        assert_eq!(counted(&all, &all), "all 7 dates (2027-05-24 … 30)");
        assert_eq!(counted(&all[..2], &all[..2]), "both dates (2027-05-24, 25)");
        assert_eq!(counted(&all[..2], &all), "2 of 7 dates (2027-05-24, 25)");
        assert_eq!(counted(&all, &all[1..]), "7 dates (2027-05-24 … 30)");
    }

    #[test]
    fn other_dates_are_a_list_that_repeats_nothing() {
        assert_eq!(listed(&from("2027-05-24", 1)), "2027-05-24");
        assert_eq!(listed(&from("2027-05-31", 2)), "2027-05-31, 06-01");
        assert_eq!(
            listed(&dates(&["2027-05-24", "2027-05-26", "2027-06-01", "2027-06-02"])),
            "2027-05-24, 26, 06-01, 02"
        );
        let many: Vec<NaiveDate> = from("2027-05-01", 20).into_iter().step_by(2).collect();
        assert_eq!(listed(&many), "2027-05-01, 03, 05, 07, 09, 11, 13 and 3 more");
        assert_eq!(listed(&[]), "");
    }
}
