//! A report as the text of both streams: a pure function, so that tests can compare all of it.

use std::io;

use serde::Serialize;

use super::style::View;
use super::{failures, layout, record_messages, summary};
use crate::report::Report;
use crate::text::sanitize::escape_json;

/// What goes to the two streams.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Rendered {
    /// The result.
    pub(super) stdout: String,
    /// The story.
    pub(super) stderr: String,
}

/// Both streams for `report`.
///
/// # Errors
/// The report can't be written as JSON.
pub(super) fn report(report: &Report, view: &View) -> io::Result<Rendered> {
    let mut stderr = String::new();
    if !view.quiet {
        record_messages::warnings(report, view, &mut stderr);
    }
    let warned = stderr.len();
    record_messages::errors(report, view.stderr, &mut stderr);
    failures::all(report, view.stderr, &mut stderr);
    if report.exit_code != 0 && stderr.len() == warned {
        stderr.push_str(&failures::unexplained(report, view.stderr));
    }
    let stdout = if view.json {
        json(report)? + "\n"
    } else if view.summary {
        summary::text(report, view.stdout.palette)
    } else {
        String::new()
    };
    Ok(Rendered { stdout, stderr: layout::folded(&stderr, view.stderr_columns) })
}

/// `document` on one line, safe for a terminal.
///
/// # Errors
/// It can't be written as JSON.
pub(super) fn json(document: &impl Serialize) -> io::Result<String> {
    Ok(escape_json(&serde_json::to_string(document)?).into_owned())
}
