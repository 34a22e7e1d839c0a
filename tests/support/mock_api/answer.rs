//! What the mock API answers, and every way in which the answer may go wrong.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

/// How the end of the body is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    Length,
    Chunked,
    UntilClose,
}

/// How the sending ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Whole,
    /// Closed cleanly after so many bytes of the body.
    Cut(usize),
    /// Reset after so many bytes of the body.
    Reset(usize),
    /// Nothing more after so many bytes of the body, and the connection stays open.
    Stall(usize),
    /// Not one byte, and the connection stays open.
    Never,
}

/// An answer, made by one of the constructors and bent by the methods after it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Arc<Vec<u8>>,
    pub(super) raw: bool,
    pub(super) framing: Framing,
    pub(super) end: End,
    pub(super) delay: Duration,
    pub(super) pace: Option<(usize, Duration)>,
}

impl Answer {
    /// 200 with these bytes as `application/json`.
    pub fn body(bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            status: 200,
            headers: Vec::new(),
            body: Arc::new(bytes.into()),
            raw: false,
            framing: Framing::Length,
            end: End::Whole,
            delay: Duration::ZERO,
            pace: None,
        }
        .header("content-type", "application/json; charset=utf-8")
    }

    /// 200 with `{"data": value}`.
    pub fn data(value: &Value) -> Self {
        Self::body(format!(r#"{{"data":{value}}}"#))
    }

    /// `status` with an error body in the API's form, its code made from the status.
    pub fn status(status: u16) -> Self {
        let code = match status {
            401 => "UNAUTHORIZED",
            403 => "FORBIDDEN",
            404 => "NOT_FOUND",
            429 => "TOO_MANY_REQUESTS",
            503 => "SERVICE_UNAVAILABLE",
            _ => "ERROR",
        };
        Self::error(status, 1, code)
    }

    /// `status` with `{"error":{"errno":…,"code":…}}`.
    pub fn error(status: u16, errno: i64, code: &str) -> Self {
        let body = json!({"error": {"errno": errno, "code": code}}).to_string();
        Self { status, ..Self::body(body) }
    }

    /// `status` (301, 302, 303, 307, 308) to `url`.
    pub fn redirect(status: u16, url: &str) -> Self {
        Self { status, ..Self::body("") }.header("location", url)
    }

    /// 304 without having been asked whether anything changed.
    pub fn not_modified() -> Self {
        Self { status: 304, headers: Vec::new(), ..Self::body("") }
    }

    /// These bytes instead of any HTTP, then a clean close; none at all just hang up.
    pub fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self { raw: true, framing: Framing::UntilClose, ..Self::body(bytes) }
    }

    /// Takes the request and never says anything.
    pub fn never() -> Self {
        Self { end: End::Never, ..Self::body("") }
    }

    /// The same body with another status.
    pub fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    /// Sets a header; it replaces one of that name, also those that the server would set itself
    /// (such as a `content-length` that lies).
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name = name.to_ascii_lowercase();
        self.headers.retain(|(key, _)| *key != name);
        self.headers.push((name, value.to_owned()));
        self
    }

    /// Serves this `ETag` (with its quotes), and 304 to an `If-None-Match` that holds it.
    pub fn etag(self, etag: &str) -> Self {
        self.header("etag", etag)
    }

    /// Serves this `Last-Modified`, and 304 to an equal `If-Modified-Since`.
    pub fn last_modified(self, date: &str) -> Self {
        self.header("last-modified", date)
    }

    /// Compresses the body, whatever the client accepts.
    pub fn gzip(self) -> Self {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        let body = encoder.write_all(&self.body).and_then(|()| encoder.finish()).expect("memory takes it");
        Self { body: Arc::new(body), ..self }.header("content-encoding", "gzip")
    }

    /// `Transfer-Encoding: chunked` instead of `Content-Length`.
    pub fn chunked(self) -> Self {
        Self { framing: Framing::Chunked, ..self }
    }

    /// Neither `Content-Length` nor chunks: the body ends where the connection is closed.
    pub fn until_close(self) -> Self {
        Self { framing: Framing::UntilClose, ..self }
    }

    /// Closes cleanly after `bytes` of the body as sent (compressed, without chunk framing).
    pub fn cut_after(self, bytes: usize) -> Self {
        Self { end: End::Cut(bytes), ..self }
    }

    /// Resets the connection after `bytes` of the body.
    pub fn reset_after(self, bytes: usize) -> Self {
        Self { end: End::Reset(bytes), ..self }
    }

    /// Falls silent after `bytes` of the body, connection open.
    pub fn stall_after(self, bytes: usize) -> Self {
        Self { end: End::Stall(bytes), ..self }
    }

    /// Waits before the head.
    pub fn delay(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    /// Sends the body `bytes` at a time with `wait` between; `slowly(1, Duration::from_secs(1))` is
    /// one byte a second.
    pub fn slowly(self, bytes: usize, wait: Duration) -> Self {
        Self { pace: Some((bytes.max(1), wait)), ..self }
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// A JSON value is the `data` of a good answer.
impl From<Value> for Answer {
    fn from(data: Value) -> Self {
        Self::data(&data)
    }
}

/// Bytes are the whole body of a 200.
impl From<Vec<u8>> for Answer {
    fn from(body: Vec<u8>) -> Self {
        Self::body(body)
    }
}
