//! The participants passes: one per date, pulled and compared ahead of each other, written one at a time in
//! date order.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDate;
use futures_util::StreamExt as _;
use tokio::sync::oneshot;

use super::conditional::{self, nothing_new};
use super::halls::live_parts;
use super::life::{Ended, Worked};
use super::locking::Held;
use super::merge_participants::{self, FeedIs};
use super::pulling::{self, About, Work};
use super::{Context, PassError, again, blocking, failed_all, halls, locking};
use crate::api::Feed;
use crate::exit::Failure;
use crate::feed::Request;
use crate::report::{Sync, SyncType};
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::merge::participants as merge;
use crate::store::staging;

mod healing;

use healing::{Healer, LOCK_WAIT_LEAST, as_healing};

const TYPES: &[SyncType] = &[SyncType::Participants];

/// Each date in flight has a connection and a staging table of its own: more would only load the database.
const IN_FLIGHT_MOST: usize = 3;

/// Runs one pass per date, in order; failures are in the syncs. The syncs of a halls pass that unknown
/// rooms made necessary come first.
pub async fn run(context: &Context, feed: &Feed, dates: &[NaiveDate]) -> Vec<Sync> {
    if context.dry_run {
        return match locking::take(context, TYPES, context.lock_wait).await {
            Ok(held) => dry_run(context, feed, dates, &held).await,
            Err(error) => fail_dates(context, dates, &error.into()),
        };
    }
    let healer = Arc::new(Healer::new(context, feed));
    let mut ended = round(context, feed, dates, &healer).await;
    let lost: Vec<NaiveDate> = ended.iter().filter(|one| one.lost).map(|one| one.date).collect();
    if !lost.is_empty() && again::may_go_again(context, feed).await {
        for again in round(context, feed, &lost, &healer).await {
            ended
                .iter_mut()
                .filter(|one| one.date == again.date)
                .for_each(|one| one.syncs.clone_from(&again.syncs));
        }
    }
    let mut syncs = healer.syncs();
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
async fn round(context: &Context, feed: &Feed, dates: &[NaiveDate], healer: &Arc<Healer>) -> Vec<Dated> {
    let held = match locking::take(context, TYPES, context.lock_wait).await {
        Ok(held) => held,
        Err(error) => {
            let failure = error.into();
            let ended = |date: &NaiveDate| failed_all(context, TYPES, Some(*date), &failure);
            return dates.iter().map(|date| Dated { date: *date, syncs: ended(date), lost: false }).collect();
        }
    };
    let mut turn = None;
    let passes: Vec<_> = dates
        .iter()
        .map(|date| {
            let (done, next) = oneshot::channel();
            let (before, healer) = (Mutex::new(turn.replace(next)), Some(Arc::clone(healer)));
            one_date(context, feed, *date, Turn { before, healer, _done: Some(done) }, &held)
        })
        .collect();
    let in_flight = context.concurrency.min(IN_FLIGHT_MOST);
    futures_util::stream::iter(passes).buffered(in_flight).collect().await
}

/// A date's place in the order of writing: it writes when the one before is done with, however it ended.
#[derive(Default)]
struct Turn {
    before: Mutex<Option<oneshot::Receiver<()>>>,
    /// None in a dry run, which pulls the halls in its own transaction.
    healer: Option<Arc<Healer>>,
    /// Dropped when this date is done with, which is what the next one waits for.
    _done: Option<oneshot::Sender<()>>,
}

impl Turn {
    /// Waits until it is this date's turn, from a blocking thread; at once when that has come before.
    fn wait(&self) {
        if let Some(before) = self.before.lock().unwrap_or_else(PoisonError::into_inner).take() {
            // Nothing is ever sent: the other end being dropped is the sign.
            let _ = before.blocking_recv();
        }
    }

    /// See [`Healer::heal`]; only when it is this date's turn.
    fn heal(&self) -> bool {
        self.healer.as_ref().is_some_and(|healer| healer.heal())
    }

    /// See [`Healer::has_pulled`].
    fn halls_pulled(&self) -> bool {
        self.healer.as_ref().is_some_and(|healer| healer.has_pulled())
    }
}

async fn one_date(context: &Context, feed: &Feed, date: NaiveDate, turn: Turn, held: &Held) -> Dated {
    let ready = move |connection: &mut Connection, turn: &Turn, in_key_order: Option<i64>| {
        // On SQLite only one can have the transaction that comes next.
        if matches!(connection, Connection::Sqlite(_)) {
            turn.wait();
        }
        let pulled = turn.halls_pulled();
        if merge::resolve(connection, in_key_order)? {
            turn.wait();
            if turn.heal() {
                merge::resolve(connection, in_key_order)?;
                return Ok(true);
            }
        }
        Ok(pulled)
    };
    let pass = async {
        context.stop.check()?;
        let connection = context.connection().await?;
        on(context, feed, date, connection, false, held, turn, ready).await
    };
    match pass.await {
        Ok(Ended { syncs, connection, lost, .. }) => {
            if syncs.iter().all(|sync| sync.failure.is_none()) {
                context.connections.keep(connection);
            }
            Dated { date, syncs, lost }
        }
        Err(error) => {
            let lost = error.is_lost();
            Dated { date, syncs: failed_all(context, TYPES, Some(date), &error.into()), lost }
        }
    }
}

/// All dates, and the halls where they are needed, in one transaction that is rolled back at the end.
async fn dry_run(context: &Context, feed: &Feed, dates: &[NaiveDate], held: &Held) -> Vec<Sync> {
    let connections = context.connections.clone();
    let opened = blocking(&context.stop, move || {
        let mut connection = connections.take()?;
        connection.begin()?;
        Ok::<_, Failure>(connection)
    });
    let mut connection = match opened.await {
        Ok(Ok(connection)) => connection,
        Ok(Err(failure)) | Err(failure) => return fail_dates(context, dates, &failure),
    };
    let mut syncs = Vec::new();
    let mut halls_unpulled = matches!(feed, Feed::Api(_));
    for (nth, date) in dates.iter().enumerate() {
        loop {
            let ready = move |connection: &mut Connection, _: &Turn, in_key_order: Option<i64>| {
                let unknown = merge::resolve(connection, in_key_order)?;
                if unknown && halls_unpulled { Err(PassError::NeedsHalls) } else { Ok(false) }
            };
            let ended = match on(context, feed, *date, connection, true, held, Turn::default(), ready).await {
                Ok(ended) => ended,
                Err(error) => {
                    syncs.extend(fail_dates(context, &dates[nth..], &error.into()));
                    return syncs;
                }
            };
            connection = ended.connection;
            if !ended.needs_halls {
                syncs.extend(ended.syncs);
                break;
            }
            halls_unpulled = false;
            // Without its lock there is no halls pass, which is no date's verdict.
            let lock_wait = context.lock_wait.max(LOCK_WAIT_LEAST);
            let healed = match locking::take(context, halls::TYPES, lock_wait).await {
                Ok(held) => match halls::on(context, feed, connection, true, &held).await {
                    Ok(ended) => {
                        connection = ended.connection;
                        ended.syncs
                    }
                    Err(error) => {
                        syncs.extend(fail_dates(context, &dates[nth..], &error.into()));
                        return syncs;
                    }
                },
                Err(error) => failed_all(context, halls::TYPES, None, &error.into()),
            };
            syncs.splice(0..0, as_healing(healed));
        }
    }
    syncs
}

/// Runs the pass of one date on a connection; `ready` is called between staging and merging, resolves, and says whether
/// the turn's halls had been pulled by then.
#[expect(clippy::too_many_arguments, reason = "what a pass works with, and what is this date's own")]
async fn on(
    context: &Context,
    feed: &Feed,
    date: NaiveDate,
    connection: Connection,
    nested: bool,
    held: &Held,
    turn: Turn,
    ready: impl FnOnce(&mut Connection, &Turn, Option<i64>) -> Result<bool, PassError> + Send + 'static,
) -> Result<Ended, PassError> {
    let about = About {
        types: TYPES,
        exam_date: Some(date),
        nested,
        asked: vec![(Request::Participants(date), 0)],
        label: date.to_string(),
    };
    pulling::run(context, feed, connection, held, about, move |work| {
        let Work { context, feed, life, mut incoming, bar } = work;
        let (started_at, first_load) = (life.started_at(), life.is_first_load());
        let mut resolved = true;
        life.run(
            |connection| {
                let staged = incoming.stage_entries(connection, first_load, &bar)?;
                let answers = incoming.answers()?;
                let parts = live_parts(&answers)?;
                bar.message("merging");
                staging::keep_parts(connection, "stage_entry", &parts, staged.bodies)?;
                if staged.late_starts {
                    merge::late_starts(connection)?;
                }
                let in_key_order = context.may_leave_out(staged.in_key_order);
                let halls_pulled = ready(connection, &turn, in_key_order)?;
                Ok::<_, PassError>((answers, in_key_order, halls_pulled))
            },
            |connection, (answers, in_key_order, halls_pulled)| {
                // What a first try resolved is stale for a second one.
                let resolved = std::mem::take(&mut resolved);
                let halls_pulled = if resolved { *halls_pulled } else { turn.halls_pulled() };
                let in_turn = || {
                    turn.wait();
                    if turn.halls_pulled() == halls_pulled {
                        return Ok(());
                    }
                    Err(StoreError::Contended("a date before this one had the halls pulled".into()))
                };
                let (nothing_new, in_key_order) = (nothing_new(answers), *in_key_order);
                let feed_is = FeedIs { asked_at: started_at, nothing_new, resolved, in_key_order };
                let worked = merge_participants::date(&context, connection, date, feed_is, &in_turn)?;
                if let Worked::Merged(syncs) = &worked {
                    conditional::keep(&context, &feed, connection, started_at, answers, syncs)?;
                }
                Ok(worked)
            },
            &feed,
        )
    })
    .await
}

fn fail_dates(context: &Context, dates: &[NaiveDate], failure: &Failure) -> Vec<Sync> {
    dates.iter().flat_map(|date| failed_all(context, TYPES, Some(*date), failure)).collect()
}
