//! Warnings and errors about records, one line each.

use std::collections::BTreeMap;

use super::color::Palette;
use super::labels::label;
use super::style::View;
use crate::model::outcome::{MAX_LISTED, Notice};
use crate::report::causes::reason;
use crate::report::{Report, Status, Sync};
use crate::text::sanitize::clean_line;

/// At most this many warnings with one code are printed.
const MAX_PRINTED: usize = 20;

/// The code of halls that the guard left out.
const GUARD: &str = "guard";
/// At most this many halls that failed alike are named.
const MAX_HALLS: usize = 7;

/// What was left unprinted of the warnings with one code.
#[derive(Default)]
struct NoticeCounts {
    printed: usize,
    hidden: usize,
    /// Whether a list was full, so that there may be more than the report holds.
    full: bool,
}

/// The warnings: all of them when a person looks, else those that this pass made (contract §5).
pub(super) fn warnings(report: &Report, view: &View, text: &mut String) {
    let mut tallies: BTreeMap<&str, NoticeCounts> = BTreeMap::new();
    for sync in &report.syncs {
        let full = sync.warnings.len() >= MAX_LISTED;
        for notice in sync.warnings.iter().filter(|notice| view.person || notice.news) {
            let tally = tallies.entry(&notice.code).or_default();
            tally.full |= full;
            if tally.printed < MAX_PRINTED {
                tally.printed += 1;
                text.push_str(&warning(&about(sync, notice), view.stderr));
            } else {
                tally.hidden += 1;
            }
        }
    }
    for (code, tally) in tallies.into_iter().filter(|(_, tally)| tally.hidden > 0) {
        let least = if tally.full { "at least " } else { "" };
        text.push_str(&warning(&format!("and {least}{} more {code}", tally.hidden), view.stderr));
    }
}

/// One warning, as a line.
pub(super) fn warning(message: &str, palette: Palette) -> String {
    format!("examsync: {}: {}\n", palette.warning("warning"), clean_line(message))
}

/// The errors: all that are listed, and how many records more were left out.
pub(super) fn errors(report: &Report, palette: Palette, text: &mut String) {
    for sync in &report.syncs {
        // What was refused as a whole, the refusal says.
        let told = |notice: &&Notice| !(sync.status == Status::Refused && notice.code == GUARD);
        for alike in alike(sync.errors.iter().filter(told)) {
            if let Some(line) = line(sync, &alike) {
                text.push_str(&error(&line, palette));
            }
        }
        let more = sync.records.errored - sync.errors.len() as i64;
        if more > 0 {
            let more = format!("{}: {more} more records left out with an error", label(sync));
            text.push_str(&error(&more, palette));
        }
    }
}

/// The errors, those of several halls that failed alike together, in the order of their first.
fn alike<'a>(errors: impl Iterator<Item = &'a Notice>) -> Vec<Vec<&'a Notice>> {
    let mut groups: Vec<Vec<&'a Notice>> = Vec::new();
    for notice in errors {
        let of_hall = of_hall(notice);
        let same = |group: &&mut Vec<&'a Notice>| {
            let first = group[0];
            of_hall && first.code == notice.code && reason(&first.message) == reason(&notice.message)
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push(notice),
            None => groups.push(vec![notice]),
        }
    }
    groups
}

/// Whether this is why a hall's own request failed.
fn of_hall(notice: &Notice) -> bool {
    notice.message.starts_with("rooms of hall ")
}

/// What one or several halls or records are left out for; nothing where several halls are all, as the failure says it.
fn line(sync: &Sync, alike: &[&Notice]) -> Option<String> {
    let first = alike.first()?;
    let why = reason(&first.message);
    if of_hall(first) && sync.failure.as_ref().is_some_and(|failure| failure.message.contains(why)) {
        return None;
    }
    if alike.len() == 1 {
        return Some(about(sync, first));
    }
    let ids: Vec<String> =
        alike.iter().filter_map(|notice| notice.external_id.as_ref()).map(ToString::to_string).collect();
    let named = ids.iter().take(MAX_HALLS).map(String::as_str).collect::<Vec<_>>().join(", ");
    let more = ids.len().saturating_sub(MAX_HALLS);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    Some(format!("{}: {} halls ({named}{more}): {why} ({})", label(sync), alike.len(), first.code))
}

/// One error, as a line.
fn error(message: &str, palette: Palette) -> String {
    format!("examsync: {}: {}\n", palette.error("error"), clean_line(message))
}

/// `halls: name is blank (bad_record, id 12, data[3])`.
fn about(sync: &Sync, notice: &Notice) -> String {
    let id = notice.external_id.as_ref().map(|id| format!(", id {id}")).unwrap_or_default();
    let at = notice.at.as_ref().map(|at| format!(", {at}")).unwrap_or_default();
    let label = label(sync);
    let scope = format!("{label}: ");
    let message = notice.message.strip_prefix(&scope).unwrap_or(&notice.message);
    format!("{label}: {message} ({}{id}{at})", notice.code)
}
