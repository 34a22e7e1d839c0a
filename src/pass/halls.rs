//! The halls pass: all halls and the rooms nested in them, two syncs that succeed or fail together.

use std::time::Duration;

use super::acquire_lock::Held;
use super::fetch::{self, About, StagingWork};
use super::http_cache::{self, nothing_new};
use super::run::{MergeOutcome, RunOutcome};
use super::{
    Context, PassError, RequestOutcome, acquire_lock, blocking, failed_all, interrupted, merge_places,
    projection, rerun,
};
use crate::exit::Failure;
use crate::feed::Request;
use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;
use crate::report::Sync;
use crate::source::Source;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::merge::places::PlaceScope;
use crate::store::staging::{self, StagingTable};
use crate::store::tables;

/// The sync types that the pass locks and logs, in locking order.
pub(super) const TYPES: &[SyncType] = &[SyncType::ExamHalls, SyncType::HallRooms];

/// Runs the pass and waits at most `lock_wait` for its locks. Failures are in the syncs.
pub(crate) async fn run(context: &Context, feed: &Source, lock_wait: Duration) -> Vec<Sync> {
    let once = async || {
        let held = acquire_lock::take(context, TYPES, lock_wait).await?;
        let connection = context.connection().await?;
        on(context, feed, connection, false, &held).await
    };
    match rerun::if_lost(context, feed, once).await {
        Ok(ended) => ended.syncs,
        Err(error) => failed_all(context, TYPES, &Scope::All, &error.into()),
    }
}

/// Runs the pass within the one that holds `held`, on this connection, and waits at most `lock_wait` for its locks.
pub(super) async fn within(
    context: &Context,
    feed: &Source,
    mut connection: Connection,
    held: &Held,
    lock_wait: Duration,
) -> Result<RunOutcome, PassError> {
    // Given back when the pass has ended.
    let _more = acquire_lock::take_more(context, held, TYPES, lock_wait).await?;
    let closing = context.clone();
    let closed = move || {
        interrupted::close(&closing, &mut connection, TYPES)
            .map_err(|error| tables::explain(closing.connections.location(), error))?;
        Ok::<_, StoreError>(connection)
    };
    let connection = blocking(&context.stop, closed).await??;
    on(context, feed, connection, false, held).await
}

/// Runs the pass on a connection, under the locks that the caller holds.
pub(super) async fn on(
    context: &Context,
    feed: &Source,
    connection: Connection,
    nested: bool,
    held: &Held,
) -> Result<RunOutcome, PassError> {
    let about = About {
        types: TYPES,
        scope: Scope::All,
        nested,
        log_ids: Vec::new(),
        asked: vec![(Request::Halls, 0)],
        label: "halls".to_owned(),
    };
    fetch::run(context, feed, connection, held, about, |work| {
        let StagingWork { context, feed, life, mut incoming, bar } = work;
        let (tables, may_be_adopted) = (life.staging_tables(), life.may_be_adopted());
        life.run(
            |connection| {
                let staged = incoming.stage_halls(connection, &tables, &bar)?;
                let answers = incoming.answers()?;
                let parts = live_parts(&answers)?;
                bar.message("merging");
                staging::keep_parts(connection, StagingTable::Places, &parts, staged.bodies)?;
                Ok::<_, PassError>((answers, staged))
            },
            |connection, (answers, staged)| {
                let mut worked = if nothing_new(answers) {
                    merge_places::confirmed_halls(connection, &tables.facts)?
                } else {
                    merge_places::halls(&context, connection, PlaceScope::AllHalls, staged.presorted)?
                };
                if let MergeOutcome::Merged(syncs) = &mut worked {
                    if may_be_adopted {
                        projection::run(&context, connection, syncs)?;
                    }
                    http_cache::store(&context, &feed, connection, tables.facts.now, answers, syncs)?;
                }
                Ok(worked)
            },
            &|| feed.traffic(),
        )
    })
    .await
}

/// The parts that were read whole, or the first failure, because every answer is needed.
pub(super) fn live_parts(answers: &[RequestOutcome]) -> Result<Vec<i32>, Failure> {
    let mut parts = Vec::new();
    for answer in answers {
        match &answer.pulled {
            Ok(pulled) => parts.extend(pulled.part),
            Err(failure) => return Err(failure.clone()),
        }
    }
    Ok(parts)
}
