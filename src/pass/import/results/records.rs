//! The records of results: decoded, checked one by one, and staged. A bad one is left out, and the others are taken.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize, Serializer};
use uuid::Uuid;

use crate::exit::Failure;
use crate::model::outcome::{ExternalId, MAX_LISTED, Notice};
use crate::package::member::Member;
use crate::package::reader::{Contents, damaged};
use crate::store::connection::Connection;
use crate::store::merge::attendance;
use crate::store::merge::results::{self, StagedDecision};

const STATUSES: [&str; 4] = ["present", "absent", "late", "excused"];
const SEVERITIES: [&str; 3] = ["low", "medium", "high"];

/// Records that were left out because of what they say.
#[derive(Debug, Default)]
pub(super) struct LeftOut {
    /// How many.
    pub(super) count: i64,
    /// The first of them.
    pub(super) errors: Vec<Notice>,
}

impl LeftOut {
    fn add(&mut self, code: &str, message: String, uid: Option<Uuid>, at: String) {
        self.count += 1;
        if self.errors.len() < MAX_LISTED {
            self.errors.push(Notice {
                code: code.to_owned(),
                message,
                external_id: uid.map(|uid| ExternalId::Key(uid.to_string())),
                entity: None,
                at: Some(at),
                news: true,
            });
        }
    }
}

/// A member with records.
#[derive(Deserialize)]
struct Records<T> {
    data: Vec<T>,
}

/// A decision and what the centre had from head office.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DecisionRecord {
    uid: Uuid,
    marked: bool,
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    marked_at: Option<DateTime<Utc>>,
    #[serde(default)]
    marked_by: Option<i64>,
    #[serde(default)]
    base: Option<Base>,
    #[serde(default)]
    base_version: Option<i64>,
    #[serde(default)]
    room_id: Option<i64>,
    #[serde(default)]
    start_time: Option<NaiveTime>,
    #[serde(default)]
    place_id: Option<i64>,
    #[serde(default)]
    participant_name: Option<String>,
    #[serde(default)]
    participant_count: Option<i32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Base {
    marked: bool,
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    marked_at: Option<DateTime<Utc>>,
    #[serde(default)]
    marked_by: Option<i64>,
}

impl From<DecisionRecord> for StagedDecision {
    fn from(record: DecisionRecord) -> Self {
        let base = record.base.unwrap_or_default();
        Self {
            uid: Some(record.uid),
            marked: record.marked,
            status: record.status,
            marked_at: record.marked_at,
            marked_by: record.marked_by,
            base_marked: base.marked,
            base_status: base.status,
            base_marked_at: base.marked_at,
            base_marked_by: base.marked_by,
            base_version: record.base_version,
            room_id: record.room_id,
            start_time: record.start_time,
            place_id: record.place_id,
            participant_name: record.participant_name,
            participant_count: record.participant_count,
        }
    }
}

/// A violation.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct ViolationRecord {
    uid: Uuid,
    #[serde(default, rename(deserialize = "participantUid"))]
    participant_uid: Option<Uuid>,
    #[serde(default, rename(deserialize = "roomUid"))]
    room_uid: Option<Uuid>,
    #[serde(rename(deserialize = "examDate"))]
    exam_date: NaiveDate,
    #[serde(default, rename(deserialize = "startTime"))]
    start_time: Option<NaiveTime>,
    kind: String,
    severity: String,
    #[serde(default)]
    note: Option<String>,
    #[serde(default, rename(deserialize = "happenedAt"), serialize_with = "moment")]
    happened_at: Option<DateTime<Utc>>,
    #[serde(default, rename(deserialize = "recordedBy"))]
    recorded_by: Option<String>,
    #[serde(default)]
    replaces: Option<Uuid>,
    #[serde(rename(deserialize = "createdAt"), serialize_with = "some_moment")]
    created_at: DateTime<Utc>,
}

/// A record that is checked by itself.
trait Checked {
    fn uid(&self) -> Uuid;
    /// Why it can't be taken.
    fn fault(&self) -> Option<String>;
}

impl Checked for DecisionRecord {
    fn uid(&self) -> Uuid {
        self.uid
    }

    fn fault(&self) -> Option<String> {
        let base = self.base.as_ref().and_then(|base| base.status.as_deref());
        let unknown =
            [self.status.as_deref(), base].into_iter().flatten().find(|one| !STATUSES.contains(one));
        match unknown {
            Some(status) => Some(format!("{status:?} is no status of attendance")),
            None if has_nul([self.participant_name.as_deref()]) => Some("a name holds NUL".to_owned()),
            None => None,
        }
    }
}

impl Checked for ViolationRecord {
    fn uid(&self) -> Uuid {
        self.uid
    }

    fn fault(&self) -> Option<String> {
        if !SEVERITIES.contains(&self.severity.as_str()) {
            return Some(format!("{:?} is no severity", self.severity));
        }
        if self.kind.trim().is_empty() {
            return Some("it has no kind".to_owned());
        }
        if self.participant_uid.is_none() && self.room_uid.is_none() {
            return Some("it names neither a person nor a room".to_owned());
        }
        let texts = [Some(self.kind.as_str()), self.note.as_deref(), self.recorded_by.as_deref()];
        has_nul(texts).then(|| "a text holds NUL".to_owned())
    }
}

fn has_nul<const N: usize>(texts: [Option<&str>; N]) -> bool {
    texts.into_iter().flatten().any(|text| text.contains('\0'))
}

/// Stages the decisions of one member, and returns how many records it has.
pub(super) fn stage_decisions(
    connection: &mut Connection,
    contents: &mut Contents,
    member: &Member,
    left_out: &mut LeftOut,
) -> Result<u64, Failure> {
    let (good, rows) = read::<DecisionRecord>(contents, member, left_out)?;
    let decisions: Vec<StagedDecision> = good.into_iter().map(StagedDecision::from).collect();
    results::stage_decisions(connection, &decisions)?;
    Ok(rows)
}

/// Stages the violations of one member, and returns how many records it has.
pub(super) fn stage_violations(
    connection: &mut Connection,
    contents: &mut Contents,
    member: &Member,
    left_out: &mut LeftOut,
) -> Result<u64, Failure> {
    let (good, rows) = read::<ViolationRecord>(contents, member, left_out)?;
    let records = serde_json::to_value(good).map_err(|error| damaged(&format!("{member}: {error}")))?;
    results::stage_violations(connection, &records)?;
    Ok(rows)
}

/// The records of a member that can be taken, and how many it has.
fn read<T: for<'a> Deserialize<'a> + Checked>(
    contents: &mut Contents,
    member: &Member,
    left_out: &mut LeftOut,
) -> Result<(Vec<T>, u64), Failure> {
    let bytes = contents.read_json()?;
    let Records { data }: Records<T> =
        serde_json::from_slice(&bytes).map_err(|error| damaged(&format!("{member} is wrong: {error}")))?;
    let rows = data.len() as u64;
    let mut good = Vec::with_capacity(data.len());
    for (position, record) in data.into_iter().enumerate() {
        match record.fault() {
            None => good.push(record),
            Some(fault) => {
                let (uid, at) = (record.uid(), format!("{member}: data[{position}]"));
                left_out.add("bad_record", format!("row {uid}: {fault}"), Some(uid), at);
            }
        }
    }
    Ok((good, rows))
}

fn moment<S: Serializer>(at: &Option<DateTime<Utc>>, serializer: S) -> Result<S::Ok, S::Error> {
    at.map(attendance::moment_in_json).serialize(serializer)
}

fn some_moment<S: Serializer>(at: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    attendance::moment_in_json(*at).serialize(serializer)
}
