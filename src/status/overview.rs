//! The whole state: reads it and judges it (contract §9).

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use super::freshness::{self, Freshness};
use super::model::{DateStatus, Head, KindCount, Overview, Quality, Standing, SyncState, TokenExpiry};
use super::{Basis, statistics};
use crate::exit::FailureKind;
use crate::model::scope::Scope;
use crate::model::sync_type::{ScopeKind, SyncType};
use crate::output::time;
use crate::queries::alerts::OpenAlert;
use crate::queries::runs::Run;
use crate::queries::{alerts, quality, runs, schedule, scopes};
use crate::store::connection::Connection;
use crate::store::error::StoreError;

const WEEK: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Reads the state; `recent` says which runs it ends with.
///
/// # Errors
/// When the database fails.
pub(crate) fn read(
    connection: &mut Connection,
    basis: &Basis,
    token: Option<TokenExpiry>,
    recent: &runs::Filter,
) -> Result<Overview, StoreError> {
    let today = basis.today();
    let standings = Standings::read(connection, basis, today)?;
    let slots = schedule::from(connection, today)?;
    let dates: BTreeSet<NaiveDate> =
        slots.iter().map(|slot| slot.exam_date).chain(standings.dates()).chain([today]).collect();
    let exam_dates: Vec<DateStatus> =
        dates.into_iter().map(|date| standings.date_state(basis, date, &slots)).collect();
    let syncs: Vec<SyncState> = SyncType::of_every_site()
        .map(|sync_type| SyncState { sync_type, standing: standings.of_type(basis, sync_type, &exam_dates) })
        .collect();
    let alerts = alerts::open_alerts(connection)?;
    let problems = problems(&syncs, &exam_dates, &alerts, today);
    Ok(Overview {
        head: Head::new(basis, problems),
        syncs,
        exam_dates,
        tables: quality::tables(connection)?,
        alerts,
        undelivered: alerts::undelivered(connection)?,
        quality: Quality {
            over_capacity: quality::over_capacity(connection, today, None)?,
            sync_errors: quality::sync_errors(connection)?,
        },
        token,
        errors_by_kind: standings.errors_by_kind(),
        recent_runs: runs::runs(connection, recent)?,
    })
}

/// What the log rows say, by sync type and exam date.
pub(super) struct Standings {
    scopes: Vec<scopes::LoggedScope>,
    runs: HashMap<i64, Run>,
    week: Vec<runs::EndedRun>,
}

impl Standings {
    /// Reads them; of the exam dates those from `from` on.
    pub(super) fn read(
        connection: &mut Connection,
        basis: &Basis,
        from: NaiveDate,
    ) -> Result<Self, StoreError> {
        let scopes = scopes::scopes(connection, from)?;
        let ids = scopes.iter().flat_map(|scope| [Some(scope.last_id), scope.completed_id]).flatten();
        let runs = runs::of_rows(connection, ids)?;
        let week = runs::ended_since(connection, basis.before(WEEK))?;
        Ok(Self { scopes, runs, week })
    }

    fn dates(&self) -> impl Iterator<Item = NaiveDate> {
        self.scopes.iter().filter_map(|logged| logged.scope.date())
    }

    fn logged(&self, sync_type: SyncType, scope: &Scope) -> Option<&scopes::LoggedScope> {
        self.scopes.iter().find(|logged| logged.sync_type == sync_type && logged.scope == *scope)
    }

    /// When the last completed pass of the date began.
    pub(super) fn last_completed_start(&self, date: NaiveDate) -> Option<DateTime<Utc>> {
        let id = self.logged(SyncType::Participants, &Scope::Date(date))?.completed_id?;
        self.runs.get(&id).map(|run| run.started_at)
    }

    /// How one exam date stands; `starts` are those of its active rows.
    pub(super) fn of_date(&self, basis: &Basis, date: NaiveDate, starts: &[NaiveTime]) -> Standing {
        let stale_after = freshness::participants_stale_after(basis, date, starts);
        self.standing(SyncType::Participants, &Scope::Date(date), basis, stale_after)
    }

    fn date_state(&self, basis: &Basis, exam_date: NaiveDate, slots: &[schedule::Slot]) -> DateStatus {
        let slots: Vec<_> = slots.iter().filter(|slot| slot.exam_date == exam_date).collect();
        let starts: Vec<NaiveTime> = slots.iter().map(|slot| slot.start_time).collect();
        DateStatus {
            exam_date,
            halls: slots.iter().map(|slot| slot.halls).max().unwrap_or_default(),
            rooms: slots.iter().map(|slot| slot.rooms).max().unwrap_or_default(),
            participants: slots.iter().map(|slot| slot.participants).sum(),
            standing: self.of_date(basis, exam_date, &starts),
        }
    }

