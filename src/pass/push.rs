//! The push pass: what is new is frozen in batches, and what is due is sent, to all destinations at once (contract §12.2).

mod answer;
mod attempt;
mod body;
mod due;
mod freeze;
mod log;
mod queue;
mod record;
mod send;
mod target;
mod trial;

use std::time::Duration;

use chrono::Utc;
use futures_util::future::join_all;
use tokio::time::Instant;

use self::attempt::Retries;
use self::due::Due;
use self::log::PushLog;
use self::record::{Ledger, next_try};
use self::send::{Outcome, Run};
use self::target::Target;
use super::acquire_lock::Held;
use super::{Context, acquire_lock, failed_all};
use crate::exit::Failure;
use crate::model::outcome::{MAX_LISTED, Notice, Records};
use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;
use crate::report::{Status, Sync};
use crate::settings::{Api, Push};
use crate::store::outbox::{Kind, OutboxKey};
use crate::store::push::destinations;
use crate::tasks::{blocking, run_blocking};

const TYPES: &[SyncType] = &[SyncType::Push];

/// The most connections of a run, to all destinations together.
const MAX_CONNECTIONS: usize = 16;

/// What `push` was asked for.
#[derive(Clone)]
pub(crate) struct PushRequest {
    /// Which kinds; checked against the settings.
    pub kinds: Vec<Kind>,
    /// Whether these are all that the settings name.
    pub is_whole: bool,
    /// Whether everything is taken up at once.
    pub again: bool,
    /// Whether one event is sent that says nothing but that it arrived.
    pub test: bool,
    /// The settings.
    pub push: Push,
    /// The exam system, where something goes there.
    pub api: Option<Api>,
    /// What signs the outbox.
    pub key: OutboxKey,
    /// `SYNC_RETRY_ATTEMPTS`.
    pub retry_attempts: u32,
    /// `SYNC_RETRY_DELAY`.
    pub retry_delay: Duration,
    /// When the command has to be done.
    pub deadline: std::time::Instant,
}

impl PushRequest {
    /// The destinations that it is about.
    fn targets(&self, context: &Context) -> Result<Vec<Target>, Failure> {
        let mut targets = Vec::new();
        if self.kinds.contains(&Kind::Event) {
            targets.extend(Target::webhooks(&self.push)?);
        }
        if let Some(api) = &self.api {
            targets.push(Target::api(api, context.run_id, self.push.timeout)?);
        }
        Ok(targets)
    }

    fn retries(&self) -> Retries {
        Retries {
            attempts: self.retry_attempts,
            delay: self.retry_delay,
            deadline: Instant::from_std(self.deadline),
        }
    }
}

/// Runs the pass: a sync for each destination. Failures are in the syncs.
pub(crate) async fn run(context: &Context, request: PushRequest) -> Vec<Sync> {
    let failed = |failure: &Failure| failed_all(context, TYPES, &Scope::All, failure);
    let targets = match request.targets(context) {
        Ok(targets) => targets,
        Err(failure) => return failed(&failure),
    };
    if request.test {
        return trial::run(&targets, request.push.timeout).await;
    }
    let held = match acquire_lock::take(context, TYPES, context.lock_wait).await {
        Ok(held) => held,
        Err(error) => return failed(&error.into()),
    };
    match locked(context, &request, &targets, &held).await {
        Ok(syncs) => syncs,
        Err(failure) => failed(&failure),
    }
}

async fn locked(
    context: &Context,
    request: &PushRequest,
    targets: &[Target],
    held: &Held,
) -> Result<Vec<Sync>, Failure> {
    let prepared = {
        let (context, request, targets, held) =
            (context.clone(), request.clone(), targets.to_vec(), held.clone());
        move || due::prepare(&context, &request, &targets, &held)
    };
    // Between two portions it looks at the stop itself.
    let (log, dues) = blocking(&context.stop, prepared).await??;
    if context.dry_run {
        return Ok(dues.into_iter().map(Due::foreseen).collect());
    }
    let busy = dues.iter().filter(|due| due.queue.len() > 0).count().max(1);
    let slots = (MAX_CONNECTIONS / busy).max(1);
    let runs = targets.iter().zip(dues).map(|(target, due)| one(context, request, target, due, slots));
    let mut syncs = join_all(runs).await.into_iter().collect::<Result<Vec<Sync>, Failure>>()?;
    // Where one had something to do, those that had not do not count.
    let is_idle = |sync: &Sync| sync.failure.is_none() && sync.records == Records::default();
    if !syncs.iter().all(is_idle) {
        syncs.iter_mut().filter(|sync| is_idle(sync)).for_each(|sync| sync.status = Status::Skipped);
    }
    let (context, all, targets) = (context.clone(), syncs.clone(), targets.to_vec());
    let is_whole = request.is_whole;
    run_blocking(move || close(&context, &log, &all, is_whole.then_some(&targets))).await?;
    Ok(syncs)
}

