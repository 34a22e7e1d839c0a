//! What examsync prints: the only place that writes to stdout and stderr (contract §5).
//!
//! stdout is the result, stderr is the story. "On a terminal" means that stdout is one: with stdout
//! redirected, a pass that went well leaves not one byte on either stream, bars included.

pub(crate) mod color;
mod failures;
mod labels;
pub(crate) mod layout;
pub(crate) mod logging;
mod next_steps;
mod pager;
pub(crate) mod progress;
mod record_messages;
mod render;
mod stream;
mod style;
mod summary;
#[cfg(test)]
mod tests;
pub(crate) mod time;

use std::ffi::OsStr;
use std::io::{self, IsTerminal};

use rustix::termios::tcgetwinsize;
use serde::Serialize;

use crate::exit::Failure;
use crate::report::Report;
use crate::text::program_line::ProgramLine;
use crate::text::sanitize::clean;
pub(crate) use color::{ColorChoice, Palette};
pub(crate) use layout::Screen;
pub(crate) use logging::LogFormat;
pub(crate) use progress::{Bar, Progress};
use render::Rendered;
use style::View;

/// The start of the line of advice in cron's mail.
const ADVICE: &str = "examsync: what to do: ";
/// The line in front of the log that led to a failure.
const TRAIL: &str = "examsync: the log that led to it:";

/// What the command line and the environment say about output.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct OutputOptions {
    /// `--json`: one JSON document on stdout.
    pub json: bool,
    /// `-q`: nothing but errors (and the document of `--json`).
    pub quiet: bool,
    /// How many `-v`.
    pub verbose: u8,
    /// `--log-format`.
    pub log_format: LogFormat,
    /// `--color`.
    pub color: ColorChoice,
    /// Whether `NO_COLOR` is set, and not to nothing.
    pub no_color_env: bool,
    /// Whether `TERM` is `dumb`.
    pub term_dumb: bool,
}

/// Which streams are terminals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Terminals {
    /// stdout is one: a person reads the result.
    pub stdout: bool,
    /// stderr is one.
    pub stderr: bool,
    /// The width of the one that is, where it says it.
    pub columns: Option<usize>,
}

impl Terminals {
    /// Those of this process.
    fn of_process() -> Self {
        let [stdout, stderr] = [io::stdout().is_terminal(), io::stderr().is_terminal()];
        let size = if stdout { tcgetwinsize(io::stdout()) } else { tcgetwinsize(io::stderr()) };
        let columns = size.ok().map(|size| usize::from(size.ws_col)).filter(|columns| *columns > 0);
        Self { stdout, stderr, columns }
    }
}

/// What follows a failure off a terminal.
#[derive(Debug)]
pub(crate) struct Trail {
    /// The log that led to it.
    pub log: String,
    /// The program as it was run, for advice.
    pub program: ProgramLine,
    /// The same with the command and what it pulls, but for dates.
    pub command: ProgramLine,
}

/// Prints everything that examsync says but the log. Built once; cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Printer {
    options: OutputOptions,
    view: View,
    progress: Progress,
}

impl Printer {
    /// A printer for the streams of this process.
    pub(crate) fn new(options: OutputOptions) -> Self {
        Self::with_terminals(options, Terminals::of_process())
    }

    /// A printer for the given kinds of streams.
    pub(crate) fn with_terminals(options: OutputOptions, terminals: Terminals) -> Self {
        let view = View::new(&options, terminals);
        let drawn = terminals.stdout && terminals.stderr && !options.json && !options.quiet;
        Self { progress: Progress::new(drawn && !options.term_dumb), view, options }
    }

    /// What the printer was built from.
    pub(crate) fn options(&self) -> &OutputOptions {
        &self.options
    }

    /// The bars: drawn when both streams are a terminal that can, without `--json` and `-q`; else hidden.
    pub(crate) fn progress(&self) -> Progress {
        self.progress.clone()
    }

    /// The colours and the width of stdout, for text that goes to [`Printer::text`].
    pub(crate) fn screen(&self) -> Screen {
        self.view.stdout
    }

