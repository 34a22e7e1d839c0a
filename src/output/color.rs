//! The three colours, each of which only repeats what a word already says.

use console::Style;

/// When to use colour: `--color`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`.
    #[default]
    Auto,
    /// Whatever the stream and the environment say.
    Always,
    /// Never.
    Never,
}

/// The colours of one stream, or none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Palette {
    /// Whether escape sequences are written at all.
    pub enabled: bool,
}

impl Palette {
    /// What went wrong: red.
    pub(crate) fn error(self, text: &str) -> String {
        self.paint(Style::new().red(), text)
    }

    /// What a person should look at: yellow.
    pub(crate) fn warning(self, text: &str) -> String {
        self.paint(Style::new().yellow(), text)
    }

    /// What is well: green.
    pub(crate) fn ok(self, text: &str) -> String {
        self.paint(Style::new().green(), text)
    }

    fn paint(self, style: Style, text: &str) -> String {
        style.force_styling(self.enabled).apply_to(text).to_string()
    }
}
