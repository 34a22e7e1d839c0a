//! Which of the asked dates are pulled now: `--idle-interval` and `--starting-within` (contract §2).

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

use crate::cli::ParticipantsArguments;
use crate::clock;
use crate::exit::Failure;
use crate::report::{Status, Sync, SyncType};
use crate::settings::Settings;
use crate::store::connection::Connection;
use crate::store::{logs, lookups};

/// The dates to pull, and the ones that are skipped on purpose, both in order.
///
/// # Errors
/// When the database fails.
pub(super) fn choose(
    connection: &mut Connection,
    arguments: &ParticipantsArguments,
    settings: &Settings,
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
            Some(within) => starts_within(connection, *date, now, within, settings)?,
            None => true,
        };
        if idle || !starts { skipped.push(*date) } else { chosen.push(*date) }
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
    let state = lookups::date_state(connection, date)?;
    let Some(last) = state.last_completed.as_deref().and_then(clock::parse_utc) else { return Ok(false) };
    let interval = TimeDelta::from_std(interval).unwrap_or(TimeDelta::MAX);
    Ok(state.active == 0 && now.signed_duration_since(last) < interval)
}

/// An active row starts between now and `within` from now.
fn starts_within(
    connection: &mut Connection,
    date: NaiveDate,
    now: DateTime<Utc>,
    within: std::time::Duration,
    settings: &Settings,
) -> Result<bool, Failure> {
    let within = TimeDelta::from_std(within).unwrap_or(TimeDelta::MAX);
    let times = lookups::start_times(connection, date)?;
    Ok(times.iter().filter_map(|time| time.parse::<NaiveTime>().ok()).any(|time| {
        let until = clock::instant(date.and_time(time), settings.timezone).signed_duration_since(now);
        until >= TimeDelta::zero() && until <= within
    }))
}

/// The syncs with the skipped dates among them, by date; what is of no date stays first.
pub(super) fn in_order(mut syncs: Vec<Sync>, skipped: Vec<NaiveDate>) -> Vec<Sync> {
    syncs.extend(
        skipped
            .into_iter()
            .map(|date| Sync { status: Status::Skipped, ..Sync::new(SyncType::Participants, Some(date)) }),
    );
    syncs.sort_by_key(|sync| sync.exam_date);
    syncs
}
