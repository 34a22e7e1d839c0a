//! Whether the entries of a date arrive in key order, which proves that no two of them have the same key.

use std::collections::HashSet;

use chrono::NaiveTime;

use crate::model::{Entry, EntryKind, Presorted};

/// Observes the entries of one body. If they come in another order, or include seats, the database has to find the
/// duplicates, which costs a large pass more than the comparison does.
pub(in crate::pass) struct KeyOrder {
    /// The start times seen. There are at most as many as a day has seconds.
    starts: HashSet<NaiveTime>,
    /// Slot, hall and room of the previous entry.
    last: Option<(i64, i64, i64)>,
    entries: i64,
    held: bool,
}

impl KeyOrder {
    pub(in crate::pass) fn new() -> Self {
        Self { starts: HashSet::new(), last: None, entries: 0, held: true }
    }

    /// Observes the next entry. Hall and room ids must rise within a slot, and no two slots may have the same start. A
    /// room in two halls is harmless: one of the two entries is a mismatch.
    pub(in crate::pass) fn observe(&mut self, entry: &Entry) {
        self.held = self.held
            && match (entry.kind, entry.hall_external_id, entry.room_external_id) {
                (EntryKind::Slot, ..) => entry.start_time.is_some_and(|start| self.starts.insert(start)),
                (EntryKind::Count, Some(hall), Some(room)) => {
                    let key = Some((entry.slot, hall, room));
                    let rises = self.last < key;
                    self.last = key;
                    self.entries += 1;
                    rises
                }
                (EntryKind::Count | EntryKind::Seat | EntryKind::Repeat, ..) => false,
            };
    }

    /// The number of entries, if all came in order. A slot itself is not counted.
    pub(in crate::pass) fn entries(&self) -> Option<Presorted> {
        self.held.then_some(Presorted(self.entries))
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use chrono_tz::Tz;

    use super::*;
    use crate::decode::{self, ExamDate};
    use crate::feed::AnswerContext;

    fn in_order(feed: &str) -> Option<Presorted> {
        let mut order = KeyOrder::new();
        let exam_date = ExamDate { date: NaiveDate::default(), timezone: Tz::UTC };
        let read =
            decode::participants(feed.as_bytes(), &AnswerContext::default(), exam_date, &mut |entry| {
                order.observe(entry);
                Ok(())
            });
        assert!(read.is_ok(), "{read:?}");
        order.entries()
    }

    fn slot(start: &str, entries: &[(i64, i64)]) -> String {
        let entries: Vec<String> = entries
            .iter()
            .map(|(hall, room)| format!(r#"{{"hallId":{hall},"roomId":{room},"participantCount":1}}"#))
            .collect();
        format!(r#"{{"participants":[{}],"startTime":"{start}"}}"#, entries.join(","))
    }

    fn data(slots: &[String]) -> String {
        format!(r#"{{"data":[{}]}}"#, slots.join(","))
    }

    #[test]
    fn rising_keys_hold_in_every_slot_anew() {
        let slots = [slot("09:00", &[(1, 10), (1, 11), (2, 5)]), slot("08:00", &[(1, 10)])];
        assert_eq!(in_order(&data(&slots)), Some(Presorted(4)));
        assert_eq!(in_order(&data(&[])), Some(Presorted(0)));
    }

    #[test]
    fn one_key_twice_never_holds() {
        assert_eq!(in_order(&data(&[slot("09:00", &[(1, 10), (1, 10)])])), None);
        assert_eq!(in_order(&data(&[slot("09:00", &[(1, 10), (1, 11), (1, 10)])])), None);
        assert_eq!(in_order(&data(&[slot("09:00", &[(1, 10)]), slot("09:00", &[(2, 10)])])), None);
        assert_eq!(in_order(&data(&[slot("09:00", &[(2, 10), (1, 11)])])), None);
    }

    #[test]
    fn seats_and_what_has_no_key_do_not_hold() {
        let seat = r#"{"hallId":1,"roomId":10,"profileExamId":5}"#;
        assert_eq!(
            in_order(&format!(r#"{{"data":[{{"startTime":"09:00","participants":[{seat}]}}]}}"#)),
            None
        );
        let no_room =
            r#"{"data":[{"startTime":"09:00","participants":[{"hallId":1,"participantCount":1}]}]}"#;
        assert_eq!(in_order(no_room), None);
        assert_eq!(in_order(r#"{"data":[{"startTime":"soon","participants":[]}]}"#), None);
    }
}
