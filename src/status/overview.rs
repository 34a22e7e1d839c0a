//! The whole state: reads it and judges it (contract §9).

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use chrono::{NaiveDate, NaiveTime};

use super::freshness::{self, Freshness};
use super::model::{DateStatus, Head, KindCount, Overview, Quality, Standing, Surroundings, SyncState};
use super::{Basis, push as push_reasons, reasons, rosters, statistics};
use crate::clock;
use crate::exit::FailureKind;
use crate::model::scope::Scope;
use crate::model::sync_type::{ScopeKind, SyncType};
use crate::queries::alerts::Looked;
use crate::queries::runs::Run;
use crate::queries::{
    MAX_NAMED, adoption, alerts, centres, conflicts, packages, push, quality, runs, schedule, scopes, seating,
};
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
    surroundings: Surroundings,
    recent: &runs::Filter,
) -> Result<Overview, StoreError> {
    let today = basis.today();
    let standings = Standings::read(connection, basis, today)?;
    let slots = schedule::from(connection, today)?;
    let dates: BTreeSet<NaiveDate> =
        slots.iter().map(|slot| slot.exam_date).chain(standings.dates()).chain([today]).collect();
    let mut exam_dates: Vec<DateStatus> =
        dates.into_iter().map(|date| standings.date_state(basis, date, &slots)).collect();
    let mut syncs: Vec<SyncState> = SyncType::of_every_site()
        .map(|sync_type| SyncState { sync_type, standing: standings.of_type(basis, sync_type, &exam_dates) })
        .collect();
    if surroundings.is_centre && packages::last_import(connection)?.is_some() {
        // A package stands for the three pulls, and its age says nothing.
        let dates = exam_dates.iter_mut().map(|date| &mut date.standing);
        syncs.iter_mut().map(|sync| &mut sync.standing).chain(dates).for_each(|one| one.judged = false);
    }
    let dates: Vec<NaiveDate> = exam_dates.iter().map(|state| state.exam_date).collect();
    let looked = Looked { now: basis.now, from: today, to: None, with_commands: true, dates: &dates };
    let metrics_error =
        surroundings.unwritable_metrics.and_then(|unwritable| unwritable.reason(&syncs, basis.now));
    let last_closed = reasons::last_closed(today);
    let mut overview = Overview {
        head: Head::new(basis, Vec::new()),
        syncs,
        exam_dates,
        tables: quality::tables(connection, today)?,
        adoption: adoption::numbers(connection)?,
        alerts: alerts::open_alerts(connection, looked)?,
        undelivered: alerts::undelivered(connection)?,
        quality: Quality {
            over_capacity: quality::over_capacity(connection, today, None, MAX_NAMED)?,
            sync_errors: quality::sync_errors(connection, today)?,
            closed_in_use: seating::closed_in_use(connection, today, last_closed, MAX_NAMED)?,
            seats_taken: seating::seats_taken(connection, today, None, MAX_NAMED)?,
            closed_places: seating::closed_places(connection, today, last_closed)?,
        },
        token: surroundings.token,
        metrics_error,
        centres: centres::states(connection, &surroundings.centres, today)?,
        rosters: rosters::read(connection, basis, surroundings.rosters)?,
        push: push::states(connection, &surroundings.destinations, surroundings.pushed, basis.now)?,
        conflicts: match surroundings.centres.is_empty() {
            true => Vec::new(),
            false => conflicts::open(connection)?,
        },
        errors_by_kind: standings.errors_by_kind(),
        recent_runs: runs::runs(connection, recent)?,
    };
    for centre in &mut overview.centres {
        let own = overview.conflicts.iter().filter(|open| open.hall_external_id == centre.hall_external_id);
        centre.open_conflicts = own.map(|open| open.count).sum();
    }
    let mut reasons = reasons::of_overview(&overview, basis);
    reasons.extend(push_reasons::reasons(&overview.push, basis));
    overview.head = Head::new(basis, reasons);
    Ok(overview)
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

    /// The last completed pass of the date.
    pub(super) fn last_completed(&self, date: NaiveDate) -> Option<&Run> {
        let id = self.logged(SyncType::Participants, &Scope::Date(date))?.completed_id?;
        self.runs.get(&id)
    }

    /// The state of one exam date; `starts` are those of its active rows.
    pub(super) fn of_date(&self, basis: &Basis, date: NaiveDate, starts: &[NaiveTime]) -> Standing {
        let stale_after = freshness::participants_stale_after(basis, date, starts);
        let (sync_type, scope) = (SyncType::Participants, Scope::Date(date));
        let standing = self.standing(sync_type, &scope, basis, stale_after);
        // One that is never pulled is no alarm, nor is one that a person asked for by hand, far ahead, and never got.
        let asked_by_hand = standing.last_success_at.is_none()
            && date > clock::last_of_default_window(basis.today())
            && self.logged(sync_type, &scope).is_none_or(|logged| logged.failures_of_cron == 0);
        let judged = date == basis.today() || (standing.is_failing() && !asked_by_hand);
        Standing { judged, ..standing }
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

    /// The state of a sync type; participants as the one of `dates` that is today.
    pub(super) fn of_type(&self, basis: &Basis, sync_type: SyncType, dates: &[DateStatus]) -> Standing {
        let today = dates.iter().find(|state| state.exam_date == basis.today());
        let (ScopeKind::Dates, Some(today)) = (sync_type.scope_kind(), today) else {
            return self.standing(sync_type, &Scope::All, basis, basis.stale_after(sync_type));
        };
        let runs = dates.iter().filter_map(|state| state.standing.last_run.as_ref());
        Standing {
            last_run: runs.max_by_key(|run| run.started_at).cloned(),
            consecutive_failures: (dates.iter())
                .map(|state| state.standing.judged_failures())
                .max()
                .unwrap_or_default(),
            week: statistics::week(self.week(sync_type, &Scope::All)),
            ..today.standing.clone()
        }
    }

    fn standing(&self, sync_type: SyncType, scope: &Scope, basis: &Basis, stale_after: Duration) -> Standing {
        let logged = self.logged(sync_type, scope);
        let last_success_at = logged.and_then(|logged| logged.last_success_at);
        let age = last_success_at.map(|at| freshness::age(at, basis.now));
        Standing {
            freshness: Freshness::from_age(age, stale_after),
            stale_after_seconds: stale_after.as_secs(),
            last_success_at,
            age_seconds: age.map(|age| age.as_secs()),
            last_run: logged.and_then(|logged| self.runs.get(&logged.last_id)).cloned(),
            consecutive_failures: logged.map_or(0, |logged| logged.consecutive_failures),
            judged: true,
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
