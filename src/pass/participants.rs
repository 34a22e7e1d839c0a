//! The participants passes, one per date: several dates are pulled and compared at once, and written one at a time in
//! date order.

use std::sync::Arc;

use chrono::NaiveDate;
use futures_util::StreamExt as _;

use super::acquire_lock::Held;
use super::fetch::{self, About, StagingWork};
use super::halls::live_parts;
use super::http_cache::{self, nothing_new};
use super::merge_participants::{self, FeedIs};
use super::run::{MergeOutcome, RunOutcome};
use super::{Context, PassError, acquire_lock, failed_all, rerun};
use crate::decode::ExamDate;
use crate::exit::Failure;
use crate::feed::Request;
use crate::model::Presorted;
use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;
use crate::report::Sync;
use crate::source::Source;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::merge::participants as merge;
use crate::store::staging::{self, StagingTable};

mod dry_run;
mod refresh_halls;
mod turn;

use refresh_halls::{HallsRefresher, Refreshed};
use turn::{Turn, Turns, connection_of_date};

const TYPES: &[SyncType] = &[SyncType::Participants];

/// The most dates in flight. Each has its own connection and staging table; more would only load the database.
const MAX_IN_FLIGHT: usize = 3;

/// Runs one pass per date, in order. Failures are in the syncs. If unknown rooms made a halls pass necessary, its syncs
/// come first.
pub(crate) async fn run(context: &Context, feed: &Source, dates: &[NaiveDate]) -> Vec<Sync> {
    if context.dry_run {
        return match acquire_lock::take(context, TYPES, context.lock_wait).await {
            Ok(held) => dry_run::run(context, feed, dates, &held).await,
            Err(error) => fail_dates(context, dates, &error.into()),
        };
    }
    let refresher = Arc::new(HallsRefresher::new(context, feed));
    let mut ended = round(context, feed, dates, &refresher).await;
    let lost: Vec<NaiveDate> = ended.iter().filter(|one| one.lost).map(|one| one.date).collect();
    if !lost.is_empty() && rerun::may_go_again(context, feed).await {
        for again in round(context, feed, &lost, &refresher).await {
            ended
                .iter_mut()
                .filter(|one| one.date == again.date)
                .for_each(|one| one.syncs.clone_from(&again.syncs));
        }
    }
    let mut syncs = refresher.syncs();
    syncs.extend(ended.into_iter().flat_map(|one| one.syncs));
    syncs
}

/// How the pass of one date ended.
struct Dated {
    date: NaiveDate,
    syncs: Vec<Sync>,
    /// Whether its connection was lost, so that it may be run once more.
    lost: bool,
}

/// Runs the passes of these dates under one lock.
async fn round(
    context: &Context,
    feed: &Source,
    dates: &[NaiveDate],
    refresher: &Arc<HallsRefresher>,
) -> Vec<Dated> {
    let held = match acquire_lock::take(context, TYPES, context.lock_wait).await {
        Ok(held) => held,
        Err(error) => {
            let failure = error.into();
            let ended = |date: &NaiveDate| failed_all(context, TYPES, &Scope::Date(*date), &failure);
            return dates.iter().map(|date| Dated { date: *date, syncs: ended(date), lost: false }).collect();
        }
    };
    let mut turns = Turns::new(refresher);
    let passes: Vec<_> =
        dates.iter().map(|date| one_date(context, feed, *date, turns.next(), &held)).collect();
    futures_util::stream::iter(passes).buffered(in_flight(context)).collect().await
}

/// How many dates are pulled at once, at most.
pub(crate) fn in_flight(context: &Context) -> usize {
    if context.dry_run { 1 } else { context.concurrency.min(MAX_IN_FLIGHT) }
}

async fn one_date(context: &Context, feed: &Source, date: NaiveDate, turn: Turn, held: &Held) -> Dated {
    match date_and_halls(context, feed, date, &Arc::new(turn), held).await {
        Ok(RunOutcome { syncs, connection, lost, .. }) => {
            if syncs.iter().all(|sync| sync.failure.is_none()) {
                context.connections.put_back(connection);
            }
            Dated { date, syncs, lost }
        }
        Err(error) => {
            let lost = error.is_lost();
            Dated { date, syncs: failed_all(context, TYPES, &Scope::Date(date), &error.into()), lost }
        }
    }
}

