//! What makes that a scope is asked in full again: rows that another pass added or dropped, not only changed ones.

use serde_json::json;

use super::{DATE, api, counts, set_up, was_conditional};
use crate::support::data::{count, room, slot};
use crate::support::mock_api::{HALLS, participants};
use crate::support::{Examsync, on_both_databases};

on_both_databases! {
    fn a_room_that_a_rooms_pass_adds_or_drops_makes_halls_and_dates_be_asked_in_full(database) {
        let (api, examsync) = set_up(database);
        let date = format!("participants --date {DATE}");
        let [a, b] = [room(11, "A", 30), room(12, "B", 30)];
        let cases = [
            (json!([a, b, room(13, "new", 30)]), "3 1 0 2 0 0"),
            (json!([a]), "1 0 0 1 1 0"),
        ];
        for (rooms, told) in cases {
            examsync.run("halls --full").expect(0);
            examsync.run(&date).expect(0);
            api.hall_rooms(1, rooms);
            assert_eq!(counts(&examsync.run("rooms --hall 1 --json").expect(0), 0), told);
            examsync.run(&date).expect(0);
            assert!(!was_conditional(&api, &participants(DATE)), "{told}");
            examsync.run("halls").expect(0);
            assert!(!was_conditional(&api, HALLS), "{told}");
        }
    }

    fn people_who_come_or_go_by_another_api_make_their_date_be_asked_in_full(database) {
        let (here, examsync) = set_up(database);
        let date = format!("participants --date {DATE} --json");
        examsync.run("halls").expect(0);
        let there = api();
        let other = Examsync::new(database, &there);
        let [a, c] = [count(1, 11, 20), count(2, 21, 5)];
        let cases = [
            (json!([slot("09:00", vec![a.clone(), c, count(1, 12, 5)])]), "3 1 0 2 0 0"),
            (json!([slot("09:00", vec![a])]), "1 0 0 1 1 0"),
        ];
        for (feed, told) in cases {
            examsync.run(&date).expect(0);
            there.participants(DATE, feed);
            assert_eq!(counts(&other.run(&date).expect(0), 0), told);
            examsync.run(&date).expect(0);
            assert!(!was_conditional(&here, &participants(DATE)), "{told}");
        }
    }
}
