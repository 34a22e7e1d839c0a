//! Whether a feed of halls arrives in key order without a bad record, so that nothing has to be screened.

use crate::model::{Place, PlaceKind, Presorted};

/// Observes the records of one body of halls, each hall after its rooms. Most feeds are in order; without this check
/// the database would have to compare every record with every other.
pub(in crate::pass) struct PlaceOrder {
    last_hall: Option<i64>,
    last_room: Option<i64>,
    /// The `examHallId` that the rooms of the next hall state, if any.
    stated_hall: Option<i64>,
    rooms: i64,
    held: bool,
}

impl PlaceOrder {
    pub(in crate::pass) fn new() -> Self {
        Self { last_hall: None, last_room: None, stated_hall: None, rooms: 0, held: true }
    }

    /// Observes the next record. Hall ids must rise, room ids must rise across all halls, and a room that states a hall
    /// must state the enclosing one.
    pub(in crate::pass) fn observe(&mut self, place: &Place) {
        let last = match place.kind {
            PlaceKind::Hall => &mut self.last_hall,
            PlaceKind::Room => &mut self.last_room,
        };
        let rises = place.external_id.is_some() && *last < place.external_id;
        *last = place.external_id;
        let agrees = match place.kind {
            PlaceKind::Hall => self.stated_hall.take().is_none_or(|stated| Some(stated) == place.external_id),
            PlaceKind::Room => {
                self.rooms += 1;
                let before = self.stated_hall;
                self.stated_hall = before.or(place.stated_hall);
                place.stated_hall.is_none_or(|stated| Some(stated) == self.stated_hall)
            }
        };
        self.held = self.held && place.problem.is_none() && rises && agrees;
    }

    /// The number of rooms, if all records came in order and none was bad.
    pub(in crate::pass) fn rooms(&self) -> Option<Presorted> {
        self.held.then_some(Presorted(self.rooms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode;
    use crate::feed::AnswerContext;

    fn in_order(halls: &str) -> Option<Presorted> {
        let mut order = PlaceOrder::new();
        let read = decode::halls(
            format!(r#"{{"data":[{halls}]}}"#).as_bytes(),
            &AnswerContext::default(),
            &mut |place| {
                order.observe(place);
                Ok(())
            },
        );
        assert!(read.is_ok(), "{read:?}");
        order.rooms()
    }

    fn hall(id: i64, rooms: &str) -> String {
        format!(r#"{{"id":{id},"name":"Zal","rooms":[{rooms}]}}"#)
    }

    fn room(id: i64, more: &str) -> String {
        format!(r#"{{"id":{id},"name":"Otaq","capacity":30{more}}}"#)
    }

    #[test]
    fn rising_ids_hold_and_rooms_may_state_their_hall() {
        let rooms = [room(10, ""), room(11, r#","examHallId":2"#), room(12, r#","examHallId":2"#)].join(",");
        assert_eq!(
            in_order(&[hall(1, &room(9, "")), hall(2, &rooms), hall(3, "")].join(",")),
            Some(Presorted(4))
        );
        assert_eq!(in_order(""), Some(Presorted(0)));
    }

    #[test]
    fn one_id_twice_never_holds() {
        assert_eq!(in_order(&[hall(1, ""), hall(1, "")].join(",")), None);
        assert_eq!(in_order(&[hall(1, ""), hall(2, ""), hall(1, "")].join(",")), None);
        assert_eq!(in_order(&[hall(1, &room(9, "")), hall(2, &room(9, ""))].join(",")), None);
        assert_eq!(in_order(&hall(1, &[room(9, ""), room(10, ""), room(9, "")].join(","))), None);
    }

    #[test]
    fn a_record_that_breaks_a_rule_does_not_hold() {
        assert_eq!(in_order(&hall(1, r#"{"id":9,"capacity":30}"#)), None);
        assert_eq!(in_order(&hall(1, r#"{"name":"Otaq","capacity":30}"#)), None);
        assert_eq!(in_order(r#"{"id":1}"#), None);
        assert_eq!(in_order("5"), None);
    }

    #[test]
    fn a_room_that_states_another_hall_does_not_hold() {
        let other = room(9, r#","examHallId":7"#);
        assert_eq!(in_order(&hall(1, &other)), None);
        assert_eq!(in_order(&hall(1, &[room(8, r#","examHallId":1"#), other.clone()].join(","))), None);
        assert_eq!(in_order(&hall(7, &[room(8, r#","examHallId":1"#), other].join(","))), None);
        assert_eq!(in_order(&[hall(6, ""), hall(7, &room(9, r#","examHallId":6"#))].join(",")), None);
    }
}
