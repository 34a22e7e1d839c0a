//! The statements that write staged records once more, between two ordinals, and the ones that name a record.

/// Updates the halls that are here and differ.
pub(super) const UPDATE_HALLS: &str = "UPDATE buildings
    SET external_uid = s.external_uid, name = s.name, address = s.address, place_limit = s.place_limit,
        region_id = s.region_id, is_active = (s.says_active AND s.deleted_at IS NULL)
    FROM stage_place AS s
    WHERE s.kind = 'hall' AND s.problem IS NULL AND s.ordinal BETWEEN $1 AND $2 AND buildings.external_id = s.external_id
      AND (s.external_uid IS DISTINCT FROM buildings.external_uid
           OR s.name <> buildings.name
           OR s.address IS DISTINCT FROM buildings.address
           OR s.place_limit IS DISTINCT FROM buildings.place_limit
           OR s.region_id IS DISTINCT FROM buildings.region_id
           OR (s.says_active AND s.deleted_at IS NULL) <> buildings.is_active)";

/// Inserts the halls that are not here; of two with one id, the first.
pub(super) const INSERT_HALLS: &str = "INSERT INTO buildings (external_id, external_uid, name, address, place_limit, region_id, is_active)
    SELECT s.external_id, s.external_uid, s.name, s.address, s.place_limit, s.region_id,
           (s.says_active AND s.deleted_at IS NULL)
    FROM stage_place AS s
    WHERE s.kind = 'hall' AND s.problem IS NULL AND s.external_id IS NOT NULL AND s.ordinal BETWEEN $1 AND $2
      AND s.external_id NOT IN (SELECT external_id FROM buildings)
      AND s.ordinal IN (SELECT min(ordinal) FROM stage_place WHERE kind = 'hall' AND problem IS NULL GROUP BY external_id)
    ORDER BY s.ordinal";

/// Updates the rooms that are here and differ.
pub(super) const UPDATE_ROOMS: &str = "UPDATE rooms
    SET building_id = b.id, name = s.name, capacity = s.capacity, is_active = (s.says_active AND s.deleted_at IS NULL)
    FROM stage_place AS s
    JOIN stage_place AS hall ON hall.ordinal = s.parent
    JOIN buildings AS b ON b.external_id = hall.external_id
    WHERE s.kind = 'room' AND s.problem IS NULL AND s.ordinal BETWEEN $1 AND $2 AND rooms.external_id = s.external_id
      AND (rooms.building_id <> b.id
           OR s.name <> rooms.name
           OR s.capacity IS DISTINCT FROM rooms.capacity
           OR (s.says_active AND s.deleted_at IS NULL) <> rooms.is_active)";

/// Inserts the rooms that are not here.
pub(super) const INSERT_ROOMS: &str = "INSERT INTO rooms (external_id, building_id, name, capacity, is_active)
    SELECT s.external_id, b.id, s.name, s.capacity, (s.says_active AND s.deleted_at IS NULL)
    FROM stage_place AS s
    JOIN stage_place AS hall ON hall.ordinal = s.parent
    JOIN buildings AS b ON b.external_id = hall.external_id
    WHERE s.kind = 'room' AND s.problem IS NULL AND s.external_id IS NOT NULL AND s.ordinal BETWEEN $1 AND $2
      AND s.external_id NOT IN (SELECT external_id FROM rooms)
      AND s.ordinal IN (SELECT min(ordinal) FROM stage_place WHERE kind = 'room' AND problem IS NULL GROUP BY external_id)
    ORDER BY s.ordinal";

/// Updates the seats of the date that are here and differ.
pub(super) const UPDATE_SEATS: &str = "UPDATE participants
    SET room_id = r.id, building_id = r.building_id, start_time = s.start_time, place_id = s.place_id,
        participant_id = s.participant_id, participant_name = s.participant_name, exam_title = s.exam_title,
        is_active = (1 = 1)
    FROM stage_entry AS s
    JOIN rooms AS r ON r.external_id = s.room_external_id
    WHERE s.kind = 'seat' AND s.problem IS NULL AND s.ordinal BETWEEN $1 AND $2
      AND participants.exam_date = (SELECT exam_date FROM pass)
      AND participants.external_profile_exam_id = s.profile_exam_id
      AND (participants.room_id <> r.id
           OR participants.start_time <> s.start_time
           OR participants.place_id IS DISTINCT FROM s.place_id
           OR participants.participant_id IS DISTINCT FROM s.participant_id
           OR participants.participant_name IS DISTINCT FROM s.participant_name
           OR participants.exam_title IS DISTINCT FROM s.exam_title
           OR NOT participants.is_active)";

