//! Each entity by the keyed merge, in the order of contract §13.5.

use serde_json::json;

use super::school::School;
use crate::scene::told;
use crate::support::on_both_databases;

on_both_databases! {
    fn a_whole_school_is_stored_then_found_unchanged(database) {
        let school = School::new(database);
        let first = school.pull("");
        assert_eq!(told(&first), ["0 completed", "roster completed: 14 created"]);
        assert_eq!(
            school.active(),
            "orgs 2, sessions 2, courses 1, users 3, classes 1, roles 3, enrollments 2"
        );
        let sync = &first.json()["syncs"][0];
        let names: Vec<&String> = sync["entities"].as_object().unwrap().keys().collect();
        assert_eq!(names, ["classes", "courses", "enrollments", "orgs", "roles", "sessions", "users"]);
        assert_eq!(sync["entities"]["users"]["created"], json!(3));
        let before = database.dump_with_logs();
        assert_eq!(told(&school.pull("")), ["0 completed", "roster completed: 14 unchanged"]);
        let stamped = |rows: Vec<String>| -> usize {
            rows.iter().filter(|row| row.starts_with("roster_") || row.starts_with("audit_logs")).count()
        };
        assert_eq!(stamped(before), stamped(database.dump_with_logs()));
        assert_eq!(database.number("SELECT count(*) FROM audit_logs"), 0, "a creation leaves none");
    }

    fn each_column_holds_what_the_file_says(database) {
        let school = School::new(database);
        school.pull("").expect(0);
        let text = |column| database.pick(column, &format!("{column}::text")).to_owned();
        assert_eq!(
            database.rows(
                "SELECT s.title, s.type, s.start_date, s.end_date, s.school_year, p.sourced_id
                 FROM roster_academic_sessions AS s LEFT JOIN roster_academic_sessions AS p ON p.id = s.parent_id
                 ORDER BY s.sourced_id"
            ),
            ["Term|term|2098-09-01|2099-01-31|2099|y", "Year|schoolYear|2098-09-01|2099-06-30|2099|null"]
        );
        assert_eq!(
            database.rows("SELECT username, given_name, family_name, display_name, email, identifier
                           FROM roster_users ORDER BY sourced_id"),
            [
                "ada|Ada|Lovelace|Ada Lovelace|ada@example.com|A-1",
                "null|Cher|null|Cher|null|null",
                "null|null|Solo|Solo|null|null",
            ]
        );
        assert_eq!(database.number("SELECT count(*) FROM roster_users WHERE NOT enabled_user"), 1);
        let lists = database.rows(&format!("SELECT {} FROM roster_users WHERE sourced_id = '1'", text("grades")));
        assert_eq!(lists[0].replace(' ', ""), r#"["9","10"]"#);
        let classes = database.rows(&format!(
            "SELECT k.title, k.class_code, k.class_type, c.sourced_id, o.sourced_id, {}
             FROM roster_classes AS k JOIN roster_courses AS c ON c.id = k.course_id
             JOIN roster_orgs AS o ON o.id = k.org_id",
            text("k.sessions")
        ));
        assert_eq!(classes[0].replace(' ', ""), r#"Maths9a|M9A|scheduled|c|s|["y","t"]"#);
        assert_eq!(
            database.rows("SELECT sourced_id, role, role_type, begin_date FROM roster_roles ORDER BY sourced_id"),
            [
                "1/s/student|student|primary|null",
                "2/s/teacher|teacher|primary|2098-09-01",
                "3/d/siteAdministrator|siteAdministrator|primary|null",
            ]
        );
        assert_eq!(
            database.rows("SELECT sourced_id, end_date FROM roster_enrollments ORDER BY sourced_id"),
            ["k/1/student|null", "k/2/teacher|2099-06-30"]
        );
        assert_eq!(
            database.rows("SELECT type, count(*) FROM external_refs WHERE source = 'oneroster' GROUP BY type ORDER BY 1"),
            ["class|1", "course|1", "enrollment|2", "org|2", "role|3", "session|2", "user|3"]
        );
    }

    fn what_changed_is_updated_and_what_came_back_is_the_same_row(database) {
        let mut school = School::new(database);
        school.pull("").expect(0);
        let ids = "SELECT sourced_id, id, uid FROM roster_users ORDER BY 1";
        let before = database.rows(ids);
        school
            .with("orgs", &["d,,,District,district,,", "s,,,School,school,A1,", "s2,,,Other,school,,d"])
            .with("users", &["1,,,false,ada,Ada,King,,A-1,ada@example.com,,\"9,10\",", "2,,,true,,Cher,,,,,,,"])
            .with("classes", &["k,,,Maths 9a,9,c,M9A,scheduled,s2,\"y,t\""])
            .with("roles", &["x,,,1,primary,student,,,s", "y,,,2,primary,teacher,2098-09-01,,s", "z,,,2,primary,teacher,,,s2"]);
        assert_eq!(
            told(&school.pull("")),
            ["0 completed", "roster completed: 2 created, 3 updated, 9 unchanged, 2 deleted"],
            "keys of roles in the file changed, and that is no change"
        );
        assert_eq!(
            database.rows("SELECT o.sourced_id FROM roster_classes AS k JOIN roster_orgs AS o ON o.id = k.org_id"),
            ["s2"]
        );
        assert_eq!(
            database.rows("SELECT action, entity_type FROM audit_logs ORDER BY action, entity_type"),
            ["role_ended|roles", "role_given|roles", "roster_deactivated|users", "user_disabled|users"]
        );
        school.reset();
        assert_eq!(told(&school.pull(""))[1], "roster completed: 5 updated, 9 unchanged, 2 deleted");
        assert_eq!(database.rows(ids), before);
        assert_eq!(
            database.rows("SELECT action FROM audit_logs WHERE entity_type = 'users' ORDER BY action"),
            ["roster_deactivated", "roster_reactivated", "user_disabled", "user_enabled"]
        );
    }

    fn a_dry_run_says_the_same_and_writes_nothing(database) {
        let mut school = School::new(database);
        school.pull("").expect(0);
        school.and("users", "4,,,true,,New,,,,,,,").and("roles", "x,,,4,primary,student,,,s");
        let before = database.dump_with_logs();
        let dry = school.pull("--dry-run");
        assert_eq!(database.dump_with_logs(), before);
        let changes = dry.json()["syncs"][0]["changes"].clone();
        assert_eq!(
            changes,
            json!([
                {"action": "created", "entity": "roles", "count": 1, "first": ["4/s/student"]},
                {"action": "created", "entity": "users", "count": 1, "first": ["4"]},
            ])
        );
        assert_eq!(told(&dry), told(&school.pull("")));
    }
}
