//! Keys and signatures in minisign's format (<https://jedisct1.github.io/minisign/>): Ed25519 over a BLAKE2b hash.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use blake2::{Blake2b256, Blake2b512, Digest as _};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use secrecy::{ExposeSecret as _, SecretBox, SecretString};

use super::random;
use crate::exit::{Failure, FailureKind};

/// Of keys, and of signatures over the bytes themselves, which are not taken.
const LEGACY: &[u8; 2] = b"Ed";
/// Of signatures over a hash.
const PREHASHED: &[u8; 2] = b"ED";
/// Of a secret key that is not encrypted, and how it is summed.
const UNENCRYPTED: &[u8; 4] = b"\0\0B2";
const UNUSED_BYTES: usize = 32 + 8 + 8;

const UNTRUSTED: &str = "untrusted comment: examsync";
const TRUSTED: &str = "trusted comment: ";
/// No signature of ours is longer.
pub(super) const MAX_SIGNATURE_BYTES: u64 = 1024;

/// A public key with its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PublicKey {
    id: [u8; 8],
    key: [u8; 32],
}

/// A key that signs.
#[derive(Clone)]
pub(crate) struct SecretKey {
    id: [u8; 8],
    seed: Arc<SecretBox<[u8; 32]>>,
    public: [u8; 32],
}

/// A signature whose form is right; whose it is, [`PublicKey::verify`] says.
pub(super) struct Signature {
    id: [u8; 8],
    signature: [u8; 64],
    trusted_comment: String,
    over_comment: [u8; 64],
}

impl PublicKey {
    /// Reads `RW…`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 42] = STANDARD.decode(text).ok()?.try_into().ok()?;
        let [id, key] = [2..10, 10..42].map(|part| &bytes[part]);
        let public = Self { id: id.try_into().ok()?, key: key.try_into().ok()? };
        (bytes.starts_with(LEGACY) && public.text() == text).then_some(public)
    }

    /// As `RW…`.
    pub(super) fn text(&self) -> String {
        STANDARD.encode([LEGACY.as_slice(), &self.id, &self.key].concat())
    }

    /// The id in hexadecimal digits, as minisign shows it.
    pub(crate) fn id(&self) -> String {
        format!("{:016X}", u64::from_le_bytes(self.id))
    }

    /// Whether it made the signature of these bytes, and of its comment.
    pub(super) fn verify(&self, signature: &Signature, bytes: &[u8]) -> bool {
        let key = UnparsedPublicKey::new(&ED25519, &self.key);
        let commented = [signature.signature.as_slice(), signature.trusted_comment.as_bytes()].concat();
        self.id == signature.id
            && key.verify(&Blake2b512::digest(bytes), &signature.signature).is_ok()
            && key.verify(&commented, &signature.over_comment).is_ok()
    }
}

impl SecretKey {
    /// A new one.
    ///
    /// # Errors
    /// As of [`random`].
    pub(super) fn new() -> Result<Self, Failure> {
        Self::from_seed(random()?, random()?).ok_or_else(unsigned)
    }

