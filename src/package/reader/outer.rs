//! The outer form of a package: four members in a fixed ustar, nothing before, between or after them.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::os::unix::fs::FileExt as _;
use std::sync::Arc;

use crate::exit::{Failure, FailureKind};
use crate::package::minisign::MAX_SIGNATURE_BYTES;
use crate::package::{DATA, MANIFEST, SIGNATURE, SUMS, manifest, tar};

const MAX_SUMS_BYTES: u64 = 1024;

/// The small members, and where the large one is.
pub(super) struct Outer {
    pub(super) manifest: Vec<u8>,
    pub(super) data: Range<u64>,
    pub(super) sums: Vec<u8>,
    pub(super) signature: Vec<u8>,
}

impl Outer {
    pub(super) fn read(file: &File) -> Result<Self, Failure> {
        let length = file.metadata().map_err(|error| unread(&error))?.len();
        let mut blocks = Blocks { file, at: 0, length };
        let manifest = blocks.small(MANIFEST, manifest::MAX_BYTES)?;
        let data = blocks.member(DATA, tar::MAX_BYTES)?;
        let sums = blocks.small(SUMS, MAX_SUMS_BYTES)?;
        let signature = blocks.small(SIGNATURE, MAX_SIGNATURE_BYTES)?;
        blocks.zeros(tar::END.len(), "its end")?;
        match length - blocks.at {
            0 => Ok(Self { manifest, data, sums, signature }),
            behind => Err(broken(format!("{behind} bytes follow its end; copy it again"))),
        }
    }
}

/// The file, block by block.
struct Blocks<'a> {
    file: &'a File,
    at: u64,
    length: u64,
}

impl Blocks<'_> {
    /// The place of the next member, which has to be `name`.
    fn member(&mut self, name: &str, max_bytes: u64) -> Result<Range<u64>, Failure> {
        let mut header = [0; tar::BLOCK];
        self.exact(&mut header, &format!("the header of {name}"))?;
        let (_, bytes) = tar::read_header(&header)
            .filter(|(found, bytes)| *found == name && *bytes <= max_bytes)
            .ok_or_else(|| match self.at == tar::BLOCK as u64 {
                true => broken("it does not begin as a package of examsync does".to_owned()),
                false => broken(format!("{name} is not where it should be, or its header was changed")),
            })?;
        let place = self.at..self.at + bytes;
        if place.end > self.length {
            let missing = place.end - self.length;
            return Err(broken(format!(
                "it is cut off: of {name} alone {missing} bytes are missing; copy it once more"
            )));
        }
        self.at = place.end;
        self.zeros(tar::padding(bytes), &format!("what follows {name}"))?;
        Ok(place)
    }

    fn small(&mut self, name: &str, max_bytes: u64) -> Result<Vec<u8>, Failure> {
        let place = self.member(name, max_bytes)?;
        // It is at most as large as its limit.
        let mut bytes = vec![0; usize::try_from(place.end - place.start).unwrap_or_default()];
        self.file.read_exact_at(&mut bytes, place.start).map_err(|error| unread(&error))?;
        Ok(bytes)
    }

    fn zeros(&mut self, count: usize, what: &str) -> Result<(), Failure> {
        let mut block = [0; tar::END.len()];
        self.exact(&mut block[..count], what)?;
        match block.iter().all(|byte| *byte == 0) {
            true => Ok(()),
            false => Err(broken(format!("{what} was changed; copy it once more"))),
        }
    }

    fn exact(&mut self, into: &mut [u8], what: &str) -> Result<(), Failure> {
        let end = self.at + into.len() as u64;
        if end > self.length {
            let missing = end - self.length;
            return Err(broken(format!(
                "it is cut off in {what}: at least {missing} bytes are missing; copy it once more"
            )));
        }
        self.file.read_exact_at(into, self.at).map_err(|error| unread(&error))?;
        self.at = end;
        Ok(())
    }
}

fn broken(what: String) -> Failure {
    Failure::new(FailureKind::Contract, format!("the file is not a whole package: {what}"))
}

/// The failure of a file that can't be read.
pub(super) fn unread(error: &io::Error) -> Failure {
    Failure::new(FailureKind::Setup, format!("the package can't be read: {error}"))
}

/// A part of a file, read without moving a position that others share.
pub(super) struct Slice {
    file: Arc<File>,
    left: Range<u64>,
}

impl Slice {
    pub(super) fn new(file: Arc<File>, place: Range<u64>) -> Self {
        Self { file, left: place }
    }
}

impl Read for Slice {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let wanted = usize::try_from(self.left.end - self.left.start).unwrap_or(usize::MAX).min(into.len());
        let read = self.file.read_at(&mut into[..wanted], self.left.start)?;
        self.left.start += read as u64;
        Ok(read)
    }
}
