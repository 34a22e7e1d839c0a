//! Reads how the sources of rosters stand.

use super::Basis;
use super::freshness::{self, Freshness};
use super::model::rosters::{RosterEntity, RosterState};
use crate::model::entity::ENTITIES;
use crate::model::sync_type::SyncType;
use crate::queries::rosters::{self, EntityRows, LoggedEntity, LoggedSource};
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// All sources.
///
/// # Errors
/// When the database fails.
pub(crate) fn read(connection: &mut Connection, basis: &Basis) -> Result<Vec<RosterState>, StoreError> {
    let sources = rosters::sources(connection)?;
    let (rows, credentials) = if sources.iter().any(|source| source.last_success_at.is_some()) {
        (rosters::rows(connection)?, rosters::credentials(connection)?)
    } else {
        (Vec::new(), Vec::new())
    };
    let kept = |source: &str| credentials.iter().find(|own| own.source == source).map_or(0, |own| own.rows);
    Ok(sources
        .into_iter()
        .map(|source| RosterState { credentials: kept(&source.source), ..state(source, &rows, basis) })
        .collect())
}

fn state(logged: LoggedSource, rows: &[EntityRows], basis: &Basis) -> RosterState {
    let age = logged.last_success_at.map(|at| freshness::age(at, basis.now));
    let freshness = Freshness::from_age(age, basis.stale_after(SyncType::Roster));
    let mut entities = Vec::new();
    for entity in ENTITIES {
        let now = rows.iter().find(|row| row.source == logged.source && row.entity == entity.name);
        let (active, sync_error) = now.map_or((0, 0), |row| (row.active, row.sync_error));
        let nothing = LoggedEntity { there: 0, errored: 0, expected: None, active: 0 };
        let left = logged.left.get(entity.name).copied().unwrap_or(nothing);
        if left == nothing && now.is_none() {
            continue;
        }
        entities.push(RosterEntity {
            entity: entity.name,
            there: left.there,
            errored: left.errored,
            expected: left.expected.unwrap_or(left.active),
            whole: left.expected.is_some(),
            active,
            sync_error,
            drift: active != left.active,
        });
    }
    RosterState {
        healthy: freshness == Freshness::Fresh
            && logged.consecutive_failures == 0
            && entities.iter().all(RosterEntity::is_healthy),
        source: logged.source,
        freshness,
        last_success_at: logged.last_success_at,
        age_seconds: age.map(|age| age.as_secs()),
        consecutive_failures: logged.consecutive_failures,
        credentials: 0,
        entities,
    }
}
