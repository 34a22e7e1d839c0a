//! When the API token expires, where it is a JWT: read without verifying, which is the API's business.

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::model::TokenExpiry;

/// From so long before its end on the token is warned of (contract §9).
const WARNED_BEFORE: TimeDelta = TimeDelta::days(7);

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The expiry of `token`; `None` when it is no JWT or never expires. Nothing else of it is looked at.
pub fn expiry(token: &SecretString, now: DateTime<Utc>) -> Option<TokenExpiry> {
    let mut parts = token.expose_secret().split('.');
    let (_header, payload, _signature) = (parts.next()?, parts.next()?, parts.next()?);
    let payload: Value = serde_json::from_slice(&LENIENT.decode(payload).ok()?).ok()?;
    let seconds = payload.get("exp")?.as_f64()?;
    let expires_at = DateTime::from_timestamp(seconds as i64, 0)?;
    let expired = expires_at <= now;
    let warning = expires_at.signed_duration_since(now) <= WARNED_BEFORE;
    Some(TokenExpiry { expires_at, expired, warning })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(payload: &str, now: &str) -> Option<(String, bool, bool)> {
        let token = format!("eyJhbGciOiJub25lIn0.{}.sig", LENIENT.encode(payload));
        let expiry = expiry(&SecretString::from(token), now.parse().unwrap())?;
        Some((expiry.expires_at.to_rfc3339(), expiry.expired, expiry.warning))
    }

    #[test]
    fn a_token_is_warned_of_from_seven_days_before() {
        let at = |now| {
            read(r#"{"exp": 1750000000}"#, now).map(|(_, expired, warning)| (expired, warning)).unwrap()
        };
        assert_eq!(at("2025-06-08T15:06:39Z"), (false, false));
        assert_eq!(at("2025-06-08T15:06:40Z"), (false, true));
        assert_eq!(at("2025-06-15T15:06:40Z"), (true, true));
    }

    #[test]
    fn what_is_no_jwt_has_no_expiry() {
        let now = "2025-06-01T00:00:00Z";
        assert_eq!(read(r#"{"exp": 1750000000.5}"#, now).unwrap().0, "2025-06-15T15:06:40+00:00");
        for payload in [r#"{"sub": "x"}"#, r#"{"exp": "soon"}"#, r#"{"exp": 1e300}"#, "[]", "x"] {
            assert_eq!(read(payload, now), None, "{payload}");
        }
        for token in ["opaque", "a.b", "a.!.c", ""] {
            assert_eq!(expiry(&SecretString::from(token), now.parse().unwrap()), None, "{token}");
        }
    }
}
