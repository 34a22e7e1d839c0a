//! What is inside a package, member by member, to the end of every layer.

use std::fmt;
use std::io::{self, BufRead as _, BufReader, Read};

use serde_json::Value;
use zstd::stream::read::Decoder;

use super::Limits;
use super::outer::Slice;
use crate::exit::{Failure, FailureKind};
use crate::package::age::{self, AgeReader, Identity};
use crate::package::manifest::{Kind, Manifest};
use crate::package::member::{End, MAX_JSON_BYTES, MAX_MEMBERS, Member, MemberSum};
use crate::package::sums::Summed;
use crate::package::writer::WINDOW_LOG;
use crate::package::{DATA, tar};

type Compressed = BufReader<Encryption<AgeReader<BufReader<Slice>>>>;

/// The members, one after the other. As a reader it gives the bytes of the member that [`Contents::next_member`] named.
pub struct Contents {
    archive: Decoder<'static, Compressed>,
    limits: Limits,
    kind: Kind,
    /// `package.json`, which the first member repeats.
    manifest: Value,
    current: Option<Current>,
    members: Vec<MemberSum>,
    last: Option<Member>,
    end: Option<End>,
    zone: Option<String>,
}

/// The member that is being read.
struct Current {
    member: Member,
    left: u64,
    sum: Summed<io::Sink>,
}

/// An error of the encryption, so that it is not taken for one of the compression.
#[derive(Debug)]
struct Encryption<R>(R);

/// What the layer of the encryption said.
#[derive(Debug)]
struct EncryptionError(io::Error);

impl fmt::Display for EncryptionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for EncryptionError {}

impl<R: Read> Read for Encryption<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.0.read(into).map_err(|error| io::Error::new(error.kind(), EncryptionError(error)))
    }
}

impl Contents {
    pub(super) fn open(
        data: Slice,
        identity: &Identity,
        limits: Limits,
        manifest: &Manifest,
    ) -> Result<Self, Failure> {
        let opened = age::decrypt(BufReader::new(data), identity).map_err(|error| match error.kind() {
            io::ErrorKind::PermissionDenied => {
                Failure::new(FailureKind::Auth, format!("{DATA} can't be opened with SYNC_KEY_FILE: {error}"))
            }
            _ => damaged(&format!("{DATA}, the encryption: {error}")),
        })?;
        let wrong = |error: io::Error| damaged(&format!("{DATA}, the compression: {error}"));
        let mut archive =
            Decoder::with_buffer(BufReader::new(Encryption(opened))).map_err(wrong)?.single_frame();
        archive.window_log_max(WINDOW_LOG).map_err(wrong)?;
        let manifest_value = serde_json::to_value(manifest).unwrap_or_default();
        Ok(Self {
            archive,
            limits,
            kind: manifest.kind,
            manifest: manifest_value,
            current: None,
            members: Vec::new(),
            last: None,
            end: None,
            zone: None,
        })
    }

    /// The next member; what was not read of the one before is read over. `None` when every layer has ended as it
    /// should and every member is what `end.json` says.
    ///
    /// # Errors
    /// [`FailureKind::Contract`] that names the layer.
    pub fn next_member(&mut self) -> Result<Option<Member>, Failure> {
        io::copy(&mut self.by_ref(), &mut io::sink()).map_err(|error| self.broken(&error))?;
        self.close_member()?;
        if self.end.is_some() {
            return Ok(None);
        }
        let mut header = [0; tar::BLOCK];
        self.archive.read_exact(&mut header).map_err(|error| self.broken(&error))?;
        let found = tar::read_header(&header).and_then(|(name, bytes)| Some((Member::parse(name)?, bytes)));
        let Some((member, bytes)) = found else {
            return Err(damaged("the archive inside has a member of another form than packages have"));
        };
        self.admit(&member, bytes)?;
        self.last = Some(member.clone());
        self.current = Some(Current { member: member.clone(), left: bytes, sum: Summed::new(io::sink()) });
        match member {
            Member::End => {
                self.read_end()?;
                Ok(None)
            }
            Member::Manifest => {
                self.read_manifest()?;
                self.next_member()
            }
            member => Ok(Some(member)),
        }
    }

    /// Ok when a member of this size may be here.
    fn admit(&mut self, member: &Member, bytes: u64) -> Result<(), Failure> {
        let of_results =
            !matches!(member, Member::Halls | Member::Rooms | Member::Participants(_) | Member::Gone);
        let of_packages = !matches!(member, Member::Violations(_));
        let belongs = if self.kind == Kind::Package { of_packages } else { of_results };
        if !member.may_follow(self.last.as_ref()) || !belongs || self.members.len() >= MAX_MEMBERS {
            return Err(damaged(&format!("the archive inside has {member} where it does not belong")));
        }
        let fits = match member {
            Member::File(_) => bytes <= self.limits.file_bytes,
            _ => {
                let left = self.limits.json_bytes.checked_sub(bytes);
                self.limits.json_bytes = left.unwrap_or(0);
                bytes <= MAX_JSON_BYTES && left.is_some()
            }
        };
        match (fits, member) {
            (true, _) => Ok(()),
            (false, Member::File(_)) => {
                Err(damaged(&format!("{member} has {bytes} bytes, more than SYNC_MAX_FILE allows")))
            }
            (false, _) => {
                Err(damaged(&format!("{member} is larger than its limit, or all are (SYNC_MAX_BODY)")))
            }
        }
    }

