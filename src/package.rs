//! Packages: signed and encrypted files between head office and centres without a network (contract §11).
//!
//! The formats are those of age (<https://age-encryption.org/v1>), minisign, Zstandard and ustar, so that Debian's own tools
//! read a package.

mod age;
mod bech32;
pub mod card;
pub(crate) mod feed_json;
pub mod key_file;
pub mod manifest;
pub mod member;
mod minisign;
pub(crate) mod private_file;
pub mod reader;
pub(crate) mod stored_file;
mod sums;
mod tar;
pub mod writer;

use ring::rand::{SecureRandom as _, SystemRandom};

use crate::exit::{Failure, FailureKind};

/// The four members of a package, in order.
const MANIFEST: &str = "package.json";
const DATA: &str = "data.tar.zst.age";
const SUMS: &str = "SHA256SUMS";
const SIGNATURE: &str = "SHA256SUMS.minisig";

/// Bytes that can't be guessed.
///
/// # Errors
/// [`FailureKind::Internal`] when the system has none.
fn random<const N: usize>() -> Result<[u8; N], Failure> {
    let mut bytes = [0; N];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| Failure::new(FailureKind::Internal, "the system gives no random numbers"))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests;
