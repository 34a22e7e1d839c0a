//! A body and its SHA-256. One that may be that of the last pass is held back until its end, and then need not be read.
//!
//! It is held in memory, a large one compressed: a body is personal data and is never on disk, and feeds shrink to a
//! fifteenth and less. One that is larger all the same is read while the rest of it comes, as is one of which nothing is known.

use std::io::{self, Cursor, Read, Write as _};

use sha2::{Digest as _, Sha256};
use zstd::stream::read::Decoder;
use zstd::stream::write::Encoder;

use crate::text::hex::hex;

/// The most memory that the held part may take, in bytes, compressed.
const MAX_HELD: usize = 4 << 20;
/// What is read at once, in bytes. A body that is no larger is held as it is.
const CHUNK: usize = 64 << 10;
/// The fastest that zstd has by itself: what is compressed is read once, in a moment.
const LEVEL: i32 = 1;

/// A body on its way to the decoder.
pub(super) struct HashedBody<R> {
    hash: Sha256,
    held: Option<Box<dyn Read + Send>>,
    /// How the body broke while it was held back: what comes after the held part.
    broken: Option<io::Error>,
    /// What is still to come; none where the body was held to its end.
    coming: Option<R>,
}

impl<R: Read> HashedBody<R> {
    /// `headers` are those by which the answer is judged with its body: they are part of the digest. With `hold` the body is
    /// held back.
    pub(super) fn new(coming: R, headers: &[(String, String)], hold: bool) -> Self {
        let mut hash = Sha256::new();
        for (name, value) in headers {
            hash.update(format!("{name}: {value}\n"));
        }
        let mut body = Self { hash, held: None, broken: None, coming: Some(coming) };
        if hold && let Err(error) = body.hold() {
            body.broken = Some(error);
        }
        body
    }

    fn hold(&mut self) -> io::Result<()> {
        let Some(coming) = &mut self.coming else { return Ok(()) };
        let mut chunk = Vec::new();
        let read = coming.by_ref().take(CHUNK as u64).read_to_end(&mut chunk);
        self.hash.update(&chunk);
        if chunk.len() < CHUNK {
            self.held = Some(Box::new(Cursor::new(chunk)));
            self.coming.take_if(|_| read.is_ok());
            return read.map(drop);
        }
        let mut held = Encoder::new(Vec::new(), LEVEL)?;
        held.write_all(&chunk)?;
        let ended = loop {
            let Some(coming) = &mut self.coming else { break Ok(()) };
            match coming.read(&mut chunk) {
                Ok(0) => self.coming = None,
                Ok(count) => {
                    self.hash.update(&chunk[..count]);
                    held.write_all(&chunk[..count])?;
                    if held.get_ref().len() > MAX_HELD {
                        break Ok(());
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => break Err(error),
            }
        };
        self.held = Some(Box::new(Decoder::with_buffer(Cursor::new(held.finish()?))?));
        ended
    }

    /// The digest of a body that was held to its end.
    pub(super) fn sha256_if_held(&self) -> Option<String> {
        (self.coming.is_none() && self.broken.is_none()).then(|| hex(&self.hash.clone().finalize()))
    }

    /// Reads what is left, and returns the digest of all of it.
    pub(super) fn sha256(mut self) -> io::Result<String> {
        if self.coming.is_some() {
            io::copy(&mut self, &mut io::sink())?;
        }
        Ok(hex(&self.hash.finalize()))
    }
}

impl<R: Read> Read for HashedBody<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(held) = &mut self.held {
            let count = held.read(buffer)?;
            if count > 0 || buffer.is_empty() {
                return Ok(count);
            }
            self.held = None;
        }
        if let Some(error) = self.broken.take() {
            return Err(error);
        }
        let Some(coming) = &mut self.coming else { return Ok(0) };
        let count = coming.read(buffer)?;
        self.hash.update(&buffer[..count]);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes that do not shrink.
    fn noise(count: usize) -> Vec<u8> {
        let mut random = fastrand::Rng::with_seed(1);
        std::iter::repeat_with(|| random.u8(..)).take(count).collect()
    }

    fn digest(bytes: &[u8]) -> String {
        hex(&Sha256::digest(bytes))
    }

    /// Gives these bytes in small parts, and breaks after them.
    struct Breaking<'a>(&'a [u8]);

    impl Read for Breaking<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.0.is_empty() {
                return Err(io::Error::other("cut off"));
            }
            let most = buffer.len().min(1_000);
            self.0.read(&mut buffer[..most])
        }
    }

    #[test]
    fn whether_held_or_not_all_bytes_come_and_have_their_digest() {
        let around_a_chunk = [CHUNK - 1, CHUNK, CHUNK + 1].map(noise);
        let others = [Vec::new(), b"{}".to_vec(), vec![b' '; 20 << 20], noise(MAX_HELD + (1 << 20))];
        for bytes in others.iter().chain(&around_a_chunk) {
            for hold in [false, true] {
                let mut body = HashedBody::new(bytes.as_slice(), &[], hold);
                let fits = bytes.len() <= MAX_HELD || bytes[0] == b' ';
                assert_eq!(body.sha256_if_held(), (hold && fits).then(|| digest(bytes)));
                let mut read = Vec::new();
                body.read_to_end(&mut read).unwrap();
                assert!(&read == bytes);
                assert_eq!(body.sha256().unwrap(), digest(bytes));
            }
        }
    }

    #[test]
    fn what_is_not_read_is_part_of_the_digest() {
        let bytes = noise(MAX_HELD * 2);
        for hold in [false, true] {
            let mut body = HashedBody::new(bytes.as_slice(), &[], hold);
            body.read_exact(&mut [0; 10]).unwrap();
            assert_eq!(body.sha256().unwrap(), digest(&bytes));
        }
    }

    #[test]
    fn a_body_that_breaks_gives_what_came_and_then_its_error() {
        for (length, hold) in
            [10_000, CHUNK, 2 * CHUNK].into_iter().flat_map(|length| [(length, false), (length, true)])
        {
            let bytes = noise(length);
            let mut body = HashedBody::new(Breaking(&bytes), &[], hold);
            assert_eq!(body.sha256_if_held(), None);
            let mut read = Vec::new();
            assert_eq!(body.read_to_end(&mut read).unwrap_err().to_string(), "cut off");
            assert!(read == bytes);
        }
    }

    #[test]
    fn the_headers_that_are_judged_are_part_of_the_digest() {
        let with = |headers: &[(&str, &str)]| {
            let headers: Vec<_> =
                headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
            HashedBody::new(b"{}".as_slice(), &headers, true).sha256().unwrap()
        };
        assert_eq!(with(&[]), digest(b"{}"));
        assert_ne!(with(&[("x-total-count", "2")]), with(&[("x-total-count", "3")]));
    }
}
