//! People in closed halls or rooms are the first thing, whichever came first.

use serde_json::{Value, json};

use super::{Morning, counts, halls};
use crate::scene::without_isolates;
use crate::support::data::with;
use crate::support::on_both_databases;

/// The halls of which the first twelve are closed.
fn with_closed() -> Value {
    let all = halls(40, 8).as_array().unwrap().clone();
    all.into_iter()
        .enumerate()
        .map(|(nth, hall)| if nth < 12 { with(hall, "isActive", json!(0)) } else { hall })
        .collect()
}

/// What every form says of 2,304 people in twelve closed halls in three days.
fn is_told(morning: &Morning<'_>) {
    let head = "2,304 people are seated in 12 closed halls";
    let status = morning.status("").replace("\n    ", " ");
    assert!(status.lines().next().unwrap().ends_with(&format!(": NOT HEALTHY: {head}")), "{status}");
    morning.program.run("status --check").expect(1);
    let metrics = morning.program.run("status --format prometheus").expect(0).stdout;
    assert!(metrics.contains("\nexamsync_people_in_closed_places 2304\n"), "{metrics}");
    let alerts = morning.database.rows("SELECT kind FROM alerts WHERE closed_at IS NULL");
    assert_eq!(alerts, ["closed_in_use"]);
    let date = morning.date(3);
    let day = morning.status(&format!("--date {date}"));
    let first = super::unfolded(&day).lines().nth(1).unwrap().to_owned();
    let closed = format!("! {head}: Hall 1 (hall 1), closed since ");
    assert!(first.starts_with(&closed) && first.contains(&format!("192 on {date}")), "{day}");
    let problems = morning.program.run(&format!("status --date {date} --problems")).expect(1);
    assert!(problems.stdout.starts_with(&format!("! {head}: ")), "{problems:?}");
    assert_eq!(problems.stderr, "examsync: error: 1 thing to act on\n");
}

on_both_databases! {
    fn halls_that_close_while_people_are_to_sit_there(database) {
        let morning = Morning::of(database, 40, 8);
        morning.sits(3, json!([counts("09:00", 40, 8, 24)])).expect(0);
        morning.program.run("participants --days 1").expect(0);
        morning.program.run("status --check").expect(0);
        morning.api.halls(with_closed());
        morning.program.run("halls").expect(0);
        is_told(&morning);
    }

    fn people_who_come_to_halls_that_are_closed(database) {
        let morning = Morning::new(database, with_closed());
        morning.program.run("participants --days 1").expect(0);
        morning.program.run("status --check").expect(0);
        morning.sits(3, json!([counts("09:00", 40, 8, 24)])).expect(0);
        is_told(&morning);
        // Another date has nothing of it.
        assert_eq!(morning.problems(0), [""; 0]);
    }

    fn a_date_in_a_month_shows_its_closed_halls_though_nothing_is_red_yet(database) {
        let morning = Morning::new(database, with_closed());
        morning.program.run("participants --days 1").expect(0);
        morning.sits(30, json!([counts("09:00", 40, 8, 24)])).expect(0);
        let date = morning.date(30);
        let document = morning.program.run(&format!("status --date {date} --format json")).expect(0).json();
        let acts = document["act_on"].as_array().unwrap_or_else(|| panic!("{document}"));
        let closed: Vec<_> = acts.iter().filter(|action| action["kind"] == "closed_in_use").collect();
        let [closed] = closed[..] else { panic!("{acts:?}") };
        let sentence = without_isolates(closed["sentence"].as_str().unwrap());
        assert!(sentence.starts_with("2,304 people are seated in 12 closed halls: "), "{sentence}");
        morning.program.run("status --check").expect(0);
    }
}
