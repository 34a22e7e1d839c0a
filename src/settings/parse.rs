//! Parsers of single values: each says what is wrong, and what would be right, as the rest of a sentence
//! that begins with the setting's name.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono_tz::Tz;
use reqwest::Url;

use super::redact::bare_url;
use crate::text::sanitize::clean;

/// Longer than any sensible setting, and short enough that adding it to a time never overflows.
const MAX_DURATION: Duration = Duration::from_secs(100 * 366 * 24 * 60 * 60);

/// A value as a message shows it: quoted, without control characters, not too long. A URL may be in the wrong place,
/// and loses what may be secret.
pub(super) fn shown(value: &str) -> String {
    let value = without_hidden_parts(value);
    let short: String = value.chars().take(60).collect();
    if short.len() < value.len() { format!("{short:?}…") } else { format!("{short:?}") }
}

/// A value that may be a URL in the wrong place, without what may be secret in one.
pub(super) fn without_hidden_parts(value: &str) -> String {
    let both = |one: char, other: char| value.contains(one) && value.contains(other);
    let may_hold_secrets = value.contains(":/") || both(':', '@') || both(':', '?') || both('?', '=');
    if may_hold_secrets { bare_url(value) } else { value.to_owned() }
}

/// A duration as people write it, such as `30s` or `6h`.
pub(super) fn duration(value: &str) -> Result<Duration, String> {
    let parsed = humantime::parse_duration(value).map_err(|_| {
        format!("is {}, which is not a duration; write it like 30s, 5m, 6h or 2d", shown(value))
    })?;
    if parsed > MAX_DURATION {
        return Err(format!("is {}; at most 100 years make sense", shown(value)));
    }
    Ok(parsed)
}

/// A duration that is not zero.
pub(super) fn positive_duration(value: &str) -> Result<Duration, String> {
    match duration(value)? {
        Duration::ZERO => Err(format!("is {}; it must be more than zero, such as 30s", shown(value))),
        parsed => Ok(parsed),
    }
}

/// Milliseconds as a plain number, or a duration (contract §3, `SYNC_RETRY_DELAY`).
pub(super) fn milliseconds_or_duration(value: &str) -> Result<Duration, String> {
    if value.bytes().all(|byte| byte.is_ascii_digit()) {
        let parsed = value.parse().map(Duration::from_millis).ok().filter(|parsed| *parsed <= MAX_DURATION);
        return parsed.ok_or_else(|| format!("is {}; at most 100 years make sense", shown(value)));
    }
    duration(value).map_err(|_| {
        format!("is {}; write milliseconds, such as 1000, or a duration, such as 2s", shown(value))
    })
}

/// A whole number in a range that includes both ends.
pub(super) fn integer(value: &str, least: u32, most: u32) -> Result<u32, String> {
    value.parse().ok().filter(|number| (least..=most).contains(number)).ok_or_else(|| {
        let range =
            if most == u32::MAX { format!("from {least} on") } else { format!("from {least} to {most}") };
        format!("is {}; write a whole number {range}", shown(value))
    })
}

/// A number of bytes: plain, or with a unit.
pub(super) fn bytes(value: &str) -> Result<u64, String> {
    let parsed = value.parse::<bytesize::ByteSize>().ok().map(|size| size.as_u64());
    parsed.filter(|size| *size > 0).ok_or_else(|| {
        format!("is {}; write a size above zero, such as 1GiB, 500MB or a number of bytes", shown(value))
    })
}

/// The name of an installation: one line that is short enough for a subject.
pub(super) fn site(value: &str) -> Result<String, String> {
    const MAX_CHARACTERS: usize = 60;
    if value.chars().count() <= MAX_CHARACTERS && clean(value) == value {
        return Ok(value.to_owned());
    }
    Err(format!("is {}; write a name of at most {MAX_CHARACTERS} characters on one line", shown(value)))
}

/// A path; a relative one starts in the folder.
pub(super) fn path(value: &str, folder: &Path) -> Result<PathBuf, String> {
    Ok(folder.join(value))
}

/// An IANA time zone by name.
pub(super) fn timezone(value: &str) -> Result<Tz, String> {
    value.parse().map_err(|_| {
        format!("is {}, which is not a time zone; write an IANA name such as Asia/Baku or UTC", shown(value))
    })
}

/// The `TZ` of POSIX: `None` when it says "as the machine" (`:/etc/localtime`).
pub(super) fn posix_timezone(value: &str) -> Result<Option<Tz>, String> {
    let name = value.strip_prefix(':').unwrap_or(value);
    if name == "/etc/localtime" {
        return Ok(None);
    }
    let name = name.rsplit_once("/zoneinfo/").map_or(name, |(_, name)| name);
    name.parse().map(Some).map_err(|_| {
        format!(
            "is {}, which is not an IANA time zone; set SYNC_TIMEZONE to one, such as Asia/Baku",
            shown(value)
        )
    })
}

/// An http or https URL. The error does not show it: it may be a secret.
pub(super) fn http_url(value: &str) -> Result<Url, String> {
    let wrong = || "is not an http or https URL; write it like https://host/path".to_owned();
    let url = Url::parse(value).map_err(|_| wrong())?;
    if matches!(url.scheme(), "http" | "https") && url.has_host() { Ok(url) } else { Err(wrong()) }
}

/// The API's base URL: nothing in it that is a secret or would be lost when a path is appended.
pub(super) fn base_url(value: &str) -> Result<Url, String> {
    let seen = bare_url(value);
    // What has no scheme may be the token, or a user and a password.
    if !value.contains("://") {
        return Err(
            "has no scheme, and is not shown, as it may be a secret; write an http or https URL such as \
                    https://exams.example.com"
                .to_owned(),
        );
    }
    let url = http_url(value).map_err(|_| {
        format!("is {}; write an http or https URL such as https://exams.example.com", shown(&seen))
    })?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(format!(
            "is {} with a user or password in it; leave them out, the token goes into EXTERNAL_HALL_API_TOKEN",
            shown(&seen)
        ));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(format!(
            "is {} with a ? or # part; leave that out, paths are appended to it",
            shown(&seen)
        ));
    }
    Ok(url)
}

