//! Participants: slots, and in them count records and seats → one checked [`Entry`] each.

use chrono::NaiveTime;
use serde::de::{self, MapAccess};
use uuid::Uuid;

use super::field::Field;
use super::fingerprint::{self, Fingerprint, Printed};
use super::rules::{self, Findings, Value};
use super::sink::Sink;
use super::start::ExamDate;
use super::value::{Any, Elements, List, Scalar, Shape, field_value, skip_value};
use crate::model::{Entry, EntryKind};

/// The `data` of a participants answer.
pub(super) struct Slots<'a, 's> {
    sink: &'a mut Sink<'s, Entry>,
    exam_date: ExamDate,
    first_slot: usize,
}

impl<'a, 's> Slots<'a, 's> {
    /// Slots of `exam_date` and their entries, into `sink`; they are numbered from `first_slot` on.
    pub(super) fn new(sink: &'a mut Sink<'s, Entry>, exam_date: ExamDate, first_slot: usize) -> Self {
        Self { sink, exam_date, first_slot }
    }

    /// Hands over one entry that stands for a whole slot whose entries can't be read.
    fn put_broken<E: de::Error>(&mut self, slot: usize, problem: &str) -> Result<(), E> {
        let entry = empty(EntryKind::Count, slot);
        self.sink.put(&broken(entry, problem.to_owned()))
    }
}

impl Elements for Slots<'_, '_> {
    fn object<'de, A: MapAccess<'de>>(&mut self, index: usize, mut object: A) -> Result<(), A::Error> {
        let index = self.first_slot + index;
        let mut findings = Findings::default();
        let mut start: Value<NaiveTime> = Value::Absent;
        let mut participants = None;
        let mut holds_entries = false;
        while let Some(field) = Field::next(&mut object)? {
            match field {
                Field::StartTime => {
                    start = field_value(&mut object, |value| self.exam_date.start_time(value))?;
                }
                Field::Participants if participants.is_some() => {
                    // The entries of the first list are handed over already: they can't be taken back.
                    findings.problem("participants", "is there twice");
                    skip_value(&mut object)?;
                    if !holds_entries && matches!(participants, Some(Shape::List)) {
                        // A broken entry says that the people of the second list are unknown.
                        self.put_broken(index, "participants is there twice")?;
                        holds_entries = true;
                    }
                }
                Field::Participants => {
                    let start_time = if let Value::Good(start) = start { Some(start) } else { None };
                    let mut list = Entries {
                        sink: self.sink,
                        slot: index,
                        start_time,
                        any: false,
                        seen: fingerprint::Entries::default(),
                    };
                    participants = Some(object.next_value_seed(Any(List(&mut list)))?);
                    holds_entries = list.any;
                }
                _ => skip_value(&mut object)?,
            }
        }
        match participants {
            Some(Shape::List) => {}
            Some(Shape::Other) => self.put_broken(index, "participants is not a list")?,
            Some(Shape::Null) | None => self.put_broken(index, "participants is missing or null")?,
        }
        let start_time = findings.required("startTime", start);
        let mut slot = Entry { start_time, ..empty(EntryKind::Slot, index) };
        if let (Some(problem), _) = findings.into_texts() {
            slot = broken(slot, problem);
        }
        self.sink.put(&slot)
    }

    fn other<E: de::Error>(&mut self, index: usize) -> Result<(), E> {
        let index = self.first_slot + index;
        let problem = "the slot is not an object";
        self.put_broken(index, problem)?;
        // A slot of its own, so that every entry has one, as everywhere else.
        let slot = empty(EntryKind::Slot, index);
        self.sink.put(&broken(slot, problem.to_owned()))
    }
}

/// The `participants` of a slot.
struct Entries<'a, 's> {
    sink: &'a mut Sink<'s, Entry>,
    slot: usize,
    /// Its place before the list.
    start_time: Option<NaiveTime>,
    /// Whether there is an entry in it.
    any: bool,
    /// What was in it so far.
    seen: fingerprint::Entries,
}

impl Entries<'_, '_> {
    fn empty(&self, index: usize) -> Entry {
        let entry = empty(EntryKind::Count, self.slot);
        Entry { position: whole(index), start_time: self.start_time, ..entry }
    }
}

impl Elements for Entries<'_, '_> {
    fn object<'de, A: MapAccess<'de>>(&mut self, index: usize, mut object: A) -> Result<(), A::Error> {
        self.any = true;
        let mut fields = EntryFields::default();
        let mut whole = Fingerprint::default();
        while let Some((field, mut fingerprint)) = Field::next_printed(&mut object)? {
            fields.read(field, &mut fingerprint, &mut object)?;
            whole.add_field(fingerprint);
        }
        let mut entry = self.empty(index);
        fields.check(&mut entry, self.sink.reads_uids());
        if let Entry { kind: EntryKind::Count, problem: None, .. } = entry
            && let (Some(hall), Some(room)) = (entry.hall_external_id, entry.room_external_id)
            && self.seen.repeats((hall, room), whole)
        {
            entry.kind = EntryKind::Repeat;
        }
        self.sink.put(&entry)
    }

