//! The outcome of a pass: the counts of its records, its warnings and errors, and what changed by name.

use std::fmt;
use std::iter::Sum;

use serde::Serialize;

/// At most this many warnings and errors are listed per sync; the counts are always true (contract §5).
pub const MAX_LISTED: usize = 100;

/// How many records, by what became of them (contract §5).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Records {
    /// Records in the feed: created + updated + unchanged + errored.
    pub processed: i64,
    /// New rows.
    pub created: i64,
    /// Rows whose external columns changed.
    pub updated: i64,
    /// Rows that were already as the feed says.
    pub unchanged: i64,
    /// Rows that this pass deactivated, for whatever reason.
    pub deleted: i64,
    /// Records that were left out with an error.
    pub errored: i64,
}

impl Sum for Records {
    fn sum<I: Iterator<Item = Records>>(all: I) -> Records {
        all.fold(Records::default(), |sum, one| Records {
            processed: sum.processed + one.processed,
            created: sum.created + one.created,
            updated: sum.updated + one.updated,
            unchanged: sum.unchanged + one.unchanged,
            deleted: sum.deleted + one.deleted,
            errored: sum.errored + one.errored,
        })
    }
}

/// What became of the rows that a pass projects into an application's tables (contract §10.2).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Projected {
    /// Rows that were made there.
    pub created: i64,
    /// Rows that were changed there.
    pub updated: i64,
    /// Rows that are not there as they are here, those of earlier passes included.
    pub left_out: i64,
    /// Those of them that are listed and were not left out before.
    #[serde(skip)]
    pub news: usize,
}

/// The key of a record in its source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum ExternalId {
    /// Of halls, rooms and participants.
    Number(i64),
    /// Of a roster's entities.
    Key(String),
}

impl fmt::Display for ExternalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ExternalId::Number(id) => write!(f, "{id}"),
            ExternalId::Key(key) => f.write_str(key),
        }
    }
}

/// One warning or error about one record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// A stable code, such as `bad_record` (contract §7).
    pub code: String,
    /// A sentence for a person.
    pub message: String,
    /// The external id that it is about, where one could be read.
    pub external_id: Option<ExternalId>,
    /// The entity that the record is of, in a pass that has several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entity: Option<String>,
    /// Where in the feed, such as `data[3].rooms[0]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// Whether this pass created, changed or newly marked the row, so that a person must hear of it
    /// even when all went well (contract §5).
    #[serde(skip)]
    pub news: bool,
}

/// What happened, or would happen, to rows of one kind: the first few by name, and how many in all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangeSummary {
    /// created, renamed, moved, changed, deactivated, reactivated.
    pub action: String,
    /// hall, room or participants.
    pub entity: String,
    /// How many in all.
    pub count: i64,
    /// The first 20, as a person would name them.
    pub first: Vec<String>,
}
