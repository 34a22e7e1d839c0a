//! A roster from a real MariaDB: server zone Europe/Prague, latin1, utf8mb3 and MyISAM tables (contract §13.8, cases 1 to 4).

mod accounts;
mod breaks;
mod canaries;
mod doctor;
mod own_selects;
mod values;

use super::school::School;
use crate::scene::told;
use crate::support::mariadb::{self, MariaDb};
use crate::support::{Database, Examsync, on_both_databases};

/// A school of that server, and a program that reads it.
struct Source<'a> {
    server: &'static MariaDb,
    name: String,
    school: School<'a>,
}

impl<'a> Source<'a> {
    fn new(database: &'a Database) -> Option<Self> {
        let server = mariadb::shared()?;
        let name = server.school();
        let program =
            Examsync::bare().env("ROSTER_URL", &server.url(&name)).env("ROSTER_TIMEZONE", "Europe/Prague");
        Some(Self { server, school: School::with_program(database, program), name })
    }

    fn sql(&self, sql: &str) {
        self.server.run(&format!("USE {}; {sql}", self.name));
    }

    fn pull(&self, options: &str) -> Vec<String> {
        told(&self.school.program.run(&format!("roster --json {options}")))
    }

    /// With a few people, organisations and roles.
    fn filled(database: &'a Database) -> Option<Self> {
        let source = Self::new(database)?;
        source.sql(
            "INSERT INTO institutes (id, name) VALUES (1, 'A'), (2, 'B');
             INSERT INTO users (id, first_name, email) VALUES (1, 'Ada', 'a@example.com'), (2, 'Bob', NULL);
             INSERT INTO institute_user VALUES (1, 1, 'TEACHER', 'ACTIVE', NULL, NULL),
                 (2, 2, 'STUDENT', 'ACTIVE', NULL, NULL)",
        );
        Some(source)
    }

    /// The source as messages name it.
    fn shown(&self) -> String {
        self.server.url(&self.name).replacen(&format!("{}@", self.name), "", 1)
    }

    /// What a pass says that ends with this code.
    fn error(&self, program: &Examsync, code: i32) -> String {
        let outcome = program.run("roster --json").expect(code);
        outcome.json()["error"]["message"].as_str().unwrap_or_default().to_owned()
    }
}

const MYISAM: &str = "  warning source_not_transactional: the table institutes is of the engine MyISAM, so that it may have \
                      changed while it was read";

