//! The metadata and error details of a log row (contract §6, `sync_logs`).

use serde_json::{Value, json};

use crate::exit::Failure;
use crate::feed::Traffic;
use crate::report::Sync;

pub(super) fn error_details(sync: &Sync, failure: Option<&Failure>) -> Value {
    if sync.errors.is_empty() && failure.is_none() {
        return Value::Null;
    }
    json!({
        "kind": failure.map(|failure| failure.kind.name()),
        "status": sync.status,
        "plan": sync.plan,
        "errors": sync.errors,
    })
}

/// The metadata with what is here of each entity, where a pass has several.
pub(super) fn with_entities(metadata: &Value, sync: &Sync) -> Value {
    let mut metadata = metadata.clone();
    if !sync.left.is_empty() {
        metadata["entities"] = json!(sync.left);
        metadata["of_some_people"] = json!(sync.of_some_people.then_some("yes"));
    }
    metadata
}

pub(super) fn describe_traffic(metadata: &mut Value, traffic: &Traffic, fetch_ms: u64) {
    metadata["bytes"] = json!(traffic.bytes);
    metadata["requests"] = json!(traffic.requests);
    metadata["retries"] = json!(traffic.retries);
    metadata["response_times_ms"] = json!(traffic.response_times_ms);
    metadata["fetch_ms"] = json!(fetch_ms);
}