/// Updates the counts of the date that are here and differ.
pub(super) const UPDATE_COUNTS: &str = "UPDATE participants
    SET participant_count = s.participant_count, is_active = (1 = 1)
    FROM stage_entry AS s
    JOIN rooms AS r ON r.external_id = s.room_external_id
    WHERE s.kind = 'count' AND s.problem IS NULL AND s.ordinal BETWEEN $1 AND $2
      AND participants.exam_date = (SELECT exam_date FROM pass)
      AND participants.room_id = r.id AND participants.start_time = s.start_time
      AND participants.external_profile_exam_id IS NULL
      AND (participants.participant_count <> s.participant_count OR NOT participants.is_active)";

/// Inserts the seats that are not here; of two with one key, the first.
pub(super) const INSERT_SEATS: &str =
    "INSERT INTO participants (external_profile_exam_id, building_id, room_id, place_id, exam_date, start_time,
                               participant_name, participant_id, exam_title, participant_count)
    SELECT s.profile_exam_id, r.building_id, r.id, s.place_id, (SELECT exam_date FROM pass), s.start_time,
           s.participant_name, s.participant_id, s.exam_title, s.participant_count
    FROM stage_entry AS s
    JOIN rooms AS r ON r.external_id = s.room_external_id
    WHERE s.kind = 'seat' AND s.problem IS NULL AND s.ordinal BETWEEN $1 AND $2
      AND s.ordinal IN (SELECT min(ordinal) FROM stage_entry WHERE kind = 'seat' AND problem IS NULL
                        GROUP BY profile_exam_id)
      AND NOT EXISTS (SELECT 1 FROM participants AS p
                      WHERE p.exam_date = (SELECT exam_date FROM pass)
                        AND p.external_profile_exam_id = s.profile_exam_id)
    ORDER BY s.ordinal";

/// Inserts the counts that are not here; of two of one room and start, the first.
pub(super) const INSERT_COUNTS: &str =
    "INSERT INTO participants (building_id, room_id, exam_date, start_time, exam_title, participant_count)
    SELECT r.building_id, r.id, (SELECT exam_date FROM pass), s.start_time, s.exam_title, s.participant_count
    FROM stage_entry AS s
    JOIN rooms AS r ON r.external_id = s.room_external_id
    WHERE s.kind = 'count' AND s.problem IS NULL AND s.ordinal BETWEEN $1 AND $2
      AND s.ordinal IN (SELECT min(ordinal) FROM stage_entry WHERE kind = 'count' AND problem IS NULL
                        GROUP BY room_external_id, start_time)
      AND NOT EXISTS (SELECT 1 FROM participants AS p
                      WHERE p.exam_date = (SELECT exam_date FROM pass) AND p.room_id = r.id
                        AND p.start_time = s.start_time AND p.external_profile_exam_id IS NULL)
    ORDER BY s.ordinal";

/// What a hall or room is called.
pub(super) const NAME_PLACE: &str =
    "SELECT s.kind, s.external_id, s.name, hall.external_id AS other_id, CAST(NULL AS text) AS start_time
    FROM stage_place AS s
    LEFT JOIN stage_place AS hall ON hall.ordinal = s.parent
    WHERE s.ordinal = $1";

/// What an entry is called.
pub(super) const NAME_ENTRY: &str =
    "SELECT s.kind, s.room_external_id AS external_id, r.name, s.profile_exam_id AS other_id,
           substr(CAST(s.start_time AS text), 1, 5) AS start_time
    FROM stage_entry AS s
    LEFT JOIN rooms AS r ON r.external_id = s.room_external_id
    WHERE s.ordinal = $1";

/// Deactivates the halls with external ids between two that an answer of all halls no longer holds.
pub(super) const DEACTIVATE_HALLS: &str = "UPDATE buildings SET is_active = (1 = 0)
    WHERE is_active AND external_id BETWEEN $1 AND $2
      AND EXISTS (SELECT 1 FROM stage_place WHERE kind = 'hall')
      AND NOT EXISTS (SELECT 1 FROM stage_place WHERE external_id IS NULL)
      AND external_id NOT IN (SELECT external_id FROM stage_place WHERE kind = 'hall')";

/// Deactivates the rooms that it no longer holds.
pub(super) const DEACTIVATE_ROOMS: &str = "UPDATE rooms SET is_active = (1 = 0)
    WHERE is_active AND external_id BETWEEN $1 AND $2
      AND EXISTS (SELECT 1 FROM stage_place WHERE kind = 'hall')
      AND NOT EXISTS (SELECT 1 FROM stage_place WHERE external_id IS NULL)
      AND external_id NOT IN (SELECT external_id FROM stage_place WHERE kind = 'room')";

/// What a hall that is here is called.
pub(super) const NAME_HALL: &str =
    "SELECT 'hall' AS kind, external_id, name, CAST(NULL AS bigint) AS other_id,
           CAST(NULL AS text) AS start_time
    FROM buildings
    WHERE external_id = $1";

/// What a room that is here is called.
pub(super) const NAME_ROOM: &str = "SELECT 'room' AS kind, r.external_id, r.name, b.external_id AS other_id,
           CAST(NULL AS text) AS start_time
    FROM rooms AS r
    JOIN buildings AS b ON b.id = r.building_id
    WHERE r.external_id = $1";
