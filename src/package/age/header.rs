//! The header of an age file: the file's key, wrapped for each recipient.

use std::io::{self, Read};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use ring::{hkdf, hmac};
use secrecy::ExposeSecret as _;
use x25519_dalek::{X25519_BASEPOINT_BYTES, x25519};

use super::{Identity, Recipient};
use crate::package::random;

const VERSION: &str = "age-encryption.org/v1\n";
const STANZA: &str = "-> X25519 ";
const WRAP_LABEL: &[u8] = b"age-encryption.org/v1/X25519";
const FILE_KEY_BYTES: usize = 16;
const TAG_BYTES: usize = 16;
/// More than a header for a hundred keys takes.
const MAX_HEADER_BYTES: usize = 16 * 1024;

/// The header for these recipients.
pub(super) fn write(file_key: &[u8; FILE_KEY_BYTES], recipients: &[Recipient]) -> io::Result<Vec<u8>> {
    let mut header = VERSION.to_owned();
    for Recipient(recipient) in recipients {
        let ephemeral: [u8; 32] = random().map_err(io::Error::other)?;
        let share = x25519(ephemeral, X25519_BASEPOINT_BYTES);
        let key = wrapping_key(x25519(ephemeral, *recipient), &share, recipient)?;
        let mut body = file_key.to_vec();
        key.seal_in_place_append_tag(no_nonce(), Aad::empty(), &mut body).map_err(|_| unsealed())?;
        header.push_str(&format!(
            "{STANZA}{}\n{}\n",
            STANDARD_NO_PAD.encode(share),
            STANDARD_NO_PAD.encode(body)
        ));
    }
    header.push_str("---");
    let mac = STANDARD_NO_PAD.encode(hmac::sign(&mac_key(file_key)?, header.as_bytes()));
    header.push_str(&format!(" {mac}\n"));
    Ok(header.into_bytes())
}

/// Reads the header, and nothing behind it, and returns the file's key.
pub(super) fn read(from: &mut impl Read, identity: &Identity) -> io::Result<[u8; FILE_KEY_BYTES]> {
    let mut left = MAX_HEADER_BYTES;
    let mut header = line(from, &mut left)?;
    if header != VERSION {
        return Err(broken("it is not an age file of version 1"));
    }
    let mut file_key = None;
    loop {
        let next = line(from, &mut left)?;
        if let Some(mac) = next.strip_prefix("--- ") {
            header.push_str("---");
            let Some(file_key) = file_key else {
                return Err(io::Error::new(
                    io::ErrorKind::PermissionDenied,
                    "it is encrypted for other keys",
                ));
            };
            let mac = decoded::<32>(mac)?;
            hmac::verify(&mac_key(&file_key)?, header.as_bytes(), &mac)
                .map_err(|_| broken("its header was changed"))?;
            return Ok(file_key);
        }
        let body = line(from, &mut left)?;
        let share = next.strip_prefix(STANZA).ok_or_else(|| broken("it has a recipient of another kind"))?;
        let (share, sealed) = (decoded::<32>(share)?, decoded::<{ FILE_KEY_BYTES + TAG_BYTES }>(&body)?);
        if file_key.is_none() {
            file_key = unwrap(identity, &share, sealed)?;
        }
        header.push_str(&next);
        header.push_str(&body);
    }
}

/// The file's key, where this recipient is the identity's.
fn unwrap(
    identity: &Identity,
    share: &[u8; 32],
    mut sealed: [u8; FILE_KEY_BYTES + TAG_BYTES],
) -> io::Result<Option<[u8; FILE_KEY_BYTES]>> {
    let Recipient(own) = identity.recipient();
    let key = wrapping_key(x25519(*identity.0.expose_secret(), *share), share, &own)?;
    let opened = key.open_in_place(no_nonce(), Aad::empty(), &mut sealed);
    Ok(opened.ok().and_then(|key| (&*key).try_into().ok()))
}

fn wrapping_key(shared: [u8; 32], share: &[u8; 32], recipient: &[u8; 32]) -> io::Result<LessSafeKey> {
    // Of a share that is no point of the curve's large group every secret would be the same.
    if shared == [0; 32] {
        return Err(broken("it has a recipient that is no key"));
    }
    let salt = [share.as_slice(), recipient.as_slice()].concat();
    let key = derived(&salt, &shared, WRAP_LABEL)?;
    Ok(LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, &key).map_err(|_| unsealed())?))
}

fn mac_key(file_key: &[u8; FILE_KEY_BYTES]) -> io::Result<hmac::Key> {
    Ok(hmac::Key::new(hmac::HMAC_SHA256, &derived(&[], file_key, b"header")?))
}

/// 32 bytes by HKDF with SHA-256.
pub(super) fn derived(salt: &[u8], secret: &[u8], label: &[u8]) -> io::Result<[u8; 32]> {
    let mut key = [0; 32];
    hkdf::Salt::new(hkdf::HKDF_SHA256, salt)
        .extract(secret)
        .expand(&[label], hkdf::HKDF_SHA256)
        .and_then(|derived| derived.fill(&mut key))
        .map_err(|_| unsealed())?;
    Ok(key)
}

fn no_nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}

/// The bytes of one line of base64, which has no padding and one spelling only.
fn decoded<const N: usize>(line: &str) -> io::Result<[u8; N]> {
    let bytes = STANDARD_NO_PAD.decode(line.trim_end_matches('\n')).ok();
    bytes.and_then(|bytes| bytes.try_into().ok()).ok_or_else(|| broken("its header is damaged"))
}

/// One line with its end, byte by byte: what follows the header is not text.
fn line(from: &mut impl Read, left: &mut usize) -> io::Result<String> {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while bytes.last() != Some(&b'\n') {
        *left = left.checked_sub(1).ok_or_else(|| broken("its header is too long"))?;
        from.read_exact(&mut byte)?;
        bytes.push(byte[0]);
    }
    String::from_utf8(bytes).map_err(|_| broken("its header is damaged"))
}

fn unsealed() -> io::Error {
    io::Error::other("the cipher failed")
}

fn broken(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_owned())
}
