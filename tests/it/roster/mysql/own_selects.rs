//! One's own SELECTs for another schema (contract §13.1, `ROSTER_SQL_DIR`).

use std::path::PathBuf;

use super::Source;
use crate::scene::told;
use crate::support::{Database, Examsync, on_both_databases};

const SELECTS: [(&str, &str); 4] = [
    ("orgs", "SELECT code AS sourced_id, title AS name, 'school' AS type FROM schools;\n"),
    (
        "users",
        "-- Pupils alone.\nSELECT number AS sourced_id, first AS given_name, last AS family_name, gone = 0 AS enabled_user,\n\
         changed AS updated_at, years AS grades FROM pupils ORDER BY number -- the last line\n",
    ),
    (
        "roles",
        "SELECT number AS user_sourced_id, school AS org_sourced_id, 'STUDENT' AS role, since AS begin_date FROM pupils",
    ),
    (
        "classes",
        "SELECT class AS sourced_id, class AS title, MIN(school) AS org_sourced_id FROM pupils GROUP BY class",
    ),
];

/// A source of another schema, the folder of its SELECTs, and the program that reads it.
fn other_schema<'a>(database: &'a Database) -> Option<(Source<'a>, PathBuf, Examsync)> {
    let source = Source::new(database)?;
    source.sql(&format!(
        "CREATE TABLE schools (code varchar(8) PRIMARY KEY, title varchar(99));
         CREATE TABLE pupils (number varchar(8), first varchar(99), last varchar(99), gone tinyint, years varchar(9),
             changed datetime, school varchar(8), class varchar(8), since date);
         INSERT INTO schools VALUES ('S-1', 'School'), (' S', 'Other');
         INSERT INTO pupils VALUES ('P1', 'Ada', 'Nagy', 0, '9,10', '2026-01-02 03:04:05', 'S-1', '9.A', '2025-09-01'),
             ('P2', 'Bob', NULL, 1, NULL, NULL, ' S', '9.A', '0000-00-00');
         GRANT SELECT ON {name}.* TO {name}@'%', {name}@localhost",
        name = source.name
    ));
    let folder = source.school.program.folder().join("sql");
    std::fs::create_dir(&folder).unwrap();
    for (entity, sql) in SELECTS {
        std::fs::write(folder.join(format!("{entity}.sql")), sql).unwrap();
    }
    let program = source.school.program.clone().env("ROSTER_SQL_DIR", "sql");
    Some((source, folder, program))
}

on_both_databases! {
    fn another_schema_is_read_and_what_has_no_file_is_left_alone(database) {
        let Some((source, folder, program)) = other_schema(database) else { return };
        assert_eq!(
            told(&program.run("roster --json")),
            [
                "0 completed",
                "roster completed: 7 created",
                "  warning bad_optional_field at roles.sql: role P2/ S/student: begin_date is no date; it is stored as null",
            ]
        );
        assert_eq!(
            database.rows("SELECT sourced_id, display_name, enabled_user, grades FROM roster_users ORDER BY 1"),
            [
                r#"P1|Ada Nagy|1|["9","10"]"#,
                "P2|Bob|0|null",
            ]
        );
        assert_eq!(
            database.rows("SELECT sourced_id, begin_date FROM roster_roles ORDER BY 1"),
            ["P1/S-1/student|2025-09-01", "P2/ S/student|null"]
        );
        assert_eq!(told(&program.run("roster --json"))[1], "roster completed: 7 unchanged");
        let before = source.school.active();
        std::fs::remove_file(folder.join("roles.sql")).unwrap();
        std::fs::remove_file(folder.join("classes.sql")).unwrap();
        assert_eq!(told(&program.run("roster --json"))[1], "roster completed: 4 unchanged");
        assert_eq!(source.school.active(), before);
        let health = program.run("status --json").json()["rosters"][0].clone();
        assert_eq!(health["healthy"], true, "{health}");
    }

    fn a_wrong_select_is_named_and_nothing_is_stored(database) {
        let Some((source, folder, program)) = other_schema(database) else { return };
        let shown = source.shown();
        let users = |sql: &str| std::fs::write(folder.join("users.sql"), sql).unwrap();
        for (sql, said) in [
            ("SELECT first AS given_name FROM pupils", "the SELECT of users.sql has no column sourced_id".to_owned()),
            ("SELECT nothing AS sourced_id FROM pupils", format!("{shown} has no column nothing in users.sql")),
            ("SELECT 1 AS sourced_id FROM nowhere", format!("{shown} has no table nowhere")),
            ("SELECT 1 AS sourced_id FROM", format!("{shown} does not take the SELECT of users.sql (error 1064)")),
            ("SELECT number, number FROM pupils", format!("{shown} does not take the SELECT of users.sql (error 1060)")),
            ("DELETE FROM pupils", format!("{shown} does not take the SELECT of users.sql (error 1064)")),
            (
                "SELECT (SELECT number FROM pupils) AS sourced_id",
                format!("{shown} does not take the SELECT of users.sql (error 1242)"),
            ),
        ] {
            users(sql);
            assert_eq!(source.error(&program, 13), said, "{sql}");
        }
        for (entity, _) in SELECTS {
            std::fs::remove_file(folder.join(format!("{entity}.sql"))).unwrap();
        }
        let said = source.error(&program, 10);
        assert_eq!(
            said,
            format!("ROSTER_SQL_DIR: {} holds none of orgs.sql, users.sql, roles.sql and the like", folder.display())
        );
        assert_eq!(database.number("SELECT count(*) FROM roster_users"), 0);
    }
}
