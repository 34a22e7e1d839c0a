//! Writes a package in one go: its members are compressed, encrypted and summed as they come (contract §11.3).

use std::io::{self, BufWriter, Read, Seek as _, SeekFrom, Write};
use std::path::Path;

use serde_json::{Value, json};
use zstd::stream::write::Encoder;

use super::age::{self, AgeWriter};
use super::card::Card;
use super::key_file::KeyFile;
use super::manifest::{self, Manifest};
use super::member::{End, MAX_JSON_BYTES, Member, MemberSum};
use super::private_file::PrivateFile;
use super::sums::{Summed, sum_of, sums_file};
use super::{DATA, MANIFEST, SIGNATURE, SUMS, tar};
use crate::exit::{Failure, FailureKind};

/// Of records, which are much alike, level 3 makes a file that is a fifth larger, in two to three times the time.
const LEVEL: i32 = 1;
/// 8 MiB: what a reader has to have room for.
pub(super) const WINDOW_LOG: u32 = 23;

/// A package that is being written.
pub struct PackageWriter {
    manifest: Manifest,
    /// The members, in a tar, compressed and encrypted into the file.
    inner: Encoder<'static, AgeWriter<Summed<BufWriter<PrivateFile>>>>,
    members: Vec<MemberSum>,
    last: Option<Member>,
    manifest_sum: String,
    data_header_at: u64,
}

/// A whole package under a name that nothing reads yet.
#[derive(Debug)]
pub struct WrittenPackage {
    pub(crate) file: PrivateFile,
    /// Its size.
    pub bytes: u64,
}

impl WrittenPackage {
    /// Gives the file its name; one of other content is never replaced.
    ///
    /// # Errors
    /// What the file system said.
    pub fn keep_as(self, path: &Path) -> io::Result<()> {
        self.file.keep_as(path)
    }
}

impl PackageWriter {
    /// Begins a package in `folder` for these cards; `manifest` has no keys yet.
    ///
    /// # Errors
    /// [`FailureKind::Setup`] when it can't be written.
    pub fn new(
        folder: &Path,
        mut manifest: Manifest,
        zone: &str,
        columns: &Value,
        keys: &KeyFile,
        cards: &[Card],
    ) -> Result<Self, Failure> {
        let own = keys.card();
        let readers = || cards.iter().chain([&own]);
        manifest.made_by = own.key_id();
        manifest.made_for = readers().map(Card::key_id).collect();
        let text = manifest.text()?;
        if text.len() as u64 > manifest::MAX_BYTES {
            return Err(Failure::new(FailureKind::Internal, "package.json is too large"));
        }
        let made = PrivateFile::new(folder).map_err(|error| {
            let folder = folder.display();
            Failure::new(
                FailureKind::Setup,
                format!("no file can be made in {folder}: {error}; check the folder"),
            )
        })?;
        let mut file = BufWriter::new(made);
        let recipients: Vec<_> = readers().map(|card| card.recipient).collect();
        let begun = || -> io::Result<_> {
            write_member(&mut file, MANIFEST, &text)?;
            // Once more at the end, with its size.
            let data_header_at = (tar::BLOCK + text.len() + tar::padding(text.len() as u64)) as u64;
            file.write_all(&[0; tar::BLOCK])?;
            let mut inner = Encoder::new(age::encrypt(Summed::new(file), &recipients)?, LEVEL)?;
            inner.include_checksum(true)?;
            Ok((inner, data_header_at))
        };
        let (inner, data_header_at) = begun().map_err(unwritten)?;
        let manifest_sum = sum_of(&text);
        let mut writer =
            Self { manifest, inner, members: Vec::new(), last: None, manifest_sum, data_header_at };
        let mut whole = serde_json::to_value(&writer.manifest).unwrap_or_default();
        whole["zone"] = json!(zone);
        whole["columns"] = columns.clone();
        writer.json(&Member::Manifest, 0, whole.to_string().as_bytes())?;
        Ok(writer)
    }

    /// What it says of itself.
    pub(crate) fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Writes a member that is JSON.
    ///
    /// # Errors
    /// [`FailureKind::Internal`] for a member out of order or over its limit, [`FailureKind::Setup`] when it can't be
    /// written.
    pub fn json(&mut self, member: &Member, rows: u64, text: &[u8]) -> Result<(), Failure> {
        if text.len() as u64 > MAX_JSON_BYTES {
            return Err(Failure::new(FailureKind::Internal, format!("{member} is larger than its limit")));
        }
        let bytes = text.len() as u64;
        self.begin(member, bytes)?;
        // At once: to copy it piece by piece takes longer.
        self.inner.write_all(text).map_err(unwritten)?;
        self.end(member, rows, bytes, sum_of(text))
    }

