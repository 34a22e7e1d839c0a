//! Halls and rooms: fields in any order → one checked [`Place`] each.

use chrono::{DateTime, Utc};
use serde::de::{self, MapAccess};
use uuid::Uuid;

use super::field::Field;
use super::rules::{self, Findings, Value};
use super::sink::Sink;
use super::value::{Any, Elements, List, Shape, field_value, skip_value};
use crate::model::{Place, PlaceKind};

/// The `data` of a halls answer.
pub(super) struct Halls<'a, 's> {
    sink: &'a mut Sink<'s, Place>,
}

impl<'a, 's> Halls<'a, 's> {
    /// Halls and their rooms, into `sink`.
    pub(super) fn new(sink: &'a mut Sink<'s, Place>) -> Self {
        Self { sink }
    }
}

impl Elements for Halls<'_, '_> {
    fn object<'de, A: MapAccess<'de>>(&mut self, index: usize, mut object: A) -> Result<(), A::Error> {
        // Taken before the rooms', so that halls are in the order of the feed among all records.
        let ordinal = self.sink.next_ordinal();
        let mut fields = PlaceFields::default();
        let mut findings = Findings::default();
        let mut rooms = None;
        while let Some(field) = Field::next(&mut object)? {
            match field {
                Field::Rooms if rooms.is_some() => {
                    // The rooms of the first list are handed over already: they can't be taken back.
                    findings.problem("rooms", "is there twice");
                    skip_value(&mut object)?;
                }
                Field::Rooms => {
                    let mut list = Rooms { sink: self.sink, parent: ordinal };
                    rooms = Some(object.next_value_seed(Any(List(&mut list)))?);
                }
                field => fields.read(PlaceKind::Hall, field, &mut object)?,
            }
        }
        fields.require_uid(self.sink.reads_uids(), &mut findings);
        let id = findings.required("id", std::mem::take(&mut fields.id));
        if rooms == Some(Shape::Other) {
            findings.problem("rooms", "is not a list");
        }
        let mut place = Place { external_id: id, ..empty(PlaceKind::Hall, ordinal, None, index) };
        fields.check(&mut place, findings);
        self.sink.put(&place)
    }

    fn other<E: de::Error>(&mut self, index: usize) -> Result<(), E> {
        let ordinal = self.sink.next_ordinal();
        self.sink.put(&no_object(empty(PlaceKind::Hall, ordinal, None, index)))
    }
}

/// The `rooms` of a hall, or the `data` of a rooms answer.
pub(super) struct Rooms<'a, 's> {
    sink: &'a mut Sink<'s, Place>,
    parent: i64,
}

impl<'a, 's> Rooms<'a, 's> {
    /// The rooms of an answer that is about one hall, with `parent` as theirs, into `sink`.
    pub(super) fn of_answer(sink: &'a mut Sink<'s, Place>, parent: i64) -> Self {
        Self { sink, parent }
    }
}

impl Elements for Rooms<'_, '_> {
    fn object<'de, A: MapAccess<'de>>(&mut self, index: usize, mut object: A) -> Result<(), A::Error> {
        let mut place = empty(PlaceKind::Room, self.sink.next_ordinal(), Some(self.parent), index);
        let mut fields = PlaceFields::default();
        while let Some(field) = Field::next(&mut object)? {
            fields.read(PlaceKind::Room, field, &mut object)?;
        }
        let mut findings = Findings::default();
        fields.require_uid(self.sink.reads_uids(), &mut findings);
        place.external_id = findings.required("id", std::mem::take(&mut fields.id));
        place.capacity = findings.strict("capacity", std::mem::take(&mut fields.capacity));
        place.stated_hall = findings.strict("examHallId", std::mem::take(&mut fields.exam_hall_id));
        fields.check(&mut place, findings);
        self.sink.put(&place)
    }

    fn other<E: de::Error>(&mut self, index: usize) -> Result<(), E> {
        let place = empty(PlaceKind::Room, self.sink.next_ordinal(), Some(self.parent), index);
        let place = no_object(place);
        self.sink.put(&place)
    }
}

/// The fields of a hall or room that were read so far.
#[derive(Default)]
struct PlaceFields {
    id: Value<i64>,
    uid: Value<String>,
    name: Value<String>,
    address: Value<String>,
    place_limit: Value<i64>,
    region_id: Value<i64>,
    capacity: Value<i32>,
    exam_hall_id: Value<i64>,
    is_active: Value<bool>,
    deleted_at: Value<DateTime<Utc>>,
    local_uid: Value<Uuid>,
    checked_uid: Option<Uuid>,
}

impl PlaceFields {
    /// Checks the uid of the row, where records say it.
    fn require_uid(&mut self, reads_uids: bool, findings: &mut Findings) {
        if reads_uids {
            self.checked_uid = findings.required("localUid", std::mem::take(&mut self.local_uid));
        }
    }

    /// Reads the value of `field`, or skips it when it means nothing in this kind of place.
    fn read<'de, A: MapAccess<'de>>(
        &mut self,
        kind: PlaceKind,
        field: Field,
        object: &mut A,
    ) -> Result<(), A::Error> {
        match (field, kind) {
            (Field::Id, _) => self.id = field_value(object, rules::positive)?,
            (Field::Name, _) => self.name = field_value(object, rules::name)?,
            (Field::IsActive, _) => self.is_active = field_value(object, rules::flag)?,
            (Field::LocalUid, _) => self.local_uid = field_value(object, rules::uid)?,
            (Field::DeletedAt, _) => self.deleted_at = field_value(object, rules::date_time)?,
            (Field::Uid, PlaceKind::Hall) => self.uid = field_value(object, rules::short_text)?,
            (Field::Address, PlaceKind::Hall) => self.address = field_value(object, rules::text)?,
            (Field::PlaceLimit, PlaceKind::Hall) => self.place_limit = field_value(object, rules::integer)?,
            (Field::RegionId, PlaceKind::Hall) => self.region_id = field_value(object, rules::integer)?,
            (Field::Capacity, PlaceKind::Room) => self.capacity = field_value(object, rules::count)?,
            (Field::ExamHallId, PlaceKind::Room) => {
                self.exam_hall_id = field_value(object, rules::positive)?;
            }
            _ => skip_value(object)?,
        }
        Ok(())
    }

    /// Puts what halls and rooms share, and a hall's optional fields, into `place`.
    fn check(self, place: &mut Place, mut findings: Findings) {
        place.local_uid = self.checked_uid;
        place.name = findings.required("name", self.name);
        place.says_active = findings.strict("isActive", self.is_active).unwrap_or(true);
        place.deleted_at = findings.strict("deletedAt", self.deleted_at);
        place.external_uid = findings.optional("uid", self.uid);
        place.address = findings.optional("address", self.address);
        place.place_limit = findings.optional("placeLimit", self.place_limit);
        place.region_id = findings.optional("regionId", self.region_id);
        (place.problem, place.notice) = findings.into_texts();
    }
}

fn empty(kind: PlaceKind, ordinal: i64, parent: Option<i64>, index: usize) -> Place {
    Place {
        ordinal,
        kind,
        parent,
        external_id: None,
        external_uid: None,
        name: None,
        address: None,
        place_limit: None,
        region_id: None,
        capacity: None,
        stated_hall: None,
        says_active: true,
        deleted_at: None,
        local_uid: None,
        problem: None,
        notice: None,
        // An index of a list that was counted one by one never reaches 2⁶³.
        position: i64::try_from(index).unwrap_or(i64::MAX),
    }
}

fn no_object(place: Place) -> Place {
    Place { problem: Some("the record is not an object".to_owned()), ..place }
}
