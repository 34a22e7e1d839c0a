//! When the API token ends, where it is a JWT (RFC 7519): read without verifying, which is the API's business.

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

/// From here on `exp` counts a smaller unit (milliseconds, microseconds, …): in the larger one it would be past the year
/// 5000, in the smaller one it is before 1974.
const FIRST_OF_SMALLER_UNIT: f64 = 1e11;

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The end of `token`; `None` when it is no JWT or never ends. Nothing else of it is looked at.
pub(super) fn ends_at(token: &SecretString) -> Option<DateTime<Utc>> {
    let mut parts = token.expose_secret().split('.');
    let (_header, payload, _signature) = (parts.next()?, parts.next()?, parts.next()?);
    let payload: Value = serde_json::from_slice(&LENIENT.decode(payload).ok()?).ok()?;
    let exp = payload.get("exp")?;
    let mut seconds = exp.as_f64().or_else(|| exp.as_str()?.parse().ok()).filter(|exp| exp.is_finite())?;
    // Down to nanoseconds; what is larger still is no time.
    for _ in 0..3 {
        if seconds >= FIRST_OF_SMALLER_UNIT {
            seconds /= 1_000.0;
        }
    }
    (seconds < FIRST_OF_SMALLER_UNIT).then(|| DateTime::from_timestamp(seconds as i64, 0))?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(payload: &str) -> Option<String> {
        let token = format!("eyJhbGciOiJub25lIn0.{}.sig", LENIENT.encode(payload));
        ends_at(&SecretString::from(token)).map(|at| at.to_rfc3339())
    }

    #[test]
    fn the_end_is_read_in_seconds_and_in_smaller_units() {
        for exp in [
            "1750000000",
            "1750000000.5",
            "1750000000000",
            "1750000000999",
            "1750000000000000",
            "1750000000000000000",
            "1.75e9",
            "\"1750000000\"",
        ] {
            let payload = format!(r#"{{"exp": {exp}}}"#);
            assert_eq!(read(&payload).as_deref(), Some("2025-06-15T15:06:40+00:00"), "{exp}");
        }
        assert_eq!(read(r#"{"exp": 99999999999}"#).as_deref(), Some("5138-11-16T09:46:39+00:00"));
    }

    #[test]
    fn what_is_no_jwt_has_no_end() {
        for payload in [r#"{"sub": "x"}"#, r#"{"exp": "soon"}"#, r#"{"exp": 1e300}"#, "[]", "x"] {
            assert_eq!(read(payload), None, "{payload}");
        }
        for token in ["opaque", "a.b", "a.!.c", ""] {
            assert_eq!(ends_at(&SecretString::from(token)), None, "{token}");
        }
    }
}
