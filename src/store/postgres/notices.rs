//! What a server says while a connection to it is made: collected, because libpq writes it to stderr as it comes.
//!
//! diesel takes libpq's notices only once the connection is there, and nothing of it can be set in libpq before.

use std::fs::File;
use std::io::{self, Read, Seek};

use rustix::fs::MemfdFlags;
use rustix::stdio::dup2_stderr;

/// More than this is cut off.
const MAX_BYTES: u64 = 16 * 1024;

/// Runs `work`, and returns what was written to the process's stderr meanwhile. Our own output does not go there (see
/// [`crate::output`]).
pub(super) fn collected<T>(work: impl FnOnce() -> T) -> (T, String) {
    // Held for its own sake: of two threads that exchange stderr, one would keep the other's.
    let _alone = io::stderr().lock();
    match Exchanged::begin() {
        Ok(exchanged) => {
            let done = work();
            (done, exchanged.end())
        }
        Err(error) => {
            tracing::debug!(%error, "what the server says while connecting can't be collected");
            (work(), String::new())
        }
    }
}

/// While it lives, stderr is a file in memory.
struct Exchanged {
    usual: rustix::fd::OwnedFd,
    collected: File,
}

impl Exchanged {
    fn begin() -> io::Result<Self> {
        const FIRST_FREE: i32 = 3;
        let usual = rustix::io::fcntl_dupfd_cloexec(io::stderr(), FIRST_FREE)?;
        let collected = File::from(rustix::fs::memfd_create("notices", MemfdFlags::CLOEXEC)?);
        dup2_stderr(&collected)?;
        Ok(Self { usual, collected })
    }

    fn end(mut self) -> String {
        let mut said = Vec::new();
        let read =
            self.collected.rewind().and_then(|()| (&self.collected).take(MAX_BYTES).read_to_end(&mut said));
        if let Err(error) = read {
            tracing::debug!(%error, "what the server said while connecting can't be read");
        }
        String::from_utf8_lossy(&said).into_owned()
    }
}

impl Drop for Exchanged {
    fn drop(&mut self) {
        // The descriptor is our own and open: nothing can go wrong, and there is no one to report it to.
        let _ = dup2_stderr(&self.usual);
    }
}
