//! Whether the rooms of a `rooms` pass have distinct keys and no bad record, so that nothing has to be screened.

use crate::feed::Request;
use crate::model::{Place, Presorted};

/// Observes the rooms of all answers, in any order. Without this check the database would have to compare every room
/// with every other. The keys take 8 bytes of memory each.
pub(in crate::pass) struct RoomKeys {
    external_ids: Vec<i64>,
    held: bool,
}

impl RoomKeys {
    pub(in crate::pass) fn new() -> Self {
        Self { external_ids: Vec::new(), held: true }
    }

    /// Observes a room of the answer to `request`. A room that states a hall must state the one that was asked for.
    pub(in crate::pass) fn observe(&mut self, request: Request, room: &Place) {
        self.external_ids.extend(room.external_id);
        self.held = self.held
            && room.problem.is_none()
            && room.external_id.is_some()
            && room.stated_hall.is_none_or(|stated| Request::HallRooms(stated) == request);
    }

    /// The number of rooms, if all keys were distinct and no record was bad.
    pub(in crate::pass) fn rooms(mut self) -> Option<Presorted> {
        self.external_ids.sort_unstable();
        let distinct = self.external_ids.is_sorted_by(|one, next| one < next);
        let rooms = i64::try_from(self.external_ids.len()).ok()?;
        (self.held && distinct).then_some(Presorted(rooms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode;
    use crate::feed::AnswerContext;

    fn rooms(answers: &[(i64, &str)]) -> Option<Presorted> {
        let mut keys = RoomKeys::new();
        for (hall, rooms) in answers {
            let read = decode::rooms(
                format!(r#"{{"data":[{rooms}]}}"#).as_bytes(),
                &AnswerContext::default(),
                1,
                &mut |room| {
                    keys.observe(Request::HallRooms(*hall), room);
                    Ok(())
                },
            );
            assert!(read.is_ok(), "{read:?}");
        }
        keys.rooms()
    }

    fn room(id: i64, more: &str) -> String {
        format!(r#"{{"id":{id},"name":"Otaq","capacity":30{more}}}"#)
    }

    #[test]
    fn keys_may_come_in_any_order() {
        let first = [room(12, ""), room(9, r#","examHallId":1"#)].join(",");
        assert_eq!(rooms(&[(1, &first), (2, ""), (3, &room(10, ""))]), Some(Presorted(3)));
        assert_eq!(rooms(&[]), Some(Presorted(0)));
    }

    #[test]
    fn one_key_twice_never_holds() {
        assert_eq!(rooms(&[(1, &[room(9, ""), room(10, ""), room(9, "")].join(","))]), None);
        assert_eq!(rooms(&[(1, &room(9, "")), (2, &room(9, ""))]), None);
    }

    #[test]
    fn a_room_that_breaks_a_rule_does_not_hold() {
        for wrong in [r#"{"id":9,"capacity":30}"#, r#"{"name":"Otaq","capacity":30}"#, "5"] {
            assert_eq!(rooms(&[(1, wrong), (2, &room(10, ""))]), None, "{wrong}");
        }
        assert_eq!(rooms(&[(1, &room(9, r#","examHallId":2"#))]), None);
    }
}
