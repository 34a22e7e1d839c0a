//! The age file format, version 1 (<https://c2sp.org/age>): keys, and a file for several of them.

mod header;
mod stream;

use std::io::{self, Read, Write};
use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretBox, SecretString};

use super::{bech32, random};
use crate::exit::Failure;
pub(super) use stream::{AgeReader, AgeWriter};

const RECIPIENT_PREFIX: &str = "age";
const IDENTITY_PREFIX: &str = "age-secret-key-";

/// The public key that a file is encrypted to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Recipient([u8; 32]);

/// The private key that opens files.
#[derive(Clone)]
pub(crate) struct Identity(Arc<SecretBox<[u8; 32]>>);

impl Recipient {
    /// Reads `age1…`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        bech32::decode(RECIPIENT_PREFIX, text)?.try_into().ok().map(Self)
    }

    /// As `age1…`.
    pub(super) fn text(&self) -> String {
        bech32::encode(RECIPIENT_PREFIX, &self.0)
    }
}

impl Identity {
    /// A new one.
    ///
    /// # Errors
    /// As of [`random`].
    pub(super) fn new() -> Result<Self, Failure> {
        Ok(Self(Arc::new(SecretBox::new(Box::new(random()?)))))
    }

    /// Reads `AGE-SECRET-KEY-1…`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let lower = text.to_ascii_lowercase();
        let key: [u8; 32] = bech32::decode(IDENTITY_PREFIX, &lower)?.try_into().ok()?;
        (lower.to_ascii_uppercase() == text).then(|| Self(Arc::new(SecretBox::new(Box::new(key)))))
    }

    /// As `AGE-SECRET-KEY-1…`.
    pub(super) fn text(&self) -> SecretString {
        bech32::encode(IDENTITY_PREFIX, self.0.expose_secret()).to_ascii_uppercase().into()
    }

    /// The key to encrypt to for it.
    pub(super) fn recipient(&self) -> Recipient {
        Recipient(x25519_dalek::x25519(*self.0.expose_secret(), x25519_dalek::X25519_BASEPOINT_BYTES))
    }
}

/// Begins a file for `recipients` in `out`.
///
/// # Errors
/// What `out` said.
pub(super) fn encrypt<W: Write>(out: W, recipients: &[Recipient]) -> io::Result<AgeWriter<W>> {
    let file_key = random().map_err(io::Error::other)?;
    let mut writer = AgeWriter::new(out, &file_key, random().map_err(io::Error::other)?)?;
    let header = header::write(&file_key, recipients)?;
    writer.begin(&header)?;
    Ok(writer)
}

/// Opens a file with `identity`.
///
/// # Errors
/// [`io::ErrorKind::PermissionDenied`] when the file is for other keys, [`io::ErrorKind::InvalidData`] when it is no age
/// file; what `from` said.
pub(super) fn decrypt<R: Read>(mut from: R, identity: &Identity) -> io::Result<AgeReader<R>> {
    let file_key = header::read(&mut from, identity)?;
    AgeReader::new(from, &file_key)
}
