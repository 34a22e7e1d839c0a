//! A reader that bounds what a JSON parser has to hold: the length of one text and the depth of nesting.
//!
//! serde_json buffers a text whole, and skips unknown values with a stack of one byte per level.

use std::io::{self, Cursor, Read};

/// The longest text that is taken, in bytes as written, escapes included.
pub(super) const MAX_TEXT_BYTES: usize = 1024 * 1024;
/// The deepest nesting that is taken; serde_json's own limit for what it does not skip.
pub(super) const MAX_DEPTH: usize = 127;

const BYTE_ORDER_MARK: [u8; 3] = [0xEF, 0xBB, 0xBF];

/// Bytes that matter outside of texts.
const STRUCTURAL: [bool; 256] = {
    let mut table = [false; 256];
    table[b'"' as usize] = true;
    table[b'[' as usize] = true;
    table[b'{' as usize] = true;
    table[b']' as usize] = true;
    table[b'}' as usize] = true;
    table
};

/// Why [`Limited`] refuses to go on, inside its `io::Error`: the limit that the body is over.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct OverLimit(&'static str);

#[derive(Clone, Copy)]
enum State {
    Outside,
    /// In a text, with the bytes of it that were seen.
    Text(usize),
    /// Right after a backslash in a text.
    Escape(usize),
}

/// Passes on what it reads, until the JSON in it is over a limit.
pub(super) struct Limited<R> {
    inner: R,
    state: State,
    depth: usize,
    ended: bool,
}

/// `reader` within the limits, without the byte order mark that may be at its start (RFC 8259 §8.1).
///
/// # Errors
/// The reader's, on its first bytes.
pub(super) fn limited<R: Read>(mut reader: R) -> io::Result<Limited<impl Read>> {
    let mut head = Vec::with_capacity(BYTE_ORDER_MARK.len());
    reader.by_ref().take(BYTE_ORDER_MARK.len() as u64).read_to_end(&mut head)?;
    // A shorter head is all there is: a mark that was cut off is as good as nothing.
    if BYTE_ORDER_MARK.starts_with(&head) {
        head.clear();
    }
    Ok(Limited { inner: Cursor::new(head).chain(reader), state: State::Outside, depth: 0, ended: false })
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.ended |= length == 0;
        let chunk = buffer.get(..length).unwrap_or_default();
        self.scan(chunk).map_err(|over| io::Error::new(io::ErrorKind::InvalidData, over))?;
        Ok(length)
    }
}

impl<R> Limited<R> {
    /// Whether somebody asked for more than there was.
    pub(super) fn ended(&self) -> bool {
        self.ended
    }

    /// Looks at the next bytes. Broken JSON is none of its business: the parser sees the same bytes.
    fn scan(&mut self, mut rest: &[u8]) -> Result<(), OverLimit> {
        while !rest.is_empty() {
            match self.state {
                State::Outside => {
                    let Some(at) = rest.iter().position(|&byte| STRUCTURAL[usize::from(byte)]) else { break };
                    match rest[at] {
                        b'"' => self.state = State::Text(0),
                        b'[' | b'{' => self.depth += 1,
                        _ => self.depth = self.depth.saturating_sub(1),
                    }
                    if self.depth > MAX_DEPTH {
                        return Err(OverLimit("it is nested deeper than 127 levels"));
                    }
                    rest = &rest[at + 1..];
                }
                State::Text(seen) => {
                    let end = rest.iter().position(|&byte| byte == b'"' || byte == b'\\');
                    let seen = seen + end.unwrap_or(rest.len());
                    if seen > MAX_TEXT_BYTES {
                        return Err(OverLimit("it holds a text longer than 1 MiB"));
                    }
                    self.state = match end.map(|at| rest[at]) {
                        Some(b'"') => State::Outside,
                        Some(_) => State::Escape(seen + 1),
                        None => State::Text(seen),
                    };
                    rest = end.map_or(&[], |at| &rest[at + 1..]);
                }
                State::Escape(seen) => {
                    // The escaped byte never ends the text; the rest of `\u0041` is as plain bytes.
                    self.state = State::Text(seen + 1);
                    rest = &rest[1..];
                }
            }
        }
        Ok(())
    }
}
