//! What is shown, and how.

use super::color::{ColorChoice, Palette};
use super::layout::Screen;
use super::{OutputOptions, Terminals};

/// The width that text is laid out for where no terminal says its own.
const DEFAULT_COLUMNS: usize = 80;

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
    /// The colours and the width of stdout.
    pub(super) stdout: Screen,
    /// The colours of stderr.
    pub(super) stderr: Palette,
    /// The width of stderr, where it is a terminal that says it: elsewhere lines stay as they are, for grep.
    pub(super) stderr_columns: Option<usize>,
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
            stdout: Screen {
                palette: palette(terminals.stdout),
                columns: terminals.columns.filter(|_| terminals.stdout).unwrap_or(DEFAULT_COLUMNS),
            },
            stderr: palette(terminals.stderr),
            stderr_columns: terminals.columns.filter(|_| terminals.stderr),
        }
    }
}