    /// Prints what a sync command did: errors and warnings, then the summary or the JSON document.
    ///
    /// # Errors
    /// stdout could not be written, for another reason than a closed pipe.
    pub(crate) fn report(&self, report: &Report) -> io::Result<()> {
        self.write(&render::report(report, &self.view)?)
    }

    /// Prints why a command without a report failed. Line breaks of the message are kept, so outside
    /// text in it must have gone through [`clean()`] where the message was made.
    pub(crate) fn failure(&self, failure: &Failure) {
        self.message(&failures::message(&failure.message, self.view.stderr));
    }

    /// Prints a line that a person must see even off a terminal, unless `-q`.
    pub(crate) fn note(&self, message: &str) {
        if !self.options.quiet {
            self.message(&format!("examsync: {}\n", clean(message)));
        }
    }

    /// [`Printer::note`] on a terminal, else nothing.
    pub(crate) fn hint(&self, message: &str) {
        if self.view.person {
            self.note(message);
        }
    }

    /// Prints a warning, also off a terminal, unless `-q`.
    pub(crate) fn warn(&self, message: &str) {
        if !self.options.quiet {
            self.message(&record_messages::warning(message, self.view.stderr));
        }
    }

    /// [`Printer::warn`] on a terminal, else nothing.
    pub(crate) fn warn_on_terminal(&self, message: &str) {
        if self.view.person {
            self.warn(message);
        }
    }

    /// Prints the result that a command was asked for, such as a status, with a line break at its end.
    /// Text from outside in it must be [`clean()`] already.
    ///
    /// # Errors
    /// As [`Printer::report`].
    pub(crate) fn text(&self, text: &str) -> io::Result<()> {
        let line_break = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
        self.write(&Rendered { stdout: format!("{text}{line_break}"), stderr: String::new() })
    }

    /// [`Printer::text`] for a text that is longer than a screen: on a terminal, `pager` or `less -R` takes the place
    /// of this process where it can.
    ///
    /// # Errors
    /// As [`Printer::report`].
    pub(crate) fn paged(&self, text: &str, pager: Option<&OsStr>) -> io::Result<()> {
        if self.view.person && !self.options.term_dumb {
            pager::show(text, pager);
        }
        self.text(text)
    }

    /// [`Printer::text`] where a summary is wanted: on a terminal or with `-v`, without `-q` and `--json`.
    ///
    /// # Errors
    /// As [`Printer::report`].
    pub(crate) fn summary(&self, text: &str) -> io::Result<()> {
        if self.view.summary { self.text(text) } else { Ok(()) }
    }

    /// Prints the one JSON document of a command that has no report, on one line.
    ///
    /// # Errors
    /// As [`Printer::report`], or `document` can't be written as JSON.
    pub(crate) fn json(&self, document: &impl Serialize) -> io::Result<()> {
        self.text(&self.json_text(document)?)
    }

    /// What [`Printer::json`] prints.
    ///
    /// # Errors
    /// `document` can't be written as JSON.
    pub(crate) fn json_text(&self, document: &impl Serialize) -> io::Result<String> {
        render::json(document)
    }

    /// Prints what comes next and the log that led to a failure, for the reader of cron's mail: not with `-q`, and no
    /// log where `-v` printed it already.
    pub(crate) fn trail(&self, report: &Report, trail: &Trail) {
        if self.options.quiet || self.options.verbose > 1 || self.options.log_format == LogFormat::Json {
            return;
        }
        if let Some(advice) = next_steps::after(report, &trail.program, &trail.command) {
            self.story(&format!("{ADVICE}{advice}\n"));
        }
        if !trail.log.is_empty() && self.options.verbose == 0 {
            self.story(&format!("{TRAIL}\n{}", trail.log));
        }
    }

    /// Prints what a person reads on stderr, for the width of the terminal that it is.
    fn message(&self, text: &str) {
        self.story(&layout::folded(text, self.view.stderr_columns));
    }

    fn story(&self, text: &str) {
        self.progress.write_stderr(text);
    }

    /// stderr first: a failure is reported even if stdout can't be written.
    fn write(&self, rendered: &Rendered) -> io::Result<()> {
        self.progress.write_stderr(&rendered.stderr);
        // The bars are gone when there is a result. A stdout without a reader must not hold up stderr.
        stream::stdout(&rendered.stdout)
    }
}
