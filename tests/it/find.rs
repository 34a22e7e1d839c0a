//! `examsync find`: who sits where, asked for as people type (contract §14.3).

use serde_json::{Value, json};

use crate::scene::{DATE, PAST, Scene, without_isolates};
use crate::support::data::{count, hall, room, seat, slot, with};
use crate::support::on_both_databases;

fn places() -> Value {
    json!([
        with(
            hall(16, "Bakı Dövlət Universiteti", vec![room(101, "Otaq 101", 50), room(102, "Otaq 102", 50)]),
            "address",
            json!("Z. Xəlilov küç. 23")
        ),
        hall(2, "Gəncə", vec![room(201, "Otaq 101", 50)]),
    ])
}

/// What each match is, in their order.
fn keys(matches: &Value) -> Vec<String> {
    let key = |found: &Value| match found["kind"].as_str().unwrap() {
        "person" => format!("{} {}", found["number"].as_str().unwrap(), found["exam_date"].as_str().unwrap()),
        kind => format!("{kind} {}", found[format!("{kind}_external_id")]),
    };
    matches["matches"].as_array().unwrap().iter().map(key).collect()
}

impl Scene<'_> {
    /// What is found, as keys.
    fn found(&self, text: &str) -> Vec<String> {
        keys(&self.find(text, 0))
    }

    fn find(&self, text: &str, code: i32) -> Value {
        self.program.clone().arg(text).run("find --json").expect(code).json()
    }
}

