//! What the first answer of a command says of the API and of the way to it, apart from its body.

use std::time::{Duration, SystemTime};

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::header::{AGE, DATE};
use reqwest::tls::TlsInfo;
use reqwest::{Response, StatusCode, Version};

use super::certificate;

/// The head of an answer.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    /// Its status.
    pub status: StatusCode,
    /// The version of HTTP that it came in.
    pub version: Version,
    /// What the API's clock said, where it says so.
    pub date: Option<DateTime<Utc>>,
    /// What the machine's clock said when it came.
    pub received_at: DateTime<Utc>,
    /// How long it took to come.
    pub took: Duration,
    /// When the server's certificate ends, where it has one that can be read.
    pub certificate_ends_at: Option<DateTime<Utc>>,
}

impl Head {
    /// The head of an answer that came just now, after this time.
    pub(super) fn of(response: &Response, took: Duration) -> Self {
        let info = response.extensions().get::<TlsInfo>();
        Self {
            status: response.status(),
            version: response.version(),
            date: date(response),
            received_at: Utc::now(),
            took,
            certificate_ends_at: info.and_then(TlsInfo::peer_certificate).and_then(certificate::ends_at),
        }
    }
}

/// The time of the answer: one that a cache kept says how old it is (RFC 9111 §5.1).
fn date(response: &Response) -> Option<DateTime<Utc>> {
    let text = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
    let date: SystemTime = httpdate::parse_http_date(text(DATE)?).ok()?;
    let age = text(AGE).and_then(|age| age.trim().parse().ok()).unwrap_or(0);
    DateTime::<Utc>::from(date).checked_add_signed(TimeDelta::seconds(age))
}
