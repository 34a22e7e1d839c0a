//! What the demo prints, all of it on stdout and in order, in colour on a terminal.

use std::io::{IsTerminal as _, Write};

/// Whether colour is welcome.
pub(crate) fn is_colored() -> bool {
    std::io::stdout().is_terminal()
        && std::env::var_os("NO_COLOR").is_none()
        && std::env::var_os("TERM").is_none_or(|terminal| terminal != "dumb")
}

/// One or more lines.
pub(crate) fn say(text: &str) {
    // A reader who has seen enough (`| head`) is no failure of the demo.
    drop(writeln!(std::io::stdout(), "{text}"));
}

/// The heading of a step.
pub(crate) fn heading(text: &str) {
    say(&format!("\n{}", painted(text, "1;36")));
}

/// A command line, as a shell in a folder of this name shows it.
pub(crate) fn command(folder: &str, line: &str) {
    say(&painted(&format!("{folder}$ {line}"), "1"));
}

/// Text under a command line, as it came.
pub(crate) fn output(text: &str) {
    if !text.is_empty() {
        say(text.trim_end());
    }
}

fn painted(text: &str, style: &str) -> String {
    if is_colored() { format!("\x1b[{style}m{text}\x1b[0m") } else { text.to_owned() }
}
