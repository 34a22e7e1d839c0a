//! What is shown, and how.

use console::Term;

use super::color::{ColorChoice, Palette};
use super::{OutputOptions, Terminals};

/// The width that text is laid out for where no terminal says its own.
const DEFAULT_COLUMNS: usize = 80;

/// The columns of the terminal that stdout is; 80 where it is none, or does not know.
pub(super) fn columns(terminal: bool) -> usize {
    let own =
        terminal.then(|| Term::stdout().size_checked()).flatten().map(|(_, columns)| usize::from(columns));
    own.filter(|columns| *columns > 0).unwrap_or(DEFAULT_COLUMNS)
}

/// Decided once, from the options and the streams.
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
