//! What `status` shows of centres, and the alert about one that says nothing before its exam.

use chrono::{Days, Utc};
use serde_json::json;

use super::scene::{Centres, people, person};
use crate::support::database::on_both_databases;

on_both_databases! {
    fn status_has_a_line_for_each_centre(database) {
        let centres = Centres::new(database);
        centres.export("").expect(0);
        let state = || centres.head.run("status").json()["centres"][0].clone();
        let before = state();
        assert_eq!(
            (&before["hall_external_id"], &before["newest_version"], &before["acked_version"], &before["next_exam"]),
            (&json!(4), &json!(1), &json!(null), &json!("2099-06-01"))
        );
        assert_eq!(before["changed_since"], json!(false));
        centres.import("hall-4-v0001.examsync", "").expect(0);
        centres.acknowledge().expect(0);
        centres.pull((1..=399).map(person).chain([person(401)]));
        let after = state();
        assert_eq!((&after["acked_version"], &after["results_seq"]), (&json!(1), &json!(1)));
        assert_eq!(after["changed_since"], json!(true));
        assert_eq!(after["program"], json!(env!("CARGO_PKG_VERSION")));
        let text = centres.head.program.run("status").stdout;
        assert!(text.contains("package 1 for hall 4 is older than the data of its exam on 2099-06-01"), "{text}");
        // The centre does not pull, and a package stands for it.
        let own = centres.centre.run("status --check --json");
        assert_eq!((own.code, &own.json()["healthy"]), (0, &json!(true)), "{own:?}");
    }

    fn a_centre_that_says_nothing_before_its_exam_is_an_alert(database) {
        let centres = Centres::new(database);
        let tomorrow = (Utc::now() + chrono::TimeDelta::hours(4)).date_naive() + Days::new(1);
        centres.head.participants(&tomorrow.to_string(), people((1..=20).map(person))).expect(0);
        centres.export("").expect(0);
        let alerts = "SELECT kind FROM alerts WHERE closed_at IS NULL AND kind = 'centre_unacknowledged'";
        assert_eq!(database.rows(alerts), ["centre_unacknowledged"]);
        let reasons = centres.head.run("status").json()["problems"].to_string();
        assert!(!reasons.contains("acknowledged"), "it is no reason: {reasons}");
        centres.import("hall-4-v0001.examsync", "").expect(0);
        centres.acknowledge().expect(0);
        assert_eq!(database.rows(alerts), [""; 0]);
    }
}
