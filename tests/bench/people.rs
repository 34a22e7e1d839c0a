//! Tables that are filled by statements: to pull so many people is measured elsewhere.

use crate::engine::{DATE, Engine};

/// Halls with as many rooms each, and people who fill them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Crowd {
    pub(crate) halls: u64,
    pub(crate) rooms_each: u64,
    pub(crate) people: u64,
}

impl Crowd {
    /// The people of one room.
    fn seats(self) -> u64 {
        self.people / self.halls / self.rooms_each
    }
}

/// Fills the tables of halls, rooms and participants, and notes a pass of the date.
pub(crate) fn fill(engine: &Engine<'_>, crowd: Crowd) {
    let numbers = |count: u64| match engine.is_postgres() {
        true => format!("(SELECT i FROM generate_series(1, {count}) AS i) AS n"),
        false => format!(
            "(WITH RECURSIVE s (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < {count}) SELECT i FROM s) AS n"
        ),
    };
    let Crowd { halls, rooms_each, people } = crowd;
    let (rooms, seats) = (halls * rooms_each, crowd.seats());
    for sql in [
        format!(
            "INSERT INTO buildings (external_id, name, address) SELECT i, 'Məktəb № ' || (i % 997), 'küç. ' || i FROM {}",
            numbers(halls)
        ),
        format!(
            "INSERT INTO rooms (external_id, building_id, name, capacity)
             SELECT n.i, b.id, 'Otaq ' || (n.i % 100), {} FROM {} JOIN buildings AS b ON b.external_id = 1 + (n.i - 1) / {rooms_each}",
            seats + 5,
            numbers(rooms)
        ),
        format!(
            "INSERT INTO participants (external_profile_exam_id, building_id, room_id, place_id, exam_date, start_time,
                                       participant_name, participant_id, participant_count)
             SELECT n.i, r.building_id, r.id, 1 + (n.i - 1) % {seats}, '{DATE}', '09:00:00',
                    'Zəfər Əliyev oğlu ' || n.i, 'P' || n.i, 1
             FROM {} JOIN rooms AS r ON r.external_id = 1 + (n.i - 1) / {seats}",
            numbers(people)
        ),
        format!(
            "INSERT INTO sync_logs (run_id, sync_type, scope, status, completed_at)
             VALUES ('00000000-0000-4000-8000-000000000000', 'participants', '{DATE}', 'completed', '2099-01-01 00:00:00')"
        ),
        (if engine.is_postgres() { "VACUUM ANALYZE" } else { "ANALYZE" }).to_owned(),
    ] {
        engine.execute(&sql);
    }
}
