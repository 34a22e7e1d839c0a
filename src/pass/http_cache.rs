//! Conditional requests: which validators are sent with a pull, and which are stored after it (contract §7).

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::{Context, RequestOutcome};
use crate::feed::{Pulled, Request, Validators};
use crate::report::Sync;
use crate::source::Source;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::http_cache::{self, Keeper, request_key};

/// The stored validators of one kind of request, by request.
pub(super) struct Known(HashMap<String, Validators>);

impl Known {
    /// Empty with `--full` and for a file.
    pub(super) fn load(
        context: &Context,
        feed: &Source,
        connection: &mut Connection,
        like: Request,
    ) -> Result<Self, StoreError> {
        match feed.base_url() {
            Some(base_url) if !context.full => Ok(Self(http_cache::usable(connection, base_url, like)?)),
            _ => Ok(Self(HashMap::new())),
        }
    }

    pub(super) fn validators_for(&self, request: Request) -> Option<&Validators> {
        self.0.get(&request_key(request))
    }
}

/// Stores the validators of the answers in the pass's transaction, if no record was errored. After an errored record
/// or a file, earlier validators are removed: the earlier answer would not mark the rows that are marked now.
pub(super) fn store(
    context: &Context,
    feed: &Source,
    connection: &mut Connection,
    started_at: DateTime<Utc>,
    answers: &[RequestOutcome],
    syncs: &[Sync],
) -> Result<(), StoreError> {
    if context.dry_run {
        return Ok(());
    }
    let said: Vec<(Request, Validators)> = (answers.iter())
        .filter_map(|answer| {
            let pulled = answer.pulled.as_ref().ok().filter(|pulled| pulled.part.is_some())?;
            let Pulled { etag, last_modified, .. } = pulled.clone();
            Some((answer.request, Validators { etag, last_modified }))
        })
        .collect();
    let errored = syncs.iter().any(|sync| sync.records.errored > 0);
    let (Some(base_url), false) = (feed.base_url(), errored) else {
        return http_cache::forget(connection, said.iter().map(|(request, _)| *request));
    };
    if syncs.iter().any(|sync| !sync.errors.is_empty()) {
        return Ok(());
    }
    http_cache::store(connection, base_url, Keeper { run_id: context.run_id, started_at }, &said)
}

/// Whether every answer was 304 Not Modified.
pub(super) fn nothing_new(answers: &[RequestOutcome]) -> bool {
    answers.iter().all(is_nothing_new)
}

/// Whether the answer was 304 Not Modified.
pub(super) fn is_nothing_new(answer: &RequestOutcome) -> bool {
    answer.pulled.as_ref().is_ok_and(|pulled| pulled.part.is_none())
}
