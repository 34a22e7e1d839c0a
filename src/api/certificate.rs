//! Who issued a certificate, read from its bytes (RFC 5280 §4.1), for messages only.

use crate::text::truncate::plain;

const CONTEXT_0: u8 = 0xA0;
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
const ORGANIZATION: &[u8] = &[0x55, 0x04, 0x0A];

/// The common name, else the organization, of the issuer of a DER certificate; `None` when it has
/// neither or can't be read.
pub(super) fn issuer(certificate: &[u8]) -> Option<String> {
    let signed = element(element(certificate)?.content)?.content;
    let first = element(signed)?;
    let after_version = if first.tag == CONTEXT_0 { first.rest } else { signed };
    let after_serial = element(after_version)?.rest;
    let after_algorithm = element(after_serial)?.rest;
    let name = element(after_algorithm)?.content;
    attribute(name, COMMON_NAME).or_else(|| attribute(name, ORGANIZATION))
}

fn attribute(mut name: &[u8], wanted: &[u8]) -> Option<String> {
    while let Some(set) = element(name) {
        name = set.rest;
        let pair = element(element(set.content)?.content)?;
        if pair.content == wanted {
            return Some(plain(&String::from_utf8_lossy(element(pair.rest)?.content), 100));
        }
    }
    None
}

/// One DER element and what follows it.
struct DerElement<'a> {
    tag: u8,
    content: &'a [u8],
    rest: &'a [u8],
}

fn element(bytes: &[u8]) -> Option<DerElement<'_>> {
    let (&tag, bytes) = bytes.split_first()?;
    let (&short, mut bytes) = bytes.split_first()?;
    let mut length = usize::from(short & 0x7F);
    if short & 0x80 != 0 {
        let (long, after) = bytes.split_at_checked(length).filter(|(long, _)| long.len() <= 4)?;
        length = long.iter().fold(0, |length, &byte| (length << 8) | usize::from(byte));
        bytes = after;
    }
    let (content, rest) = bytes.split_at_checked(length)?;
    Some(DerElement { tag, content, rest })
}
