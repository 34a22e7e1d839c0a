//! The settings of rosters (contract §13.1).

use std::time::Duration;

use super::layers::Layers;
use super::table::roster as table;
use crate::decode::record::roles::Roles;

/// What rosters need.
#[derive(Debug, Clone)]
pub(crate) struct Roster {
    /// `ROSTER_SOURCE_NAME`, else the name of the kind of source.
    pub source_name: Option<String>,
    /// `ROSTER_ROLES`, with the words that are known without it.
    pub roles: Roles,
    /// `ROSTER_CREDENTIALS`: whether hashes of passwords are kept.
    pub credentials: bool,
    /// `SYNC_STALE_AFTER_ROSTER`.
    pub stale_after: Duration,
}

impl Roster {
    pub(super) fn read(layers: &mut Layers<'_>) -> Option<Self> {
        Some(Self {
            source_name: layers.given(&table::SOURCE_NAME),
            roles: layers.given(&table::ROLES).unwrap_or_default(),
            credentials: layers.value(&table::CREDENTIALS)?,
            stale_after: layers.value(&table::STALE_AFTER)?,
        })
    }
}
