//! One pass of one sync type, as it is reported.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Serialize, Serializer};

use super::Status;
use crate::exit::{Failure, FailureKind, PARTIAL, SUCCESS};
use crate::model::outcome::{ChangeSummary, Notice, Projected, Records};
use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;

/// The halls that a `rooms` pass left out: all of them, while `errors` has the first only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LeftOut {
    /// How many did not answer as they should.
    pub failed: usize,
    /// Whether the failures are all of one kind, as those of no hall are.
    pub alike: bool,
    /// What the guard refused, in a sentence.
    pub refused: Option<String>,
}

impl Default for LeftOut {
    fn default() -> Self {
        Self { failed: 0, alike: true, refused: None }
    }
}

/// One sync: one element of `syncs`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Sync {
    /// What was synced.
    pub sync_type: SyncType,
    /// The date of participants; the hall, when the rooms of exactly one were pulled.
    #[serde(flatten, serialize_with = "scope_fields")]
    pub scope: Scope,
    /// How it ended.
    pub status: Status,
    /// Whether the API answered 304 Not Modified.
    pub not_modified: bool,
    /// The counts.
    pub records: Records,
    /// The plan that `--approve` takes, when the guard looked at a loss.
    pub plan: Option<String>,
    /// At most [`crate::model::outcome::MAX_LISTED`] warnings.
    pub warnings: Vec<Notice>,
    /// At most [`crate::model::outcome::MAX_LISTED`] errors.
    pub errors: Vec<Notice>,
    /// What would change, or changed, by name; at most 20 of each kind are named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<ChangeSummary>,
    /// The counts of each entity, in a pass that has several.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub entities: BTreeMap<&'static str, Records>,
    /// Whether only some people of a roster were pulled, so that it says nothing of the age of the others.
    #[serde(skip)]
    pub of_some_people: bool,
    /// These people, as far as the source has them.
    #[serde(skip)]
    pub people: Vec<String>,
    /// What is here of each entity after the pass.
    #[serde(skip)]
    pub left: BTreeMap<&'static str, EntityLeft>,
    /// What was projected into the application's tables, where they are adopted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub projected: Option<Projected>,
    /// Why nothing is projected, in a sentence.
    #[serde(skip)]
    pub projection_stopped: Option<String>,
    /// Why this sync failed, where the report's own error does not say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Failure>,
    /// The package that an export wrote.
    #[serde(skip)]
    pub package: Option<ExportedPackage>,
    /// Conflicts that the results of a centre opened.
    #[serde(skip)]
    pub conflicts: i64,
    /// Why nothing more is sent to its destination.
    #[serde(skip)]
    pub stopped: Option<String>,
    /// The halls that a `rooms` pass asked for, by external id.
    #[serde(skip)]
    pub halls: Vec<i64>,
    /// The halls that a `rooms` pass left out.
    #[serde(skip)]
    pub left_out: LeftOut,
    /// Whether some of what was asked for answered that nothing is new: of it, only the active rows are counted.
    #[serde(skip)]
    pub partly_not_modified: bool,
    /// Why this sync failed, for the summary and the exit code.
    #[serde(skip)]
    pub failure: Option<Failure>,
    /// Whether it is of a halls pass that a participants command needed: its failure is no verdict on the
    /// command (contract §7).
    #[serde(skip)]
    pub halls_refresh: bool,
}

/// What a pass left of one entity, as its log row keeps it for `status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct EntityLeft {
    /// The rows that the source has, as counted there.
    pub there: i64,
    /// The records that were left out.
    pub errored: i64,
    /// The rows that must be active here; null where the pass did not see all there is.
    pub expected: Option<i64>,
    /// The rows that are.
    pub active: i64,
    /// Whether a row stays however long the source has not shown it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub never_absent: bool,
}

/// A package as `export` reports it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct ExportedPackage {
    /// The hall, by external id.
    pub hall: i64,
    /// The number of a package.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
    /// The number of results.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seq: Option<i64>,
    /// The number of the package that changes are counted from.
    pub since: Option<i64>,
    /// Its file.
    pub file: String,
    /// The size of the file.
    pub bytes: u64,
    /// Its participants.
    pub rows: i64,
}

/// A scope as the fields of a document (contract §5).
fn scope_fields<S: Serializer>(scope: &Scope, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Fields<'a> {
        exam_date: Option<NaiveDate>,
        hall_external_id: Option<i64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        source: Option<&'a str>,
    }
    Fields { exam_date: scope.date(), hall_external_id: scope.hall(), source: scope.source() }
        .serialize(serializer)
}

impl Sync {
    /// A sync of which nothing is known yet but what it is about.
    pub(crate) fn new(sync_type: SyncType, scope: Scope) -> Self {
        Self {
            sync_type,
            scope,
            status: Status::Completed,
            not_modified: false,
            records: Records::default(),
            plan: None,
            warnings: Vec::new(),
            errors: Vec::new(),
            changes: Vec::new(),
            entities: BTreeMap::new(),
            of_some_people: false,
            people: Vec::new(),
            left: BTreeMap::new(),
            projected: None,
            projection_stopped: None,
            error: None,
            package: None,
            conflicts: 0,
            stopped: None,
            halls: Vec::new(),
            left_out: LeftOut::default(),
            partly_not_modified: false,
            failure: None,
            halls_refresh: false,
        }
    }

    /// The exit code that this sync alone would give (contract §4); `None` when it was skipped.
    pub(crate) fn exit_code(&self) -> Option<u8> {
        match self.status {
            Status::Skipped => None,
            Status::Completed if self.errors.is_empty() && self.records.errored == 0 => Some(SUCCESS),
            Status::Completed | Status::Partial => Some(PARTIAL),
            // Halls that failed each in its own way have no common code.
            Status::Failed if !self.left_out.alike => Some(PARTIAL),
            Status::Refused => Some(FailureKind::Guard.exit_code()),
            Status::Failed => {
                Some(self.failure.as_ref().map_or(FailureKind::Internal, |failure| failure.kind).exit_code())
            }
        }
    }

    /// This sync, ended by `failure`: nothing of it was written.
    #[must_use]
    pub(crate) fn failed(self, failure: Failure) -> Self {
        let status = if failure.kind == FailureKind::Guard { Status::Refused } else { Status::Failed };
        Self { status, failure: Some(failure), ..self }
    }
}