/// A bearer token: what RFC 6750 allows fits into a header. The error does not show it.
pub(super) fn token(value: &str) -> Result<(), String> {
    if value.len() > 7 && value.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("bearer ")) {
        return Err("begins with the word Bearer; write the token alone".to_owned());
    }
    if value.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(());
    }
    Err("holds a space, a newline or a character that a token can't have; write the token alone".to_owned())
}

/// A host name or an IP address, without port.
pub(super) fn host(value: &str) -> Result<String, String> {
    let name = !value.is_empty()
        && value.len() <= 253
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'));
    if name || value.parse::<IpAddr>().is_ok() {
        return Ok(value.to_owned());
    }
    const RIGHT: &str = "write a host name alone, such as smtp.example.com (a port goes into SMTP_PORT)";
    let seen = bare_url(value);
    let more = if seen == value { "" } else { ", and more that may be secret" };
    Err(format!("is {}{more}; {RIGHT}", shown(&seen)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_written_as_people_do() {
        assert_eq!(duration("1m 30s"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("400d"), Ok(Duration::from_secs(400 * 86_400)));
        assert_eq!(duration("0s"), Ok(Duration::ZERO));
        assert_eq!(
            duration("30"),
            Err("is \"30\", which is not a duration; write it like 30s, 5m, 6h or 2d".to_owned())
        );
        assert!(duration("1000years").is_err());
        assert!(duration("-1s").is_err());
        assert!(positive_duration("0s").is_err());
        assert_eq!(milliseconds_or_duration("250"), Ok(Duration::from_millis(250)));
        assert_eq!(milliseconds_or_duration("2s"), Ok(Duration::from_secs(2)));
        assert!(milliseconds_or_duration("99999999999999999999").is_err());
        assert!(milliseconds_or_duration("soon").is_err());
    }

    #[test]
    fn numbers_and_sizes_have_bounds() {
        assert_eq!(integer("20", 0, 20), Ok(20));
        assert_eq!(integer("21", 0, 20), Err("is \"21\"; write a whole number from 0 to 20".to_owned()));
        assert!(integer("-1", 0, 20).is_err());
        assert!(integer("1.5", 0, 20).is_err());
        assert_eq!(bytes("1GiB"), Ok(1 << 30));
        assert_eq!(bytes("500"), Ok(500));
        assert!(bytes("0").is_err());
        assert!(bytes("much").is_err());
    }

    #[test]
    fn time_zones_are_iana_names() {
        assert_eq!(timezone("Asia/Baku"), Ok(chrono_tz::Asia::Baku));
        assert!(timezone("Baku").is_err());
        assert_eq!(posix_timezone(":Europe/Berlin"), Ok(Some(chrono_tz::Europe::Berlin)));
        assert_eq!(posix_timezone("/usr/share/zoneinfo/Asia/Baku"), Ok(Some(chrono_tz::Asia::Baku)));
        assert_eq!(posix_timezone(":/etc/localtime"), Ok(None));
        assert!(posix_timezone("<+04>-4").is_err());
    }

    #[test]
    fn a_base_url_holds_nothing_else() {
        assert!(base_url("https://h.example/prefix/").is_ok());
        assert!(base_url("http://127.0.0.1:8080").is_ok());
        for value in [
            "ftp://h",
            "h.example",
            "https://",
            "https://u:canary@h",
            "https://h/?t=canary",
            "https://h/#canary",
            "https://u:canary canary@h",
            "https:/u:canary@h",
            "u:canary@h",
            "h/?t=canary",
        ] {
            let why = base_url(value).unwrap_err();
            assert!(!why.contains("canary"), "{why}");
        }
    }

    #[test]
    fn a_url_in_the_wrong_place_shows_no_secret() {
        for value in ["smtp://u:canary@h:587", "smtp://u:ca nary@h", "u:canary@h"] {
            let why = host(value).unwrap_err();
            assert!(!why.contains("nary") && why.contains('h'), "{why}");
        }
        assert_eq!(shown("https://u:ca nary@h/x"), "\"https://h/x\"");
    }

    #[test]
    fn a_token_fits_into_a_header() {
        assert!(token("eyJ.abc-_~+/=").is_ok());
        for value in ["two\nlines", "a b", "Bearer abc", "ключ"] {
            assert!(token(value).is_err(), "{value}");
        }
    }

    #[test]
    fn a_site_is_a_short_line() {
        assert_eq!(site("Bakı, mərkəz № 1"), Ok("Bakı, mərkəz № 1".to_owned()));
        assert_eq!(site(&"ə".repeat(60)), Ok("ə".repeat(60)));
        for value in ["a\nb", "a\u{1b}[31m", "a\u{202e}b", &"x".repeat(61)] {
            assert!(site(value).is_err(), "{value:?}");
        }
    }

    #[test]
    fn a_host_is_a_name_or_an_address() {
        assert!(host("smtp.example.com").is_ok());
        assert!(host("::1").is_ok());
        assert!(host("smtp.example.com:25").is_err());
        assert!(host("smtp://x").is_err());
    }

    #[test]
    fn shown_values_can_not_garble_a_terminal() {
        assert_eq!(shown("a\u{1b}[2J"), "\"a\\u{1b}[2J\"");
        assert!(shown(&"x".repeat(100)).ends_with("\"…"));
    }
}
