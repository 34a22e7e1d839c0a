//! Which of the asked dates are pulled now: `--idle-interval` and `--starting-within` (contract §2).

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::alerts::rules::Rules;
use crate::cli::ParticipantsArguments;
use crate::clock;
use crate::exit::Failure;
use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;
use crate::queries::preflight;
use crate::report::{Status, Sync};
use crate::store::connection::Connection;
use crate::store::logs;

/// The dates to pull, and the ones that are skipped on purpose, both in order.
///
/// # Errors
/// When the database fails.
pub(super) fn choose(
    connection: &mut Connection,
    arguments: &ParticipantsArguments,
    rules: &Rules,
    asked: &[NaiveDate],
) -> Result<(Vec<NaiveDate>, Vec<NaiveDate>), Failure> {
    let now = Utc::now();
    let mut chosen = Vec::new();
    let mut skipped = Vec::new();
    for date in asked {
        let idle = match arguments.idle_interval {
            Some(interval) => is_idle(connection, *date, now, interval)?,
            None => false,
        };
        if idle && !arguments.sync.dry_run {
            logs::note_look(connection, *date, now)?;
        }
        let starts = match arguments.starting_within {
            Some(within) => starts_within(connection, *date, now, within, rules.timezone)?,
            None => true,
        };
        if idle || !starts { skipped.push(*date) } else { chosen.push(*date) }
    }
    if !arguments.sync.dry_run {
        // What can't be tidied up is no reason to fail.
        if let Err(error) = rules.close_past(connection, now) {
            tracing::debug!(%error, "alerts of past dates stay open");
        }
    }
    Ok((chosen, skipped))
}

/// No active participants, and a completed pass younger than `interval`.
fn is_idle(
    connection: &mut Connection,
    date: NaiveDate,
    now: DateTime<Utc>,
    interval: std::time::Duration,
) -> Result<bool, Failure> {
    let state = preflight::date_state(connection, date)?;
    let Some(last) = state.last_completed else { return Ok(false) };
    let interval = TimeDelta::from_std(interval).unwrap_or(TimeDelta::MAX);
    let age = now.signed_duration_since(last);
    // A pass of the future, of when the clock was ahead, says nothing of now.
    Ok(state.active == 0 && age >= TimeDelta::zero() && age < interval)
}

/// An active row starts between now and `within` from now.
fn starts_within(
    connection: &mut Connection,
    date: NaiveDate,
    now: DateTime<Utc>,
    within: std::time::Duration,
    timezone: Tz,
) -> Result<bool, Failure> {
    let within = TimeDelta::from_std(within).unwrap_or(TimeDelta::MAX);
    let times = preflight::start_times(connection, date)?;
    Ok(clock::starts_within(date, times.into_iter(), now, within, timezone))
}

/// The syncs with the skipped dates among them, by date; what is of no date stays first.
pub(super) fn in_order(mut syncs: Vec<Sync>, skipped: Vec<NaiveDate>) -> Vec<Sync> {
    syncs.extend(skipped.into_iter().map(|date| Sync {
        status: Status::Skipped,
        ..Sync::new(SyncType::Participants, Scope::Date(date))
    }));
    syncs.sort_by_key(|sync| sync.scope.date());
    syncs
}
