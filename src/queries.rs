//! The questions that `status` asks the database, in SQL that both understand.

pub mod alerts;
pub mod audit;
pub mod last_attempts;
pub mod preflight;
pub mod quality;
pub mod runs;
pub mod schedule;
pub mod scopes;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use crate::clock;
use crate::report::SyncType;
use crate::store::error::StoreError;

/// A timestamp that the database printed.
fn moment(text: &str) -> Result<DateTime<Utc>, StoreError> {
    clock::parse_utc(text).ok_or_else(|| unreadable("a timestamp", text))
}

/// A date that the database printed.
fn date(text: &str) -> Result<NaiveDate, StoreError> {
    text.parse().map_err(|_| unreadable("a date", text))
}

/// A time of day that the database printed.
fn time(text: &str) -> Result<NaiveTime, StoreError> {
    text.parse().map_err(|_| unreadable("a time of day", text))
}

/// A sync type that a log row names.
fn sync_type(name: &str) -> Result<SyncType, StoreError> {
    SyncType::ALL
        .into_iter()
        .find(|sync_type| sync_type.name() == name)
        .ok_or_else(|| StoreError::Other(format!("sync_logs holds the unknown sync type {name:?}")))
}

fn unreadable(what: &str, text: &str) -> StoreError {
    StoreError::Other(format!("the database holds {text:?} where {what} should be"))
}
