//! Reads the state of the sources of rosters.

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveTime, Utc};

use super::Basis;
use super::freshness::{self, Freshness};
use super::model::rosters::{RosterEntity, RosterState};
use crate::clock;
use crate::model::entity::ENTITIES;
use crate::model::sync_type::SyncType;
use crate::queries::rosters::{self, EntityRows, LoggedEntity, LoggedSource, SourceCount};
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// All sources: those that are `set_up`, and others that were pulled.
///
/// # Errors
/// When the database fails.
pub(crate) fn read(
    connection: &mut Connection,
    basis: &Basis,
    set_up: Vec<String>,
) -> Result<Vec<RosterState>, StoreError> {
    let mut sources = rosters::sources(connection)?;
    let never = set_up.into_iter().filter(|name| !sources.iter().any(|source| source.source == *name));
    let never: Vec<LoggedSource> = never.map(LoggedSource::never_pulled).collect();
    sources.extend(never);
    let (rows, credentials) = if sources.iter().any(|source| source.last_success_at.is_some()) {
        (rosters::rows(connection)?, rosters::credentials(connection)?)
    } else {
        (Vec::new(), Vec::new())
    };
    let is_lasting = |source: &LoggedSource| source.left.values().any(|entity| entity.never_absent);
    let began = school_year_began(basis.today());
    let unseen = match sources.iter().any(is_lasting) {
        true => rosters::last_seen_before(connection, midnight(began, basis))?,
        false => Vec::new(),
    };
    let of = |counts: &[SourceCount], source: &str| {
        counts.iter().find(|own| own.source == source).map_or(0, |own| own.rows)
    };
    Ok(sources
        .into_iter()
        .map(|source| RosterState {
            credentials: of(&credentials, &source.source),
            not_seen_this_school_year: is_lasting(&source).then(|| of(&unseen, &source.source)),
            ..state(source, &rows, basis)
        })
        .collect())
}

/// The 1st of September, on which the school year of every Bakaláři begins.
fn school_year_began(today: NaiveDate) -> NaiveDate {
    let of = |year| NaiveDate::from_ymd_opt(year, 9, 1).unwrap_or(today);
    let this = of(today.year());
    if this <= today { this } else { of(today.year() - 1) }
}

fn midnight(date: NaiveDate, basis: &Basis) -> DateTime<Utc> {
    clock::instant(date.and_time(NaiveTime::MIN), basis.timezone)
}

fn state(logged: LoggedSource, rows: &[EntityRows], basis: &Basis) -> RosterState {
    let age = logged.last_success_at.map(|at| freshness::age(at, basis.now));
    let freshness = Freshness::from_age(age, basis.stale_after(SyncType::Roster));
    let mut entities = Vec::new();
    for entity in ENTITIES {
        let now = rows.iter().find(|row| row.source == logged.source && row.entity == entity.name);
        let (active, sync_error) = now.map_or((0, 0), |row| (row.active, row.sync_error));
        let nothing = LoggedEntity { there: 0, errored: 0, expected: None, active: 0, never_absent: false };
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
        not_seen_this_school_year: None,
        entities,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_school_year_begins_in_september() {
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        for (today, began) in
            [("2026-08-31", "2025-09-01"), ("2026-09-01", "2026-09-01"), ("2027-01-01", "2026-09-01")]
        {
            assert_eq!(school_year_began(date(today)), date(began));
        }
    }
}
