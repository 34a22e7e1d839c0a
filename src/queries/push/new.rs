//! What is yet to be put into batches.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable};

use crate::clock::before;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::outbox::Kind;
use crate::store::push::destinations::Takes;
use crate::store::push::{attendance, violations};
use crate::store::values::Moment;

/// What goes to the exam system.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Pushed {
    /// Attendance.
    pub attendance: bool,
    /// Violations.
    pub violations: bool,
}

/// Records in no batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub(super) struct New {
    #[diesel(sql_type = BigInt)]
    pub(super) records: i64,
    #[diesel(sql_type = Nullable<Moment>)]
    pub(super) oldest: Option<DateTime<Utc>>,
}

/// Those for a destination that takes this; `since` is when it began, where it did.
pub(super) fn not_frozen(
    connection: &mut Connection,
    takes: Takes,
    since: Option<DateTime<Utc>>,
    pushed: Pushed,
    now: DateTime<Utc>,
) -> Result<New, StoreError> {
    if takes == Takes::Events {
        let since = since.unwrap_or_else(|| before(now, Kind::Event.policy().given_up_after));
        return connection.row(
            "SELECT count(*) AS records, min(created_at) AS oldest FROM change_events
             WHERE frozen_at IS NULL AND created_at >= $1",
            &[&since],
        );
    }
    let mut all = New { records: 0, oldest: None };
    let mut add = |(records, oldest): (i64, Option<DateTime<Utc>>)| {
        all.records += records;
        all.oldest = [all.oldest, oldest].into_iter().flatten().min();
    };
    if pushed.attendance {
        add(attendance::differing(connection)?);
    }
    if pushed.violations && violations::is_ours(connection)? {
        add(violations::unsent(connection)?);
    }
    Ok(all)
}
