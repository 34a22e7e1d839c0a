//! The only writes to stdout and stderr, in one piece each, with a closed pipe forgiven.

use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::sync::Arc;

/// Writes `text` to stdout.
///
/// # Errors
/// The stream's error, except for a closed pipe, which is the reader's choice.
pub(super) fn stdout(text: &str) -> io::Result<()> {
    // Another thread may hold it for long if the pipe has no reader.
    if text.is_empty() { Ok(()) } else { forgiving(&mut io::stdout().lock(), text) }
}

/// The process's stderr under a descriptor of its own: while a connection to PostgreSQL is made, the usual one collects
/// what the C library writes there. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Stderr(Option<Arc<File>>);

impl Stderr {
    /// That of this process.
    pub(super) fn of_process() -> Self {
        const FIRST_FREE: i32 = 3;
        let own = rustix::io::fcntl_dupfd_cloexec(io::stderr(), FIRST_FREE);
        Self(own.ok().map(|own| Arc::new(File::from(own))))
    }

    /// Writes `text`. A failure can't be reported anywhere, and it must not change the exit code.
    pub(super) fn write(&self, text: &str) {
        let _ = match &self.0 {
            Some(own) => forgiving(&mut own.as_ref(), text),
            // Where no descriptor is left.
            None => forgiving(&mut io::stderr().lock(), text),
        };
    }

    /// The lines and columns of the terminal that it is.
    pub(super) fn size(&self) -> Option<(u16, u16)> {
        let size = rustix::termios::tcgetwinsize(self.0.as_deref()?).ok()?;
        (size.ws_row > 0 && size.ws_col > 0).then_some((size.ws_row, size.ws_col))
    }
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
