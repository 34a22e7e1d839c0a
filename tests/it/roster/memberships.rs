//! References between entities: what leads nowhere, and what goes with what it belongs to.

use super::school::School;
use crate::scene::{plan, told};
use crate::support::on_both_databases;

on_both_databases! {
    fn a_reference_that_leads_nowhere_spoils_its_record_alone(database) {
        let mut school = School::new(database);
        school
            .and("enrollments", "e3,,,k,s,77,student,,,")
            .and("enrollments", "e4,,,nowhere,s,1,student,,,")
            .and("roles", "r4,,,777,primary,student,,,s")
            .and("roles", "r5,,,1,primary,student,,,99")
            .and("roles", "r6,,,1,primary,,,,s")
            .and("roles", "r7,,,1,primary,janitor,,,s")
            .and("classes", "k2,,,Arts,,unknown,,scheduled,s,")
            .and("classes", "k3,,,Arts,,c,,scheduled,unknown,");
        assert_eq!(
            told(&school.pull("")),
            [
                "3 partial",
                "roster completed: 15 created, 7 errored",
                "  warning bad_optional_field at classes.csv row 3: class k2: its course is not among the records of \
                 this source; it is stored as null",
                "  error unknown_org at classes.csv row 4: class k3: its org is not among the records of this source",
                "  error unknown_user at enrollments.csv row 4: enrollment k/77/student: its user is not among the \
                 records of this source",
                "  error unknown_class at enrollments.csv row 5: enrollment nowhere/1/student: its class is not among \
                 the records of this source",
                "  error unknown_user at roles.csv row 5: role 777/s/student: its user is not among the records of \
                 this source",
                "  error unknown_org at roles.csv row 6: role 1/99/student: its org is not among the records of this \
                 source",
                "  error unknown_role at roles.csv row 7: role 1/s/?: role is none that is known; see ROSTER_ROLES",
                "  error unknown_role at roles.csv row 8: role 1/s/?: role is none that is known; see ROSTER_ROLES",
            ]
        );
    }

    fn two_records_of_one_key_are_one_or_the_second_is_an_error(database) {
        let mut school = School::new(database);
        school
            .and("roles", "r4,,,1,primary,student,,,s")
            .and("roles", "r5,,,1,secondary,student,,,s")
            .and("roles", "r6,,,1,primary,principal,,,s");
        assert_eq!(
            told(&school.pull("")),
            [
                "3 partial",
                "roster completed: 15 created, 1 errored",
                "  error duplicate at roles.csv row 6: role 1/s/student: an earlier record has the same key and other \
                 content",
            ],
            "a person may have two roles at one organisation"
        );
    }

    fn a_person_who_goes_takes_roles_and_enrollments_along(database) {
        let mut school = School::new(database);
        school.pull("").expect(0);
        // The files of what belongs to them are not in the export.
        school
            .with("users", &["1,,,true,ada,Ada,Lovelace,,A-1,ada@example.com,,\"9,10\",", "3,,,false,,,Solo,,,,,,"])
            .mode("roles", "absent")
            .mode("enrollments", "absent");
        assert_eq!(told(&school.pull(""))[1], "roster completed: 8 unchanged, 3 deleted");
        assert_eq!(
            school.active(),
            "orgs 2, sessions 2, courses 1, users 2, classes 1, roles 2, enrollments 1"
        );
        assert_eq!(
            database.rows("SELECT action, entity_type FROM audit_logs ORDER BY action, entity_type"),
            ["role_ended|roles", "roster_deactivated|enrollments", "roster_deactivated|users"]
        );
        school.reset();
        assert_eq!(told(&school.pull(""))[1], "roster completed: 3 updated, 11 unchanged");
        // A record says that the person is gone, and the others still have them.
        school.with(
            "users",
            &[
                "1,tobedeleted,,true,ada,Ada,Lovelace,,A-1,ada@example.com,,\"9,10\",",
                "2,,,true,,Cher,,,,,,,",
                "3,,,false,,,Solo,,,,,,",
            ],
        );
        assert_eq!(told(&school.pull(""))[1], "roster completed: 3 updated, 11 unchanged, 3 deleted");
        assert_eq!(told(&school.pull(""))[1], "roster completed: 14 unchanged");
    }

    fn a_person_with_a_bad_record_keeps_everything(database) {
        let mut school = School::new(database);
        school.pull("").expect(0);
        school.with(
            "users",
            &["1,,,maybe,ada,Ada,Lovelace,,,,,,", "2,,,true,,Cher,,,,,,,", "3,,,false,,,Solo,,,,,,"],
        );
        assert_eq!(
            told(&school.pull("")),
            [
                "3 partial",
                "roster completed: 13 unchanged, 1 errored",
                "  error bad_record at users.csv row 2: user 1: enabledUser is neither true nor false",
            ]
        );
        assert_eq!(
            database.rows("SELECT sourced_id, sync_error FROM roster_users WHERE is_active AND sync_status = 'sync_error'"),
            ["1|enabledUser is neither true nor false"]
        );
    }

    fn the_guard_judges_each_entity_and_one_plan_covers_all(database) {
        let mut school = School::new(database);
        school.pull("").expect(0);
        school
            .with("classes", &["k9,,,Maths 10a,10,c,M10A,scheduled,s,\"y,t\""])
            .with("enrollments", &["e1,,,k9,s,1,student,,,", "e2,,,k9,s,2,teacher,true,,"]);
        let before = database.dump_with_logs();
        let dry = school.pull("--dry-run").expect(4);
        assert_eq!(database.dump_with_logs(), before);
        let refused = school.pull("").expect(4);
        assert_eq!((told(&dry), plan(&dry)), (told(&refused), plan(&refused)));
        assert_eq!(
            refused.json()["error"]["message"].as_str().unwrap().lines().next(),
            Some(
                "refused, nothing was changed: 1 of 1 active classes, 2 of 2 active enrollments would be deactivated \
                 (a new school year?); class k, enrollment k/1/student, enrollment k/2/teacher"
            )
        );
        let approve = format!("--approve {}", plan(&refused));
        assert_eq!(told(&school.pull(&approve))[1], "roster completed: 3 created, 11 unchanged, 3 deleted");
    }

    fn mostly_bad_records_of_one_entity_are_a_broken_feed_before_the_guard_is_asked(database) {
        let mut school = School::new(database);
        school.pull("").expect(0);
        let before = school.active();
        school.with("users", &["1,,,true,,,,,,,,,", "2,,,true,,,,,,,,,", "9,,,true,,Nine,,,,,,,"]).with("classes", &[]);
        let outcome = school.pull("").expect(13);
        assert_eq!(
            outcome.json()["error"]["message"],
            "2 of 3 users in the feed break the record rules: nothing was merged; \
             report it to those who run the source of the roster; the first: user 1: has no name (users.csv row 2)"
        );
        assert_eq!(school.active(), before);
    }
}