/// What is due goes to one destination.
async fn one(
    context: &Context,
    request: &PushRequest,
    target: &Target,
    due: Due,
    slots: usize,
) -> Result<Sync, Failure> {
    let Due { queue, given_up, .. } = due;
    if queue.len() == 0 {
        return Ok(sync(target, Outcome { given_up, ..Outcome::default() }));
    }
    let connections = context.connections.clone();
    let connection = run_blocking(move || connections.take()).await?;
    let ledger = Ledger { connection, key: request.key.clone(), digest: target.known.digest.clone() };
    let (mut ledger, outcome) =
        Run::new(target, request.retries(), slots, queue).run(ledger, &context.stop).await;
    let mut outcome = outcome?;
    outcome.given_up += given_up;
    let (connections, stopped, rests) = (context.connections.clone(), outcome.stopped.clone(), outcome.rests);
    run_blocking(move || {
        let now = Utc::now();
        if let Some(why) = stopped {
            destinations::stop(&mut ledger.connection, &ledger.digest, &why, now)?;
        } else if rests {
            let failures = destinations::state(&mut ledger.connection, &ledger.digest)?
                .map_or(0, |state| u32::try_from(state.failures).unwrap_or(0));
            destinations::rest(&mut ledger.connection, &ledger.digest, next_try(now, failures))?;
        }
        connections.put_back(ledger.connection);
        Ok::<_, Failure>(())
    })
    .await?;
    Ok(sync(target, outcome))
}

/// What a run to a destination came to, as it is reported.
fn sync(target: &Target, outcome: Outcome) -> Sync {
    let count = |records: usize| i64::try_from(records).unwrap_or(i64::MAX);
    let (taken, left_out) = (count(outcome.delivered), count(outcome.put_aside.len() + outcome.given_up));
    let notice = |code: &str, message: String| Notice {
        code: code.to_owned(),
        message,
        external_id: None,
        entity: None,
        at: None,
        news: true,
    };
    let host = &target.known.host;
    let mut errors: Vec<Notice> = (outcome.put_aside.into_iter().take(MAX_LISTED))
        .map(|message| notice("put_aside", format!("{host}: put aside: {message}")))
        .collect();
    if outcome.given_up > 0 {
        let message = format!(
            "{host}: {} given up after three days; `examsync push --again` takes them up",
            outcome.given_up
        );
        errors.push(notice("given_up", message));
    }
    errors.truncate(MAX_LISTED);
    let sync = Sync {
        records: Records {
            processed: taken + left_out,
            updated: taken,
            errored: left_out,
            ..Records::default()
        },
        errors,
        stopped: outcome.stopped,
        partly_not_modified: true,
        ..Sync::new(SyncType::Push, Scope::Source(host.clone()))
    };
    match outcome.ended_early.or(outcome.failure) {
        Some(failure) => sync.failed(failure),
        None => sync,
    }
}

/// Ends the log row, with the alerts that follow; `all` are the destinations where these are all that the settings name.
fn close(context: &Context, log: &PushLog, syncs: &[Sync], all: Option<&Vec<Target>>) -> Result<(), Failure> {
    let mut connection = context.connections.take()?;
    let now = |sync: &Sync| Some(format!("{}: {}", sync.scope.source()?, sync.stopped.as_ref()?));
    let stopped_now: Vec<String> = syncs.iter().filter_map(now).collect();
    if all.is_some() || !stopped_now.is_empty() {
        let stopped = match all {
            Some(all) => {
                let digests: Vec<&str> = all.iter().map(|target| target.known.digest.as_str()).collect();
                destinations::stopped(&mut connection, &digests)?
            }
            None => stopped_now,
        };
        connection.transaction(|connection| context.alerts.push_stopped(connection, &stopped))?;
    }
    log.end(context, &mut connection, syncs)?;
    context.connections.put_back(connection);
    Ok(())
}
