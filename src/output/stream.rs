//! The only writes to stdout and stderr, in one piece each, with a closed pipe forgiven.

use std::io::{self, ErrorKind, Write};

/// Writes `text` to stdout.
///
/// # Errors
/// The stream's error, except for a closed pipe, which is the reader's choice.
pub(super) fn stdout(text: &str) -> io::Result<()> {
    // Another thread may hold it for long if the pipe has no reader.
    if text.is_empty() { Ok(()) } else { forgiving(&mut io::stdout().lock(), text) }
}

/// Writes `text` to stderr. A failure can't be reported anywhere, and it must not change the exit code.
pub(super) fn stderr(text: &str) {
    let _ = forgiving(&mut io::stderr().lock(), text);
}

fn forgiving(stream: &mut impl Write, text: &str) -> io::Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    match stream.write_all(text.as_bytes()).and_then(|()| stream.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_pipe_is_no_failure() {
        let (reader, mut writer) = io::pipe().unwrap();
        drop(reader);
        forgiving(&mut writer, "nobody reads this\n").unwrap();
    }

    #[test]
    fn a_full_disk_is_a_failure() {
        let mut full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        assert_eq!(forgiving(&mut full, "{}\n").unwrap_err().kind(), ErrorKind::StorageFull);
        forgiving(&mut full, "").unwrap();
    }
}
