//! SHA-256 sums while bytes pass, and the file `SHA256SUMS` in the form of coreutils' sha256sum.

use std::io::{self, Read, Write};

use sha2::{Digest as _, Sha256};

use crate::text::hex::hex;

/// Counts and sums what passes to `out`, or from it.
pub(super) struct Summed<T> {
    pub(super) through: T,
    sum: Sha256,
    pub(super) bytes: u64,
}

impl<T> Summed<T> {
    pub(super) fn new(through: T) -> Self {
        Self { through, sum: Sha256::new(), bytes: 0 }
    }

    /// The sum of what has passed.
    pub(super) fn sum(&self) -> String {
        hex(&self.sum.clone().finalize())
    }

    fn observe(&mut self, bytes: &[u8]) {
        self.sum.update(bytes);
        self.bytes += bytes.len() as u64;
    }
}

impl<W: Write> Write for Summed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = self.through.write(bytes)?;
        self.observe(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.through.flush()
    }
}

impl<R: Read> Read for Summed<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.through.read(into)?;
        self.observe(&into[..read]);
        Ok(read)
    }
}

/// The sum of some bytes.
pub(super) fn sum_of(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// The text of `SHA256SUMS`.
pub(super) fn sums_file(sums: [(&str, &str); 2]) -> String {
    sums.iter().map(|(name, sum)| format!("{sum}  {name}\n")).collect()
}
