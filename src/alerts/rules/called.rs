//! How a command was called, as far as alerts depend on it.

/// How a command was called, as far as alerts depend on it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Called {
    /// Whether a `rooms` pass pulls only some halls, so that its volume says nothing.
    pub some_halls: bool,
    /// Whether a `roster` pass pulls only some people: that it completes says nothing of the source as a whole.
    pub some_people: bool,
    /// Whether a person runs it, on a terminal.
    pub on_terminal: bool,
    /// Whether its feed is a file (`--from`).
    pub from_file: bool,
}