/// Runs the pass of a date. Where it needs the halls and no further connection can be had, it gives its own to them, and
/// begins once more after that.
async fn date_and_halls(
    context: &Context,
    feed: &Source,
    date: NaiveDate,
    turn: &Arc<Turn>,
    held: &Held,
) -> Result<RunOutcome, PassError> {
    context.stop.check()?;
    let mut connection = connection_of_date(context, turn).await?;
    let mut log_ids = Vec::new();
    loop {
        let (locks, own) = (held.clone(), OnConnection { connection, nested: false, log_ids });
        let ready = move |connection: &mut Connection, turn: &Turn, presorted: Option<Presorted>| {
            resolve_in_turn(connection, turn, presorted, &locks)
        };
        let ended = on(context, feed, date, own, held, Arc::clone(turn), ready).await?;
        if !ended.needs_halls {
            return Ok(ended);
        }
        log_ids = ended.log_ids;
        connection = match turn.refresh_on(ended.connection, held).await {
            Some(connection) => connection,
            None => connection_of_date(context, turn).await?,
        };
    }
}

/// Resolves the entries, and has the halls pulled where rooms are unknown; returns whether they had been pulled by then.
fn resolve_in_turn(
    connection: &mut Connection,
    turn: &Turn,
    presorted: Option<Presorted>,
    held: &Held,
) -> Result<bool, PassError> {
    // On SQLite only one connection can hold the write transaction that comes next.
    if matches!(connection, Connection::Sqlite(_)) {
        turn.wait();
    }
    let pulled = turn.halls_pulled();
    if merge::resolve(connection, presorted)? {
        turn.wait();
        match turn.refresh(held) {
            Refreshed::Pulled => {
                merge::resolve(connection, presorted)?;
                return Ok(true);
            }
            Refreshed::NoConnection => return Err(PassError::NeedsHalls),
            Refreshed::NoFeed => {}
        }
    }
    Ok(pulled)
}

/// What the pass of a date runs on.
struct OnConnection {
    connection: Connection,
    /// See [`About::nested`].
    nested: bool,
    /// See [`About::log_ids`].
    log_ids: Vec<i64>,
}

/// Runs the pass of one date on a connection. `ready` is called between staging and merging; it resolves the entries and
/// returns whether the halls had been pulled by then.
async fn on(
    context: &Context,
    feed: &Source,
    date: NaiveDate,
    OnConnection { connection, nested, log_ids }: OnConnection,
    held: &Held,
    turn: Arc<Turn>,
    ready: impl FnOnce(&mut Connection, &Turn, Option<Presorted>) -> Result<bool, PassError> + Send + 'static,
) -> Result<RunOutcome, PassError> {
    let about = About {
        types: TYPES,
        scope: Scope::Date(date),
        nested,
        log_ids,
        asked: vec![(Request::Participants(date), 0)],
        label: date.to_string(),
    };
    fetch::run(context, feed, connection, held, about, move |work| {
        let StagingWork { context, feed, life, mut incoming, bar } = work;
        let (tables, mut resolved) = (life.staging_tables(), true);
        life.run(
            |connection| {
                // The next date takes a connection when it is seen what this one needs.
                tables.begin(connection)?;
                turn.has_begun();
                let exam_date = ExamDate { date, timezone: context.timezone };
                let staged = incoming.stage_entries(connection, &tables, exam_date, &bar)?;
                let answers = incoming.answers()?;
                let parts = live_parts(&answers)?;
                bar.message("merging");
                if nothing_new(&answers) {
                    return Ok((answers, None, turn.halls_pulled()));
                }
                staging::keep_parts(connection, StagingTable::Entries, &parts, staged.bodies)?;
                if staged.late_starts {
                    merge::late_starts(connection)?;
                }
                let presorted = staged.presorted;
                let halls_pulled = ready(connection, &turn, presorted)?;
                Ok::<_, PassError>((answers, presorted, halls_pulled))
            },
            |connection, (answers, presorted, halls_pulled)| {
                // A retry must not use what an earlier try resolved.
                let resolved = std::mem::take(&mut resolved);
                let halls_pulled = if resolved { *halls_pulled } else { turn.halls_pulled() };
                let in_turn = || {
                    turn.wait();
                    if turn.halls_pulled() == halls_pulled {
                        return Ok(());
                    }
                    Err(StoreError::Contended("a date before this one had the halls pulled".into()))
                };
                let worked = if nothing_new(answers) {
                    merge_participants::confirmed(connection, date, &tables.facts, &in_turn)?
                } else {
                    let feed_is = FeedIs { asked_at: tables.facts.now, resolved, presorted: *presorted };
                    merge_participants::date(&context, connection, date, feed_is, &in_turn)?
                };
                if let MergeOutcome::Merged(syncs) = &worked {
                    http_cache::store(&context, &feed, connection, tables.facts.now, answers, syncs)?;
                }
                Ok(worked)
            },
            &|| feed.traffic(),
        )
    })
    .await
}

fn fail_dates(context: &Context, dates: &[NaiveDate], failure: &Failure) -> Vec<Sync> {
    dates.iter().flat_map(|date| failed_all(context, TYPES, &Scope::Date(*date), failure)).collect()
}
