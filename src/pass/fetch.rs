//! The async side of a pass: it sends the requests and passes the bodies to a worker, which stages and merges.

use std::sync::Arc;

use futures_util::StreamExt as _;
use tokio::sync::{mpsc, oneshot};

use super::acquire_lock::Held;
use super::http_cache::Known;
use super::run::{PassRun, RunOutcome};
use super::stage::Incoming;
use super::{Context, PassError, RequestOutcome, blocking, cancel};
use crate::feed::Request;
use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;
use crate::output::Bar;
use crate::source::Source;
use crate::store::connection::Connection;

/// What a pass pulls, and under which name.
pub(super) struct About {
    /// Its sync types, whose locks are held.
    pub(super) types: &'static [SyncType],
    /// Its scope, as its log rows have it.
    pub(super) scope: Scope,
    /// Whether it is one of several passes in the single transaction of a dry run.
    pub(super) nested: bool,
    /// The log rows that it has by now, where it begins once more; else it writes its own.
    pub(super) log_ids: Vec<i64>,
    /// The requests, all of one kind, each with the ordinal at which its answer is staged.
    pub(super) asked: Vec<(Request, i64)>,
    /// The label of its progress bar.
    pub(super) label: String,
}

/// What the worker needs.
pub(super) struct StagingWork {
    pub(super) context: Context,
    pub(super) feed: Source,
    pub(super) life: PassRun,
    pub(super) incoming: Incoming,
    pub(super) bar: Bar,
}

/// Begins the pass on a connection, under the locks that the caller holds, sends the requests, and returns the outcome
/// of `work`.
pub(super) async fn run(
    context: &Context,
    feed: &Source,
    connection: Connection,
    held: &Held,
    about: About,
    work: impl FnOnce(StagingWork) -> RunOutcome + Send + 'static,
) -> Result<RunOutcome, PassError> {
    let About { types, scope, nested, log_ids, asked, label } = about;
    let feed = feed.counting_anew();
    let like = asked.first().map_or(Request::Halls, |(request, _)| *request);
    let (life, known) = blocking(&context.stop, {
        let (context, feed, mut connection, held) = (context.clone(), feed.clone(), connection, held.clone());
        move || {
            let connections = context.connections.clone();
            Known::load(&context, &feed, &mut connection, like)
                .map_err(PassError::from)
                .and_then(|known| {
                    let begun = PassRun::begin(context, connection, types, scope, nested, log_ids, held)?;
                    Ok((begun, known))
                })
                .map_err(|error| error.explained(connections.location()))
        }
    })
    .await??;
    let known = Arc::new(known);
    let backend = life.backend();
    let (bodies_sender, bodies) = mpsc::channel(1);
    let (answer_sender, answers) = oneshot::channel();
    let steps = matches!(like, Request::HallRooms(_)).then_some(asked.len() as u64);
    let bar = context.progress.pass(&label, steps);
    let worker = {
        let incoming = Incoming::new(bodies, answers, Arc::clone(&known));
        let work_with =
            StagingWork { context: context.clone(), feed: feed.clone(), life, incoming, bar: bar.clone() };
        tokio::task::spawn_blocking(move || work(work_with))
    };
    let pulls = asked.into_iter().map(|(request, ordinal)| {
        let (feed, bodies, bar, known) = (&feed, &bodies_sender, &bar, &known);
        async move {
            let pulled = feed.pull(request, known.validators_for(request), bodies).await;
            bar.step_done();
            RequestOutcome { request, ordinal, pulled, body_sha256: None }
        }
    });
    let mut pulled: Vec<RequestOutcome> =
        futures_util::stream::iter(pulls).buffer_unordered(context.concurrency).collect().await;
    pulled.sort_by_key(|answer| answer.ordinal);
    drop(bodies_sender);
    // The reading side may have failed first; it reports that itself.
    let _ = answer_sender.send(pulled);
    let ended = cancel::wait_or_cancel(&context.stop, held, &backend, worker).await;
    bar.finish();
    Ok(ended?)
}
