//! The seam between where a feed comes from and what reads it: bodies, one per answer, and their verdicts.

mod self_report;

use std::fmt;
use std::io::Read;

use tokio::sync::oneshot;

pub use self::self_report::{
    AnswerContext, Complaint, Finding, IgnoredFields, JUDGED_HEADERS, SelfReport, comparable,
};
use crate::exit::Failure;
use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;

/// One question to the external system (`examsync help api`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Request {
    /// `GET /exam-halls`: every hall with its rooms.
    Halls,
    /// `GET /hall-rooms/{hallId}`: the rooms of one hall, by external id.
    HallRooms(i64),
    /// `GET /room-participants/{examDate}`: who sits where on one date.
    Participants(chrono::NaiveDate),
}

impl Request {
    /// The sync type that its answer is about.
    pub fn sync_type(self) -> SyncType {
        match self {
            Request::Halls => SyncType::ExamHalls,
            Request::HallRooms(_) => SyncType::HallRooms,
            Request::Participants(_) => SyncType::Participants,
        }
    }

    /// The scope that its answer covers.
    pub fn scope(self) -> Scope {
        match self {
            Request::Halls => Scope::All,
            Request::HallRooms(hall) => Scope::Hall(hall),
            Request::Participants(date) => Scope::Date(date),
        }
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Request::Halls => f.write_str("halls"),
            Request::HallRooms(hall) => write!(f, "rooms of hall {hall}"),
            Request::Participants(date) => write!(f, "participants of {date}"),
        }
    }
}

/// One answer on its way in. A request that is retried sends one body per attempt.
pub struct Body {
    /// What was asked.
    pub request: Request,
    /// Unique among all bodies of one pull; staged rows carry it, and only the rows of parts that
    /// were read whole are kept.
    pub part: i32,
    /// What is known of the answer apart from its body.
    pub context: AnswerContext,
    /// The decompressed bytes. An error here is a [`Broken`] inside the `io::Error`.
    pub reader: Box<dyn Read + Send>,
    /// Where the reader's side says how it went, exactly once.
    pub verdict: oneshot::Sender<Result<(), Unreadable>>,
}

/// Why the bytes of a body stopped before its end, inside the `io::Error` that its reader gives.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Broken(pub String);

/// Why a body could not be read to its end, as the reading side sees it.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// The body ends before the document does, or the connection broke: worth a retry.
    #[error("the answer was cut off: {0}")]
    CutOff(String),
    /// The body is not what the API contract says: not worth a retry.
    #[error("{0}")]
    Contract(String),
    /// The answer says of itself that it is not whole, or not good: not worth a retry.
    #[error("{}", .0.describe(|_| false))]
    SelfReported(SelfReport),
    /// Nothing is wrong with the body: the reading side can't go on, for instance because the database failed.
    #[error("reading was given up")]
    Abandoned,
}

/// What a pull of one request came to.
#[derive(Debug, Clone, Default)]
pub struct Pulled {
    /// The part whose body was read whole; `None` when the answer was 304 Not Modified.
    pub part: Option<i32>,
    /// `ETag` of the answer.
    pub etag: Option<String>,
    /// `Last-Modified` of the answer.
    pub last_modified: Option<String>,
}

/// The validators of the answer that is already known, as the request sends them (RFC 9110 §13).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Validators {
    /// Sent as `If-None-Match`.
    pub etag: Option<String>,
    /// Sent as `If-Modified-Since`.
    pub last_modified: Option<String>,
}

/// What the pulls of one pass cost, for the log row's metadata (contract §6).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Decompressed bytes read.
    pub bytes: u64,
    /// Requests sent, retries included.
    pub requests: u32,
    /// Requests that were retries.
    pub retries: u32,
    /// Milliseconds until the headers of each answer came, at most the first 1,000.
    pub response_times_ms: Vec<u32>,
}

/// The failure of one pull, as the whole pass sees it.
pub type PullResult = Result<Pulled, Failure>;
