//! The body of an age file: chunks of 64 KiB, each sealed with its number and whether it is the last.

use std::io::{self, Read, Write};

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};

use super::header::derived;

const CHUNK_BYTES: usize = 64 * 1024;
const TAG_BYTES: usize = 16;
const NONCE_BYTES: usize = 16;

/// The key of the body, and the number of the next chunk.
struct Chunks {
    key: LessSafeKey,
    next: u64,
}

impl Chunks {
    fn new(file_key: &[u8; 16], nonce: &[u8; NONCE_BYTES]) -> io::Result<Self> {
        let key = derived(nonce, file_key, b"payload")?;
        let key =
            UnboundKey::new(&CHACHA20_POLY1305, &key).map_err(|_| io::Error::other("the cipher failed"))?;
        Ok(Self { key: LessSafeKey::new(key), next: 0 })
    }

    /// The nonce of the next chunk.
    fn nonce(&mut self, last: bool) -> Nonce {
        let mut nonce = [0; 12];
        nonce[3..11].copy_from_slice(&self.next.to_be_bytes());
        nonce[11] = u8::from(last);
        self.next += 1;
        Nonce::assume_unique_for_key(nonce)
    }
}

/// Encrypts what is written; [`AgeWriter::finish`] writes the last chunk.
pub(crate) struct AgeWriter<W> {
    out: W,
    chunks: Chunks,
    nonce: [u8; NONCE_BYTES],
    /// What is not sealed yet: at most one chunk.
    plain: Vec<u8>,
}

impl<W: Write> AgeWriter<W> {
    pub(super) fn new(out: W, file_key: &[u8; 16], nonce: [u8; NONCE_BYTES]) -> io::Result<Self> {
        let chunks = Chunks::new(file_key, &nonce)?;
        Ok(Self { out, chunks, nonce, plain: Vec::with_capacity(CHUNK_BYTES + TAG_BYTES) })
    }

    /// Writes what comes before the chunks.
    pub(super) fn begin(&mut self, header: &[u8]) -> io::Result<()> {
        self.out.write_all(header)?;
        self.out.write_all(&self.nonce)
    }

    fn seal(&mut self, last: bool) -> io::Result<()> {
        let nonce = self.chunks.nonce(last);
        (self.chunks.key.seal_in_place_append_tag(nonce, Aad::empty(), &mut self.plain))
            .map_err(|_| io::Error::other("the cipher failed"))?;
        self.out.write_all(&self.plain)?;
        self.plain.clear();
        Ok(())
    }

    /// Writes the last chunk, and returns what was written to.
    ///
    /// # Errors
    /// What that said.
    pub(in crate::package) fn finish(mut self) -> io::Result<W> {
        self.seal(true)?;
        Ok(self.out)
    }
}

impl<W: Write> Write for AgeWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Sealed only when there is more: the last chunk is marked as such.
        if self.plain.len() == CHUNK_BYTES && !bytes.is_empty() {
            self.seal(false)?;
        }
        let taken = bytes.len().min(CHUNK_BYTES - self.plain.len());
        self.plain.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Decrypts a body to its last chunk, behind which nothing may follow.
pub(crate) struct AgeReader<R> {
    from: R,
    chunks: Chunks,
    /// The chunk that is read from, and one byte of the next.
    buffer: Vec<u8>,
    /// The opened bytes of `buffer` that were not taken yet.
    open: std::ops::Range<usize>,
    /// The first byte of the next chunk, read to see whether there is one.
    ahead: Option<u8>,
    ended: bool,
}

impl<R: Read> AgeReader<R> {
    pub(super) fn new(mut from: R, file_key: &[u8; 16]) -> io::Result<Self> {
        let mut nonce = [0; NONCE_BYTES];
        from.read_exact(&mut nonce)?;
        let chunks = Chunks::new(file_key, &nonce)?;
        let buffer = Vec::with_capacity(CHUNK_BYTES + TAG_BYTES + 1);
        Ok(Self { from, chunks, buffer, open: 0..0, ahead: None, ended: false })
    }

    fn next_chunk(&mut self) -> io::Result<()> {
        let first = self.chunks.next == 0;
        self.buffer.clear();
        self.buffer.extend(self.ahead.take());
        let wanted = CHUNK_BYTES + TAG_BYTES + 1 - self.buffer.len();
        (&mut self.from).take(wanted as u64).read_to_end(&mut self.buffer)?;
        let last = self.buffer.len() <= CHUNK_BYTES + TAG_BYTES;
        if !last {
            self.ahead = self.buffer.pop();
        }
        let nonce = self.chunks.nonce(last);
        let damaged = || io::Error::new(io::ErrorKind::InvalidData, "it was changed, or ends too early");
        let opened = self.chunks.key.open_in_place(nonce, Aad::empty(), &mut self.buffer);
        let length = opened.map_err(|_| damaged())?.len();
        if length == 0 && !first {
            return Err(damaged());
        }
        self.open = 0..length;
        self.ended = last;
        Ok(())
    }
}

impl<R: Read> Read for AgeReader<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.open.is_empty() {
            if self.ended {
                return Ok(0);
            }
            self.next_chunk()?;
        }
        let taken = into.len().min(self.open.len());
        into[..taken].copy_from_slice(&self.buffer[self.open.start..self.open.start + taken]);
        self.open.start += taken;
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(plain: &[u8]) -> Vec<u8> {
        let mut writer = AgeWriter::new(Vec::new(), &[7; 16], [9; 16]).unwrap();
        writer.begin(b"").unwrap();
        writer.write_all(plain).unwrap();
        writer.finish().unwrap()
    }

    fn opened(sealed: &[u8]) -> io::Result<Vec<u8>> {
        let mut plain = Vec::new();
        AgeReader::new(sealed, &[7; 16])?.read_to_end(&mut plain)?;
        Ok(plain)
    }

    #[test]
    fn a_body_of_any_length_is_read_as_it_was_written() {
        for length in [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES] {
            let plain: Vec<u8> = (0..length).map(|nth| (nth % 251) as u8).collect();
            let sealed = sealed(&plain);
            let chunks = length.div_ceil(CHUNK_BYTES).max(1);
            assert_eq!(sealed.len(), NONCE_BYTES + length + chunks * TAG_BYTES);
            assert_eq!(opened(&sealed).unwrap(), plain);
        }
    }

    #[test]
    fn what_is_cut_at_a_chunk_exchanged_or_longer_is_no_body() {
        let whole = sealed(&vec![1; 3 * CHUNK_BYTES]);
        let sealed_chunk = CHUNK_BYTES + TAG_BYTES;
        let end_of_first = NONCE_BYTES + sealed_chunk;
        assert!(opened(&whole[..end_of_first]).is_err(), "cut behind a chunk");
        assert!(opened(&whole[..NONCE_BYTES]).is_err(), "no chunk at all");
        assert!(opened(&[&whole[..], &[0]].concat()).is_err(), "a byte behind the end");
        let mut exchanged = whole.clone();
        exchanged[NONCE_BYTES..].rotate_left(sealed_chunk);
        assert!(opened(&exchanged).is_err());
    }
}
