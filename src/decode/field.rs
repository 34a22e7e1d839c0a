//! The names of the fields that mean something (external-api.openapi.yaml).

use serde::Deserialize;
use serde::de::MapAccess;

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
}
