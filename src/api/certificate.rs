//! Who issued a certificate and when it ends, read from its bytes (RFC 5280 §4.1), for messages only.

use chrono::{DateTime, NaiveDateTime, Utc};

use crate::text::truncate::plain;

const CONTEXT_0: u8 = 0xA0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
const ORGANIZATION: &[u8] = &[0x55, 0x04, 0x0A];

/// The common name, else the organization, of the issuer of a DER certificate; `None` when it has
/// neither or can't be read.
pub(super) fn issuer(certificate: &[u8]) -> Option<String> {
    let name = issuer_element(certificate)?.content;
    attribute(name, COMMON_NAME).or_else(|| attribute(name, ORGANIZATION))
}

/// When a DER certificate ends; `None` when it can't be read.
pub(super) fn ends_at(certificate: &[u8]) -> Option<DateTime<Utc>> {
    let validity = element(issuer_element(certificate)?.rest)?.content;
    let not_after = element(element(validity)?.rest)?;
    let text = std::str::from_utf8(not_after.content).ok()?;
    let text = match not_after.tag {
        // Two digits of a year are of 1950 to 2049 (RFC 5280 §4.1.2.5.1).
        UTC_TIME if text < "5" => format!("20{text}"),
        UTC_TIME => format!("19{text}"),
        GENERALIZED_TIME => text.to_owned(),
        _ => return None,
    };
    NaiveDateTime::parse_from_str(&text, "%Y%m%d%H%M%SZ").ok().map(|at| at.and_utc())
}

/// The issuer of a DER certificate, and what follows it.
fn issuer_element(certificate: &[u8]) -> Option<DerElement<'_>> {
    let signed = element(element(certificate)?.content)?.content;
    let first = element(signed)?;
    let after_version = if first.tag == CONTEXT_0 { first.rest } else { signed };
    let after_serial = element(after_version)?.rest;
    let after_algorithm = element(after_serial)?.rest;
    element(after_algorithm)
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