on_both_databases! {
    fn people_with_one_name_and_large_ids_are_all_there(database) {
        let Some(source) = Source::new(database) else { return };
        source.sql(
            "INSERT INTO institutes (id, name, updated_at) VALUES (1, 'Škola', '2026-01-02 03:04:05'), (2, NULL, NULL);
             INSERT INTO users (id, first_name, last_name, email, is_active, updated_at) VALUES
                 (1, ' Zoë ', 'Müller', 'z@example.com', 1, '2026-07-02 03:04:05'), (2, 'Cher', NULL, NULL, 2, NULL),
                 (3, NULL, 'Solo', NULL, 0, NULL), (18446744073709551614, 'Max', '', NULL, 1, NULL);
             INSERT INTO institute_user (institute_id, user_id, user_type, status) VALUES (1, 1, 'ADMIN', 'ACTIVE')",
        );
        assert_eq!(
            source.pull(""),
            [
                "0 completed",
                "roster completed: 7 created",
                "  warning bad_optional_field at institutes: org 2: name is blank; its id stands for it",
                MYISAM,
            ]
        );
        assert_eq!(
            database.rows("SELECT sourced_id, given_name, display_name FROM roster_users ORDER BY display_name"),
            ["2|Cher|Cher", "18446744073709551614|Max|Max", "3|null|Solo", "1| Zoë |Zoë Müller"]
        );
        assert_eq!(database.number("SELECT count(*) FROM roster_users WHERE enabled_user"), 3);
        assert_eq!(database.rows("SELECT name FROM roster_orgs ORDER BY sourced_id"), ["Škola", "2"]);
        assert_eq!(source.pull("")[1], "roster completed: 7 unchanged");
    }

    fn roles_of_one_person_and_references_that_lead_nowhere(database) {
        let Some(source) = Source::new(database) else { return };
        source.sql(
            "INSERT INTO institutes (id, name) VALUES (1, 'A'), (2, 'B');
             INSERT INTO users (id, first_name) VALUES (1, 'Ada'), (2, 'Bob');
             INSERT INTO institute_user (institute_id, user_id, user_type, status) VALUES
                 (1, 1, 'TEACHER', 'ACTIVE'), (1, 1, 'DIRECTOR', 'ACTIVE'), (2, 1, 'STUDENT', 'ACTIVE'),
                 (2, 1, 'STUDENT', 'INACTIVE'), (1, 777, 'STUDENT', 'ACTIVE'), (99, 2, 'STUDENT', 'ACTIVE'),
                 (1, 2, '', 'ACTIVE')",
        );
        let told = source.pull("");
        assert_eq!(told[..2], ["3 partial", "roster completed: 7 created, 4 errored"]);
        let codes: Vec<&str> =
            told[3..].iter().map(|line| line.split_whitespace().nth(1).unwrap_or_default()).collect();
        let mut codes = codes;
        codes.sort_unstable();
        assert_eq!(codes, ["duplicate", "unknown_org", "unknown_role", "unknown_user"]);
        assert_eq!(
            database.rows("SELECT sourced_id FROM roster_roles ORDER BY 1"),
            ["1/1/principal", "1/1/teacher", "1/2/student"]
        );
    }

    fn what_is_wrong_with_the_server_is_named_and_nothing_changes(database) {
        let Some(source) = Source::new(database) else { return };
        source.sql("INSERT INTO users (id, first_name) VALUES (1, 'Ada')");
        source.pull("");
        let before = source.school.active();
        let error = |source: &Source<'_>, program: Examsync, code: i32| {
            let outcome = program.env("DATABASE_URL", source.school.database.url()).run("roster --json").expect(code);
            outcome.json()["error"]["message"].as_str().unwrap_or_default().to_owned()
        };
        let with = |source: &Source<'_>| Examsync::bare().env("ROSTER_URL", &source.server.url(&source.name));
        let shown = source.server.url(&source.name).replace(&format!("{}@", source.name), "");
        source.server.run(&format!("ALTER USER {0}@'%' REQUIRE SSL; ALTER USER {0}@localhost REQUIRE SSL", source.name));
        let said = error(&source, with(&source).env("ROSTER_TLS", "off"), 12);
        assert!(said.ends_with(", or set ROSTER_TLS, which is off: the account may demand TLS"), "{said}");
        let said = error(&source, with(&source).env("ROSTER_TLS", "verify-full"), 12);
        assert_eq!(
            said,
            format!("{shown}: its TLS certificate can't be trusted for that name; set ROSTER_CA_FILE to the file of its CA")
        );
        let ca = source.server.ca_file().display().to_string();
        let trusted = with(&source).env("ROSTER_TLS", "verify-full").env("ROSTER_CA_FILE", &ca);
        trusted.env("DATABASE_URL", source.school.database.url()).run("roster --json").expect(0);
        source.sql("ALTER TABLE users DROP COLUMN email");
        let trusted = with(&source).env("ROSTER_TLS", "verify-full").env("ROSTER_CA_FILE", &ca);
        assert_eq!(error(&source, trusted, 13), format!("{shown} has no column email in users"));
        assert_eq!(source.school.active(), before);
    }

    fn a_dry_run_names_what_would_change(database) {
        let Some(source) = Source::filled(database) else { return };
        let outcome = source.school.program.run("roster --dry-run -v").expect(0);
        let changes: Vec<&str> = outcome.stdout.lines().skip(1).collect();
        assert_eq!(
            changes,
            [
                "  2 orgs would be created:",
                "    1",
                "    2",
                "  2 roles would be created:",
                "    1/1/teacher",
                "    2/2/student",
                "  2 users would be created:",
                "    1",
                "    2",
            ]
        );
        assert_eq!(database.number("SELECT count(*) FROM roster_users"), 0);
    }

    fn one_person_is_pulled_alone_and_nobody_is_missed(database) {
        let Some(source) = Source::filled(database) else { return };
        source.pull("");
        source.sql("UPDATE users SET first_name = 'New'; DELETE FROM institute_user; DELETE FROM institutes WHERE id = 2");
        assert_eq!(source.pull("--user 2"), ["0 completed", "roster completed: 1 updated"]);
        assert_eq!(source.school.active(), "orgs 2, sessions 0, courses 0, users 2, classes 0, roles 2, enrollments 0");
        assert_eq!(
            source.pull("--user 3")[2..],
            ["  error unknown_user: user 3 is not in this source"]
        );
    }

    fn several_sources_are_pulled_one_after_the_other(database) {
        let Some(source) = Source::new(database) else { return };
        source.sql("INSERT INTO users (id, first_name) VALUES (1, 'kanarienvogel')");
        for (name, text) in source.school.files() {
            std::fs::write(source.school.folder.join(name), text).unwrap();
        }
        let urls = format!("sis={},files=export", source.server.socket_url(&source.name));
        let program = Examsync::bare().env("ROSTER_URL", &urls).env("DATABASE_URL", database.url());
        let folder = program.folder().join("export");
        std::fs::create_dir(&folder).unwrap();
        for (name, text) in source.school.files() {
            std::fs::write(folder.join(name), text).unwrap();
        }
        let outcome = program.run("roster --json -vv").expect(0);
        let syncs = outcome.json()["syncs"].as_array().unwrap().clone();
        let names: Vec<&str> = syncs.iter().map(|sync| sync["source"].as_str().unwrap()).collect();
        assert_eq!(names, ["sis", "files"]);
        let said = format!("{}{}", outcome.stdout, outcome.whole_stderr);
        assert!(!said.contains("kanarienvogel"), "{said}");
        let one = program.run("roster --json --source files").expect(0);
        assert_eq!(told(&one)[1], "roster completed: 14 unchanged");
        assert_eq!(
            program.run("roster --json --source nowhere").expect(2).json()["error"]["message"],
            "there is no source nowhere; there are: sis, files"
        );
    }
}
