//! Which package may follow which, and what a receipt acknowledges.

use serde_json::json;

use super::scene::{Centres, counts, people, person};
use crate::scene::told;
use crate::support::database::on_both_databases;

on_both_databases! {
    fn an_older_package_is_refused_and_the_newest_is_known(database) {
        let centres = Centres::new(database);
        for _ in 1..=3 {
            centres.export("--again").expect(0);
        }
        centres.import("hall-4-v0003.examsync", "").expect(0);
        let before = centres.centre_rows();
        let outcome = centres.import("hall-4-v0002.examsync", "").expect(4);
        assert_eq!(centres.centre_rows(), before);
        let message = outcome.json()["error"]["message"].as_str().unwrap().to_owned();
        let lines: Vec<&str> = message.lines().map(str::trim).collect();
        assert_eq!(
            lines[0],
            "refused, nothing was changed: this centre has package 3, and this is the older package 2 for hall 4"
        );
        assert_eq!(
            lines[1],
            "ask head office on the telephone to run: examsync export --hall 4 --since full --above 3 --to DIR"
        );
        assert_eq!(outcome.json()["syncs"][0]["status"], json!("refused"));
        let outcome = centres.import("hall-4-v0003.examsync", "").expect(0);
        assert_eq!(outcome.json()["syncs"][0]["not_modified"], json!(true));
        let plan = centres.import("hall-4-v0002.examsync", "--dry-run").json()["syncs"][0]["plan"].clone();
        centres.import("hall-4-v0002.examsync", &format!("--approve {}", plan.as_str().unwrap())).expect(0);
    }

    fn a_restored_head_office_starts_above_its_centre(database) {
        let centres = Centres::new(database);
        for _ in 1..=7 {
            centres.export("--again").expect(0);
        }
        centres.import("hall-4-v0007.examsync", "").expect(0);
        // As it was after the first package.
        database.execute("DELETE FROM packages WHERE version > 1");
        database.execute("UPDATE package_centres SET last_version = 1");
        database.execute("UPDATE package_rows SET version = 1");
        for version in 2..=7 {
            std::fs::remove_file(centres.file(&format!("hall-4-v{version:04}.examsync"))).unwrap();
        }
        centres.export("--again").expect(0);
        let outcome = centres.import("hall-4-v0002.examsync", "").expect(4);
        assert!(
            outcome.stderr.contains("export --hall 4 --since full --above 7 --to DIR"),
            "{}",
            outcome.stderr
        );
        let package = centres.export("--since full --above 7").expect(0).json()["packages"][0].clone();
        assert_eq!((&package["version"], &package["since"]), (&json!(8), &json!(null)));
        let outcome = centres.import("hall-4-v0008.examsync", "").expect(0);
        assert_eq!(counts(&outcome), ["halls 0 0 1 0", "rooms 0 0 2 0", "participants 0 0 400 0"]);
    }

    fn a_receipt_for_a_package_of_another_database_lifts_the_number(database) {
        let centres = Centres::new(database);
        for _ in 1..=3 {
            centres.export("--again").expect(0);
        }
        centres.import("hall-4-v0003.examsync", "").expect(0);
        database.execute("DELETE FROM packages WHERE version > 1");
        database.execute("UPDATE package_centres SET last_version = 1");
        let outcome = centres.acknowledge().expect(0);
        assert_eq!(outcome.json()["syncs"][0]["warnings"][0]["code"], json!("unknown_package"));
        assert_eq!(database.rows("SELECT last_version, acked_version FROM package_centres"), ["3|null"]);
    }

    fn a_receipt_counts_once_and_older_ones_are_superseded(database) {
        let centres = Centres::new(database);
        centres.export("").expect(0);
        centres.import("hall-4-v0001.examsync", "").expect(0);
        assert_eq!(told(&centres.acknowledge()), ["0 completed", "results_import completed: nothing"]);
        let stick = centres.file("").display().to_string();
        let quiet = centres.centre.run(&format!("export --results --to {stick} --json")).expect(0);
        assert_eq!(quiet.json()["packages"], json!([]), "nothing is new");
        for _ in 2..=3 {
            centres.centre.run(&format!("export --results --to {stick} --again")).expect(0);
        }
        let import = |number: u32| centres.head.run(&format!("import {stick}/hall-4-results-000{number}.examsync"));
        assert_eq!(told(&import(3)), ["0 completed", "results_import completed: nothing"]);
        let before = database.dump();
        assert_eq!(import(3).expect(0).json()["syncs"][0]["not_modified"], json!(true));
        assert_eq!(database.dump(), before);
        let older = import(2).expect(0);
        assert_eq!(older.json()["syncs"][0]["warnings"][0]["code"], json!("superseded"));
        assert_eq!(database.rows("SELECT acked_version, results_seq FROM package_centres"), ["1|3"]);
    }

    fn two_copies_of_a_centre_are_told_apart(database) {
        let centres = Centres::new(database);
        centres.export("").expect(0);
        centres.import("hall-4-v0001.examsync", "").expect(0);
        let copy = centres.centre_database.folder().join("copy.db");
        centres.acknowledge().expect(0);
        let database_file = centres.centre_database.file();
        std::fs::copy(&database_file, &copy).unwrap();
        let stick = centres.file("").display().to_string();
        centres.centre.run(&format!("export --results --to {stick} --again")).expect(0);
        let other = centres.head.program.folder().join("other");
        std::fs::create_dir(&other).unwrap();
        let url = format!("sqlite://{}", copy.display());
        let copied = centres.centre.clone().env("DATABASE_URL", &url);
        copied.run(&format!("export --results --to {} --again", other.display())).expect(0);
        centres.head.run(&format!("import {stick}/hall-4-results-0002.examsync")).expect(0);
        let file = other.join("hall-4-results-0002.examsync");
        let outcome = centres.head.run(&format!("import {}", file.display())).expect(4);
        assert!(outcome.stderr.contains("forked: other results 2 of hall 4 were taken before"), "{outcome:?}");
        assert!(file.exists());
    }

    fn dates_that_the_centre_has_not_are_sent_whole(database) {
        let centres = Centres::new(database);
        let other = "2099-06-02";
        centres.head.participants(other, people((1..=30).map(person))).expect(0);
        let rows = |outcome: crate::support::Outcome| outcome.expect(0).json()["packages"][0]["rows"].clone();
        assert_eq!(rows(centres.export("--date 2099-06-01")), json!(400));
        centres.import("hall-4-v0001.examsync", "").expect(0);
        centres.acknowledge().expect(0);
        assert_eq!(rows(centres.export("")), json!(30), "the second date is new to the centre");
        centres.import("hall-4-v0002.examsync", "").expect(0);
        assert_eq!(centres.centre_database.number("SELECT count(*) FROM participants"), 430);
    }

    fn a_delta_without_its_base_is_refused(database) {
        let centres = Centres::new(database);
        for options in ["", "--again", "--since 1 --again", "--since 2 --again"] {
            centres.export(options).expect(0);
        }
        let message = |name: &str| {
            let outcome = centres.import(name, "").expect(4);
            outcome.json()["error"]["message"].as_str().unwrap().lines().map(str::to_owned).collect::<Vec<_>>()
        };
        let without = message("hall-4-v0003.examsync");
        assert_eq!(
            without[..2],
            [
                "refused, nothing was changed: this centre has no package yet, and this package 3 for hall 4 holds only what \
                 changed since package 1",
                "  ask head office on the telephone to run: examsync export --hall 4 --since full --to DIR"
            ]
        );
        centres.import("hall-4-v0001.examsync", "").expect(0);
        assert_eq!(
            message("hall-4-v0004.examsync")[0],
            "refused, nothing was changed: this centre has package 1, and this package 4 for hall 4 holds only what changed \
             since package 2"
        );
        centres.import("hall-4-v0003.examsync", "").expect(0);
        let outcome = centres.import("hall-4-v0004.examsync", "").expect(0);
        assert_eq!(counts(&outcome)[..2], ["halls 0 0 1 0", "rooms 0 0 2 0"], "of its date it holds nothing");
    }

    fn a_stick_that_was_lost_costs_nothing(database) {
        let centres = Centres::new(database);
        centres.export("").expect(0);
        centres.import("hall-4-v0001.examsync", "").expect(0);
        centres.acknowledge().expect(0);
        centres.pull((1..=401).map(person));
        centres.export("").expect(0);
        centres.pull((1..=402).map(person));
        let third = centres.export("").expect(0).json()["packages"][0].clone();
        assert_eq!((&third["since"], &third["rows"]), (&json!(1), &json!(2)), "changes add up until one is acknowledged");
        // One centre lost the second stick, another has it.
        let copy = centres.centre_database.folder().join("copy.db");
        std::fs::copy(centres.centre_database.file(), &copy).unwrap();
        let url = format!("sqlite://{}", copy.display());
        let file = |name: &str| centres.file(name).display().to_string();
        let copied = centres.centre.clone().env("DATABASE_URL", &url);
        copied.run(&format!("import {}", file("hall-4-v0002.examsync"))).expect(0);
        let third = |program: &crate::support::Examsync| {
            counts(&program.run(&format!("import {} --json", file("hall-4-v0003.examsync"))).expect(0))[2].clone()
        };
        assert_eq!(third(&centres.centre), "participants 2 0 0 0");
        assert_eq!(third(&copied), "participants 1 0 1 0");
    }

    fn a_copied_head_office_counts_on_its_own_line(database) {
        let centres = Centres::new(database);
        centres.export("").expect(0);
        centres.import("hall-4-v0001.examsync", "").expect(0);
        centres.acknowledge().expect(0);
        let own = centres.centre_database.text("SELECT package_id FROM package_imports");
        // The same number, made once more by the copy.
        database.execute("UPDATE packages SET id = '00000000-0000-4000-8000-000000000001'");
        centres.pull((1..=401).map(person));
        centres.export("").expect(0);
        let outcome = centres.import("hall-4-v0002.examsync", "").expect(4);
        let message = outcome.json()["error"]["message"].as_str().unwrap().to_owned();
        assert_eq!(
            message.lines().next().unwrap(),
            "refused, nothing was changed: this centre has package 1, which is not among those that package 2 for hall 4 was \
             made to follow: head office was restored from a backup, or copied"
        );
        // And its receipt acknowledges nothing there.
        database.execute("UPDATE package_centres SET acked_version = NULL");
        let stick = centres.file("").display().to_string();
        centres.centre.run(&format!("export --results --again --to {stick}")).expect(0);
        let receipt = centres.head.run(&format!("import {stick}hall-4-results-0002.examsync")).expect(0);
        assert_eq!(receipt.json()["syncs"][0]["warnings"][0]["code"], json!("unknown_package"));
        assert_eq!(database.rows("SELECT last_version, acked_version FROM package_centres"), ["2|null"]);
        assert_eq!(centres.centre_database.text("SELECT package_id FROM package_imports"), own);
    }

    fn a_receipt_that_comes_late_takes_no_acknowledgement_back(database) {
        let centres = Centres::new(database);
        let stick = centres.file("").display().to_string();
        for version in 1..=2 {
            centres.export("--again").expect(0);
            centres.import(&format!("hall-4-v000{version}.examsync"), "").expect(0);
            centres.centre.run(&format!("export --results --to {stick}")).expect(0);
        }
        for number in [2, 1] {
            centres.head.run(&format!("import {stick}hall-4-results-000{number}.examsync")).expect(0);
        }
        assert_eq!(database.rows("SELECT acked_version FROM package_centres"), ["2"]);
    }
}
