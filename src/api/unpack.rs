//! How a body is packed, and its bytes unpacked as they arrive.

use std::io::{self, Write as _};

use bytes::{Buf as _, Bytes};
use flate2::write::MultiGzDecoder;
use reqwest::header::{CONTENT_ENCODING, HeaderMap};

/// The most packed bytes that are unpacked at a time. They may become a thousand times as many.
const MAX_STEP: usize = 1024;
/// Unpacked bytes are handed on in pieces of about this.
const PIECE: usize = 128 * 1024;

const NO_MEMBER: &str = "Invalid gzip header";
const CUT_OFF: &str = "its gzip ends early";

/// Unpacks one body.
pub(super) enum Unpacker {
    /// A body that is not packed.
    Plain(Option<Bytes>),
    /// One or several gzip members, one after the other (RFC 1952 §2.2).
    Gzip {
        /// What is not unpacked yet.
        packed: Bytes,
        /// None until the first byte, so that nothing at all is not a broken member.
        decoder: Option<Box<MultiGzDecoder<Vec<u8>>>>,
    },
}

impl Unpacker {
    /// For the body of an answer with these headers.
    ///
    /// # Errors
    /// How it is packed, where that is not known here.
    pub(super) fn new(headers: &HeaderMap) -> Result<Self, String> {
        let values = headers.get_all(CONTENT_ENCODING).iter();
        let all = values.map(|value| String::from_utf8_lossy(value.as_bytes()).to_lowercase());
        let all = all.collect::<Vec<_>>().join(",");
        let codings: Vec<&str> =
            all.split(',').map(str::trim).filter(|coding| !matches!(*coding, "" | "identity")).collect();
        match codings[..] {
            [] => Ok(Self::Plain(None)),
            ["gzip" | "x-gzip"] => Ok(Self::Gzip { packed: Bytes::new(), decoder: None }),
            _ => Err(codings.join(", ")),
        }
    }

    /// Takes the next bytes of the body as it was sent. Those before have to be unpacked.
    pub(super) fn push(&mut self, bytes: Bytes) {
        match self {
            Self::Plain(waiting) => *waiting = Some(bytes),
            Self::Gzip { packed, .. } => *packed = bytes,
        }
    }

    /// The next unpacked bytes; `None` when all that was pushed is unpacked.
    ///
    /// # Errors
    /// What is wrong with the packing.
    pub(super) fn pull(&mut self) -> io::Result<Option<Bytes>> {
        match self {
            Self::Plain(waiting) => Ok(waiting.take()),
            Self::Gzip { packed, decoder } => {
                if packed.is_empty() {
                    return Ok(None);
                }
                let decoder = decoder.get_or_insert_with(|| Box::new(MultiGzDecoder::new(Vec::new())));
                while !packed.is_empty() && decoder.get_ref().len() < PIECE {
                    let step = packed.len().min(MAX_STEP);
                    let taken = decoder.write(&packed[..step]).map_err(in_words)?;
                    if taken == 0 {
                        return Err(io::Error::other(NO_MEMBER));
                    }
                    packed.advance(taken);
                }
                Ok(Some(std::mem::take(decoder.get_mut()).into()))
            }
        }
    }

    /// The last unpacked bytes, at the end of the body.
    ///
    /// # Errors
    /// What is wrong with the packing, such as that it is cut off.
    pub(super) fn finish(&mut self) -> io::Result<Bytes> {
        match self {
            Self::Gzip { decoder, .. } => match decoder.take() {
                Some(decoder) => Ok(decoder.finish().map_err(in_words)?.into()),
                None => Ok(Bytes::new()),
            },
            Self::Plain(_) => Ok(Bytes::new()),
        }
    }
}