    fn other<E: de::Error>(&mut self, index: usize) -> Result<(), E> {
        self.any = true;
        let entry = self.empty(index);
        self.sink.put(&broken(entry, "the record is not an object".to_owned()))
    }
}

/// The fields of an entry that were read so far.
#[derive(Default)]
struct EntryFields {
    hall_id: Value<i64>,
    room_id: Value<i64>,
    participant_count: Value<i32>,
    profile_exam_id: Value<i64>,
    place_id: Value<i64>,
    participant_id: Value<String>,
    participant_name: Value<String>,
    exam_title: Value<String>,
    local_uid: Value<Uuid>,
    /// Whether `participantCount` is there, whatever it is.
    says_count: bool,
    /// Whether a field that seats have, and counts need not, is there, whatever it is.
    says_seat: bool,
}

impl EntryFields {
    fn read<'de, A: MapAccess<'de>>(
        &mut self,
        field: Field,
        fingerprint: &mut Fingerprint,
        object: &mut A,
    ) -> Result<(), A::Error> {
        self.says_count |= field == Field::ParticipantCount;
        self.says_seat |= matches!(
            field,
            Field::ProfileExamId
                | Field::PlaceId
                | Field::ParticipantId
                | Field::ParticipantName
                | Field::ExamTitle
        );
        match field {
            Field::HallId => self.hall_id = value(object, fingerprint, rules::positive)?,
            Field::RoomId => self.room_id = value(object, fingerprint, rules::positive)?,
            Field::ParticipantCount => self.participant_count = value(object, fingerprint, rules::count)?,
            Field::ProfileExamId => self.profile_exam_id = value(object, fingerprint, rules::positive)?,
            Field::PlaceId => self.place_id = value(object, fingerprint, rules::integer)?,
            Field::ParticipantId => self.participant_id = value(object, fingerprint, rules::text)?,
            Field::ParticipantName => self.participant_name = value(object, fingerprint, rules::text)?,
            Field::ExamTitle => self.exam_title = value(object, fingerprint, rules::text)?,
            Field::LocalUid => self.local_uid = value(object, fingerprint, rules::uid)?,
            _ => value(object, fingerprint, |_| ())?,
        }
        Ok(())
    }

    /// Puts into `entry` what its kind stores. The fields that only the other kind has mean nothing in it.
    fn check(self, entry: &mut Entry, reads_uids: bool) {
        let mut findings = Findings::default();
        if reads_uids {
            entry.local_uid = findings.required("localUid", self.local_uid);
        }
        // A seat that lost its key is no count: taken for one, it would let its own row go as absent.
        let seat = self.profile_exam_id != Value::Absent || (self.says_seat && !self.says_count);
        if seat {
            entry.kind = EntryKind::Seat;
            entry.profile_exam_id = findings.required("profileExamId", self.profile_exam_id);
        }
        entry.hall_external_id = findings.required("hallId", self.hall_id);
        entry.room_external_id = findings.required("roomId", self.room_id);
        if seat {
            entry.participant_count = Some(1);
            entry.place_id = findings.optional("placeId", self.place_id);
            entry.participant_id = findings.optional("participantId", self.participant_id);
            entry.participant_name = findings.optional("participantName", self.participant_name);
        } else {
            entry.participant_count = findings.required("participantCount", self.participant_count);
        }
        entry.exam_title = findings.optional("examTitle", self.exam_title);
        (entry.problem, entry.notice) = findings.into_texts();
    }
}

/// As [`field_value`], with the value in the fingerprint of its field.
fn value<'de, A: MapAccess<'de>, V>(
    object: &mut A,
    fingerprint: &mut Fingerprint,
    rule: impl FnOnce(Scalar<'_>) -> V,
) -> Result<V, A::Error> {
    object.next_value_seed(Any(Printed { fingerprint, rule }))
}

fn empty(kind: EntryKind, slot: usize) -> Entry {
    Entry {
        kind,
        slot: whole(slot),
        start_time: None,
        hall_external_id: None,
        room_external_id: None,
        profile_exam_id: None,
        place_id: None,
        participant_count: None,
        participant_id: None,
        participant_name: None,
        exam_title: None,
        local_uid: None,
        problem: None,
        notice: None,
        position: -1,
    }
}

fn broken(entry: Entry, problem: String) -> Entry {
    Entry { problem: Some(problem), ..entry }
}

/// An index of a list that was counted one by one never reaches 2⁶³.
fn whole(index: usize) -> i64 {
    i64::try_from(index).unwrap_or(i64::MAX)
}
