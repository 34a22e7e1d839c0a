//! What there is to send: destinations are known, what is new is frozen, and what is due is found.

use chrono::{DateTime, Utc};

use super::PushRequest;
use super::freeze::{self, Receiver};
use super::log::PushLog;
use super::queue::Queue;
use super::target::Target;
use crate::exit::{Failure, FailureKind};
use crate::model::outcome::{ChangeSummary, Records};
use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;
use crate::pass::Context;
use crate::pass::acquire_lock::Held;
use crate::report::Sync;
use crate::store::connection::Connection;
use crate::store::outbox::batches::{self, Pending};
use crate::store::outbox::{Kind, ended};
use crate::store::push::destinations::{self, Takes};
use crate::store::push::violations;

/// What one destination is due.
pub(super) struct Due {
    pub(super) host: String,
    pub(super) queue: Queue,
    /// Records that were given up now.
    pub(super) given_up: usize,
    /// Records by kind.
    counts: Vec<(Kind, usize)>,
}

impl Due {
    /// What would be sent.
    pub(super) fn foreseen(self) -> Sync {
        let records = self.counts.iter().map(|(_, records)| *records).sum::<usize>();
        let records = i64::try_from(records).unwrap_or(i64::MAX);
        let change = |(kind, count): (Kind, usize)| ChangeSummary {
            action: "sent".to_owned(),
            entity: kind.name().to_owned(),
            count: i64::try_from(count).unwrap_or(i64::MAX),
            first: Vec::new(),
        };
        Sync {
            records: Records { processed: records, updated: records, ..Records::default() },
            changes: self.counts.into_iter().filter(|(_, count)| *count > 0).map(change).collect(),
            ..Sync::new(SyncType::Push, Scope::Source(self.host))
        }
    }
}

/// Freezes what is new and finds what each target is due, in their order. A dry run rolls all of it back.
pub(super) fn prepare(
    context: &Context,
    request: &PushRequest,
    targets: &[Target],
    held: &Held,
) -> Result<(PushLog, Vec<Due>), Failure> {
    let mut connection = context.connections.take()?;
    connection.spare_memory()?;
    let log = PushLog::begin(context, &mut connection)?;
    if context.dry_run {
        connection.begin()?;
        let found = find(context, request, targets, &mut connection);
        connection.roll_back()?;
        return Ok((log, found?));
    }
    let found = find(context, request, targets, &mut connection).and_then(|found| {
        held.confirm(&mut connection)?;
        Ok(found)
    });
    match found {
        Ok(found) => {
            context.connections.put_back(connection);
            Ok((log, found))
        }
        Err(failure) => {
            log.fail(context, &mut connection, &failure);
            Err(failure)
        }
    }
}

fn find(
    context: &Context,
    request: &PushRequest,
    targets: &[Target],
    connection: &mut Connection,
) -> Result<Vec<Due>, Failure> {
    let now = Utc::now();
    connection.transaction(|connection| {
        let known: Vec<_> = targets.iter().map(|target| target.known.clone()).collect();
        destinations::register(connection, &known, now)?;
        for known in known.iter().filter(|_| request.again) {
            destinations::resume(connection, &known.digest)?;
            ended::take_up(connection, &known.digest)?;
        }
        Ok::<_, Failure>(())
    })?;
    freeze_new(context, request, targets, connection, now)?;
    let due = |target: &Target| of_target(request, target, connection, now);
    targets.iter().map(due).collect()
}

/// Freezes portions until nothing is new.
fn freeze_new(
    context: &Context,
    request: &PushRequest,
    targets: &[Target],
    connection: &mut Connection,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    let mut receivers = Vec::new();
    for target in targets.iter().filter(|target| target.known.takes == Takes::Events) {
        let digest = &target.known.digest;
        let since = destinations::state(connection, digest)?.map_or(now, |state| state.since);
        receivers.push(Receiver { digest: digest.clone(), since });
    }
    let api = targets.iter().find(|target| target.known.takes == Takes::Records);
    for kind in &request.kinds {
        if *kind == Kind::Violation && !violations::is_ours(connection)? {
            let message = "there is no table violations that examsync made; run `examsync migrate`, or take violations out \
                           of EXTERNAL_HALL_API_PUSH where another program has a table of this name";
            return Err(Failure::new(FailureKind::Setup, message));
        }
        let mut after = 0;
        loop {
            context.stop.check()?;
            let frozen = match (kind, api) {
                (Kind::Event, _) => freeze::events(connection, &request.key, &receivers, &mut after, now)?,
                (Kind::Attendance, Some(api)) => {
                    freeze::attendance(connection, &request.key, &api.known.digest, &mut after, now)?
                }
                (Kind::Violation, Some(api)) => {
                    freeze::violations(connection, &request.key, &api.known.digest, now)?
                }
                _ => 0,
            };
            if frozen == 0 {
                break;
            }
        }
    }
    Ok(())
}

fn of_target(
    request: &PushRequest,
    target: &Target,
    connection: &mut Connection,
    now: DateTime<Utc>,
) -> Result<Due, Failure> {
    let digest = &target.known.digest;
    let state = destinations::state(connection, digest)?;
    let stopped = state.as_ref().is_some_and(|state| state.stopped_at.is_some());
    let rests = state.as_ref().and_then(|state| state.rests_until).is_some_and(|until| until > now);
    let given_up = if stopped { ended::give_up_old(connection, digest, now)? } else { 0 };
    let mut pending: Vec<Pending> = match stopped || rests {
        true => Vec::new(),
        false => connection.transaction(|connection| batches::pending(connection, digest))?,
    };
    pending.retain(|batch| request.kinds.contains(&batch.kind));
    let is_due = |batch: &&Pending| batch.next_try_at.is_none_or(|at| at <= now);
    let of_kind = |kind: &Kind| {
        let due = pending.iter().filter(is_due).filter(|batch| batch.kind == *kind);
        (*kind, due.map(|batch| batch.resources.len()).sum())
    };
    let counts: Vec<(Kind, usize)> = request.kinds.iter().map(of_kind).collect();
    Ok(Due { host: target.known.host.clone(), queue: Queue::new(pending, now), given_up, counts })
}
