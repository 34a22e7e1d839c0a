//! Why a command or its passes failed: what, where, and in the message what to do.

use super::color::Palette;
use super::labels::passes;
use crate::exit::FailureKind;
use crate::report::{Report, Status};
use crate::text::sanitize::clean_lines;

/// At most this many failed passes are named in one line.
const MAX_NAMED: usize = 7;

/// One message, and the passes that ended with it.
struct Told {
    message: String,
    passes: Vec<String>,
}

/// Every failure of `report`: each message once, with a line that says where it happened.
pub(super) fn all(report: &Report, palette: Palette, text: &mut String) {
    let mut told: Vec<Told> = Vec::new();
    if let Some(error) = &report.error {
        told.push(Told { message: error.message.clone(), passes: Vec::new() });
    }
    for pass in passes(report) {
        let failed = matches!(pass.main.status, Status::Failed | Status::Refused);
        for failure in pass.syncs().filter(|_| failed).filter_map(|sync| sync.failure.as_ref()) {
            // The command's own message may be the passes' put together.
            let known = told.iter_mut().find(|told| told.message.contains(&failure.message));
            match known {
                Some(told) if told.passes.contains(&pass.label) => {}
                Some(told) => told.passes.push(pass.label.clone()),
                None => {
                    told.push(Told { message: failure.message.clone(), passes: vec![pass.label.clone()] });
                }
            }
        }
    }
    let usage = report.error.as_ref().is_some_and(|error| error.kind == FailureKind::Usage);
    for Told { message: what, passes } in told {
        text.push_str(&message(&what, palette));
        if !usage {
            text.push_str(&place(report, &passes));
        }
    }
}

/// `examsync: error: …`, with the message's own line breaks.
pub(super) fn message(message: &str, palette: Palette) -> String {
    format!("examsync: {}: {}\n", palette.error("error"), clean_lines(message))
}

/// What is said when a command ends with an error that nothing tells of: a non-zero exit always
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
