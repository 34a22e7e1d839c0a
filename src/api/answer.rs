//! What the head of an answer says: go on, not modified, or what is wrong with it (contract §4).

use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION};
use reqwest::{Response, StatusCode};
use secrecy::{ExposeSecret, SecretString};

use super::ApiError;
use super::attempt_error::{Fault, TELL};
use super::retry::retry_after;
use super::route::{Route, host_and_port};
use super::unpack::Unpacker;
use crate::feed::{JUDGED_HEADERS, Request};
use crate::output::time::{age, local};
use crate::settings::Api;
use crate::text::truncate::plain;

/// Of an error's body no more is read than this.
const MAX_ERROR_BODY: usize = 64 * 1024;
/// An error's body is only worth a short wait.
const ERROR_BODY_WAIT: Duration = Duration::from_secs(5);
/// The number of bytes of a token in a row that can't be a coincidence.
const TELLING_BYTES: usize = 12;

/// Why an answer with another status than 200, or an unasked 304, can't be used. Reads the error
/// code from its body where there is one; the token is what must not be repeated from there.
pub(super) async fn refusal(
    request: Request,
    mut response: Response,
    settings: &Api,
    route: &Route,
) -> Fault {
    let (status, token) = (response.status(), &settings.token);
    let code = error_code(&mut response, token).await;
    let code = code.map(|code| format!(", code {code}")).unwrap_or_default();
    let label = label(status);
    match status.as_u16() {
        401 => Fault::last(ApiError::Refused(format!(
            "{request}: the API refused the token ({label}{code}){}",
            cure_of_refused_token(settings, Utc::now())
        ))),
        403 => Fault::last(ApiError::Refused(format!(
            "{request}: the API does not let this token read it ({label}{code}); \
             check EXTERNAL_HALL_API_TOKEN and what it may do"
        ))),
        407 => Fault::refused_by_proxy(request, route),
        408 | 425 | 429 | 500..=599 => Fault {
            floor: retry_after(response.headers(), SystemTime::now()),
            ..Fault::again(ApiError::Temporary(format!(
                "{request}: the API answered {label}{code}; try again later, or ask those who run the API"
            )))
        },
        304 => contract(request, &format!("the API answered {label}, which was not asked for; {TELL}")),
        300..=399 => {
            let target = redirect_target(&response).filter(|target| !contains_secret(target, token));
            let target = target.as_deref().unwrap_or(UNREADABLE);
            contract(
                request,
                &format!(
                    "the API redirects to {target} ({label}), which is not followed; \
                     set EXTERNAL_HALL_API_URL to the API's own address"
                ),
            )
        }
        404 => {
            let check = match request {
                Request::HallRooms(_) => "check the hall's id and EXTERNAL_HALL_API_URL",
                _ => "check EXTERNAL_HALL_API_URL",
            };
            contract(request, &format!("the API does not know them ({label}{code}); {check}"))
        }
        400..=499 => contract(
            request,
            &format!("the API refused the request ({label}{code}); check EXTERNAL_HALL_API_URL"),
        ),
        _ => contract(request, &format!("the API answered {label}{code} instead of HTTP 200; {TELL}")),
    }
}

/// Checks that a 200 holds JSON in UTF-8, as far as its headers say anything, and how it is packed. `token` is what
/// must not be repeated.
pub(super) fn check_content(
    request: Request,
    headers: &HeaderMap,
    token: &SecretString,
) -> Result<Unpacker, Fault> {
    let plain =
        |text: &str, most| if contains_secret(text, token) { "…".to_owned() } else { plain(text, most) };
    let text = |name| headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).to_lowercase());
    let unpacker = Unpacker::new(headers).map_err(|coding| {
        let coding = plain(&coding, 40);
        contract(request, &format!("the answer (HTTP 200) is compressed as {coding}, not gzip; {TELL}"))
    })?;
    let Some(content) = text(CONTENT_TYPE) else { return Ok(unpacker) };
    let mut parts = content.split(';').map(str::trim);
    let media = parts.next().unwrap_or_default();
    if !(media.is_empty() || matches!(media, "application/json" | "text/json") || media.ends_with("+json")) {
        let media = plain(media, 60);
        return Err(contract(
            request,
            &format!("the answer (HTTP 200) is {media}, not JSON; check EXTERNAL_HALL_API_URL"),
        ));
    }
    let charset = parts.find_map(|part| part.strip_prefix("charset=")).map(|name| name.trim_matches('"'));
    match charset {
        None | Some("" | "utf-8" | "utf8" | "us-ascii") => Ok(unpacker),
        Some(other) => {
            let other = plain(other, 40);
            Err(contract(request, &format!("the answer (HTTP 200) is in {other}, not in UTF-8; {TELL}")))
        }
    }
}

/// What to do about a refused token, and since when it has ended, where it has.
fn cure_of_refused_token(settings: &Api, now: DateTime<Utc>) -> String {
    match settings.token_ends_at.filter(|ends_at| *ends_at <= now) {
        Some(ends_at) => format!(
            ", which ended at {}, {} ago; ask those who run the API for a new one, and put it into \
             EXTERNAL_HALL_API_TOKEN",
            local(ends_at, settings.timezone),
            age((now - ends_at).to_std().unwrap_or_default())
        ),
        None => "; check EXTERNAL_HALL_API_TOKEN, or ask those who run the API for a new one".to_owned(),
    }
}

