//! Attendance that a package brings: what head office decided, where this centre did not decide otherwise (contract §11.7).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::contents::Summary;
use crate::exit::Failure;
use crate::package::member::Member;
use crate::package::reader::{Contents, damaged};
use crate::store::connection::Connection;
use crate::store::merge::attendance;

/// A member with decisions.
#[derive(Deserialize)]
struct Decisions {
    data: Vec<Record>,
}

/// One decision, and the one of this centre that head office took last.
#[derive(Debug, Deserialize, Serialize)]
struct Record {
    uid: Uuid,
    #[serde(flatten)]
    decision: Decision,
    #[serde(default)]
    seen: Option<Decision>,
}

#[derive(Debug, Deserialize, Serialize)]
struct Decision {
    marked: bool,
    #[serde(default)]
    status: Option<Status>,
    #[serde(default, rename(deserialize = "markedAt"), serialize_with = "moment")]
    marked_at: Option<DateTime<Utc>>,
    #[serde(default, rename(deserialize = "markedBy"))]
    marked_by: Option<i64>,
}

#[derive(Debug, Clone, Copy, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Present,
    Absent,
    Late,
    Excused,
}

/// Stages the decisions of one member.
pub(super) fn stage(
    connection: &mut Connection,
    contents: &mut Contents,
    member: &Member,
    summary: &Summary,
) -> Result<(), Failure> {
    let bytes = contents.read_json()?;
    let Decisions { data }: Decisions =
        serde_json::from_slice(&bytes).map_err(|error| damaged(&format!("{member} is wrong: {error}")))?;
    summary.require_rows(member, data.len() as u64)?;
    let records = serde_json::to_value(&data).map_err(|error| damaged(&format!("{member}: {error}")))?;
    Ok(attendance::stage(connection, &records)?)
}

fn moment<S: serde::Serializer>(at: &Option<DateTime<Utc>>, serializer: S) -> Result<S::Ok, S::Error> {
    at.map(attendance::moment_in_json).serialize(serializer)
}
