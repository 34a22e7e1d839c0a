//! Signatures as Standard Webhooks 1.0.0 says, made and verified, and the plain one of older receivers: hexadecimal digits
//! over the body alone.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretSlice};
use sha2::Sha256;

use crate::text::hex::hex;

/// What a signature begins with: the version of the scheme.
const VERSION: &str = "v1,";

/// The header's value: a signature under each key, so that a receiver which knows one of them takes it.
pub(crate) fn sign(keys: &[SecretSlice<u8>], id: &str, timestamp: &str, body: &[u8]) -> String {
    let signed = keys.iter().filter_map(|key| signed_mac(key, id, timestamp, body));
    let signatures = signed.map(|mac| format!("{VERSION}{}", STANDARD.encode(mac.finalize().into_bytes())));
    signatures.collect::<Vec<_>>().join(" ")
}

/// Whether one of the signatures in the header is under one of the keys. A comparison takes the same time wherever they
/// differ.
pub(crate) fn is_signed(
    keys: &[SecretSlice<u8>],
    (id, timestamp): (&str, &str),
    header: &str,
    body: &[u8],
) -> bool {
    // `v1,abc v1,def`, and where a proxy joined two headers `v1,abc, v1,def`.
    let given: Vec<Vec<u8>> = header
        .replace(", ", " ")
        .split(' ')
        .filter_map(|one| STANDARD.decode(one.strip_prefix(VERSION)?).ok())
        .collect();
    let mut fits = false;
    for key in keys {
        for signature in &given {
            fits |=
                signed_mac(key, id, timestamp, body).is_some_and(|mac| mac.verify_slice(signature).is_ok());
        }
    }
    fits
}

/// The signature of older receivers, in lower case.
pub(crate) fn sign_hex(key: &[u8], body: &[u8]) -> String {
    body_mac(key, body).map(|mac| hex(&mac.finalize().into_bytes())).unwrap_or_default()
}

/// Whether the digits, in either case, are the signature of the body under one of the keys.
pub(crate) fn is_signed_hex(keys: &[SecretSlice<u8>], header: &str, body: &[u8]) -> bool {
    let Some(given) = bytes_of(header.trim()) else { return false };
    let mut fits = false;
    for key in keys {
        fits |= body_mac(key.expose_secret(), body).is_some_and(|mac| mac.verify_slice(&given).is_ok());
    }
    fits
}

fn bytes_of(digits: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = digits
        .chars()
        .map(|digit| digit.to_digit(16).and_then(|value| u8::try_from(value).ok()))
        .collect::<Option<_>>()?;
    digits.len().is_multiple_of(2).then(|| digits.chunks(2).map(|pair| pair[0] * 16 + pair[1]).collect())
}

fn signed_mac(key: &SecretSlice<u8>, id: &str, timestamp: &str, body: &[u8]) -> Option<Hmac<Sha256>> {
    // A key of any length will do.
    let mut mac = Hmac::<Sha256>::new_from_slice(key.expose_secret()).ok()?;
    for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
        mac.update(part);
    }
    Some(mac)
}

fn body_mac(key: &[u8], body: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(body);
    Some(mac)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> SecretSlice<u8> {
        SecretSlice::from(text.as_bytes().to_vec())
    }

    #[test]
    fn the_example_of_the_libraries_has_its_signature() {
        // From the tests of standardwebhooks for Python and JavaScript.
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let (id, timestamp) = ("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330");
        let header = sign(&[secret.into()], id, timestamp, br#"{"test": 2432232314}"#);
        assert_eq!(header, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn one_of_several_signatures_under_one_of_several_keys_is_enough() {
        let (old, new) = (key("old"), key("new"));
        let of_two = sign(&[old.clone(), new.clone()], "id", "1", b"body");
        for header in [of_two.clone(), of_two.replace(' ', ", "), format!("v2,x v1a,y {of_two}")] {
            assert!(is_signed(std::slice::from_ref(&new), ("id", "1"), &header, b"body"), "{header}");
            assert!(is_signed(&[key("other"), old.clone()], ("id", "1"), &header, b"body"));
            assert!(!is_signed(&[key("other")], ("id", "1"), &header, b"body"));
            for (id, timestamp, body) in [("di", "1", "body"), ("id", "2", "body"), ("id", "1", "body ")] {
                assert!(!is_signed(std::slice::from_ref(&new), (id, timestamp), &header, body.as_bytes()));
            }
        }
        assert!(!is_signed(&[new], ("id", "1"), "", b"body"));
    }

    #[test]
    fn digits_of_either_case_are_a_signature() {
        let digits = sign_hex(b"key", b"The quick brown fox jumps over the lazy dog");
        assert_eq!(digits, "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8");
        let body = b"The quick brown fox jumps over the lazy dog";
        assert!(is_signed_hex(&[key("key")], &digits.to_uppercase(), body));
        for bad in ["", "f7", &digits[1..], &format!("{digits}00"), "äö"] {
            assert!(!is_signed_hex(&[key("key")], bad, body), "{bad}");
        }
    }
}
