//! The terminal under the bars: stderr, whose failures are ignored.

use std::io;
use std::sync::{Mutex, PoisonError};

use indicatif::{ProgressDrawTarget, TermLike};

use crate::output::stream::Stderr;

/// Draws per second at most, as indicatif does by itself.
const REFRESH_HZ: u8 = 20;
/// The lines and columns of a terminal that does not say how large it is.
const USUAL_SIZE: (u16, u16) = (24, 80);

/// Draws on stderr; the caller knows that it is a terminal.
pub(super) fn target(stderr: Stderr) -> ProgressDrawTarget {
    ProgressDrawTarget::term_like_with_hz(Box::new(Terminal { stderr, frame: Mutex::default() }), REFRESH_HZ)
}

/// A terminal that never fails: indicatif panics when one that went away can't be cleared, and a
/// bar that can't be drawn any more is no reason to end a pass. A frame is written as a whole, so that none flickers.
#[derive(Debug)]
struct Terminal {
    stderr: Stderr,
    frame: Mutex<String>,
}

impl Terminal {
    fn add(&self, text: &str) -> io::Result<()> {
        self.frame.lock().unwrap_or_else(PoisonError::into_inner).push_str(text);
        Ok(())
    }

    /// Moves the cursor: CUU, CUD, CUF or CUB of ECMA-48.
    fn go(&self, lines: usize, way: char) -> io::Result<()> {
        if lines == 0 { Ok(()) } else { self.add(&format!("\u{1b}[{lines}{way}")) }
    }
}

impl TermLike for Terminal {
    fn width(&self) -> u16 {
        self.stderr.size().unwrap_or(USUAL_SIZE).1
    }

    fn height(&self) -> u16 {
        self.stderr.size().unwrap_or(USUAL_SIZE).0
    }

    fn move_cursor_up(&self, n: usize) -> io::Result<()> {
        self.go(n, 'A')
    }

    fn move_cursor_down(&self, n: usize) -> io::Result<()> {
        self.go(n, 'B')
    }

    fn move_cursor_right(&self, n: usize) -> io::Result<()> {
        self.go(n, 'C')
    }

    fn move_cursor_left(&self, n: usize) -> io::Result<()> {
        self.go(n, 'D')
    }

    fn write_line(&self, s: &str) -> io::Result<()> {
        self.add(s)?;
        self.add("\n")
    }

    fn write_str(&self, s: &str) -> io::Result<()> {
        self.add(s)
    }

    fn clear_line(&self) -> io::Result<()> {
        self.add("\r\u{1b}[2K")
    }

    fn flush(&self) -> io::Result<()> {
        let frame = std::mem::take(&mut *self.frame.lock().unwrap_or_else(PoisonError::into_inner));
        self.stderr.write(&frame);
        Ok(())
    }
}