/// The same error in words that messages are made of.
fn in_words(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => io::Error::other(CUT_OFF),
        _ if error.to_string() == "invalid gzip header" => io::Error::other(NO_MEMBER),
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn member(content: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(content).and_then(|()| encoder.finish()).expect("memory takes it")
    }

    fn gzip() -> Unpacker {
        let headers = HeaderMap::from_iter([(CONTENT_ENCODING, "gzip".parse().expect("a header value"))]);
        Unpacker::new(&headers).expect("known")
    }

    fn unpacked(body: &[u8], chunk: usize) -> io::Result<Vec<u8>> {
        let (mut unpacker, mut all) = (gzip(), Vec::new());
        for bytes in body.chunks(chunk) {
            unpacker.push(Bytes::copy_from_slice(bytes));
            while let Some(bytes) = unpacker.pull()? {
                all.extend_from_slice(&bytes);
            }
        }
        all.extend_from_slice(&unpacker.finish()?);
        Ok(all)
    }

    #[test]
    fn members_are_unpacked_one_after_the_other_in_any_chunks() {
        let (first, second) = (member(b"{\"data\":["), member(b"]}"));
        let all = [first, member(b""), second].concat();
        for chunk in 1..all.len() {
            assert_eq!(unpacked(&all, chunk).expect("whole"), b"{\"data\":[]}", "chunks of {chunk}");
        }
        assert_eq!(unpacked(b"", 1).expect("nothing is whole"), b"");
        let large = vec![b'x'; 3 * PIECE + 1];
        assert_eq!(unpacked(&member(&large), usize::MAX).expect("whole"), large);
    }

    #[test]
    fn a_body_that_ends_inside_a_member_is_cut_off() {
        let first = member(b"{\"data\":[");
        let both = [first.clone(), member(b"]}")].concat();
        for length in 1..both.len() {
            let outcome = unpacked(&both[..length], 7);
            assert_eq!(outcome.is_ok(), length == first.len(), "after {length} bytes");
            let told = outcome.err().map(|error| error.to_string());
            // Within the checksum only that it does not match is known.
            assert!(
                told.is_none_or(|told| told == CUT_OFF || told.contains("checksum")),
                "after {length} bytes"
            );
        }
    }

    #[test]
    fn what_is_no_member_is_told() {
        let broken = |body: &[u8]| unpacked(body, 5).expect_err("broken").to_string();
        assert_eq!(broken(b"{\"data\":[]}"), NO_MEMBER);
        assert_eq!(broken(&[member(b"{}"), b"<!-- x -->".to_vec()].concat()), NO_MEMBER);
        let mut wrong = member(b"{\"data\":[]}");
        let sum = wrong.len() - 6;
        wrong[sum] ^= 1;
        assert!(broken(&wrong).contains("checksum"), "{}", broken(&wrong));
    }

    #[test]
    fn a_bomb_is_unpacked_in_pieces() {
        let mut unpacker = gzip();
        unpacker.push(member(&vec![b' '; 64 << 20]).into());
        let mut sum = 0;
        while let Some(bytes) = unpacker.pull().expect("a member") {
            assert!(bytes.len() <= PIECE + 1100 * MAX_STEP, "{}", bytes.len());
            sum += bytes.len();
        }
        assert_eq!(sum + unpacker.finish().expect("whole").len(), 64 << 20);
    }

    #[test]
    fn codings_are_told_by_name_in_any_case() {
        let coding = |values: &[&str]| {
            let headers =
                values.iter().map(|value| (CONTENT_ENCODING, value.parse().expect("a header value")));
            Unpacker::new(&headers.collect()).map(|unpacker| matches!(unpacker, Unpacker::Gzip { .. }))
        };
        for packed in [&["gzip"][..], &["GZIP"], &["x-gzip"], &[" X-GZip "], &["identity", "gzip"]] {
            assert_eq!(coding(packed), Ok(true), "{packed:?}");
        }
        for plain in [&[][..], &[""], &["identity"]] {
            assert_eq!(coding(plain), Ok(false), "{plain:?}");
        }
        assert_eq!(coding(&["br"]), Err("br".to_owned()));
        assert_eq!(coding(&["gzip", "gzip"]), Err("gzip, gzip".to_owned()));
        assert_eq!(coding(&["gzip, BR"]), Err("gzip, br".to_owned()));
    }
}
