//! Rows as tuples of COPY's binary format (PostgreSQL manual, "COPY", Binary Format).

use std::io::Write;

use uuid::Uuid;

use super::copy_watch::{CopyWatch, Watched};
use crate::model::Stopped;

/// Large enough that a message to the server is worth its overhead, small enough not to matter.
const BUFFER_BYTES: usize = 64 * 1024;

/// The signature, no flags, and no extension.
const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";

/// Where a tuple would say how many fields it has: there are no more tuples.
const TRAILER: i16 = -1;

/// Writes rows as tuples of COPY's binary format, and remembers when the server takes no more.
pub(in crate::store) struct Tuples<'a> {
    sink: &'a mut dyn Write,
    buffer: Vec<u8>,
    failure: Option<std::io::Error>,
}

/// Writes to a COPY under way, which `watch` watches, the tuples that `fill` makes.
///
/// # Errors
/// Why the server takes no more; then `fill` has seen [`Stopped`].
pub(in crate::store) fn copied(
    sink: &mut dyn Write,
    watch: &CopyWatch,
    fill: impl FnOnce(&mut Tuples<'_>),
) -> diesel::QueryResult<()> {
    watch.waits(false);
    let mut sink = Watched { sink, watch };
    let mut tuples = Tuples::new(&mut sink);
    fill(&mut tuples);
    let finished = tuples.finish();
    // For the server's last word.
    watch.waits(true);
    finished
}

impl<'a> Tuples<'a> {
    fn new(sink: &'a mut dyn Write) -> Self {
        let mut buffer = Vec::with_capacity(BUFFER_BYTES + 4096);
        buffer.extend_from_slice(HEADER);
        Self { sink, buffer, failure: None }
    }

    /// Begins a tuple of this many fields.
    pub(in crate::store) fn begin(&mut self, fields: i16) {
        self.buffer.extend_from_slice(&fields.to_be_bytes());
    }

    /// A field.
    pub(in crate::store) fn bigint(&mut self, value: Option<i64>) {
        self.field(value.map(i64::to_be_bytes));
    }

    /// A field.
    pub(in crate::store) fn integer(&mut self, value: Option<i32>) {
        self.field(value.map(i32::to_be_bytes));
    }

    /// A field.
    pub(in crate::store) fn uuid(&mut self, value: Option<Uuid>) {
        self.field(value.map(Uuid::into_bytes));
    }

    /// A field.
    pub(in crate::store) fn boolean(&mut self, value: Option<bool>) {
        self.field(value.map(|value| [u8::from(value)]));
    }

    /// A field.
    pub(in crate::store) fn text(&mut self, value: Option<&str>) {
        self.field(value);
    }

    /// A field is its length and its bytes; of null the length is -1.
    pub(in crate::store) fn field(&mut self, value: Option<impl AsRef<[u8]>>) {
        let Some(value) = value else {
            self.buffer.extend_from_slice(&(-1_i32).to_be_bytes());
            return;
        };
        let bytes = value.as_ref();
        // No text of a feed comes near 2 GiB: decode/limit.rs refuses one of more than 1 MiB.
        let length = i32::try_from(bytes.len()).unwrap_or(i32::MAX);
        self.buffer.extend_from_slice(&length.to_be_bytes());
        self.buffer.extend_from_slice(bytes);
    }

    /// Ends a tuple, and sends what is full.
    pub(in crate::store) fn end(&mut self) -> Result<(), Stopped> {
        if self.buffer.len() >= BUFFER_BYTES { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), Stopped> {
        let written = self.sink.write_all(&self.buffer);
        self.buffer.clear();
        written.map_err(|failure| {
            self.failure = Some(failure);
            Stopped
        })
    }

    fn finish(mut self) -> diesel::QueryResult<()> {
        self.begin(TRAILER);
        let flushed = self.flush();
        match (self.failure, flushed) {
            (None, Ok(())) => Ok(()),
            (failure, _) => Err(diesel::result::Error::SerializationError(
                failure.map_or_else(|| "COPY was closed".into(), Into::into),
            )),
        }
    }
}
