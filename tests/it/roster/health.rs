//! What `status` says of the sources of rosters (contract §13.5).

use serde_json::{Value, json};

use super::school::School;
use crate::support::{Examsync, on_both_databases};

pub(super) fn state(school: &School<'_>) -> Value {
    school.program.run("status --json").json()["rosters"][0].clone()
}

fn reasons(school: &School<'_>) -> Vec<String> {
    let outcome = school.program.run("status --check --json");
    let problems = outcome.json()["problems"].as_array().unwrap().clone();
    let told = problems.iter().map(|problem| problem.as_str().unwrap_or_default().to_owned());
    told.filter(|problem| problem.starts_with("roster")).collect()
}

on_both_databases! {
    fn a_source_is_healthy_while_as_many_are_here_as_there(database) {
        let mut school = School::new(database);
        assert_eq!(state(&school), json!(null), "what was never pulled is not judged");
        school.and("enrollments", "e3,,,k,s,77,student,,,");
        school.pull("").expect(3);
        let first = state(&school);
        assert_eq!((&first["source"], &first["healthy"]), (&json!("oneroster"), &json!(true)));
        let of = |state: &Value, name: &str| {
            let entities = state["entities"].as_array().unwrap().clone();
            entities.into_iter().find(|entity| entity["entity"] == *name).unwrap()
        };
        assert_eq!(
            of(&first, "enrollments"),
            json!({"entity": "enrollments", "there": 3, "errored": 1, "expected": 2, "whole": true, "active": 2,
                   "sync_error": 0, "drift": false})
        );
        assert_eq!(reasons(&school), [""; 0]);
        let text = school.program.run("status").stdout;
        assert!(text.contains("roster of oneroster: fresh"), "{text}");

        database.execute("UPDATE roster_users SET is_active = (1 = 0) WHERE sourced_id = '1'");
        let drifted = state(&school);
        assert_eq!((&drifted["healthy"], &of(&drifted, "users")["drift"]), (&json!(false), &json!(true)));
        assert_eq!(
            reasons(&school),
            ["roster of oneroster: 2 users are active, 3 should be: since the last pass rows came or went; pull it again"]
        );
        school.pull("").expect(3);
        assert_eq!(state(&school)["healthy"], json!(true));
    }

    fn a_source_that_is_set_up_and_was_never_pulled_is_a_reason(database) {
        let program = Examsync::bare().env("ROSTER_URL", "sis=export,evening=evening");
        let school = School::with_program(database, program);
        let never = |name: &str| format!("roster of {name}: never synced");
        assert_eq!(reasons(&school), [never("sis"), never("evening")]);
        assert_eq!(
            state(&school),
            json!({"source": "sis", "healthy": false, "freshness": "never", "last_success_at": null, "age_seconds": null,
                   "consecutive_failures": 0, "credentials": 0, "not_seen_this_school_year": null, "entities": []})
        );
        let shown = |text: &str| text.lines().filter(|line| line.starts_with("roster of ")).map(str::to_owned).collect::<Vec<_>>();
        let expected = ["sis", "evening"].map(|name| format!("roster of {name}: never, last success never"));
        assert_eq!(shown(&school.program.run("status").stdout), expected);
        for (name, text) in school.files() {
            std::fs::write(school.folder.join(name), text).unwrap();
        }
        school.program.run("roster").expect(3);
        assert_eq!(reasons(&school)[..1], ["roster of evening: never synced, 1 pass failed".to_owned()]);
        assert_eq!(state(&school)["source"], "evening");
        let alone = school.program.clone().env("ROSTER_URL", "sis=export");
        alone.run("roster --user 1").expect(0);
        alone.run("roster").expect(0);
        assert_eq!(alone.run("status --json").json()["rosters"][1]["healthy"], json!(true));
    }

    fn a_source_that_fails_or_is_old_is_a_reason(database) {
        let school = School::new(database);
        school.pull("").expect(0);
        std::fs::remove_file(school.folder.join("users.csv")).unwrap();
        school.run("").expect(13);
        let failed = state(&school);
        assert_eq!((&failed["healthy"], &failed["consecutive_failures"]), (&json!(false), &json!(1)));
        school.pull("").expect(0);
        assert_eq!(state(&school)["healthy"], json!(true));
        let long_ago = database.pick("datetime('now', '-30 days')", "now() - interval '30 days'");
        database.execute(&format!("UPDATE sync_logs SET started_at = {long_ago}, completed_at = {long_ago}"));
        assert_eq!(state(&school)["freshness"], json!("critical"));
        school.pull("--user 1").expect(0);
        assert_eq!(state(&school)["freshness"], json!("critical"), "some people say nothing of the others");
    }
}
