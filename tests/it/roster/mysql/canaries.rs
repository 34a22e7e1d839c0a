//! Nothing of a person leaves the tables, also where MySQL's own errors quote cells (contract §13.5).

use super::Source;
use crate::support::on_both_databases;

const CANARY: &str = "kanarienvogel";

on_both_databases! {
    fn no_cell_is_shown_logged_or_audited(database) {
        let Some(source) = Source::filled(database) else { return };
        source.pull("");
        source.sql(&format!(
            "ALTER TABLE users MODIFY is_active varchar(99), MODIFY last_name varbinary(99), MODIFY updated_at varchar(99),
                 ADD COLUMN kept int;
             ALTER TABLE institute_user MODIFY user_type varchar(99), MODIFY status varchar(99), MODIFY updated_at varchar(99);
             UPDATE users SET last_name = '{CANARY}', email = '{CANARY}@example.com', updated_at = '{CANARY}', is_active = 0
                 WHERE id = 1;
             INSERT INTO institute_user VALUES (1, 2, '{CANARY}', 'ACTIVE', NULL, '{CANARY}'),
                 (2, 1, 'STUDENT', '{CANARY}', NULL, '{CANARY}');
             INSERT INTO institutes (id, imageUrl) VALUES (3, '{CANARY}');
             INSERT INTO users (id, first_name, last_name, is_active) VALUES (3, '{CANARY}', '{CANARY}', '{CANARY}'),
                 (4, '{CANARY}', CONCAT('{CANARY}', x'ff'), '1'), (5, '{CANARY}', '{CANARY}', '1')"
        ));
        for options in ["-vv --dry-run", "-vv --log-format json", "-vv --json"] {
            let outcome = source.school.program.run(&format!("roster {options}")).expect(3);
            let said = format!("{}{}", outcome.stdout, outcome.whole_stderr);
            assert!(!said.contains(CANARY), "{said}");
        }
        assert_eq!(database.rows("SELECT sourced_id FROM roster_users WHERE family_name IS NOT NULL ORDER BY 1"), ["1", "5"]);
        assert_eq!(kept_elsewhere(database), [""; 0]);
        assert_eq!(database.rows("SELECT action FROM audit_logs"), ["user_disabled"]);
    }

    fn no_error_of_mysql_is_repeated(database) {
        let Some(source) = Source::filled(database) else { return };
        source.sql(&format!("UPDATE users SET first_name = '{CANARY}'"));
        let folder = source.school.program.folder().join("sql");
        std::fs::create_dir(&folder).unwrap();
        let program = source.school.program.clone().env("ROSTER_SQL_DIR", "sql");
        for (wrong, code) in [
            ("updatexml(1, concat('~', first_name), 1)", 13),
            ("extractvalue(1, concat('~', first_name))", 13),
            ("CONVERT(concat(first_name, 1) USING nothing)", 13),
            ("json_value(first_name, concat('$.', first_name, '['))", 0),
            ("exp(length(first_name) * 1000)", 13),
        ] {
            let sql = format!("SELECT id AS sourced_id, {wrong} AS given_name, 'x' AS display_name FROM users");
            std::fs::write(folder.join("users.sql"), sql).unwrap();
            for options in ["--json -vv", "-vv --log-format json"] {
                let outcome = program.run(&format!("roster {options}")).expect(code);
                let said = format!("{}{}", outcome.stdout, outcome.whole_stderr);
                assert!(!said.contains(CANARY), "{wrong}: {said}");
            }
        }
        assert_eq!(kept_elsewhere(database), [""; 0]);
    }
}

/// The rows with the canary that are of no table for it.
fn kept_elsewhere(database: &crate::support::Database) -> Vec<String> {
    let rows = database.dump_with_logs().into_iter().filter(|row| row.contains(CANARY));
    rows.filter(|row| !row.starts_with("roster_users:") && !row.starts_with("roster_orgs:")).collect()
}
