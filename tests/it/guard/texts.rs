//! What a refusal says: by hall, with names in isolates, how many people it hits and when they sit.

use serde_json::{Value, json};

use crate::scene::{DATE, Scene};
use crate::support::data::{count, hall, room, slot};
use crate::support::{Database, Outcome, on_both_databases};

/// Ten halls with two rooms each, of which one has a name that is written from right to left.
fn feed(halls: i64) -> Value {
    let name =
        |id: i64| if id == 6 { "مدرسة النور".to_owned() } else { format!("Məktəb № {id}") };
    let rooms = |id: i64| (0..2).map(|nth| room(id * 10 + nth, "101", 200)).collect();
    (1..=halls).map(|id| hall(id, &name(id), rooms(id))).collect()
}

/// People of these halls at nine and at two.
fn day(halls: i64, people: i64) -> Value {
    let at = |time: &str| slot(time, (1..=halls).map(|id| count(id, id * 10, people)).collect());
    json!([at("09:00"), at("14:00")])
}

fn scene(database: &Database) -> Scene<'_> {
    Scene::with_halls(database, feed(10))
}

/// The first line of the refusal, as the document has it.
fn refusal(outcome: &Outcome) -> String {
    let report = outcome.json();
    let message = report["error"]["message"].as_str().unwrap_or_else(|| panic!("{report}"));
    message.lines().next().unwrap().to_owned()
}

on_both_databases! {
    fn a_date_that_loses_halls_names_them_with_people_and_times(database) {
        let scene = scene(database);
        scene.participants(DATE, day(10, 120)).expect(0);
        let refused = scene.participants(DATE, day(5, 120)).expect(4);
        let expected = "refused, nothing was changed: on 2099-06-01, 5 of 10 halls would be empty, 1,200 of 2,400 people: \
                        09:00 600, 14:00 600; \u{2068}مدرسة النور\u{2069} (hall 6), \u{2068}Məktəb № 7\u{2069} (hall 7), \
                        \u{2068}Məktəb № 8\u{2069} (hall 8), \u{2068}Məktəb № 9\u{2069} (hall 9), \
                        \u{2068}Məktəb № 10\u{2069} (hall 10)";
        assert_eq!(refusal(&refused), expected);
        assert_eq!(refusal(&scene.run(&format!("participants --date {DATE} --dry-run")).expect(4)), expected);
        // The same wherever it is read: cron's mail, the alert, the log, the dashboard.
        let plain = scene.program.run(&format!("participants --date {DATE}")).expect(4).stderr;
        assert!(plain.starts_with(&format!("examsync: error: {expected}\n")), "{plain}");
        for sql in ["SELECT message FROM alerts", "SELECT error_message FROM sync_logs ORDER BY id DESC LIMIT 1"] {
            assert!(database.text(sql).starts_with(expected), "{sql}");
        }
        let page = scene.program.run("status --format html").expect(0).stdout;
        assert!(page.contains("14:00 600; <bdi>مدرسة النور</bdi> (hall 6), <bdi>"), "{page}");
        assert!(!page.contains('\u{2068}'), "{page}");
    }

    fn a_date_that_loses_some_people_says_how_many_are_left_where(database) {
        let scene = scene(database);
        scene.participants(DATE, day(3, 120)).expect(0);
        let mut less = day(3, 120);
        less[1]["participants"][2]["participantCount"] = json!(20);
        less[1]["participants"][0]["participantCount"] = json!(40);
        assert_eq!(
            refusal(&scene.participants(DATE, less).expect(4)),
            "refused, nothing was changed: on 2099-06-01, 180 of 720 people would be lost: 14:00 180; \
             \u{2068}Məktəb № 3\u{2069} (hall 3): 240 → 140, \u{2068}Məktəb № 1\u{2069} (hall 1): 240 → 160"
        );
    }

    fn halls_that_would_go_are_named_with_who_sits_there_and_when(database) {
        let scene = scene(database);
        scene.participants(DATE, day(10, 120)).expect(0);
        scene.participants("2099-06-02", json!([slot("09:00", vec![count(6, 61, 7)])])).expect(0);
        assert_eq!(
            refusal(&scene.halls(feed(4)).expect(4)),
            "refused, nothing was changed: 6 of 10 active halls, 12 of 20 active rooms would be deactivated; \
             1,447 of 2,407 people of today and later sit there: 2099-06-01 09:00 720, 14:00 720, 2099-06-02 09:00 7; \
             \u{2068}مدرسة النور\u{2069} (hall 6), \u{2068}Məktəb № 5\u{2069} (hall 5), \
             \u{2068}Məktəb № 7\u{2069} (hall 7), \u{2068}Məktəb № 8\u{2069} (hall 8), \
             \u{2068}Məktəb № 9\u{2069} (hall 9) and 1 more"
        );
        // Rooms alone: the halls stay, each with how many of its rooms.
        let emptied: Value = feed(10).as_array().unwrap().iter().cloned().map(|mut hall| {
            if hall["id"].as_i64() > Some(3) {
                hall["rooms"] = json!([]);
            }
            hall
        }).collect();
        let said = refusal(&scene.halls(emptied).expect(4));
        let rooms = "14 of 20 active rooms would be deactivated; 1,687 of 2,407 people of today and later sit there: ";
        assert!(said.contains(rooms) && said.contains("\u{2069} (hall 6): 2 of 2 rooms, "), "{said}");
    }

    fn a_hall_of_a_rooms_pass_is_named_with_who_sits_there(database) {
        let scene = scene(database);
        scene.participants(DATE, day(6, 12)).expect(0);
        let refused = scene.rooms(6, json!([])).expect(4);
        assert_eq!(
            refusal(&scene.run("rooms --hall 6")),
            "refused, nothing was changed: 2 of 2 active rooms of hall 6 (\u{2068}مدرسة النور\u{2069}) would be deactivated; \
             24 of 144 people of today and later sit there: 2099-06-01 09:00 12, 14:00 12"
        );
        let notice = refused.json()["syncs"][0]["errors"][0]["message"].as_str().unwrap().to_owned();
        assert!(
            notice.starts_with(
                "hall 6 (\u{2068}مدرسة النور\u{2069}): 2 of its 2 active rooms would be deactivated; \
                 24 of 144 people of today and later sit there: 2099-06-01 09:00 12, 14:00 12; left out; "
            ),
            "{notice}"
        );
    }
}
