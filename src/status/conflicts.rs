//! Open conflicts with centres, as a reason for an unhealthy state (contract §11.7).

use chrono::{Days, NaiveDate};

use crate::queries::conflicts::OpenConflicts;

/// An open conflict of an exam of so many days before is a reason.
const JUDGED_FOR: Days = Days::new(7);
/// The most halls that a sentence names.
const MAX_NAMED: usize = 3;

/// Those of exams of the last days, and to come, as [`sentences`] says them.
pub(super) fn lately(open: &[OpenConflicts], today: NaiveDate) -> Option<(String, String)> {
    let first = today.checked_sub_days(JUDGED_FOR).unwrap_or(today);
    let lately: Vec<OpenConflicts> = open.iter().filter(|open| open.is_since(first)).cloned().collect();
    sentences(&lately)
}

/// All of these in short and as a whole sentence; nothing where there is none.
pub(super) fn sentences(open: &[OpenConflicts]) -> Option<(String, String)> {
    let count: i64 = open.iter().map(|open| open.count).sum();
    let short = match count {
        0 => return None,
        1 => "1 conflict with a centre is open".to_owned(),
        count => format!("{count} conflicts with centres are open"),
    };
    let mut halls: Vec<i64> = open.iter().map(|open| open.hall_external_id).collect();
    halls.dedup();
    let named: Vec<String> = halls.iter().take(MAX_NAMED).map(|hall| format!("hall {hall}")).collect();
    let more = match halls.len().saturating_sub(MAX_NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let sentence = format!("{short} ({}{more}): see `examsync conflicts`", named.join(", "));
    Some((short, sentence))
}
