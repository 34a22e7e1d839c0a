//! The overview, the exam-morning view and the history, as a person reads them and as JSON.

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::World;
use crate::support::{Answer, on_both_databases};

/// A program's words without what differs from day to day, and no line wider than the terminal.
fn shown(world: &World<'_>, arguments: &str) -> String {
    let outcome = world.status().run(arguments).expect(0);
    for line in outcome.stdout.lines() {
        let isolates = ['\u{2068}', '\u{2069}'];
        assert!(line.replace(isolates, "").chars().count() <= 80, "{line}");
    }
    let plan = regex::Regex::new(r"\b[0-9a-f]{12}\b").unwrap();
    let text = outcome.snapshot().replace(&world.date(0), "[today]").replace(&world.date(2), "[later]");
    let clock = regex::Regex::new(r"\b\d\d-\d\d \d\d:\d\d:\d\d [+-]\d\d:\d\d").unwrap();
    let text = clock.replace_all(&plan.replace_all(&text, "[plan]"), "[clock]").into_owned();
    let weekday = regex::Regex::new(r"\([A-Z][a-z]+day\)").unwrap();
    let text = weekday.replace_all(&text, "([weekday])");
    let minute = regex::Regex::new(r"(since|, at|due at) \d\d:\d\d|in [\d a-z]+(: 1 hall|, by)").unwrap();
    minute
        .replace_all(&text, |found: &regex::Captures| {
            found.get(1).map_or_else(
                || format!("in [duration]{}", &found[2]),
                |word| format!("{} [time]", word.as_str()),
            )
        })
        .into_owned()
}

fn filled(world: &World<'_>) {
    world.pull("halls", 0);
    world.sits(0, &[("20:00", 20), ("21:00", 31)]);
    // So far away that one failure is no alert yet.
    world.sits(2, &[("09:00", 5)]);
    world.pull(&format!("participants --date today --date {}", world.date(2)), 0);
    world.age(6, "1 = 1");
    world.age(5, &format!("metadata ->> 'exam_date' = '{}'", world.date(2)));
}

on_both_databases! {
    fn the_overview_tells_everything(database) {
        let world = World::migrated(database);
        filled(&world);
        world.api.participants(&world.date(2), Answer::status(404));
        world.pull(&format!("participants --date {}", world.date(2)), 13);
        world.age(4, "status = 'failed'");
        assert_snapshot!("overview", shown(&world, "status"));
    }

    fn the_morning_view_is_one_screen(database) {
        let world = World::migrated(database);
        filled(&world);
        world.sits(0, &[("20:00", 18), ("21:00", 31)]);
        world.pull("participants --days 1", 0);
        world.sits(0, &[]);
        world.pull("participants --days 1", 4);
        world.age(4, "status = 'failed'");
        world.age(5, "status = 'completed'");
        // The alert of the refusal has a test of its own.
        database.execute("UPDATE alerts SET closed_at = opened_at");
        assert_snapshot!("morning", shown(&world, "status --date today"));
        let day = world.json("--date today");
        assert_eq!(day["slots"][1], json!({"start_time": "21:00:00", "rooms": 1, "participants": 31, "halls": [{
            "hall": "Bakı <script>alert(1)</script>", "hall_external_id": 1, "rooms": 1, "participants": 31,
            "capacity": 30, "rooms_over_capacity": 1}]}));
        assert_eq!(day["over_capacity"]["count"], json!(1));
        assert_eq!(day["failures"][0]["error"]["kind"], json!("guard"));
        assert_eq!(day["failures"][0]["error"]["plan"].as_str().unwrap().len(), 12);
        assert_eq!(day["changes"]["count"], json!(1));
        assert_eq!(day["changes"]["first"][0]["new_value"]["participant_count"], json!(18));
        assert_eq!(day["created"], json!({"rows": 2, "participants": 49}));
        // The count changed now; a look at the last nothing sees none of it.
        assert_eq!(world.json("--date today --since 0s")["changes"]["count"], json!(0));
        assert_eq!(world.json(&format!("--date {}", world.date(2)))["slots"].as_array().unwrap().len(), 1);
    }

    fn what_is_new_is_not_told_as_nothing_changed(database) {
        let world = World::migrated(database);
        filled(&world);
        let day = world.status().run("status --date today").expect(0).stdout;
        assert!(day.contains(": the whole date, 51 people; nothing else changed\n"), "{day}");
        let day = world.status().run("status --date today --since 0s").expect(0).stdout;
        assert!(day.contains("\nNothing changed since ") && !day.contains("\nNew since"), "{day}");
    }

    fn what_is_wrong_with_the_halls_is_wrong_with_the_day(database) {
        let world = World::migrated(database);
        filled(&world);
        world.status().run("status --date today --check").expect(0);
        world.api.halls(json!([]));
        world.pull("halls", 4);
        let day = world.status().run("status --date today --check").expect(1);
        assert!(day.stdout.contains("\n! halls: refused, nothing was changed"), "{}", day.stdout);
        world.status().run("status --date 2020-01-02 --check").expect(0);
        database.execute("UPDATE alerts SET closed_at = opened_at; DELETE FROM sync_logs WHERE sync_type = 'exam_halls'");
        let day = world.status().run("status --date today --check").expect(1);
        assert!(day.stderr.contains("exam_halls: never synced"), "{}", day.stderr);
    }

    fn the_history_is_filtered(database) {
        let world = World::migrated(database);
        filled(&world);
        world.api.participants(&world.date(2), Answer::status(404));
        world.pull(&format!("participants --date {}", world.date(2)), 13);
        let runs = |arguments: &str| -> Vec<String> {
            let shown = |run: &Value| {
                let date = run["exam_date"].as_str().map(str::to_owned).unwrap_or_default();
                format!("{} {date} {}", run["sync_type"].as_str().unwrap(), run["status"].as_str().unwrap())
            };
            world.json(arguments)["runs"].as_array().unwrap().iter().map(shown).collect()
        };
        let (today, later) = (world.date(0), world.date(2));
        let failed = format!("participants {later} failed");
        let good = [format!("participants {later} completed"), format!("participants {today} completed")];
        assert_eq!(runs("--history 1"), std::slice::from_ref(&failed));
        assert_eq!(runs("--history 9").len(), 5);
        assert_eq!(runs("--history 9 --failed"), std::slice::from_ref(&failed));
        assert_eq!(runs("--history 9 --since 5m"), std::slice::from_ref(&failed));
        assert_eq!(runs("--history 9 --type participants"), [failed, good[0].clone(), good[1].clone()]);
        assert_eq!(runs("--history 9 --type exam_halls --failed"), Vec::<String>::new());
        assert_eq!(world.status().run("status --history 3 --type exam_halls --failed").expect(0).stdout, "no runs\n");
        assert_eq!(world.json("--history 1")["healthy"], json!(true));
    }
}
