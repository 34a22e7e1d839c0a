//! The names of the fields that mean something (`examsync help api`).

use std::fmt;

use serde::Deserialize;
use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, Visitor};

use super::fingerprint::Fingerprint;

/// A field's name. Which of them mean something depends on the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(field_identifier, rename_all = "camelCase")]
pub(super) enum Field {
    Id,
    Uid,
    Name,
    Address,
    PlaceLimit,
    RegionId,
    IsActive,
    DeletedAt,
    Rooms,
    Capacity,
    ExamHallId,
    StartTime,
    Participants,
    HallId,
    RoomId,
    ParticipantCount,
    ProfileExamId,
    PlaceId,
    ParticipantId,
    ParticipantName,
    ExamTitle,
    LocalUid,
    /// Any other.
    #[serde(other)]
    Unknown,
}

impl Field {
    /// The name of the next field of `object`; `None` at its end.
    ///
    /// # Errors
    /// Those of the document.
    pub(super) fn next<'de, A: MapAccess<'de>>(object: &mut A) -> Result<Option<Self>, A::Error> {
        object.next_key()
    }

    /// As [`Field::next`], with a fingerprint of the name, also of one that means nothing.
    ///
    /// # Errors
    /// Those of the document.
    pub(super) fn next_printed<'de, A: MapAccess<'de>>(
        object: &mut A,
    ) -> Result<Option<(Self, Fingerprint)>, A::Error> {
        object.next_key_seed(PrintedName)
    }
}

/// Reads a name with its fingerprint.
struct PrintedName;

impl<'de> DeserializeSeed<'de> for PrintedName {
    type Value = (Field, Fingerprint);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for PrintedName {
    type Value = (Field, Fingerprint);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Self::Value, E> {
        let field = Field::deserialize(StrDeserializer::new(name))?;
        let mut fingerprint = Fingerprint::of_known(field as u64);
        if field == Field::Unknown {
            fingerprint.text(name);
        }
        Ok((field, fingerprint))
    }
}