    /// How a sync type stands; participants as the one of `dates` that is today.
    pub(super) fn of_type(&self, basis: &Basis, sync_type: SyncType, dates: &[DateStatus]) -> Standing {
        let today = dates.iter().find(|state| state.exam_date == basis.today());
        let (ScopeKind::Dates, Some(today)) = (sync_type.scope_kind(), today) else {
            return self.standing(sync_type, &Scope::All, basis, basis.stale_after(sync_type));
        };
        let runs = dates.iter().filter_map(|state| state.standing.last_run.as_ref());
        Standing {
            last_run: runs.max_by_key(|run| run.started_at).cloned(),
            consecutive_failures: (dates.iter())
                .map(|state| state.standing.consecutive_failures)
                .max()
                .unwrap_or_default(),
            week: statistics::week(self.week(sync_type, &Scope::All)),
            ..today.standing.clone()
        }
    }

    fn standing(&self, sync_type: SyncType, scope: &Scope, basis: &Basis, stale_after: Duration) -> Standing {
        let logged = self.logged(sync_type, scope);
        let last_success_at = logged.and_then(scopes::LoggedScope::last_success_at);
        let age = last_success_at.map(|at| freshness::age(at, basis.now));
        Standing {
            freshness: Freshness::from_age(age, stale_after),
            stale_after_seconds: stale_after.as_secs(),
            last_success_at,
            age_seconds: age.map(|age| age.as_secs()),
            last_run: logged.and_then(|logged| self.runs.get(&logged.last_id)).cloned(),
            consecutive_failures: logged.map_or(0, |logged| logged.consecutive_failures),
            week: statistics::week(self.week(sync_type, scope)),
        }
    }

    /// The week's passes of a sync type, or of one date of it.
    fn week(&self, sync_type: SyncType, scope: &Scope) -> impl Iterator<Item = statistics::Ended> {
        self.week
            .iter()
            .filter(move |run| run.sync_type == sync_type)
            .filter(move |run| *scope == Scope::All || run.scope == *scope)
            .map(|run| statistics::Ended {
                completed: run.completed,
                refused: run.kind.as_deref() == Some(FailureKind::Guard.name()),
                duration_ms: run.duration_ms(),
            })
    }

    fn errors_by_kind(&self) -> Vec<KindCount> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for kind in self.week.iter().filter_map(|run| run.kind.as_deref()) {
            *counts.entry(kind).or_default() += 1;
        }
        counts.into_iter().map(|(kind, count)| KindCount { kind: kind.to_owned(), count }).collect()
    }
}

/// Everything that `--check` minds. Participants are judged by today's date; another date counts only when
/// its passes fail, so that it is not hidden behind good ones and one that is never pulled is no alarm.
fn problems(
    syncs: &[SyncState],
    dates: &[DateStatus],
    alerts: &[OpenAlert],
    today: NaiveDate,
) -> Vec<String> {
    let stale = |standing: &Standing| standing.freshness != Freshness::Fresh;
    let of_date = |date| Scope::Date(date).labelled(SyncType::Participants.label());
    let of_types =
        syncs.iter().filter(|sync| stale(&sync.standing)).map(|sync| match sync.sync_type.scope_kind() {
            ScopeKind::Dates => problem(&format!("{}, today", of_date(today)), &sync.standing),
            ScopeKind::All | ScopeKind::Halls | ScopeKind::Sources => {
                problem(sync.sync_type.name(), &sync.standing)
            }
        });
    let of_dates = dates
        .iter()
        .filter(|state| state.exam_date != today && stale(&state.standing) && state.standing.is_failing())
        .map(|state| problem(&of_date(state.exam_date), &state.standing));
    of_types.chain(of_dates).chain(alerts.iter().map(alerting)).collect()
}

/// What is wrong with one that is not fresh.
pub(super) fn problem(what: &str, standing: &Standing) -> String {
    let age = standing.age_seconds.map(|seconds| time::age(Duration::from_secs(seconds)));
    let since = match age {
        Some(age) => format!("{}, the last good pass was {age} ago", standing.freshness.name()),
        None => "never synced".to_owned(),
    };
    let failed = match standing.consecutive_failures {
        0 => String::new(),
        1 => ", 1 pass failed since".to_owned(),
        failures => format!(", {failures} passes failed since"),
    };
    format!("{what}: {since}{failed}")
}

/// What an open alert says.
pub(super) fn alerting(alert: &OpenAlert) -> String {
    format!("alert: {}: {}", alert.subject(), alert.summary())
}
