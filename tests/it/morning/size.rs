//! With 3,000 halls the view is a screen or two, whatever happened, and nothing is cut without the way to the rest.

use serde_json::{Value, json};

use super::{Morning, halls};
use crate::support::data::{count, seat, slot, with};
use crate::support::on_both_databases;

/// Two sessions in 3,000 halls of a room each; `change` says who sits in the room of a hall.
fn day(change: impl Fn(i64, Value) -> Vec<Value>) -> Value {
    let entries = || (1..=3_000).flat_map(|hall| change(hall, count(hall, hall * 100 + 1, 24))).collect();
    json!([slot("15:00", entries()), slot("18:00", entries())])
}

on_both_databases! {
    fn three_thousand_halls_that_change_in_every_way_are_eighty_lines(database) {
        let mut feed = halls(3_000, 1);
        let morning = Morning::new(database, feed.clone());
        morning.sits(0, day(|_, entry| vec![entry])).expect(0);
        morning.age(240);
        let quiet = morning.status("--date today");
        assert!(quiet.lines().count() <= 20, "{quiet}");
        // Every fifth hall is renamed, every twentieth closes; people come and go everywhere, and some have seats.
        for (nth, hall) in feed.as_array_mut().unwrap().iter_mut().enumerate() {
            if nth % 5 == 0 {
                hall["name"] = json!(format!("Another name of hall {}, which is so long that it is cut off somewhere", nth + 1));
            }
            if nth % 20 == 0 {
                *hall = with(hall.clone(), "isActive", json!(0));
            }
        }
        morning.api.halls(feed);
        morning.program.run("halls").expect(0);
        let people = |hall: i64, entry: Value| match hall % 4 {
            0 => (0..3).map(|nth| seat(hall, hall * 100 + 1, hall * 10 + nth, 5, "Name")).collect(),
            1 => vec![with(entry, "participantCount", json!(20 + hall % 17))],
            2 => vec![],
            _ => vec![entry],
        };
        let entries: Vec<Value> = (1..=3_000).flat_map(|hall| people(hall, count(hall, hall * 100 + 1, 24))).collect();
        let outcome = morning.sits(0, json!([slot("15:30", entries)]));
        if outcome.code == 4 {
            let plan = crate::scene::plan(&morning.program.run(&format!("participants --date {} --json", morning.date(0))));
            morning.program.run(&format!("participants --date {} --approve {plan}", morning.date(0))).expect(0);
        }
        let text = morning.status("--date today");
        let lines = text.lines().count();
        assert!((30..=80).contains(&lines), "{lines} lines:\n{text}");
        assert!(text.lines().filter(|line| line.trim().starts_with("and ")).all(|line| line.contains("-v shows all")), "{text}");
        assert!(morning.status("--date today -v").lines().count() > 1_000);
    }
}
