//! `push --test`: one event that says nothing but that it arrived, outside the queue, to stopped receivers too.

use std::time::Duration;

use bytes::Bytes;
use chrono::Utc;
use futures_util::future::join_all;
use uuid::Uuid;

use super::answer::Verdict;
use super::target::Target;
use super::{attempt, body};
use crate::exit::{Failure, FailureKind};
use crate::model::outcome::Records;
use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;
use crate::report::Sync;
use crate::store::outbox::Kind;
use crate::store::push::destinations::Takes;

/// Sends it to every receiver of events at once.
pub(super) async fn run(targets: &[Target], limit: Duration) -> Vec<Sync> {
    let receivers = targets.iter().filter(|target| target.known.takes == Takes::Events);
    join_all(receivers.map(|target| one(target, limit))).await
}

async fn one(target: &Target, limit: Duration) -> Sync {
    let (id, now) = (Uuid::new_v4(), Utc::now());
    let body = Bytes::from(body::test(id, now));
    let host = &target.known.host;
    let sync = Sync::new(SyncType::Push, Scope::Source(host.clone()));
    let failure = match attempt::once(target, Kind::Event, id, &body, 1).await {
        Verdict::Taken(_) => {
            let records = Records { processed: 1, updated: 1, ..Records::default() };
            return Sync { records, ..sync };
        }
        Verdict::Refused(why) | Verdict::Stop(why) => (FailureKind::Contract, why),
        Verdict::Failed { why, kind, .. } => (kind, why),
    };
    let limit = humantime::format_duration(limit);
    sync.failed(Failure::new(
        failure.0,
        format!("{host}: {}; a try has {limit} (SYNC_PUSH_TIMEOUT)", failure.1),
    ))
}
