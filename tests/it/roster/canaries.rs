//! No name, address or password of a roster is ever shown, logged or audited (contract §13.2, §13.5).

use super::school::School;
use crate::scene::told;
use crate::support::on_both_databases;

const CANARY: &str = "kanarienvogel";

on_both_databases! {
    fn nothing_of_a_person_but_the_key_leaves_the_tables(database) {
        let mut school = School::new(database);
        school.pull("").expect(0);
        let person = |key: &str, enabled: &str| {
            format!("{key},,yesterday {CANARY},{enabled},{CANARY},{CANARY},{CANARY},{CANARY},,{CANARY}@x.example,{CANARY},{CANARY},{CANARY}")
        };
        school.with("users", &[&person("1", "true"), &person("2", CANARY), &person("3", "false"), &person("1", "false")]);
        school.and("roles", &format!("x,{CANARY},,1,{CANARY},{CANARY},{CANARY},,s"));
        school.and("roles", &format!("x,,,1,{CANARY},proctor,{CANARY},,s"));
        school.and("enrollments", &format!("x,,,k,s,1,{CANARY},{CANARY},{CANARY},"));
        for options in ["-vv --dry-run", "-vv --log-format json", "-vv"] {
            let outcome = school.pull(options).expect(3);
            let said = format!("{}{}", outcome.stdout, outcome.whole_stderr);
            assert!(!said.contains(CANARY), "{said}");
        }
        let left: Vec<String> = database
            .dump_with_logs()
            .into_iter()
            .filter(|row| row.contains(CANARY))
            .filter(|row| !row.starts_with("roster_users:") && !row.starts_with("roster_roles:"))
            .collect();
        assert_eq!(left, [""; 0]);
        assert_eq!(
            database.number("SELECT count(*) FROM roster_roles WHERE role_type = 'kanarienvogel'"),
            1,
            "it is stored where it belongs"
        );
        assert!(database.rows("SELECT * FROM audit_logs").len() == 1, "that Ada got a role");
    }

    fn a_password_in_clear_is_warned_of_once_and_kept_nowhere(database) {
        let mut school = School::new(database);
        let hash = format!("$2y$10${}", "a".repeat(53));
        school
            .with(
                "users",
                &[
                    "1,,,true,,Ada,,,,,,,secret123",
                    "2,,,true,,Bob,,,,,,,5f4dcc3b5aa765d61d8327deb882cf99",
                    &format!("3,,,true,,Cleo,,,,,,,{hash}"),
                ],
            )
            .and("enrollments", "e3,,,k,s,77,student,,,");
        let outcome = school.pull("-vv");
        assert_eq!(
            told(&outcome),
            [
                "3 partial",
                "roster completed: 14 created, 1 errored",
                "  warning plain_password_in_feed: users.csv has 2 passwords in clear, which are not kept; have them \
                 taken out of the export",
                "  error unknown_user at enrollments.csv row 4: enrollment k/77/student: its user is not among the \
                 records of this source",
            ]
        );
        let everything = format!("{}{}{}", outcome.stdout, outcome.whole_stderr, database.dump_with_logs().join("\n"));
        for secret in ["secret123", "5f4dcc3b5aa765d61d8327deb882cf99", &hash] {
            assert!(!everything.contains(secret), "{secret}");
        }
    }
}
