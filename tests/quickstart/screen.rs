//! What the demo prints, all of it on stdout and in order.

use std::io::Write;

/// One or more lines.
pub(crate) fn say(text: &str) {
    // A reader who has seen enough (`| head`) is no failure of the demo.
    drop(writeln!(std::io::stdout(), "{text}"));
}

/// The heading of a step.
pub(crate) fn heading(text: &str) {
    say(&format!("\n== {text}\n"));
}

/// A command line, as a shell shows it.
pub(crate) fn command(line: &str) {
    say(&format!("$ {line}"));
}

/// Text under a command line, as it came.
pub(crate) fn output(text: &str) {
    if !text.is_empty() {
        say(text.trim_end());
    }
}
