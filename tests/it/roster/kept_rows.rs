//! The rows whose records are left out: they are kept, and marked.

use super::health::state;
use super::school::School;
use crate::scene::told;
use crate::support::{Database, on_both_databases};

/// The rows that are marked, of classes and of the entities whose key is made.
fn marked(database: &Database) -> Vec<String> {
    let of = |table: &str| {
        format!(
            "SELECT sourced_id, CASE WHEN is_active THEN 'active' ELSE 'gone' END, sync_error FROM {table}
             WHERE sync_status = 'sync_error'"
        )
    };
    let tables = ["roster_classes", "roster_roles", "roster_enrollments"].map(of);
    database.rows(&format!("{} ORDER BY 1", tables.join(" UNION ALL ")))
}

const UNKNOWN_ROLE: &str = "role is none that is known; see ROSTER_ROLES";

on_both_databases! {
    fn a_word_that_is_not_known_keeps_the_roles_that_it_may_stand_for(database) {
        let mut school = School::new(database);
        school.and("roles", "r4,,,1,primary,principal,,,s").pull("").expect(0);
        let before = school.active();
        school
            .with("roles", &[
                "r1,,,1,primary,student,,,s",
                "r2,,,2,primary,,,,s",
                "r3,,,3,primary,administrator,,,d",
                "r4,,,1,primary,janitor,,,s",
                "r5,,,1,primary,porter,,,s",
                "r6,,,3,primary,janitor,,,s",
            ])
            .with("enrollments", &["e1,,,k,s,1,student,,,", "e2,,,k,s,2,boss,true,2098-09-01,2099-06-30"]);
        let expected = [
            "3 partial".to_owned(),
            "roster completed: 12 unchanged, 5 errored".to_owned(),
            format!("  error unknown_role at enrollments.csv row 3: enrollment k/2/?: {UNKNOWN_ROLE}"),
            format!("  error unknown_role at roles.csv row 3: role 2/s/?: {UNKNOWN_ROLE}"),
            format!("  error unknown_role at roles.csv row 5: role 1/s/?: {UNKNOWN_ROLE}"),
            format!("  error unknown_role at roles.csv row 6: role 1/s/?: {UNKNOWN_ROLE}"),
            format!("  error unknown_role at roles.csv row 7: role 3/s/?: {UNKNOWN_ROLE}"),
        ];
        assert_eq!(told(&school.pull("")), expected);
        assert_eq!(school.active(), before);
        let keys = ["1/s/principal", "2/s/teacher", "k/2/teacher"];
        assert_eq!(marked(database), keys.map(|key| format!("{key}|active|{UNKNOWN_ROLE}")));
        assert_eq!(state(&school)["healthy"], true, "as many are active as should be");
        assert_eq!(told(&school.pull("")), expected, "it is the same the next time");
        assert_eq!(school.active(), before);

        school.reset();
        assert_eq!(told(&school.pull(""))[1], "roster completed: 14 unchanged, 1 deleted");
        assert_eq!(marked(database), [""; 0], "what was kept is judged again");
    }

    fn a_word_that_is_not_known_keeps_nothing_of_a_person_who_goes(database) {
        let mut school = School::new(database);
        school.pull("").expect(0);
        school
            .with("users", &["1,,,true,ada,Ada,Lovelace,,A-1,ada@example.com,,\"9,10\",", "3,,,false,,,Solo,,,,,,"])
            .with("roles", &["r1,,,1,primary,student,,,s", "r2,,,2,primary,janitor,,,s", "r3,,,3,primary,administrator,,,d"]);
        assert_eq!(told(&school.pull(""))[1], "roster completed: 11 unchanged, 3 deleted, 2 errored");
        assert_eq!(
            school.active(),
            "orgs 2, sessions 2, courses 1, users 2, classes 1, roles 2, enrollments 1"
        );
    }

    fn some_people_pulled_alone_have_their_unknown_roles_marked(database) {
        let mut school = School::new(database);
        school.pull("").expect(0);
        let before = school.active();
        school.with("roles", &["r1,,,1,primary,janitor,,,s"]);
        assert_eq!(told(&school.pull("--user 1"))[1], "roster completed: 2 unchanged, 1 errored");
        assert_eq!(school.active(), before);
        assert_eq!(marked(database).len(), 1);
    }

    fn a_reference_that_leads_nowhere_keeps_its_row_unless_that_goes_with_it(database) {
        let mut school = School::new(database);
        school.pull("").expect(0);
        school
            .with("classes", &["k,,,Maths 9a,9,c,M9A,scheduled,nowhere,\"y,t\""])
            .with("users", &["1,,,true,ada,Ada,Lovelace,,A-1,ada@example.com,,\"9,10\",", "3,,,false,,,Solo,,,,,,"])
            .mode("enrollments", "absent");
        assert_eq!(
            told(&school.pull("")),
            [
                "3 partial",
                "roster completed: 9 unchanged, 3 deleted, 2 errored",
                "  error unknown_org at classes.csv row 2: class k: its org is not among the records of this source",
                "  error unknown_user at roles.csv row 3: role 2/s/teacher: its user is not among the records of this \
                 source",
            ]
        );
        assert_eq!(
            school.active(),
            "orgs 2, sessions 2, courses 1, users 2, classes 1, roles 2, enrollments 1",
            "the class is kept, and the roles of a person go with the person"
        );
        assert_eq!(
            marked(database),
            [
                "2/s/teacher|gone|its user is not among the records of this source",
                "k|active|its org is not among the records of this source",
            ]
        );
    }
}
