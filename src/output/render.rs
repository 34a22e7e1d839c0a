//! A report as the text of both streams: pure, so that tests can hold it whole.

use std::io;

use serde::Serialize;

use super::clean::escape_json;
use super::color::{ColorChoice, Palette};
use super::{OutputOptions, Terminals, failures, notices, summary};
use crate::report::Report;

/// What goes to the two streams.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Rendered {
    /// The result.
    pub(super) stdout: String,
    /// The story.
    pub(super) stderr: String,
}

/// What is shown, and how: decided once, from the options and the streams.
#[derive(Debug, Clone)]
pub(super) struct View {
    /// One JSON document instead of a summary.
    pub(super) json: bool,
    /// Errors only.
    pub(super) quiet: bool,
    /// A person looks at stdout.
    pub(super) person: bool,
    /// The summary is wanted.
    pub(super) summary: bool,
    /// The colours of stdout.
    pub(super) stdout: Palette,
    /// The colours of stderr.
    pub(super) stderr: Palette,
}

impl View {
    pub(super) fn new(options: &OutputOptions, terminals: Terminals) -> Self {
        let palette = |terminal: bool| Palette {
            enabled: match options.color {
                ColorChoice::Always => true,
                ColorChoice::Never => false,
                ColorChoice::Auto => terminal && !options.no_color_env && !options.term_dumb,
            },
        };
        Self {
            json: options.json,
            quiet: options.quiet,
            person: terminals.stdout,
            summary: (terminals.stdout || options.verbose > 0) && !options.quiet && !options.json,
            stdout: palette(terminals.stdout),
            stderr: palette(terminals.stderr),
        }
    }
}

/// Both streams for `report`.
///
/// # Errors
/// The report can't be written as JSON.
pub(super) fn report(report: &Report, view: &View) -> io::Result<Rendered> {
    let mut stderr = String::new();
    if !view.quiet {
        notices::warnings(report, view, &mut stderr);
    }
    let warned = stderr.len();
    notices::errors(report, view.stderr, &mut stderr);
    failures::all(report, view.stderr, &mut stderr);
    if report.exit_code != 0 && stderr.len() == warned {
        stderr.push_str(&failures::unexplained(report, view.stderr));
    }
    let stdout = if view.json {
        json(report)? + "\n"
    } else if view.summary {
        summary::text(report, view.stdout)
    } else {
        String::new()
    };
    Ok(Rendered { stdout, stderr })
}

/// `document` on one line, safe for a terminal.
///
/// # Errors
/// It can't be written as JSON.
pub(super) fn json(document: &impl Serialize) -> io::Result<String> {
    Ok(escape_json(&serde_json::to_string(document)?).into_owned())
}
