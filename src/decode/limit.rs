//! A reader that bounds what a JSON parser has to hold: the length of one text and the depth of nesting. It repairs
//! texts and numbers on the way.
//!
//! serde_json buffers a text whole, and skips unknown values with a stack of one byte per level.

use std::io::{self, Cursor, Read};

use super::repair::{self, MAX_ESCAPE_BYTES, Number};

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
    let mut digit = b'0';
    while digit <= b'9' {
        table[digit as usize] = true;
        digit += 1;
    }
    table
};

/// Why [`Limited`] refuses to go on, inside its `io::Error`: the limit that the body is over.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct OverLimit(&'static str);

#[derive(Clone, Copy)]
enum State {
    Outside,
    Number(Number),
    /// In a text, with the bytes of it that were seen.
    Text(usize),
}

/// Passes on what it reads, until the JSON in it is over a limit.
pub(super) struct Limited<R> {
    inner: R,
    state: State,
    depth: usize,
    ended: bool,
    /// The beginning of an escape that depends on what comes next, not yet passed on.
    held: Vec<u8>,
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
    let inner = Cursor::new(head).chain(reader);
    Ok(Limited { inner, state: State::Outside, depth: 0, ended: false, held: Vec::new() })
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.len() < MAX_ESCAPE_BYTES {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "the buffer has no room for an escape"));
        }
        loop {
            let held = self.held.len();
            buffer[..held].copy_from_slice(&self.held);
            let length = self.inner.read(&mut buffer[held..])?;
            let chunk = &mut buffer[..held + length];
            let scanned = self
                .scan(chunk, length > 0)
                .map_err(|over| io::Error::new(io::ErrorKind::InvalidData, over))?;
            self.held.clear();
            self.held.extend_from_slice(&chunk[scanned..]);
            if scanned > 0 || length == 0 {
                self.ended |= scanned == 0;
                return Ok(scanned);
            }
        }
    }
}

impl<R> Limited<R> {
    /// Whether more was asked for than there was.
    pub(super) fn ended(&self) -> bool {
        self.ended
    }

    /// Looks at the next bytes and repairs what is in them; says how many can be passed on. Broken JSON is none of its
    /// business: the parser sees the same bytes.
    fn scan(&mut self, chunk: &mut [u8], more_to_come: bool) -> Result<usize, OverLimit> {
        let mut scanned = 0;
        while let Some(rest) = chunk.get_mut(scanned..).filter(|rest| !rest.is_empty()) {
            scanned += match &mut self.state {
                State::Outside => {
                    let Some(at) = rest.iter().position(|&byte| STRUCTURAL[usize::from(byte)]) else {
                        return Ok(chunk.len());
                    };
                    match rest[at] {
                        b'"' => self.state = State::Text(0),
                        b'[' | b'{' => self.depth += 1,
                        b']' | b'}' => self.depth = self.depth.saturating_sub(1),
                        _ => self.state = State::Number(Number::default()),
                    }
                    if self.depth > MAX_DEPTH {
                        return Err(OverLimit("it is nested deeper than 127 levels"));
                    }
                    // A number begins with its first digit.
                    if matches!(self.state, State::Number(_)) { at } else { at + 1 }
                }
                State::Number(number) => {
                    let length = number.read(rest);
                    if length < rest.len() {
                        self.state = State::Outside;
                    }
                    length
                }
                State::Text(seen) => {
                    let end = rest.iter().position(|&byte| byte == b'"' || byte == b'\\');
                    let end = end.unwrap_or(rest.len());
                    *seen += end;
                    if *seen > MAX_TEXT_BYTES {
                        return Err(OverLimit("it holds a text longer than 1 MiB"));
                    }
                    match rest.get(end) {
                        None => end,
                        Some(b'"') => {
                            self.state = State::Outside;
                            end + 1
                        }
                        Some(_) => {
                            let Some(length) = repair::escape(&mut rest[end..], more_to_come) else {
                                return Ok(scanned + end);
                            };
                            *seen += length;
                            end + length
                        }
                    }
                }
            };
        }
        Ok(scanned)
    }
}
