//! The async side of a pass: it asks, and hands what comes in to a worker that reads, stages and merges beside it.

use chrono::NaiveDate;
use futures_util::StreamExt as _;
use tokio::sync::{mpsc, oneshot};

use super::conditional::Known;
use super::life::{Ended, Life};
use super::locking::Held;
use super::read::Incoming;
use super::{Answer, Context, PassError, blocking, ending};
use crate::api::Feed;
use crate::feed::Request;
use crate::output::Bar;
use crate::report::SyncType;
use crate::store::connection::Connection;

/// What a pass is about.
pub(super) struct About {
    /// Its sync types, whose locks are held.
    pub(super) types: &'static [SyncType],
    /// The date, of participants.
    pub(super) exam_date: Option<NaiveDate>,
    /// Whether it is one of several in a dry run's one transaction.
    pub(super) nested: bool,
    /// What is asked for: one kind of request, each with the ordinal that its answer stands at.
    pub(super) asked: Vec<(Request, i64)>,
    /// The name of its bar.
    pub(super) label: String,
}

/// What the worker works with.
pub(super) struct Work {
    pub(super) context: Context,
    pub(super) feed: Feed,
    pub(super) life: Life,
    pub(super) incoming: Incoming,
    pub(super) bar: Bar,
}

/// Begins the pass on a connection, under the locks that the caller holds, asks, and returns what `work` came to.
pub(super) async fn run(
    context: &Context,
    feed: &Feed,
    connection: Connection,
    held: &Held,
    about: About,
    work: impl FnOnce(Work) -> Ended + Send + 'static,
) -> Result<Ended, PassError> {
    let About { types, exam_date, nested, asked, label } = about;
    let feed = feed.counting_anew();
    let like = asked.first().map_or(Request::Halls, |(request, _)| *request);
    let (life, known) = blocking(&context.stop, {
        let (context, feed, mut connection, held) = (context.clone(), feed.clone(), connection, held.clone());
        move || {
            let known = Known::load(&context, &feed, &mut connection, like)?;
            Ok::<_, PassError>((Life::begin(context, connection, types, exam_date, nested, held)?, known))
        }
    })
    .await??;
    let backend = life.backend();
    let (bodies_sender, bodies) = mpsc::channel(1);
    let (answer_sender, answers) = oneshot::channel();
    let steps = matches!(like, Request::HallRooms(_)).then_some(asked.len() as u64);
    let bar = context.progress.pass(&label, steps);
    let worker = {
        let incoming = Incoming { bodies, answers };
        let work_with =
            Work { context: context.clone(), feed: feed.clone(), life, incoming, bar: bar.clone() };
        tokio::task::spawn_blocking(move || work(work_with))
    };
    let pulls = asked.into_iter().map(|(request, ordinal)| {
        let (feed, bodies, bar, known) = (&feed, &bodies_sender, &bar, &known);
        async move {
            let pulled = feed.pull(request, known.of(request), bodies).await;
            bar.step_done();
            Answer { request, ordinal, pulled }
        }
    });
    let mut pulled: Vec<Answer> =
        futures_util::stream::iter(pulls).buffer_unordered(context.concurrency).collect().await;
    pulled.sort_by_key(|answer| answer.ordinal);
    drop(bodies_sender);
    // The reading side may have failed first; it says so itself.
    let _ = answer_sender.send(pulled);
    let ended = ending::of(&context.stop, held, &backend, worker).await;
    bar.finish();
    Ok(ended?)
}
