//! What a refusal tells a person to run: whole lines that work as they are printed, and never the one that printed them.

use serde_json::json;

use crate::scene::{DATE, Scene, plan};
use crate::support::data::{count, halls, slot};
use crate::support::{Database, Examsync, Outcome, on_both_databases, without_sudo};

/// The arguments of the line that approves, without the program's name.
fn approving(outcome: &Outcome) -> String {
    let stderr = without_sudo(&outcome.stderr);
    let lines: Vec<&str> = stderr.lines().filter(|line| line.contains(" --approve ")).collect();
    let [line] = lines[..] else { panic!("not one line that approves: {stderr}") };
    line.strip_prefix("    examsync ").unwrap_or_else(|| panic!("{line}")).to_owned()
}

on_both_databases! {
    fn the_line_that_approves_works_as_it_is_printed_with_the_env_file(database) {
        let scene = Scene::with_halls(database, halls(7, 2));
        scene.program.write("site/env", 0o600, "SYNC_MAX_DEACTIVATE_PERCENT=10\n");
        let file = scene.program.folder().join("site/env").display().to_string();
        scene.api.halls(json!([]));
        let refused = scene.program.run("--env-file site/env halls --full --lock-wait 1s").expect(4);
        let plan = plan(&scene.run("halls --dry-run"));
        assert_eq!(approving(&refused), format!("--env-file {file} halls --approve {plan}"));
        let advice = format!("to see what would go: `examsync --env-file {file} halls --dry-run -v`\n");
        assert_eq!(without_sudo(&refused.advice), advice);
        scene.program.run(&approving(&refused)).expect(0);
    }

    fn the_line_that_approves_a_date_or_a_hall_names_it(database) {
        let scene = Scene::with_halls(database, halls(2, 2));
        scene.participants(DATE, json!([slot("09:00", vec![count(1, 1000, 20)])])).expect(0);
        scene.api.participants(DATE, json!([]));
        let refused = scene.program.run(&format!("participants --date {DATE} --lock-wait 1s"));
        let line = approving(&refused);
        let plan = line.strip_prefix(&format!("participants --date {DATE} --approve ")).unwrap().to_owned();
        let advice = format!("to see what would go: `examsync participants --date {DATE} --dry-run -v`\n");
        assert_eq!(without_sudo(&refused.advice), advice);
        scene.program.run(&line).expect(0);
        scene.program.write("empty.json", 0o600, r#"{"success": true, "data": []}"#);
        let file = scene.program.folder().join("empty.json").display().to_string();
        let refused = scene.program.run("rooms --hall 2 --from empty.json").expect(4);
        let line = approving(&refused);
        assert!(line.starts_with(&format!("rooms --hall 2 --from {file} --approve ")), "{line}");
        assert!(!line.contains(&plan), "another plan");
        scene.program.run(&line).expect(0);
    }

    fn a_plan_that_is_of_something_else_is_named_as_such(database) {
        let scene = Scene::with_halls(database, halls(7, 2));
        scene.api.halls(halls(1, 1));
        let stale = plan(&scene.run("halls"));
        scene.api.halls(halls(1, 2));
        let refused = scene.program.run(&format!("halls --approve {stale}")).expect(4);
        assert_eq!(
            refused.stderr.lines().nth(1),
            Some(&*format!("  the plan given with --approve, {stale}, does not match: it is stale, or belongs to something else"))
        );
        scene.program.run(&approving(&refused)).expect(0);
    }

    fn a_dry_run_that_is_refused_does_not_send_for_a_dry_run(database) {
        let scene = Scene::with_halls(database, halls(7, 2));
        scene.api.halls(json!([]));
        for arguments in ["halls --dry-run", "halls --dry-run -v"] {
            assert_eq!(scene.program.run(arguments).expect(4).advice, "", "{arguments}");
        }
    }
}

#[test]
fn off_a_terminal_advice_names_the_user_who_ran_it() {
    let database = Database::sqlite();
    let outcome =
        Examsync::bare().env("DATABASE_URL", database.url()).unprivileged().run("migrate --check").expect(1);
    let user = regex::Regex::new("run `sudo -u '?[#a-z0-9_-]+'? examsync migrate`").unwrap();
    assert!(user.is_match(&outcome.stderr), "{outcome:?}");
}
