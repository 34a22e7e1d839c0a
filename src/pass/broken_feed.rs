//! A feed whose records are mostly bad is broken, and nothing of it is merged (contract §7).

use super::PassError;
use crate::exit::{Failure, FailureKind};
use crate::model::sync_type::SyncType;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::merge::{self, Compared, Severity};

/// How many of a feed's records are bad.
#[derive(Debug, Clone, Copy)]
pub(super) struct BadShare {
    /// Those that break a rule or contradict one with their key.
    pub(super) bad: i64,
    /// All of them.
    pub(super) all: i64,
}

impl From<Compared> for BadShare {
    fn from(compared: Compared) -> Self {
        Self { bad: compared.bad_records, all: compared.records.processed }
    }
}

/// Fails when more than half of a feed's records break a rule or contradict one with their key: that is a broken feed
/// (contract §7). `noun` is what the
/// records are called, and `collect` collects the notices, of which the message names the first.
pub(super) fn not_mostly_bad(
    connection: &mut Connection,
    sync_type: SyncType,
    noun: &str,
    share: impl Into<BadShare>,
    collect: impl FnOnce(&mut Connection) -> Result<(), StoreError>,
) -> Result<(), PassError> {
    let BadShare { bad, all } = share.into();
    if bad * 2 <= all {
        return Ok(());
    }
    collect(connection)?;
    let errors = merge::notices(connection, Severity::Error, sync_type)?;
    let first = errors
        .into_iter()
        .find(|error| {
            let is_of_these = error.entity.as_deref().is_none_or(|own| own == noun);
            is_of_these && matches!(error.code.as_str(), "bad_record" | "duplicate")
        })
        .map(|error| {
            let at = error.at.map(|at| format!(" ({at})")).unwrap_or_default();
            format!("; the first: {}{at}", error.message)
        });
    let owner = match sync_type {
        SyncType::Roster => "those who run the source of the roster",
        _ => "those who run the exam system",
    };
    let message = format!(
        "{bad} of {all} {noun} in the feed break the record rules: nothing was merged; report it to {owner}{}",
        first.unwrap_or_default()
    );
    Err(Failure::new(FailureKind::Contract, message).into())
}
