//! Values of what leaves for others, and of events that come in; errors as in [`super::parse`], and none shows a
//! secret.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};

use super::parse;

/// The least bytes of a key, and characters of a text that is one.
const MIN_KEY: usize = 24;
/// How a secret of Standard Webhooks begins.
const PREFIX: &str = "whsec_";

/// What `push` sends to the exam system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ApiRecords {
    /// `attendance_*` of participants.
    Attendance,
    /// Rows of `violations`.
    Violations,
}

/// A signature that is sent in addition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PushSignature {
    /// HMAC-SHA256 of the body, in hexadecimal digits.
    Hex,
}

/// How events that come in are signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EventScheme {
    /// As Standard Webhooks says.
    Standard,
    /// HMAC-SHA256 of the body, in hexadecimal digits.
    Hex,
}

/// Secrets as a setting has them, split at spaces.
#[derive(Debug, Clone, Default)]
pub(super) struct Secrets(Vec<SecretString>);

impl Secrets {
    /// The first.
    pub(super) fn first(&self) -> Option<&SecretString> {
        self.0.first()
    }

    /// Their keys; where `any_text` they may be other texts than those of Standard Webhooks.
    pub(super) fn keys(&self, any_text: bool) -> Result<Vec<SecretSlice<u8>>, String> {
        let one = |secret: &SecretString| {
            let text = secret.expose_secret();
            if any_text && !text.starts_with(PREFIX) { long_text(text) } else { standard_key(text) }
        };
        self.0.iter().map(one).collect()
    }

    /// Their texts as keys.
    pub(super) fn texts(&self) -> Result<Vec<SecretSlice<u8>>, String> {
        self.0.iter().map(|secret| long_text(secret.expose_secret())).collect()
    }

    /// Whether any of them is one of those.
    pub(super) fn share_with(&self, other: &Self) -> bool {
        let theirs =
            |secret: &SecretString| other.0.iter().any(|one| one.expose_secret() == secret.expose_secret());
        self.0.iter().any(theirs)
    }
}

/// The key of a secret as Standard Webhooks writes it.
fn standard_key(text: &str) -> Result<SecretSlice<u8>, String> {
    let Some(encoded) = text.strip_prefix(PREFIX) else {
        let what = if text.starts_with("v1,") {
            "begins with v1, which is of a signature"
        } else {
            "has a secret that does not begin with whsec_"
        };
        return Err(format!("{what}; write whsec_ and standard base64 of at least {MIN_KEY} bytes"));
    };
    let key = STANDARD.decode(encoded).map_err(|_| {
        "has a secret that begins with whsec_, but what follows is no standard base64 with its padding; copy it again from \
         where it was made"
            .to_owned()
    })?;
    if key.len() < MIN_KEY {
        return Err(format!("has a secret of {} bytes; at least {MIN_KEY} are needed", key.len()));
    }
    Ok(key.into())
}

fn long_text(text: &str) -> Result<SecretSlice<u8>, String> {
    match text.chars().count() {
        short if short < MIN_KEY => {
            Err(format!("has a secret of {short} characters; at least {MIN_KEY} are needed"))
        }
        _ => Ok(text.as_bytes().to_vec().into()),
    }
}

/// Secrets with spaces between.
pub(super) fn secrets(value: &str) -> Result<Secrets, String> {
    Ok(Secrets(value.split_whitespace().map(SecretString::from).collect()))
}

/// URLs with commas between; the error shows none of them.
pub(super) fn urls(value: &str) -> Result<Vec<SecretString>, String> {
    let one = |text: &str| {
        parse::http_url(text.trim()).map(|url| SecretString::from(String::from(url))).map_err(|_| {
            "is not a list of http or https URLs; write one, or several with commas between".to_owned()
        })
    };
    value.split(',').map(one).collect()
}

/// What goes to the exam system.
pub(super) fn api_records(value: &str) -> Result<Vec<ApiRecords>, String> {
    let one = |text: &str| match text.trim() {
        "attendance" => Ok(ApiRecords::Attendance),
        "violations" => Ok(ApiRecords::Violations),
        other => Err(format!(
            "holds {}; write attendance, violations, or both with a comma between",
            parse::shown(other)
        )),
    };
    value.split(',').map(one).collect()
}

/// A signature that is sent in addition.
pub(super) fn signature(value: &str) -> Result<PushSignature, String> {
    match value {
        "hex" => Ok(PushSignature::Hex),
        _ => Err(format!("is {}; write hex, or leave it out", parse::shown(value))),
    }
}

/// How events that come in are signed.
pub(super) fn scheme(value: &str) -> Result<EventScheme, String> {
    match value {
        "standard" => Ok(EventScheme::Standard),
        "hex" => Ok(EventScheme::Hex),
        _ => Err(format!("is {}; write standard or hex", parse::shown(value))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str, any_text: bool) -> Result<Vec<Vec<u8>>, String> {
        let keys = secrets(text).unwrap().keys(any_text)?;
        Ok(keys.iter().map(|key| key.expose_secret().to_vec()).collect())
    }

    #[test]
    fn a_secret_is_whsec_and_standard_base64_of_24_bytes() {
        let good = format!("whsec_{}", STANDARD.encode([7; 24]));
        assert_eq!(keys(&format!("{good}  {good}"), false), Ok(vec![vec![7; 24], vec![7; 24]]));
        for bad in ["", "v1,", "whsek_"].map(|start| good.replacen("whsec_", start, 1)) {
            assert!(keys(&bad, false).is_err(), "{bad}");
        }
        assert!(
            keys(&format!("whsec_{}", STANDARD.encode([7; 23])), false).unwrap_err().contains("23 bytes")
        );
        assert!(keys("whsec_!", false).is_err());
        assert!(keys("whsec_-___________________________________________", false).is_err());
    }

    #[test]
    fn another_text_is_a_key_only_where_it_may_be() {
        let text = "a text of receivers built so".replace(' ', "-");
        assert!(keys(&text, false).is_err());
        assert_eq!(keys(&text, true), Ok(vec![text.as_bytes().to_vec()]));
        assert!(keys("short", true).unwrap_err().contains("5 characters"));
    }

    #[test]
    fn no_error_shows_a_url_or_a_secret() {
        for why in [
            urls("canary").unwrap_err(),
            keys("canary", false).unwrap_err(),
            keys("whsec_canary!", false).unwrap_err(),
        ] {
            assert!(!why.contains("canary"), "{why}");
        }
    }
}