    /// Writes a member of `bytes` bytes that are read from `content`.
    ///
    /// # Errors
    /// As of [`PackageWriter::json`]; [`FailureKind::Setup`] when `content` is shorter or longer.
    pub(crate) fn member(
        &mut self,
        member: &Member,
        rows: u64,
        bytes: u64,
        mut content: impl Read,
    ) -> Result<(), Failure> {
        self.begin(member, bytes)?;
        let mut summed = Summed::new(content.by_ref().take(bytes));
        io::copy(&mut summed, &mut self.inner).map_err(unwritten)?;
        let (sha256, read) = (summed.sum(), summed.bytes);
        let longer = content.read(&mut [0]).map_err(unwritten)? > 0;
        if read != bytes || longer {
            return Err(Failure::new(
                FailureKind::Setup,
                format!("{member} changed while it was read; try again"),
            ));
        }
        self.end(member, rows, bytes, sha256)
    }

    /// Writes the header of a member.
    fn begin(&mut self, member: &Member, bytes: u64) -> Result<(), Failure> {
        if !member.may_follow(self.last.as_ref()) {
            return Err(Failure::new(FailureKind::Internal, format!("{member} is out of order")));
        }
        header(&member.to_string(), bytes).and_then(|header| self.inner.write_all(&header)).map_err(unwritten)
    }

    /// Fills up the last block of a member, and notes what it comes to.
    fn end(&mut self, member: &Member, rows: u64, bytes: u64, sha256: String) -> Result<(), Failure> {
        self.inner.write_all(&tar::END[..tar::padding(bytes)]).map_err(unwritten)?;
        self.members.push(MemberSum { name: member.to_string(), rows, bytes, sha256 });
        self.last = Some(member.clone());
        Ok(())
    }

    /// Ends the package and signs it.
    ///
    /// # Errors
    /// [`FailureKind::Setup`] when it can't be written.
    pub fn finish(mut self, keys: &KeyFile) -> Result<WrittenPackage, Failure> {
        let end = End { members: std::mem::take(&mut self.members) };
        let end = serde_json::to_vec(&end)
            .map_err(|error| Failure::new(FailureKind::Internal, format!("end.json: {error}")))?;
        self.json(&Member::End, 0, &end)?;
        let Self { manifest, mut inner, manifest_sum, data_header_at, .. } = self;
        let encrypted = (inner.write_all(&tar::END))
            .and_then(|()| inner.finish())
            .and_then(AgeWriter::finish)
            .map_err(unwritten)?;
        let (data_bytes, data_sum) = (encrypted.bytes, encrypted.sum());
        let sums = sums_file([(MANIFEST, &manifest_sum), (DATA, &data_sum)]);
        let signature = keys.signer.sign(sums.as_bytes(), &manifest.trusted_comment())?;
        let mut file = encrypted.through;
        let ended = || -> io::Result<_> {
            file.write_all(&tar::END[..tar::padding(data_bytes)])?;
            write_member(&mut file, SUMS, sums.as_bytes())?;
            write_member(&mut file, SIGNATURE, signature.as_bytes())?;
            file.write_all(&tar::END)?;
            let mut made = file.into_inner().map_err(io::IntoInnerError::into_error)?;
            let bytes = made.file.stream_position()?;
            made.file.seek(SeekFrom::Start(data_header_at))?;
            made.file.write_all(&header(DATA, data_bytes)?)?;
            Ok(WrittenPackage { file: made, bytes })
        };
        ended().map_err(unwritten)
    }
}

fn write_member(out: &mut impl Write, name: &str, content: &[u8]) -> io::Result<()> {
    out.write_all(&header(name, content.len() as u64)?)?;
    out.write_all(content)?;
    out.write_all(&tar::END[..tar::padding(content.len() as u64)])
}

fn header(name: &str, bytes: u64) -> io::Result<[u8; tar::BLOCK]> {
    tar::header(name, bytes).ok_or_else(|| io::Error::other(format!("{name} is larger than 8 GiB")))
}

fn unwritten(error: io::Error) -> Failure {
    Failure::new(FailureKind::Setup, format!("the package can't be written: {error}"))
}

#[cfg(test)]
impl PackageWriter {
    /// Lets `end.json` lack the newest member.
    pub(super) fn forget_member(&mut self) {
        self.members.pop();
    }

    /// What the compressed members are written to.
    pub(super) fn encrypted_mut(&mut self) -> &mut impl Write {
        self.inner.get_mut()
    }

    /// What the members are written to.
    pub(super) fn inner_mut(&mut self) -> &mut impl Write {
        &mut self.inner
    }
}