    /// Sums up the member that was read, and reads what fills its last block.
    fn close_member(&mut self) -> Result<(), Failure> {
        let Some(Current { member, sum, .. }) = self.current.take() else { return Ok(()) };
        let mut padding = [0; tar::BLOCK];
        let padding = &mut padding[..tar::padding(sum.bytes)];
        self.archive.read_exact(padding).map_err(|error| self.broken(&error))?;
        if padding.iter().any(|byte| *byte != 0) {
            return Err(damaged(&format!("what follows {member} in the archive inside is not empty")));
        }
        if matches!(&member, Member::File(name) if *name != sum.sum()) {
            return Err(damaged(&format!("{member} has another content than its name says")));
        }
        let (name, bytes, sha256) = (member.to_string(), sum.bytes, sum.sum());
        self.members.push(MemberSum { name, rows: 0, bytes, sha256 });
        Ok(())
    }

    /// The bytes of a member that is JSON, which is never large.
    ///
    /// # Errors
    /// [`FailureKind::Contract`] that names the layer.
    pub fn read_json(&mut self) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        self.by_ref().take(MAX_JSON_BYTES).read_to_end(&mut bytes).map_err(|error| self.broken(&error))?;
        Ok(bytes)
    }

    fn read_manifest(&mut self) -> Result<(), Failure> {
        let bytes = self.read_json()?;
        let inner: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let repeats = self
            .manifest
            .as_object()
            .is_some_and(|outer| outer.iter().all(|(field, value)| inner.get(field) == Some(value)));
        if !repeats {
            return Err(damaged("manifest.json does not repeat package.json"));
        }
        self.zone = inner["zone"].as_str().map(str::to_owned);
        Ok(())
    }

    /// Reads `end.json` and the end of every layer behind it.
    fn read_end(&mut self) -> Result<(), Failure> {
        let bytes = self.read_json()?;
        let mut end: End = serde_json::from_slice(&bytes)
            .map_err(|error| damaged(&format!("end.json is wrong: {error}")))?;
        let members = std::mem::take(&mut self.members);
        self.close_member()?;
        let rows: Vec<u64> = end.members.iter_mut().map(|member| std::mem::take(&mut member.rows)).collect();
        if end.members != members {
            return Err(damaged("the members are not those that end.json lists"));
        }
        self.require_members(&members)?;
        end.members.iter_mut().zip(rows).for_each(|(member, rows)| member.rows = rows);
        let mut rest = [0; tar::END.len() + 1];
        let mut read = 0;
        loop {
            match self.archive.read(&mut rest[read..]).map_err(|error| self.broken(&error))? {
                0 => break,
                more => read += more,
            }
        }
        if read != tar::END.len() || rest.iter().any(|byte| *byte != 0) {
            return Err(damaged("the archive inside does not end where its last member does"));
        }
        self.archive.finish_frame().map_err(|error| self.broken(&error))?;
        let behind =
            self.archive.get_mut().fill_buf().map(<[u8]>::len).map_err(|error| self.broken(&error))?;
        if behind > 0 {
            return Err(damaged("there are bytes after the end of the compression"));
        }
        self.end = Some(end);
        Ok(())
    }

    fn require_members(&self, members: &[MemberSum]) -> Result<(), Failure> {
        let required: &[Member] = match self.kind {
            Kind::Package => &[Member::Halls, Member::Rooms, Member::Gone, Member::Files],
            Kind::Results => &[Member::Files],
        };
        let mut names = required.iter().map(Member::to_string);
        match names.find(|name| members.iter().all(|member| member.name != *name)) {
            Some(missing) => Err(damaged(&format!("{missing} is missing"))),
            None => Ok(()),
        }
    }

    /// What `end.json` says of each member; empty before the end.
    pub fn sums(&self) -> &[MemberSum] {
        self.end.as_ref().map_or(&[], |end| &end.members)
    }

    /// The time zone of its dates and start times; none before a member was named.
    pub fn zone(&self) -> Option<&str> {
        self.zone.as_deref()
    }

    /// The failure of a layer that broke off.
    pub fn broken(&self, error: &io::Error) -> Failure {
        let layer = match error.get_ref().is_some_and(|inner| inner.is::<EncryptionError>()) {
            true => "the encryption",
            false => "the compression",
        };
        let left = match &self.current {
            Some(current) if current.left > 0 => {
                format!(", {} bytes before the end of {}", current.left, current.member)
            }
            _ => String::new(),
        };
        let what = match error.kind() {
            io::ErrorKind::UnexpectedEof => "it ends too early".to_owned(),
            _ => error.to_string(),
        };
        damaged(&format!("{DATA}, {layer}: {what}{left}"))
    }
}

impl Read for Contents {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let Some(current) = &mut self.current else { return Ok(0) };
        let wanted = usize::try_from(current.left).unwrap_or(usize::MAX).min(into.len());
        if wanted == 0 {
            return Ok(0);
        }
        let read = self.archive.read(&mut into[..wanted])?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        current.left -= read as u64;
        io::Write::write_all(&mut current.sum, &into[..read])?;
        Ok(read)
    }
}

/// The failure of a package that is not what packages are.
pub(crate) fn damaged(what: &str) -> Failure {
    Failure::new(
        FailureKind::Contract,
        format!("the package is damaged: {what}; have it made and sent again"),
    )
}
