//! The halls pass: all halls and the rooms nested in them, two syncs that succeed or fail together.

use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::conditional::{self, Known, nothing_new};
use super::life::{Ended, Life, Worked};
use super::locking::Held;
use super::read::Incoming;
use super::{Answer, Context, PassError, again, blocking, ending, failed_all, locking, merge_places};
use crate::api::Feed;
use crate::exit::Failure;
use crate::feed::Request;
use crate::report::{Sync, SyncType};
use crate::store::connection::Connection;
use crate::store::staging;

/// What it locks and logs, in the order in which locks are taken.
pub(super) const TYPES: &[SyncType] = &[SyncType::ExamHalls, SyncType::HallRooms];

/// Runs the pass; failures are in the syncs. Waits for its locks at most `lock_wait`.
pub async fn run(context: &Context, feed: &Feed, lock_wait: Duration) -> Vec<Sync> {
    let once = async || {
        let held = locking::take(context, TYPES, lock_wait).await?;
        let connections = context.connections.clone();
        let connection = blocking(&context.stop, move || connections.take()).await??;
        on(context, feed, connection, false, &held).await
    };
    match again::if_lost(context, feed, once).await {
        Ok(ended) => ended.syncs,
        Err(error) => failed_all(context, TYPES, None, &error.into()),
    }
}

/// Runs the pass on a connection, under the locks that the caller holds.
pub(super) async fn on(
    context: &Context,
    feed: &Feed,
    connection: Connection,
    nested: bool,
    held: &Held,
) -> Result<Ended, PassError> {
    let feed = feed.counting_anew();
    let (bodies_sender, bodies) = mpsc::channel(1);
    let (answer_sender, answers) = oneshot::channel();
    let mut incoming = Incoming { bodies, answers };
    let bar = context.progress.pass("halls", None);
    let (life, known) = blocking(&context.stop, {
        let (context, feed, mut connection, held) = (context.clone(), feed.clone(), connection, held.clone());
        move || {
            let known = Known::load(&context, &feed, &mut connection, Request::Halls)?;
            Ok::<_, PassError>((Life::begin(context, connection, TYPES, None, nested, held)?, known))
        }
    })
    .await??;
    let (started_at, first_load, backend) = (life.started_at(), life.is_first_load(), life.backend());
    let worker = {
        let (context, feed, bar) = (context.clone(), feed.clone(), bar.clone());
        tokio::task::spawn_blocking(move || {
            life.run(
                |connection| {
                    let staged = incoming.stage_halls(connection, first_load, &bar)?;
                    let answers = incoming.answers()?;
                    let parts = live_parts(&answers)?;
                    bar.message("merging");
                    staging::keep_parts(connection, "stage_place", &parts, staged.bodies)?;
                    Ok::<_, PassError>((answers, staged))
                },
                |connection, (answers, staged)| {
                    let screened = context.may_leave_out(staged.screened);
                    let worked = merge_places::halls(&context, connection, nothing_new(answers), screened)?;
                    if let Worked::Merged(syncs) = &worked {
                        conditional::keep(&context, &feed, connection, started_at, answers, syncs)?;
                    }
                    Ok(worked)
                },
                &feed,
            )
        })
    };
    let pulled = feed.pull(Request::Halls, known.of(Request::Halls), &bodies_sender).await;
    drop(bodies_sender);
    // The reading side may have failed first; it says so itself.
    let _ = answer_sender.send(vec![Answer { request: Request::Halls, ordinal: 0, pulled }]);
    let ended = ending::of(&context.stop, held, &backend, worker).await;
    bar.finish();
    Ok(ended?)
}

/// The parts that were read whole; the first failure where every answer is needed.
pub(super) fn live_parts(answers: &[Answer]) -> Result<Vec<i32>, Failure> {
    let mut parts = Vec::new();
    for answer in answers {
        match &answer.pulled {
            Ok(pulled) => parts.extend(pulled.part),
            Err(failure) => return Err(failure.clone()),
        }
    }
    Ok(parts)
}
