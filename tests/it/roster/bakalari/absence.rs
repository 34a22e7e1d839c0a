//! What is no longer shown: people stay, enrolments go within an atom that answered, and nothing at all is refused
//! (contract §13.3, §13.5).

use serde_json::json;

use super::{School, novak};
use crate::scene::plan;
use crate::support::bakalari::{Bakalari, page, student};
use crate::support::on_both_databases;

const ALL: [&str; 6] = [
    "1 A|S1|student",
    "1 A|S2|student",
    "1 A|U  12|teacher",
    "2| S3|student",
    "2|S1|student",
    "2|U  12|teacher",
];

/// The path of an atom's marks, as it is sent.
const FIRST: &str = "/api/3/marking/marks/1%20A";

fn leave(server: &Bakalari, atom: &'static str, pupil: &str) {
    let mut inside = server.inside();
    inside.atoms.get_mut(atom).unwrap().students.retain(|student| student["Id"] != *pupil);
}

on_both_databases! {
    fn an_enrolment_goes_within_an_atom_that_answered_and_nothing_else(database) {
        let school = School::new(database);
        school.run("").expect(0);
        leave(&school.server, "1 A", "S2");
        assert_eq!(school.pull(""), ["0 completed", "roster completed: 20 unchanged, 1 deleted"]);
        assert_eq!(school.enrolled(), [ALL[0], ALL[2], ALL[3], ALL[4], ALL[5]]);
        assert_eq!(
            database.rows("SELECT action, entity_type FROM audit_logs"),
            ["roster_deactivated|enrollments"]
        );
        school.server.inside().teachers[0].atoms = vec!["1 A"];
        let told = school.pull("");
        assert_eq!(told[0], "0 completed");
        assert!(!told[1].contains("deleted"), "an atom that is not listed is not judged: {told:?}");
        assert_eq!(database.number("SELECT count(*) FROM roster_users WHERE is_active"), 4, "people are never absent");
        school.server.inside().atoms.get_mut("1 A").unwrap().students.push(student("S2", "XL", "Eva", "Nová"));
        school.server.inside().teachers[0] = novak();
        assert_eq!(school.pull(""), ["0 completed", "roster completed: 1 updated, 20 unchanged"]);
        assert_eq!(school.enrolled(), ALL);
    }

    fn an_atom_that_failed_loses_nothing(database) {
        let school = School::new(database);
        school.run("").expect(0);
        school.server.api.always(FIRST, page(500));
        leave(&school.server, "2", "S1");
        let host = school.server.api.url().replace("http://", "").replace("/bakaweb", "");
        assert_eq!(
            school.pull(""),
            [
                "3 partial".to_owned(),
                "roster completed: 14 unchanged, 1 deleted".to_owned(),
                format!(
                    "  error not_answered: class 1 A gave nothing, and what is here of it stays: atom 1 A: {host} answered \
                     HTTP 500 Internal Server Error; try again later, or ask those who run it (tried 4 times)"
                ),
            ]
        );
        assert_eq!(school.enrolled(), [ALL[0], ALL[1], ALL[2], ALL[3], ALL[5]]);
    }

    fn an_id_that_no_path_can_carry_spoils_its_atom_alone(database) {
        let school = School::new(database);
        school.server.inside().teachers[0].atoms = vec!["..", "1 A", "2"];
        assert_eq!(
            school.pull(""),
            [
                "3 partial",
                "roster completed: 21 created",
                "  error bad_record: class ..: no path can carry this id; its pupils are not asked for",
            ]
        );
        assert_eq!(school.enrolled(), ALL);
    }

    fn an_atom_with_the_id_of_a_homeroom_is_left_out(database) {
        let school = School::new(database);
        let mut inside = school.server.inside();
        let atom = inside.atoms.get("1 A").unwrap().clone();
        inside.atoms.insert("XL", atom);
        inside.teachers[0].atoms = vec!["XL", "1 A", "2"];
        drop(inside);
        assert_eq!(
            school.pull(""),
            [
                "3 partial",
                "roster completed: 21 created",
                "  error duplicate: class XL: an atom has the id of a homeroom, and is left out",
            ]
        );
        assert_eq!(school.enrolled(), ALL);
    }

    fn a_pupil_without_an_id_is_a_bad_record_and_no_absence_is_judged(database) {
        let school = School::new(database);
        school.run("").expect(0);
        leave(&school.server, "1 A", "S2");
        school.server.inside().atoms.get_mut("1 A").unwrap().students.push(student("", "XL", "Canary", "Canary"));
        let told = school.pull("");
        assert_eq!(
            told,
            [
                "3 partial",
                "roster completed: 20 unchanged, 3 errored",
                "  error bad_record at Students: enrollment: Id is empty",
                "  error bad_record at Students: role: Id is empty",
                "  error bad_record at Students: user: Id is empty",
            ]
        );
        assert_eq!(school.enrolled(), ALL);
    }

    fn no_atoms_at_all_is_refused_without_a_plan(database) {
        let school = School::new(database);
        school.run("").expect(0);
        let before = school.database.rows("SELECT sourced_id, is_active FROM roster_enrollments ORDER BY 1");
        school.server.inside().teachers[0].atoms.clear();
        let refused = school.run("").expect(4).json();
        assert_eq!(refused["syncs"][0]["plan"], json!(null));
        assert_eq!(
            refused["error"]["message"],
            "refused, nothing was changed: Bakaláři shows no atoms at all, while 6 enrollments of this source are active: it \
             is August, or the account lost the right to mark"
        );
        assert_eq!(school.database.rows("SELECT sourced_id, is_active FROM roster_enrollments ORDER BY 1"), before);
        assert_eq!(school.run("--dry-run").expect(4).json()["error"]["message"], refused["error"]["message"]);
    }

    fn no_pupils_at_all_are_refused_with_a_plan(database) {
        let school = School::new(database);
        school.run("").expect(0);
        // An atom of last year keeps most of the enrolments out of sight.
        school.server.inside().teachers[0].atoms = vec!["2"];
        school.server.inside().atoms.get_mut("2").unwrap().students.clear();
        let refused = school.run("").expect(4);
        assert_eq!(
            refused.json()["error"]["message"].as_str().unwrap().lines().next(),
            Some(
                "refused, nothing was changed: no atom of Bakaláři has pupils (it is August, or a right is missing), while 6 \
                 enrollments of this source are active"
            )
        );
        assert_eq!(school.enrolled(), ALL);
        let approved = school.pull(&format!("--approve {}", plan(&refused)));
        assert_eq!(approved[0], "0 completed");
        assert_eq!(school.enrolled(), [ALL[0], ALL[1], ALL[2], ALL[5]]);
    }

    fn a_first_pull_in_august_is_no_fault(database) {
        let school = School::new(database);
        school.server.inside().teachers[0].atoms.clear();
        assert_eq!(school.pull(""), ["0 completed", "roster completed: 5 created"]);
    }

    fn status_counts_whom_this_school_year_did_not_see(database) {
        let school = School::new(database);
        school.run("").expect(0);
        let state = || school.program.run("status --json").json()["rosters"][0].clone();
        assert_eq!((&state()["healthy"], &state()["not_seen_this_school_year"]), (&json!(true), &json!(0)));
        let last_year = database.pick("datetime('now', '-400 days')", "now() - interval '400 days'");
        database.execute(&format!("UPDATE roster_users SET last_synced_at = {last_year} WHERE sourced_id IN ('S1', 'S2')"));
        assert_eq!((&state()["healthy"], &state()["not_seen_this_school_year"]), (&json!(true), &json!(2)));
        let text = school.program.run("status").stdout;
        assert!(text.contains("  2 people were last seen before this school year\n"), "{text}");
    }
}
