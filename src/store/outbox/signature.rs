//! Whose a row of the outbox is: it bears an HMAC under a key that only the settings hold (contract §15.5), over what will
//! be sent and where it goes. A row that another program wrote or changed has none that fits.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretSlice};
use serde_json::Value;
use sha2::Sha256;
use uuid::Uuid;

/// What a signature begins with: the version of what is signed.
const VERSION: &str = "v1,";

/// The first part of what is signed. What else is signed under the same secret (webhooks) begins with an id.
const PURPOSE: &[u8] = b"examsync outbox v1";

/// The key of the outbox; without one, rows are not signed, and all are taken.
#[derive(Debug, Clone, Default)]
pub(crate) struct OutboxKey(Option<SecretSlice<u8>>);

/// What is signed of a row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signed<'a> {
    /// What kind of message it is.
    pub(super) kind: &'a str,
    /// The message that it is a part of.
    pub(super) message_id: Uuid,
    /// How it goes out.
    pub(super) channel: &'a str,
    /// Where it goes.
    pub(super) destination: &'a str,
    /// When it was written.
    pub(super) created_at: DateTime<Utc>,
    /// What it says. Two documents that are equal as JSON have one signature: PostgreSQL keeps no spelling.
    pub(super) payload: &'a Value,
}

impl OutboxKey {
    /// The key that a secret of the settings is.
    pub(crate) fn new(secret: Option<SecretSlice<u8>>) -> Self {
        Self(secret)
    }

    /// The signature of a row, where there is a key.
    pub(super) fn sign(&self, row: Signed<'_>) -> Option<String> {
        let mac = self.mac(row)?;
        Some(format!("{VERSION}{}", STANDARD.encode(mac.finalize().into_bytes())))
    }

    /// Whether this program wrote the row, under this key. The comparison takes the same time wherever they differ.
    pub(super) fn is_ours(&self, row: Signed<'_>, signature: Option<&str>) -> bool {
        let Some(mac) = self.mac(row) else { return true };
        let given = signature.and_then(|text| STANDARD.decode(text.strip_prefix(VERSION)?).ok());
        given.is_some_and(|given| mac.verify_slice(&given).is_ok())
    }

    fn mac(&self, row: Signed<'_>) -> Option<Hmac<Sha256>> {
        // A key of any length will do.
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.as_ref()?.expose_secret()).ok()?;
        let Signed { kind, message_id, channel, destination, created_at, payload } = row;
        let (at, payload) = (created_at.timestamp_millis().to_be_bytes(), payload.to_string());
        let parts = [PURPOSE, kind.as_bytes(), message_id.as_bytes(), channel.as_bytes()];
        for part in parts.into_iter().chain([destination.as_bytes(), &at, payload.as_bytes()]) {
            // With its length, so that no two rows are the same bytes.
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        Some(mac)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn key(secret: &str) -> OutboxKey {
        OutboxKey::new(Some(SecretSlice::from(secret.as_bytes().to_vec())))
    }

    fn row(payload: &Value) -> Signed<'_> {
        Signed {
            kind: "alert",
            message_id: Uuid::nil(),
            channel: "mail",
            destination: "a@example.com",
            created_at: DateTime::UNIX_EPOCH,
            payload,
        }
    }

    #[test]
    fn every_part_of_a_row_is_signed() {
        let (payload, other) = (json!({ "title": "halls" }), json!({ "title": "rooms" }));
        let (row, key) = (row(&payload), key("secret"));
        let signature = key.sign(row);
        assert!(key.is_ours(row, signature.as_deref()));
        for changed in [
            Signed { kind: "event", ..row },
            Signed { message_id: Uuid::max(), ..row },
            Signed { channel: "mai", destination: "la@example.com", ..row },
            Signed { destination: "b@example.com", ..row },
            Signed { created_at: DateTime::from_timestamp_millis(1).unwrap(), ..row },
            Signed { payload: &other, ..row },
        ] {
            assert!(!key.is_ours(changed, signature.as_deref()), "{changed:?}");
        }
    }

    #[test]
    fn a_row_without_a_good_signature_is_not_ours() {
        let payload = json!([1, "a"]);
        let row = row(&payload);
        let good = key("secret").sign(row).unwrap();
        for signature in
            [None, Some(""), Some("v1,"), Some("v1,!"), Some(&good[3..]), Some(&good[..good.len() - 4])]
        {
            assert!(!key("secret").is_ours(row, signature), "{signature:?}");
        }
        assert!(!key("another").is_ours(row, Some(&good)));
    }

    #[test]
    fn without_a_key_every_row_is_taken_and_none_is_signed() {
        let payload = json!({});
        assert_eq!(OutboxKey::default().sign(row(&payload)), None);
        assert!(OutboxKey::default().is_ours(row(&payload), None));
    }

    #[test]
    fn a_document_has_one_signature_however_it_is_spelled() {
        let spelled: Value = serde_json::from_str(r#"{"b": 1, "a": "\u00e9"}"#).unwrap();
        let again: Value = serde_json::from_str(r#"{"a":"é","b":1}"#).unwrap();
        assert_eq!(key("secret").sign(row(&spelled)), key("secret").sign(row(&again)));
    }
}
