//! Unchanged answers: what is known of the last answers before a pull, and what is kept after it (contract §7).

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::{Context, RequestOutcome};
use crate::feed::{Pulled, Request, Validators};
use crate::report::Sync;
use crate::source::Source;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::http_cache::{self, Keeper, Kept, request_key};

/// The version of the rules by which answers are read and merged: to be raised whenever the same bytes would leave
/// other rows.
const RULES_VERSION: u32 = 1;

/// What is kept of the answers to one kind of request.
pub(super) struct Known {
    kept: HashMap<String, Kept>,
    /// Whether bodies are compared with those of the last pass. Not in a dry run, which names what it finds.
    compares_bodies: bool,
    /// Whether anything is kept of this source: not of a file.
    pub(super) is_kept: bool,
}

impl Known {
    /// Empty with `--full` and for a file.
    pub(super) fn load(
        context: &Context,
        feed: &Source,
        connection: &mut Connection,
        like: Request,
    ) -> Result<Self, StoreError> {
        let kept = match feed.base_url() {
            Some(base_url) if !context.full => {
                http_cache::usable(connection, base_url, like, &rules(context, feed))?
            }
            _ => HashMap::new(),
        };
        Ok(Self { kept, compares_bodies: !context.dry_run, is_kept: feed.base_url().is_some() })
    }

    pub(super) fn validators_for(&self, request: Request) -> Option<&Validators> {
        self.kept.get(&request_key(request)).map(|kept| &kept.validators)
    }

    /// Whether the validators of an answer are those that are kept already.
    pub(super) fn has_validators_of(&self, request: Request, answer: &Pulled) -> bool {
        self.validators_for(request)
            .is_some_and(|known| (&known.etag, &known.last_modified) == (&answer.etag, &answer.last_modified))
    }

    /// The SHA-256 of the body that brings nothing new.
    pub(super) fn body_sha256_for(&self, request: Request) -> Option<&str> {
        let kept = self.kept.get(&request_key(request)).filter(|_| self.compares_bodies)?;
        kept.body_sha256.as_deref()
    }
}

/// By which rules an answer is read: what else than its bytes decides which rows it leaves.
fn rules(context: &Context, feed: &Source) -> String {
    format!("{RULES_VERSION} {} {}", context.timezone, feed.ignored_fields())
}

/// Keeps the answers in the pass's transaction, if no record was errored. After an errored record or a file, what was
/// kept before is removed: the earlier answer would not mark the rows that are marked now.
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
    let given: Vec<(Request, Kept)> = (answers.iter())
        .filter_map(|answer| {
            let is_new = |pulled: &&Pulled| pulled.part.is_some() || answer.body_sha256.is_some();
            let pulled = answer.pulled.as_ref().ok().filter(is_new)?;
            let Pulled { etag, last_modified, .. } = pulled.clone();
            let body_sha256 = answer.body_sha256.clone();
            Some((answer.request, Kept { validators: Validators { etag, last_modified }, body_sha256 }))
        })
        .collect();
    let errored = syncs.iter().any(|sync| sync.records.errored > 0);
    let (Some(base_url), false) = (feed.base_url(), errored) else {
        return http_cache::forget(connection, given.iter().map(|(request, _)| *request));
    };
    if syncs.iter().any(|sync| !sync.errors.is_empty()) {
        return Ok(());
    }
    let keeper = Keeper { run_id: context.run_id, started_at };
    http_cache::store(connection, base_url, &rules(context, feed), keeper, &given)
}

/// Whether no answer brings anything new: 304 Not Modified, or the body of the last pass.
pub(super) fn nothing_new(answers: &[RequestOutcome]) -> bool {
    answers.iter().all(is_nothing_new)
}

/// Whether the answer brings nothing new.
pub(super) fn is_nothing_new(answer: &RequestOutcome) -> bool {
    answer.pulled.as_ref().is_ok_and(|pulled| pulled.part.is_none())
}
