//! Tables of our names that somebody else made: refused, named, and not touched.

use super::{SILENT, names, program, puller, shown};
use crate::support::{Database, Kind, on_both_databases};

/// Everything in the database: what its catalogue says, and the foreign row.
fn content(database: &Database) -> Vec<String> {
    let mut content = database.rows(database.pick(
        "SELECT name, sql FROM sqlite_schema ORDER BY name",
        "SELECT relname, relkind FROM pg_class JOIN pg_namespace AS n ON n.oid = relnamespace \
         WHERE nspname = 'public' ORDER BY relname",
    ));
    content.extend(database.rows("SELECT x FROM rooms"));
    content
}

on_both_databases! {
    fn foreign_tables_and_views_are_refused_by_name_and_left_alone(database) {
        database.execute(
            "CREATE TABLE rooms (x text); INSERT INTO rooms VALUES ('theirs'); CREATE TABLE other (y integer);
             CREATE VIEW exam_schedules AS SELECT x FROM rooms",
        );
        let before = content(database);
        let bytes = (database.kind() == Kind::Sqlite).then(|| std::fs::read(database.file()).unwrap());

        let message = "examsync: error: the database already has tables that examsync did not make: exam_schedules, \
                       rooms; use another database, or on PostgreSQL another schema, which DATABASE_SCHEMA names, and \
                       `migrate --adopt` to write into these";
        for (arguments, command) in [("migrate", "migrate"), ("migrate --check", "migrate"),
            ("migrate --revert --yes", "migrate"), ("halls", "halls")] {
            let outcome = puller(database).run(arguments);
            assert_eq!(
                outcome.snapshot(),
                format!("exit code 10\nstdout:\n\nstderr:\n{message}\nexamsync: in {command}, run [uuid]"),
                "{arguments} on {}", shown(database)
            );
        }
        let document = puller(database).run("halls --json").expect(10).json();
        assert_eq!(document["error"]["kind"], "setup");
        assert_eq!(content(database), before);
        assert_eq!((database.kind() == Kind::Sqlite).then(|| std::fs::read(database.file()).unwrap()), bytes);
    }

    fn the_names_of_our_internal_tables_are_refused_too(database) {
        database.execute("CREATE TABLE alerts (x text)");
        for arguments in ["migrate", "migrate --check", "halls"] {
            let outcome = puller(database).run(arguments).expect(10);
            assert!(outcome.stderr.contains("tables that examsync did not make: alerts; "), "{}", outcome.stderr);
        }
    }

    fn migrations_that_are_numbered_like_ours_and_left_no_table_are_another_programs(database) {
        database.execute(
            "CREATE TABLE __diesel_schema_migrations (version varchar(50) PRIMARY KEY NOT NULL,
                 run_on timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP);
             INSERT INTO __diesel_schema_migrations (version) VALUES ('0001'), ('0002'), ('0003'), ('0004')",
        );
        for arguments in ["migrate", "migrate --check", "migrate --revert --yes", "halls", "status"] {
            let outcome = puller(database).run(arguments).expect(10);
            assert!(outcome.stderr.contains("did not make: __diesel_schema_migrations; "), "{}", outcome.stderr);
        }
        assert_eq!(database.number("SELECT count(*) FROM __diesel_schema_migrations"), 4);
    }

    fn another_programs_tables_and_migrations_live_beside_ours(database) {
        database.execute(
            "CREATE TABLE other (y integer); INSERT INTO other VALUES (7);
             CREATE TABLE __diesel_schema_migrations (version varchar(50) PRIMARY KEY NOT NULL,
                 run_on timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP);
             INSERT INTO __diesel_schema_migrations (version) VALUES ('20240101000000')",
        );
        let program = program(database);
        assert_eq!(program.run("migrate").snapshot(), SILENT);
        assert_eq!(program.run("migrate --check").snapshot(), SILENT);
        for _ in names() {
            assert_eq!(program.run("migrate --revert").snapshot(), SILENT);
        }
        assert_eq!(database.rows("SELECT y FROM other"), ["7"]);
        assert_eq!(database.rows("SELECT version FROM __diesel_schema_migrations"), ["20240101000000"]);
    }
}

#[test]
fn on_postgresql_another_schema_is_another_database() {
    let Some(database) = Database::postgres() else { return };
    database.execute("CREATE TABLE rooms (x text); CREATE SCHEMA exams");
    let url = format!("{}?options=-csearch_path%3Dexams", database.url());
    let program = program(&database).env("DATABASE_URL", &url);
    assert_eq!(program.run("migrate").snapshot(), SILENT);
    assert_eq!(database.number("SELECT count(*) FROM exams.rooms"), 0);
}
