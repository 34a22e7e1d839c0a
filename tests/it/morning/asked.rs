//! What is asked for, and what is asked for wrongly.

use serde_json::json;

use super::{Morning, counts, without_times};
use crate::support::{Answer, on_both_databases};

on_both_databases! {
    fn a_hall_that_is_not_known_is_refused_with_the_nearest(database) {
        let morning = Morning::of(database, 16, 1);
        let refused = morning.program.run("status --date today --hall 162").expect(10);
        assert_eq!(refused.stdout, "");
        assert_eq!(
            refused.stderr.lines().next().unwrap(),
            "examsync: error: hall 162 is not known here; the nearest is hall 16 (\u{2068}Hall 16\u{2069}): correct --hall"
        );
        morning.program.run("status --hall 1").expect(2);
        morning.program.run("status --problems").expect(2);
    }

    fn one_hall_shows_its_rooms_and_nothing_of_others(database) {
        let morning = Morning::of(database, 3, 2);
        morning.sits(0, json!([counts("15:00", 3, 2, 31)])).expect(0);
        let text = morning.status("--date today --hall 2");
        let columns: Vec<Vec<&str>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
        let first = columns.iter().position(|line| line.first() == Some(&"15:00") && line.len() == 4).unwrap();
        assert_eq!(columns[first + 1], ["Hall", "2", "(hall", "2)", "2", "62", "60"]);
        assert_eq!(columns[first + 2], ["rooms", "over", "capacity:", "2"]);
        assert_eq!(columns[first + 3], ["101", "(room", "201)", "31", "30"]);
        assert_eq!(columns[first + 4], ["102", "(room", "202)", "31", "30"]);
        assert!(!text.contains("Hall 1") && !text.contains("Hall 3"), "{text}");
    }

    fn a_date_that_was_never_pulled_says_so_with_the_line_that_pulls_it(database) {
        let morning = Morning::of(database, 1, 1);
        let date = morning.date(0);
        assert_eq!(morning.problems(1), [
            format!("! {date} was never pulled: nothing is known of who sits where"),
            format!("    examsync participants --date {date}"),
        ]);
        let text = morning.status("--date today");
        assert!(text.contains("\nNo active participants on this date.\n") && text.contains("\nWho sits where  never pulled\n"), "{text}");
        // Of a date that is past there is nothing to be done.
        morning.program.run("status --date 2020-01-02 --problems").expect(0);
    }

    fn old_data_failing_pulls_and_refusals_are_told_with_why_and_what_to_run(database) {
        let morning = Morning::of(database, 2, 1);
        let program = morning.program.clone().env("SYNC_MAX_DEACTIVATE_PERCENT", "20");
        morning.sits(0, json!([counts("15:00", 2, 1, 20)])).expect(0);
        morning.api.participants(&morning.date(0), Answer::status(404));
        program.run("participants --date today").expect(13);
        morning.age_pulls(90);
        let problems = morning.problems(1);
        // An exam starts today: the first failure is an alert, which says why.
        assert_eq!(problems[0], "! who sits where was last pulled 1 h 30 min ago, and 1 pull has failed since", "{problems:?}");
        assert!(problems[1].starts_with(&format!("! participants of {}: ", morning.date(0))), "{problems:?}");
        morning.api.participants(&morning.date(0), json!([]));
        let refused = program.run("participants --date today --json").expect(4);
        let plan = crate::scene::plan(&refused);
        let problems = morning.problems(1);
        let approve = format!("    examsync participants --date {} --approve {plan}", morning.date(0));
        assert!(problems.contains(&approve), "{problems:?}");
        assert_eq!(problems.iter().filter(|line| line.contains("refused, nothing was changed")).count(), 1, "{problems:?}");
    }

    fn entries_whose_room_is_not_known_are_people_who_sit_nowhere(database) {
        let morning = Morning::of(database, 1, 1);
        morning.sits(0, json!([counts("15:00", 2, 1, 20)])).expect(3);
        let problems = morning.problems(1).join(" ").replace("    ", "");
        let told = "! 1 entry of the last pull names a hall or room that is not known here, and its people sit nowhere: \
                    room 201 is not known here; pull the halls, then the date:";
        assert!(problems.starts_with(told), "{problems}");
        assert!(problems.contains("examsync halls examsync participants --date "), "{problems}");
    }

    fn the_next_start_and_the_next_pull_are_told(database) {
        let morning = Morning::of(database, 2, 2);
        morning.sits(0, json!([counts("09:00", 2, 2, 5), counts("15:00", 2, 2, 20), counts("18:00", 1, 1, 3)])).expect(0);
        let text = without_times(&morning.status("--date today"));
        let next = text.lines().find(|line| line.starts_with("Next: ")).unwrap();
        let pattern = regex::Regex::new(r"^Next: 15:00 in (2 h( \d+ min)?|3 h): 2 halls, 4 rooms, 80 people$").unwrap();
        assert!(pattern.is_match(next), "{text}");
        let due = regex::Regex::new(r"(?m)^Next pull       due at \d\d:[03]0, in \d+ (s|min), by SYNC_PARTICIPANTS_CRON$").unwrap();
        assert!(due.is_match(&text), "{text}");
        let json = morning.program.run("status --date today --json").expect(0).json();
        assert_eq!((&json["next"]["start_time"], &json["next"]["participants"]), (&json!("15:00:00"), &json!(80)));
    }
}
