//! Names in notices and in what a dry run lists: each in an isolate, so that its direction stays its own.

use serde_json::{Value, json};

use crate::scene::{DATE, Scene};
use crate::support::data::{count, hall, room, seat, slot};
use crate::support::{Outcome, on_both_databases};

const RIGHT_TO_LEFT: &str = "قاعة ١";

/// The messages of a list of the first sync that has it.
fn messages(outcome: &Outcome, list: &str) -> Vec<String> {
    let report = outcome.json();
    let syncs = report["syncs"].as_array().unwrap().iter();
    let all = syncs.flat_map(|sync| sync[list].as_array().unwrap().iter());
    all.map(|notice| notice["message"].as_str().unwrap().to_owned()).collect()
}

fn feed(name: &str, capacity: i64) -> Value {
    json!([
        hall(1, "Bakı", vec![room(11, name, capacity), room(12, "A", 30)]),
        hall(2, RIGHT_TO_LEFT, vec![room(21, "B", 30)])
    ])
}

on_both_databases! {
    fn notices_and_what_the_building_manager_is_sent_have_names_in_isolates(database) {
        let scene = Scene::with_halls(database, feed(RIGHT_TO_LEFT, 30));
        scene.participants(DATE, json!([slot("09:00", vec![count(1, 11, 30), count(2, 21, 3)])])).expect(0);
        let name = format!("\u{2068}{RIGHT_TO_LEFT}\u{2069}");
        let smaller = scene.halls(feed(RIGHT_TO_LEFT, 20)).expect(0);
        let message = format!(
            "room 11 ({name}, \u{2068}Bakı\u{2069}) now has 20 seats, but 30 people are assigned to it at one time"
        );
        assert_eq!(messages(&smaller, "warnings"), std::slice::from_ref(&message));
        assert_eq!(database.rows("SELECT message FROM notifications"), [message]);
        let fuller = scene.participants(DATE, json!([slot("09:00", vec![count(1, 11, 31), count(2, 21, 3)])]));
        assert_eq!(
            messages(&fuller.expect(0), "warnings"),
            [format!("room 11 ({name}) at 09:00:00 has 31 people for 20 seats")]
        );
        let closed = scene.halls(json!([feed(RIGHT_TO_LEFT, 20)[0]])).expect(0);
        assert_eq!(
            messages(&closed, "warnings"),
            [
                format!("hall 2 ({name}) is deactivated, but 3 people are still assigned to it today or later"),
                "room 21 (\u{2068}B\u{2069}) is deactivated, but 3 people are still assigned to it today or later".to_owned()
            ]
        );
    }

    fn a_dry_run_lists_names_in_isolates(database) {
        let scene = Scene::with_halls(database, feed(RIGHT_TO_LEFT, 30));
        scene.participants(DATE, json!([slot("09:00", vec![seat(1, 11, 1, 1, RIGHT_TO_LEFT)])])).expect(0);
        let listed = |arguments: &str| {
            let listed = scene.program.run(&format!("{arguments} --dry-run -v")).expect(0).stdout;
            listed.lines().filter(|line| line.starts_with("    ")).map(|line| line.trim().to_owned()).collect::<Vec<_>>()
        };
        let name = format!("\u{2068}{RIGHT_TO_LEFT}\u{2069}");
        scene.api.halls(feed("C", 30));
        assert_eq!(listed("halls"), [format!("11 {name} → \u{2068}C\u{2069}")]);
        scene.api.participants(DATE, json!([slot("10:00", vec![seat(1, 11, 1, 1, RIGHT_TO_LEFT)])]));
        assert_eq!(
            listed(&format!("participants --date {DATE}")),
            [format!("09:00:00 {name}, \u{2068}Bakı\u{2069} → 10:00:00 {name}, \u{2068}Bakı\u{2069}: seat of 1, {name}")]
        );
    }

    fn a_name_that_would_close_its_isolate_or_open_another_can_not(database) {
        let scene = Scene::with_halls(database, feed("a\u{2069}\u{202e}b\u{2068}", 30));
        scene.participants(DATE, json!([slot("09:00", vec![count(1, 11, 30)])])).expect(0);
        scene.api.halls(feed("a\u{2069}\u{202e}b\u{2068}", 20));
        let stderr = scene.program.run("halls").expect(0).stderr;
        let opened = stderr.chars().filter(|c| *c == '\u{2068}').count();
        let closed = stderr.chars().filter(|c| *c == '\u{2069}').count();
        assert!(opened == closed && !stderr.contains('\u{202e}'), "{stderr:?}");
    }
}
