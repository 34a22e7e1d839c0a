//! What a destination answered, and what follows from it: one verdict per reaction (contract §12.2).

use std::time::{Duration, SystemTime};

use reqwest::{Response, StatusCode};
use serde_json::Value;

use crate::api::{is_distrust, retry_after, root_cause};
use crate::exit::FailureKind;
use crate::text::truncate::plain;

/// The most characters of an answer that are kept.
const MAX_KEPT: usize = 200;
/// The most bytes of an answer that are read: 500 verdicts with messages.
const MAX_READ: usize = 1 << 20;

/// What follows from one try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It was taken, but for these of its records, by place, each with why.
    Taken(Vec<(usize, String)>),
    /// Something in it is refused.
    Refused(String),
    /// Nothing that is sent there will be taken.
    Stop(String),
    /// It was not taken this time.
    Failed {
        /// Why.
        why: String,
        /// What the run ends with because of it.
        kind: FailureKind,
        /// Whether another try in this run may go better.
        again: bool,
        /// Whether it is so of everything that is sent there, now.
        of_all: bool,
        /// The least wait before the next try.
        floor: Option<Duration>,
    },
}

/// No answer came.
pub(super) fn unsent(error: &reqwest::Error) -> Verdict {
    let distrusted = is_distrust(error);
    let why = match error.is_timeout() {
        true => "no answer within SYNC_PUSH_TIMEOUT".to_owned(),
        false => root_cause(error),
    };
    let kind = if distrusted { FailureKind::Auth } else { FailureKind::Temporary };
    Verdict::Failed { why, kind, again: !distrusted, of_all: true, floor: None }
}

/// Reads an answer to a batch of so many records; `judged` says whether it may answer one by one.
pub(super) async fn read(mut response: Response, records: usize, judged: bool) -> Verdict {
    let status = response.status();
    let floor = retry_after(response.headers(), SystemTime::now());
    let mut body = Vec::new();
    let most = if status.is_success() && !judged { 0 } else { MAX_READ };
    while body.len() < most {
        match response.chunk().await {
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => break,
            Err(error) if status.is_success() => return unsent(&error),
            Err(_) => break,
        }
    }
    judge(status, &body, floor, records, judged)
}

fn judge(status: StatusCode, body: &[u8], floor: Option<Duration>, records: usize, judged: bool) -> Verdict {
    let why = described(status, body);
    let failed = |kind, again, of_all| Verdict::Failed { why: why.clone(), kind, again, of_all, floor };
    match status.as_u16() {
        200..=299 if judged => verdicts(status, body, records),
        200..=299 => Verdict::Taken(Vec::new()),
        300..=399 => Verdict::Stop(format!("HTTP {}: a redirect, which is not followed", status.as_u16())),
        404 | 410 => Verdict::Stop(why),
        400 | 413 | 422 => Verdict::Refused(why),
        401 | 403 | 407 => failed(FailureKind::Auth, false, true),
        429 | 503 => failed(FailureKind::Temporary, true, true),
        408 | 425 | 500..=599 => failed(FailureKind::Temporary, true, false),
        _ => failed(FailureKind::Contract, false, false),
    }
}

/// The status, and the beginning of what was said with it.
fn described(status: StatusCode, body: &[u8]) -> String {
    let said = plain(&String::from_utf8_lossy(body), MAX_KEPT);
    match said.trim() {
        "" => format!("HTTP {}", status.as_u16()),
        said => format!("HTTP {}: {said}", status.as_u16()),
    }
}

/// The verdicts on records one by one, where the answer has any.
fn verdicts(status: StatusCode, body: &[u8], records: usize) -> Verdict {
    let answer: Option<Value> = serde_json::from_slice(body).ok();
    let Some(listed) = answer.as_ref().and_then(|answer| answer.get("data")?.as_array()) else {
        return Verdict::Taken(Vec::new());
    };
    let broken = |why: String| Verdict::Failed {
        why: format!("HTTP {}: {why}", status.as_u16()),
        kind: FailureKind::Contract,
        again: false,
        of_all: false,
        floor: None,
    };
    if listed.len() != records {
        return broken(format!("{} verdicts on {records} records", listed.len()));
    }
    let mut rejected = Vec::new();
    for (place, verdict) in listed.iter().enumerate() {
        match verdict["status"].as_str() {
            Some("accepted") => {}
            Some("rejected") => {
                let said = plain(verdict["message"].as_str().unwrap_or("rejected"), MAX_KEPT);
                rejected.push((place, said.to_string()));
            }
            _ => return broken(format!("verdict {} is neither accepted nor rejected", place + 1)),
        }
    }
    Verdict::Taken(rejected)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(status: u16, body: &str) -> Verdict {
        judge(StatusCode::from_u16(status).unwrap(), body.as_bytes(), None, 2, true)
    }

    #[test]
    fn every_status_has_one_reaction() {
        for (status, expected) in [
            (200, "taken"),
            (204, "taken"),
            (301, "stop"),
            (304, "stop"),
            (400, "refused"),
            (401, "auth of all"),
            (403, "auth of all"),
            (404, "stop"),
            (405, "contract"),
            (408, "temporary again"),
            (409, "contract"),
            (410, "stop"),
            (413, "refused"),
            (422, "refused"),
            (425, "temporary again"),
            (429, "temporary again of all"),
            (500, "temporary again"),
            (503, "temporary again of all"),
            (599, "temporary again"),
        ] {
            let told = match of(status, "") {
                Verdict::Taken(_) => "taken".to_owned(),
                Verdict::Refused(_) => "refused".to_owned(),
                Verdict::Stop(_) => "stop".to_owned(),
                Verdict::Failed { kind, again, of_all, .. } => {
                    let [again, of_all] =
                        [(again, " again"), (of_all, " of all")].map(|(is, text)| if is { text } else { "" });
                    format!("{}{again}{of_all}", kind.name())
                }
            };
            assert_eq!(told, expected, "{status}");
        }
    }

    #[test]
    fn verdicts_are_one_a_record() {
        let good = r#"{"data":[{"status":"accepted"},{"status":"rejected","message":"no such seat"}]}"#;
        assert_eq!(of(200, good), Verdict::Taken(vec![(1, "no such seat".to_owned())]));
        for all in ["", "{}", "taken", r#"{"data":{}}"#] {
            assert_eq!(of(200, all), Verdict::Taken(Vec::new()), "{all}");
        }
        for broken in
            [r#"{"data":[]}"#, r#"{"data":[{"status":"accepted"}]}"#, r#"{"data":[{"status":"ok"},{}]}"#]
        {
            let verdict = of(200, broken);
            assert!(
                matches!(verdict, Verdict::Failed { kind: FailureKind::Contract, .. }),
                "{broken}: {verdict:?}"
            );
        }
    }

    #[test]
    fn of_an_answer_200_characters_are_kept() {
        let Verdict::Refused(why) = of(422, &"ə\u{1b}".repeat(1_000)) else { panic!("not refused") };
        assert!(why.chars().count() <= 220 && !why.contains('\u{1b}'), "{why}");
    }
}
