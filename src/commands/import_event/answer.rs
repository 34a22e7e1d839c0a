//! How an event that came in is answered: an exit code and, of a CGI, a status line (contract §12.3).

use crate::exit::{Failure, FailureKind};

/// What became of an event that is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// What it asks for was pulled, now or before.
    Done,
    /// It waits, or asks for nothing that is pulled.
    Kept,
}

/// Why an event is not stored.
#[derive(Debug, Clone)]
pub(super) struct Refused {
    /// The HTTP status of a CGI.
    pub(super) status: u16,
    /// What a person reads.
    pub(super) failure: Failure,
}

impl Refused {
    /// A request that is none of ours.
    pub(super) fn request(status: u16, message: impl Into<String>) -> Self {
        Self { status, failure: Failure::new(FailureKind::Usage, message) }
    }

    /// One that no secret of ours signed, or not now.
    pub(super) fn unsigned(message: impl Into<String>) -> Self {
        Self::from(Failure::new(FailureKind::Auth, message))
    }

    /// A body that is no event.
    pub(super) fn body(message: impl Into<String>) -> Self {
        Self::from(Failure::new(FailureKind::Contract, message))
    }
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        let status = match failure.kind {
            FailureKind::Auth => 401,
            FailureKind::Contract => 400,
            FailureKind::Usage => 400,
            _ => 503,
        };
        Self { status, failure }
    }
}

/// The answer of a CGI. It is never nothing: servers make an error of that.
pub(super) fn status_line(answer: Result<Taken, &Refused>) -> String {
    let (status, words) = match answer.map_err(|refused| refused.status) {
        Ok(Taken::Done) => (204, "No Content"),
        Ok(Taken::Kept) => (202, "Accepted"),
        Err(status) => (status, reason(status)),
    };
    let length = if status == 204 { "" } else { "Content-Length: 0\r\n" };
    format!("Status: {status} {words}\r\n{length}\r\n")
}

fn reason(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        405 => "Method Not Allowed",
        411 => "Length Required",
        413 => "Content Too Large",
        _ => "Service Unavailable",
    }
}
