//! Some people alone (`--user`), and people who are here from another source.

use serde_json::json;

use super::school::School;
use crate::scene::told;
use crate::support::{Examsync, on_both_databases};

on_both_databases! {
    fn some_people_are_pulled_alone_with_what_they_are(database) {
        let mut school = School::new(database);
        school.pull("").expect(0);
        school
            .with("orgs", &[])
            .with("users", &["1,,,true,ada,Ada,King,,A-1,,,,", "2,,,true,,Renamed,,,,,,,"])
            .with("roles", &["x,,,1,primary,teacher,,,s", "y,,,2,primary,proctor,,,s"])
            .with("enrollments", &[]);
        let outcome = school.pull("--user 1");
        assert_eq!(
            told(&outcome),
            ["0 completed", "roster completed: 1 created, 1 updated"],
            "nobody else, and nothing is absent"
        );
        assert_eq!(
            database.rows("SELECT display_name FROM roster_users ORDER BY sourced_id"),
            ["Ada King", "Cher", "Solo"]
        );
        let missing = school.pull("--user 1 --user 99");
        assert_eq!(
            told(&missing),
            [
                "3 partial",
                "roster completed: 2 unchanged",
                "  error unknown_user: user 99 is not in this source",
            ]
        );
    }

    fn some_people_pulled_alone_open_and_close_no_alert(database) {
        let mut school = School::new(database);
        school.pull("").expect(0);
        let alerts = "SELECT kind, scope, closed_at FROM alerts ORDER BY id";
        // One record of 14 is no change of volume.
        school.pull("--user 3").expect(0);
        assert_eq!(database.rows(alerts), [""; 0]);
        school.with("classes", &["k9,,,Maths 10a,10,c,M10A,scheduled,s,\"y,t\""]);
        school.pull("").expect(4);
        let refused = database.rows(alerts);
        assert_eq!(refused.len(), 1, "{refused:?}");
        school.pull("--user 3").expect(0);
        assert_eq!(database.rows(alerts), refused, "the refusal stands");
        school.and("roles", "r4,,,1,primary,janitor,,,s").pull("--user 1").expect(3);
        assert_eq!(database.rows(alerts), refused);
    }

    fn a_new_source_of_the_same_people_is_warned_of_once(database) {
        let school = School::new(database);
        school.pull("").expect(0);
        let other = School::with_program(database, Examsync::bare().env("ROSTER_SOURCE_NAME", "other"));
        let outcome = other.pull("");
        assert_eq!(
            told(&outcome),
            [
                "0 completed",
                "roster completed: 14 created",
                "  warning same_people_other_source: 3 of 3 people of this source are here from another one, with the \
                 same id and name or e-mail; name the source as before, or deactivate the other",
            ]
        );
        assert_eq!(outcome.json()["syncs"][0]["source"], json!("other"));
        assert_eq!(told(&other.pull("")), ["0 completed", "roster completed: 14 unchanged"]);
        assert_eq!(told(&school.pull("")), ["0 completed", "roster completed: 14 unchanged"]);
    }

    fn words_for_roles_are_given_their_terms_by_a_setting(database) {
        let program = Examsync::bare().env("ROSTER_ROLES", "janitor=ext:janitor,*=student");
        let mut school = School::with_program(database, program);
        school.and("roles", "r4,,,1,primary,janitor,,,d").and("roles", "r5,,,2,primary,pupil,,,d");
        assert_eq!(told(&school.pull("")), ["0 completed", "roster completed: 16 created"]);
        assert_eq!(
            database.rows("SELECT sourced_id FROM roster_roles WHERE org_id = (SELECT id FROM roster_orgs WHERE sourced_id = 'd') ORDER BY 1"),
            ["1/d/ext:janitor", "2/d/student", "3/d/siteAdministrator"]
        );
        let wrong = school.program.env("ROSTER_ROLES", "janitor=boss").run("roster --from export --json").expect(10);
        assert!(wrong.json()["error"]["message"].as_str().unwrap().starts_with("ROSTER_ROLES"), "{wrong:?}");
    }
}