on_both_databases! {
    fn people_are_found_however_their_names_are_typed(database) {
        let scene = Scene::with_halls(database, places());
        scene
            .participants(DATE, json!([slot("09:00", vec![
                seat(16, 101, 1, 1, "Zəfər Əliyev"), seat(16, 101, 2, 2, "İlqar Çıraqov"), count(2, 201, 30),
            ])]))
            .expect(0);
        let zefer = [format!("P1 {DATE}")];
        for text in ["zefer", "ZƏFƏR", "Zəfər Əliyev", "eliyev zefer", "Zefər", "p1", "P-1"] {
            assert_eq!(scene.found(text), zefer, "{text}");
        }
        assert_eq!(scene.found("ilqar ciraqov"), [format!("P2 {DATE}")]);
        // An id that several things have, then what only begins so.
        assert_eq!(scene.found("2"), ["hall 2", &format!("P2 {DATE}"), "hall 16"]);
    }

    fn a_person_who_moved_is_found_with_the_place_of_today_and_the_one_before(database) {
        let scene = Scene::with_halls(database, places());
        let at = |hall: i64, room: i64, place: i64| json!([slot("09:00", vec![seat(hall, room, 1, place, "Zəfər")])]);
        scene.participants(DATE, at(16, 101, 1)).expect(0);
        assert_eq!(scene.find("P1", 0)["matches"][0]["changed"], Value::Null);
        scene.participants(DATE, at(2, 201, 6)).expect(0);
        let document = scene.find("P1", 0);
        let mut found = document["matches"][0].clone();
        assert!(found["changed"]["at"].take().is_string());
        assert_eq!(
            found,
            json!({
                "kind": "person", "number": "P1", "name": "Zəfər", "profile_exam_id": 1, "exam_date": DATE,
                "start_time": "09:00:00", "hall_external_id": 2, "hall": "Gəncə", "room_external_id": 201,
                "room": "Otaq 101", "seat": 6, "address": null, "is_active": true,
                "changed": {
                    "at": null, "action": "participants_changed", "name_before": "Zəfər",
                    "before": {
                        "start_time": "09:00:00", "hall_external_id": 16, "hall": "Bakı Dövlət Universiteti",
                        "room_external_id": 101, "room": "Otaq 101", "seat": 1,
                    },
                },
            })
        );
        let text = scene.program.run("find p1").expect(0);
        let lines: Vec<String> = without_isolates(&text.stdout).lines().map(str::to_owned).collect();
        assert_eq!(lines[..2], ["P1  Zəfər".to_owned(), format!("  {DATE} 09:00 Gəncə (hall 2), Otaq 101 (room 201), seat 6")]);
        assert_eq!(
            lines[2..].join(" ").split_once("participants changed; ").map(|(_, before)| before.split_whitespace().collect::<Vec<_>>().join(" ")),
            Some("before: 09:00 Bakı Dövlət Universiteti (hall 16), Otaq 101 (room 101), seat 1".to_owned())
        );
    }

    fn halls_and_rooms_are_found_by_name_address_and_external_id(database) {
        let scene = Scene::with_halls(database, places());
        scene.participants(DATE, json!([slot("09:00", vec![count(16, 101, 20), count(16, 102, 1)])])).expect(0);
        assert_eq!(scene.found("16"), ["hall 16"]);
        assert_eq!(scene.found("baki dovlet"), ["hall 16", "room 101", "room 102"]);
        assert_eq!(scene.found("xelilov"), ["hall 16"]);
        assert_eq!(scene.found("101"), ["room 101", "room 201"]);
        assert_eq!(scene.found("gence otaq"), ["room 201"]);
        let found = scene.find("16", 0)["matches"][0].clone();
        assert_eq!(
            found,
            json!({
                "kind": "hall", "hall_external_id": 16, "hall": "Bakı Dövlət Universiteti",
                "address": "Z. Xəlilov küç. 23", "is_active": true, "changed": null,
                "slots": [{"exam_date": DATE, "start_time": "09:00:00", "rooms": 2, "participants": 21}],
            })
        );
        let mut renamed = places();
        renamed[0]["name"] = json!("Bakı Mühəndislik");
        scene.halls(renamed).expect(0);
        let changed = scene.find("muhendislik", 0)["matches"][0]["changed"].clone();
        assert_eq!((&changed["action"], &changed["before"]), (&json!("building_renamed"), &json!({"name": "Bakı Dövlət Universiteti"})));
        let text = without_isolates(&scene.program.run("find 101").expect(0).stdout);
        assert_eq!(
            text.lines().take(3).collect::<Vec<_>>(),
            ["Otaq 101 (room 101) in Bakı Mühəndislik (hall 16)", "  Z. Xəlilov küç. 23", &format!("  {DATE} 09:00 20 people")]
        );
    }

    fn at_most_twenty_are_given_the_best_first(database) {
        let scene = Scene::with_halls(database, places());
        let many = |first: i64| (first..first + 25).map(|id| seat(16, 101, id, id, &format!("Aysel {id}"))).collect::<Vec<_>>();
        scene.participants(PAST, json!([slot("09:00", many(1))])).expect(0);
        let mut people = many(1001);
        people.push(seat(16, 102, 7, 1, "Aysel"));
        people.push(seat(16, 102, 8, 2, "Nigar Ayselli"));
        scene.participants(DATE, json!([slot("09:00", people)])).expect(0);
        let found = scene.found("aysel");
        assert_eq!(found.len(), 20);
        assert_eq!(found[..2], [format!("P7 {DATE}"), format!("P1001 {DATE}")]);
        assert!(found.iter().all(|found| found.ends_with(DATE)), "{found:?}");
        assert_eq!(scene.found("ayselli nigar"), [format!("P8 {DATE}")]);
        let dated = scene.program.run(&format!("find aysel --date {PAST} --json")).expect(0).json();
        let dated = keys(&dated);
        assert_eq!((dated.len(), &dated[0]), (20, &format!("P1 {PAST}")));
    }

    fn one_who_is_gone_is_said_to_be(database) {
        let scene = Scene::with_halls(database, places());
        let people = |ids: &[i64]| json!([slot("09:00", ids.iter().map(|id| seat(16, 101, *id, *id, "Aysel")).collect())]);
        scene.participants(DATE, people(&[1, 2, 3])).expect(0);
        scene.participants(DATE, people(&[2, 3])).expect(0);
        assert_eq!(scene.found("aysel"), ["P2", "P3", "P1"].map(|number| format!("{number} {DATE}")));
        let text = without_isolates(&scene.program.run("find p1").expect(0).stdout);
        assert_eq!(
            text.lines().nth(1).unwrap(),
            format!("  no longer: {DATE} 09:00 Bakı Dövlət Universiteti (hall 16), Otaq 101 (room")
        );
    }

    fn what_matches_nothing_is_1_and_the_text_is_repeated_nowhere(database) {
        let scene = Scene::with_halls(database, places());
        let outcome = scene.program.run("find Nobody -vv").expect(1);
        assert_eq!(outcome.stdout, "");
        assert!(!outcome.stderr.contains("Nobody") && outcome.stderr.contains("nothing matches"), "{outcome:?}");
        let document = scene.find("Nobody", 1);
        assert_eq!(
            document,
            json!({
                "version": 1, "command": "find", "status": "failed", "exit_code": 1, "matches": [], "left_off": 0,
                "error": {"kind": "internal", "message": "nothing matches"},
            })
        );
        scene.program.clone().arg("-").arg("…").run("find").expect(2);
        assert_eq!(scene.rows("SELECT count(*) FROM audit_logs"), ["0"], "it writes nothing");
    }

    fn names_that_could_do_harm_do_none(database) {
        let scene = Scene::with_halls(database, places());
        let name = "a\u{1b}[31m\u{202e}b <script>\n";
        scene.participants(DATE, json!([slot("09:00", vec![seat(16, 101, 1, 1, name)])])).expect(0);
        let text = scene.program.run("find p1").expect(0).stdout;
        assert_eq!(text.lines().next().unwrap(), "P1  \u{2068}a\u{fffd}[31m\u{fffd}b <script>\u{fffd}\u{2069}");
        assert_eq!(scene.find("p1", 0)["matches"][0]["name"], json!(name));
    }
}
