//! Why a command or its passes failed: what, where, and in the message what to do.

use super::color::Palette;
use super::labels::{Pass, passes};
use crate::exit::{Failure, FailureKind};
use crate::report::Report;
use crate::report::causes::{Cause, causes};
use crate::text::sanitize::clean_lines;

/// At most this many failed passes are named in one line.
const MAX_NAMED: usize = 7;

/// Every failure of `report`: each cause once, with a line that says where it happened.
pub(super) fn all(report: &Report, palette: Palette, text: &mut String) {
    let causes = causes(report);
    let error = report.error.as_ref();
    let usage = error.is_some_and(|error| error.kind == FailureKind::Usage);
    let mut tell = |what: &str, labels: &[String]| {
        text.push_str(&message(what, palette));
        if !usage {
            text.push_str(&place(report, labels));
        }
    };
    // The command's own message may be that of its passes, or theirs put together.
    let holds = |cause: &Cause<'_>, own: &Failure| {
        cause
            .syncs
            .iter()
            .filter_map(|sync| sync.failure.as_ref())
            .any(|failure| own.message.contains(&failure.message))
    };
    let own = error.filter(|own| !causes.iter().any(|cause| of_pass(cause, own)));
    if let Some(own) = own {
        let within = causes.iter().filter(|cause| holds(cause, own)).flat_map(|cause| labels(report, cause));
        tell(&own.message, &within.collect::<Vec<_>>());
    }
    for cause in causes.iter().filter(|cause| !own.is_some_and(|own| holds(cause, own))) {
        // The dates of several are in the message.
        let dates = cause.syncs.len() > 1 && cause.syncs.iter().all(|sync| sync.scope.date().is_some());
        let labels = if dates { Vec::new() } else { labels(report, cause) };
        tell(&cause.message, &labels);
    }
}

/// Whether the command's own failure is that of one of these passes.
fn of_pass(cause: &Cause<'_>, own: &Failure) -> bool {
    cause.syncs.iter().any(|sync| sync.failure.as_ref() == Some(own))
}

/// What a person calls the passes that a cause failed.
fn labels(report: &Report, cause: &Cause<'_>) -> Vec<String> {
    let failed = |pass: &Pass<'_>| {
        pass.syncs().any(|sync| cause.syncs.iter().any(|failed| std::ptr::eq(*failed, sync)))
    };
    passes(report).into_iter().filter(failed).map(|pass| pass.label).collect()
}

/// `examsync: error: …`, with the message's own line breaks.
pub(super) fn message(message: &str, palette: Palette) -> String {
    format!("examsync: {}: {}\n", palette.error("error"), clean_lines(message))
}

/// The line for a command whose error has no message of its own: a non-zero exit always
/// leaves a line (contract §4).
pub(super) fn unexplained(report: &Report, palette: Palette) -> String {
    let what = format!("{} ended with exit code {}", report.command, report.exit_code);
    message(&what, palette) + &place(report, &[])
}

/// One line that says where: the run, and the passes unless there is but the command itself.
fn place(report: &Report, passes: &[String]) -> String {
    let named = passes.iter().take(MAX_NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    let more = passes.len().saturating_sub(MAX_NAMED);
    let passes = match (named.as_str(), more) {
        ("", _) => String::new(),
        (named, _) if named == report.command => String::new(),
        (named, 0) => format!(", {named}"),
        (named, more) => format!(", {named} and {more} more"),
    };
    clean_lines(&format!("examsync: in {}{passes}, run {}", report.command, report.run_id)) + "\n"
}
