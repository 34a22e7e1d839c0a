//! The names of the fields that mean something (external-api.openapi.yaml).

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, Visitor};

/// A field's name. Which of them mean something depends on the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    /// `data`, of the envelope.
    Data,
    /// `id`.
    Id,
    /// `uid`.
    Uid,
    /// `name`.
    Name,
    /// `address`.
    Address,
    /// `placeLimit`.
    PlaceLimit,
    /// `regionId`.
    RegionId,
    /// `isActive`.
    IsActive,
    /// `deletedAt`.
    DeletedAt,
    /// `rooms`.
    Rooms,
    /// `capacity`.
    Capacity,
    /// `examHallId`.
    ExamHallId,
    /// `startTime`.
    StartTime,
    /// `participants`.
    Participants,
    /// `hallId`.
    HallId,
    /// `roomId`.
    RoomId,
    /// `participantCount`.
    ParticipantCount,
    /// `profileExamId`.
    ProfileExamId,
    /// `placeId`.
    PlaceId,
    /// `participantId`.
    ParticipantId,
    /// `participantName`.
    ParticipantName,
    /// `examTitle`.
    ExamTitle,
    /// Any other.
    Unknown,
}

impl Field {
    fn of(name: &str) -> Self {
        match name {
            "data" => Field::Data,
            "id" => Field::Id,
            "uid" => Field::Uid,
            "name" => Field::Name,
            "address" => Field::Address,
            "placeLimit" => Field::PlaceLimit,
            "regionId" => Field::RegionId,
            "isActive" => Field::IsActive,
            "deletedAt" => Field::DeletedAt,
            "rooms" => Field::Rooms,
            "capacity" => Field::Capacity,
            "examHallId" => Field::ExamHallId,
            "startTime" => Field::StartTime,
            "participants" => Field::Participants,
            "hallId" => Field::HallId,
            "roomId" => Field::RoomId,
            "participantCount" => Field::ParticipantCount,
            "profileExamId" => Field::ProfileExamId,
            "placeId" => Field::PlaceId,
            "participantId" => Field::ParticipantId,
            "participantName" => Field::ParticipantName,
            "examTitle" => Field::ExamTitle,
            _ => Field::Unknown,
        }
    }

    /// The name of the next field of `object`; `None` at its end.
    ///
    /// # Errors
    /// Those of the document.
    pub(super) fn next<'de, A: MapAccess<'de>>(object: &mut A) -> Result<Option<Self>, A::Error> {
        object.next_key_seed(Name)
    }
}

struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Field;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Field, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Name {
    type Value = Field;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Field, E> {
        Ok(Field::of(name))
    }
}
