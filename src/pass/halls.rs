//! The halls pass: all halls and the rooms nested in them, two syncs that succeed or fail together.

use std::collections::HashMap;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::conditional::{self, Known, nothing_new};
use super::life::{Ended, Life, Worked};
use super::read::Incoming;
use super::{Answer, Context, PassError, blocking, failed_all, locking, merge_places};
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
    let opened = async {
        let lock = locking::take(context, TYPES, lock_wait).await?;
        let location = context.location.clone();
        let connection = blocking(move || Connection::open(&location)).await?.connection;
        Ok::<_, Failure>((lock, connection))
    };
    match opened.await {
        Ok((_lock, connection)) => on(context, feed, connection, false)
            .await
            .map_or_else(|failure| failed_all(context, TYPES, None, &failure), |ended| ended.syncs),
        Err(failure) => failed_all(context, TYPES, None, &failure),
    }
}

/// Runs the pass on a connection whose locks the caller holds.
pub(super) async fn on(
    context: &Context,
    feed: &Feed,
    connection: Connection,
    nested: bool,
) -> Result<Ended, Failure> {
    let feed = feed.counting_anew();
    let (bodies_sender, bodies) = mpsc::channel(1);
    let (answer_sender, answers) = oneshot::channel();
    let mut incoming = Incoming { bodies, answers };
    let bar = context.progress.pass("halls", None);
    let (life, known) = blocking({
        let (context, feed, mut connection) = (context.clone(), feed.clone(), connection);
        move || {
            let known = Known::load(&context, &feed, &mut connection, Request::Halls)?;
            Ok::<_, Failure>((Life::begin(context, connection, TYPES, None, nested)?, known))
        }
    })
    .await?;
    let started_at = life.started_at();
    let worker = {
        let (context, feed, bar) = (context.clone(), feed.clone(), bar.clone());
        let traffic = feed.clone();
        tokio::task::spawn_blocking(move || {
            life.run(
                |connection| {
                    incoming.stage_places(connection, &HashMap::new(), &bar)?;
                    let answers = incoming.answers()?;
                    let parts = live_parts(&answers)?;
                    bar.message("merging");
                    staging::keep_parts(connection, "stage_place", &parts)?;
                    Ok::<_, PassError>(answers)
                },
                |connection, answers| {
                    let worked = merge_places::halls(&context, connection, nothing_new(answers))?;
                    if let Worked::Merged(syncs) = &worked {
                        conditional::keep(&context, &feed, connection, started_at, answers, syncs)?;
                    }
                    Ok(worked)
                },
                || traffic.traffic(),
            )
        })
    };
    let pulled = feed.pull(Request::Halls, known.of(Request::Halls), &bodies_sender).await;
    drop(bodies_sender);
    // The reading side may have failed first; it says so itself.
    let _ = answer_sender.send(vec![Answer { request: Request::Halls, ordinal: 0, pulled }]);
    let ended = super::joined(worker).await;
    bar.finish();
    Ok(ended)
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