/// The headers by which an answer may say that it is not whole.
pub(super) fn judged_headers(headers: &HeaderMap) -> Vec<(String, String)> {
    let judged = headers.iter().filter(|(name, _)| JUDGED_HEADERS.contains(&name.as_str()));
    judged
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect()
}

/// A status as messages name it, such as `HTTP 503 Service Unavailable`.
pub(super) fn label(status: StatusCode) -> String {
    let code = status.as_u16();
    status.canonical_reason().map_or(format!("HTTP {code}"), |reason| format!("HTTP {code} {reason}"))
}

/// Whether a text from outside repeats a part of the token that would help to guess it, in any case:
/// a message may quote no more than so much of the text, or in another case, and would still show it.
pub(super) fn contains_secret(text: &str, token: &SecretString) -> bool {
    let token = token.expose_secret().to_lowercase().into_bytes();
    let text = text.to_lowercase();
    let length = token.len().clamp(1, TELLING_BYTES);
    text.as_bytes().windows(length).any(|part| token.windows(length).any(|secret| secret == part))
}

fn contract(request: Request, what: &str) -> Fault {
    Fault::last(ApiError::Contract(format!("{request}: {what}")))
}

/// What a redirect points to where its address can't be read.
pub(super) const UNREADABLE: &str = "an unreadable address";

/// The host that a redirect points to, with its scheme; the rest of the address may hold what is secret.
pub(super) fn redirect_target(response: &Response) -> Option<String> {
    let location = response.headers().get(LOCATION)?.to_str().ok()?;
    let url = response.url().join(location).ok()?;
    Some(format!("{}://{}", url.scheme(), host_and_port(&url)?))
}

/// `error.code` of an error's body (`examsync help api`), fit for a message.
async fn error_code(response: &mut Response, token: &SecretString) -> Option<String> {
    if !(response.status().is_client_error() || response.status().is_server_error()) {
        return None;
    }
    let body = tokio::time::timeout(ERROR_BODY_WAIT, error_body(response)).await.ok()??;
    let body: serde_json::Value = serde_json::from_slice(&body).ok()?;
    let said = body.get("error")?.get("code")?.as_str()?;
    let code = plain(said, 64);
    (!code.is_empty() && !contains_secret(said, token)).then_some(code)
}

/// The unpacked body of an error; `None` when it breaks or is too long.
async fn error_body(response: &mut Response) -> Option<Vec<u8>> {
    let mut unpacker = Unpacker::new(response.headers()).ok()?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.ok()? {
        unpacker.push(chunk);
        while let Some(bytes) = unpacker.pull().ok()? {
            body.extend_from_slice(&bytes);
            if body.len() > MAX_ERROR_BODY {
                return None;
            }
        }
    }
    body.extend_from_slice(&unpacker.finish().ok()?);
    Some(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    use reqwest::header::CONTENT_ENCODING;

    fn content(name: reqwest::header::HeaderName, value: &str) -> Option<String> {
        let headers = HeaderMap::from_iter([(name, value.parse().expect("a header value"))]);
        check_content(Request::Halls, &headers, &"canary-token".into())
            .err()
            .map(|fault| fault.error.to_string())
    }

    #[test]
    fn a_text_that_repeats_a_part_of_the_token_is_told_from_others() {
        let token = SecretString::from("eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE3fQ");
        for telling in ["no such token: eyJhbGciOiJIUzI1NiJ9", "EYJHBGCIOIJI", "xx.eyJleHAiOjE3fQ."] {
            assert!(contains_secret(telling, &token), "{telling}");
        }
        for innocent in ["", "UNAUTHORIZED", "eyJhbGciOiJ", "token"] {
            assert!(!contains_secret(innocent, &token), "{innocent}");
        }
        assert!(contains_secret("is short?", &"short".into()));
        assert!(!contains_secret("", &"short".into()));
    }

    #[test]
    fn json_in_utf_8_is_taken() {
        for value in [
            "application/json",
            "Application/JSON; charset=UTF-8",
            "application/json;charset=\"utf-8\"",
            "application/problem+json",
            "",
        ] {
            assert_eq!(content(CONTENT_TYPE, value), None, "{value}");
        }
        assert!(check_content(Request::Halls, &HeaderMap::new(), &"canary-token".into()).is_ok());
    }

    #[test]
    fn anything_else_is_named() {
        let html = content(CONTENT_TYPE, "text/html; charset=utf-8").expect("refused");
        assert_eq!(html, "halls: the answer (HTTP 200) is text/html, not JSON; check EXTERNAL_HALL_API_URL");
        let latin = content(CONTENT_TYPE, "application/json; charset=iso-8859-1").expect("refused");
        assert_eq!(
            latin,
            "halls: the answer (HTTP 200) is in iso-8859-1, not in UTF-8; report it to those who run the API"
        );
        let brotli = content(CONTENT_ENCODING, "br").expect("refused");
        assert_eq!(
            brotli,
            "halls: the answer (HTTP 200) is compressed as br, not gzip; report it to those who run the API"
        );
    }
}