    fn from_seed(id: [u8; 8], seed: [u8; 32]) -> Option<Self> {
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).ok()?;
        let public = pair.public_key().as_ref().try_into().ok()?;
        Some(Self { id, seed: Arc::new(SecretBox::new(Box::new(seed))), public })
    }

    /// Reads the second line of minisign's file of an unencrypted secret key.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let bytes = SecretBox::new(STANDARD.decode(text).ok()?.into_boxed_slice());
        let key = bytes.expose_secret().get(2 + UNENCRYPTED.len() + UNUSED_BYTES..)?;
        let read = Self::from_seed(key.get(..8)?.try_into().ok()?, key.get(8..40)?.try_into().ok()?)?;
        (read.text().expose_secret() == text).then_some(read)
    }

    /// The second line of minisign's file.
    pub(super) fn text(&self) -> SecretString {
        let key = [self.id.as_slice(), self.seed.expose_secret(), &self.public].concat();
        let sum = Blake2b256::digest([LEGACY.as_slice(), &key].concat());
        let unused = [0; UNUSED_BYTES];
        STANDARD.encode([LEGACY.as_slice(), UNENCRYPTED, &unused, &key, &sum].concat()).into()
    }

    /// Its public key.
    pub(super) fn public(&self) -> PublicKey {
        PublicKey { id: self.id, key: self.public }
    }

    /// The signature file of `bytes`.
    ///
    /// # Errors
    /// [`FailureKind::Internal`] when the cipher fails.
    pub(super) fn sign(&self, bytes: &[u8], trusted_comment: &str) -> Result<String, Failure> {
        let pair = Ed25519KeyPair::from_seed_unchecked(self.seed.expose_secret()).map_err(|_| unsigned())?;
        let signed = |bytes: &[u8]| <[u8; 64]>::try_from(pair.sign(bytes).as_ref()).map_err(|_| unsigned());
        let signature = signed(&Blake2b512::digest(bytes))?;
        let over_comment = signed(&[signature.as_slice(), trusted_comment.as_bytes()].concat())?;
        let trusted_comment = trusted_comment.to_owned();
        Ok(Signature { id: self.id, signature, trusted_comment, over_comment }.text())
    }
}

impl Signature {
    /// Reads a signature file; `None` for one that is spelled otherwise than ours.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines().skip(1);
        let signature = STANDARD.decode(lines.next()?).ok()?;
        let trusted_comment = lines.next()?.strip_prefix(TRUSTED)?.to_owned();
        let read = Self {
            id: signature.get(2..10)?.try_into().ok()?,
            signature: signature.get(10..)?.try_into().ok()?,
            trusted_comment,
            over_comment: STANDARD.decode(lines.next()?).ok()?.try_into().ok()?,
        };
        // All of it is compared, so that nothing in a package can change unnoticed.
        (read.text() == text).then_some(read)
    }

    fn text(&self) -> String {
        format!(
            "{UNTRUSTED}\n{}\n{TRUSTED}{}\n{}\n",
            STANDARD.encode([PREHASHED.as_slice(), &self.id, &self.signature].concat()),
            self.trusted_comment,
            STANDARD.encode(self.over_comment)
        )
    }

    /// The comment that the signature covers.
    pub(super) fn trusted_comment(&self) -> &str {
        &self.trusted_comment
    }

    /// Whether the key of this id made it, as it says.
    pub(super) fn is_by(&self, key: &PublicKey) -> bool {
        self.id == key.id
    }
}

fn unsigned() -> Failure {
    Failure::new(FailureKind::Internal, "the signature can't be made")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_holds_for_its_bytes_comment_and_key_alone() {
        let key = SecretKey::new().unwrap();
        let text = key.sign(b"sums", "kind=package").unwrap();
        let signature = Signature::parse(&text).unwrap();
        assert!(key.public().verify(&signature, b"sums"));
        assert!(!key.public().verify(&signature, b"sum"));
        assert!(!SecretKey::new().unwrap().public().verify(&signature, b"sums"));
        let other = Signature::parse(&text.replace("kind=package", "kind=results")).unwrap();
        assert!(!key.public().verify(&other, b"sums"));
        assert!(Signature::parse(&text.replace("comment: examsync", "comment: examsynk")).is_none());
        assert!(Signature::parse(&format!("{text}\n")).is_none());
    }

    #[test]
    fn keys_are_read_as_they_were_written() {
        let key = SecretKey::new().unwrap();
        let text = key.text();
        assert_eq!(STANDARD.decode(text.expose_secret()).unwrap().len(), 158);
        assert_eq!(SecretKey::parse(text.expose_secret()).unwrap().public(), key.public());
        let public = key.public().text();
        assert!(public.starts_with("RW"));
        assert_eq!(PublicKey::parse(&public), Some(key.public()));
        assert_eq!(PublicKey::parse(&public[..public.len() - 1]), None);
    }
}
