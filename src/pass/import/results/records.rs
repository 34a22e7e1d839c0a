//! The records of results: decoded, checked one by one, and staged. A bad one is left out, and the others are taken.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize, Serializer};
use uuid::Uuid;

use crate::exit::Failure;
use crate::model::outcome::{ExternalId, MAX_LISTED, Notice};
use crate::package::member::Member;
use crate::package::reader::Contents;
use crate::pass::import::contents::damaged;
use crate::store::connection::Connection;
use crate::store::merge::{attendance, results};

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
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct DecisionRecord {
    uid: Uuid,
    marked: bool,
    #[serde(default)]
    status: Option<String>,
    #[serde(default, rename(deserialize = "markedAt"), serialize_with = "moment")]
    marked_at: Option<DateTime<Utc>>,
    #[serde(default, rename(deserialize = "markedBy"))]
    marked_by: Option<i64>,
    #[serde(default)]
    base: Option<Base>,
    #[serde(default, rename(deserialize = "baseVersion"))]
    base_version: Option<i64>,
    #[serde(default, rename(deserialize = "roomId"))]
    room_id: Option<i64>,
    #[serde(default, rename(deserialize = "startTime"))]
    start_time: Option<NaiveTime>,
    #[serde(default, rename(deserialize = "placeId"))]
    place_id: Option<i64>,
    #[serde(default, rename(deserialize = "participantName"))]
    participant_name: Option<String>,
    #[serde(default, rename(deserialize = "participantCount"))]
    participant_count: Option<i32>,
}

#[derive(Debug, Deserialize, Serialize)]
struct Base {
    marked: bool,
    #[serde(default)]
    status: Option<String>,
    #[serde(default, rename(deserialize = "markedAt"), serialize_with = "moment")]
    marked_at: Option<DateTime<Utc>>,
    #[serde(default, rename(deserialize = "markedBy"))]
    marked_by: Option<i64>,
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
    let staged = results::stage_attendance(connection, &in_json(&good, member)?)?;
    note_repeated(good.len().saturating_sub(staged), member, left_out);
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
    let staged = results::stage_violations(connection, &in_json(&good, member)?)?;
    note_repeated(good.len().saturating_sub(staged), member, left_out);
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

fn in_json<T: Serialize>(records: &[T], member: &Member) -> Result<serde_json::Value, Failure> {
    serde_json::to_value(records).map_err(|error| damaged(&format!("{member}: {error}")))
}

/// The program never writes a row twice; which of two is meant can't be known.
fn note_repeated(repeated: usize, member: &Member, left_out: &mut LeftOut) {
    for _ in 0..repeated {
        let message = format!("{member} has a row that was there before, and the first one counts");
        left_out.add("duplicate", message, None, member.to_string());
    }
}

fn moment<S: Serializer>(at: &Option<DateTime<Utc>>, serializer: S) -> Result<S::Ok, S::Error> {
    at.map(attendance::moment_in_json).serialize(serializer)
}

fn some_moment<S: Serializer>(at: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    attendance::moment_in_json(*at).serialize(serializer)
}
