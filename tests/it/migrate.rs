//! `examsync migrate`, and which databases a pass takes (contract §6).

mod foreign;
mod integer_counts;
mod open_sets;
mod tables;

use crate::support::{Database, Examsync, Kind, on_both_databases, without_sudo};

const SILENT: &str = "exit code 0\nstdout:\n\nstderr:";

/// The program with a database and nothing else; its messages name the database as `[database]`.
fn program(database: &Database) -> Examsync {
    let mut program = Examsync::bare().env("DATABASE_URL", database.url()).env("SYNC_TIMEZONE", "UTC");
    program.hide(&shown(database), "[database]");
    program
}

/// The program as it would pull, from an API that nobody has to ask.
fn puller(database: &Database) -> Examsync {
    let mut program = Examsync::with_api_url(database, "http://127.0.0.1:1");
    program.hide(&shown(database), "[database]");
    program
}

/// The database as messages name it.
fn shown(database: &Database) -> String {
    match database.kind() {
        Kind::Sqlite => database.file().display().to_string(),
        Kind::Postgres => database.url().replace("postgres@", ""),
    }
}

/// The names of the program's migrations, oldest first; both databases have the same.
fn names() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/sqlite");
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Their versions, oldest first.
fn versions() -> Vec<String> {
    names().iter().map(|name| name[..4].to_owned()).collect()
}

/// Makes the tables as an older program made them: with the migrations up to `newest`.
fn migrate_up_to(database: &Database, newest: &str) {
    let kind = database.pick("sqlite", "postgres");
    let mut session = database.session();
    session.execute(
        "CREATE TABLE __diesel_schema_migrations (version varchar(50) PRIMARY KEY NOT NULL,
             run_on timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP)",
    );
    for name in names().iter().filter(|name| name[..4] <= *newest) {
        let file = format!("{}/migrations/{kind}/{name}/up.sql", env!("CARGO_MANIFEST_DIR"));
        session.execute(&std::fs::read_to_string(file).unwrap());
        session
            .execute(&format!("INSERT INTO __diesel_schema_migrations (version) VALUES ('{}')", &name[..4]));
    }
}

/// An empty database: of SQLite an empty file, because a missing one is made with its tables.
fn has_file(database: &Database) -> bool {
    database.kind() == Kind::Postgres || database.file().exists()
}

on_both_databases! {
    fn migrate_makes_the_tables_and_says_so_only_when_asked(database) {
        let program = program(database);
        let check = program.run("migrate --check");
        assert_eq!((check.code, check.stdout.as_str()), (1, ""));
        assert_eq!(has_file(database), database.kind() == Kind::Postgres, "--check made the file");

        assert_eq!(
            program.run("migrate -v").snapshot(),
            format!("exit code 0\nstdout:\n[database]: applied {}\n\nstderr:", names().join(", "))
        );
        assert_eq!(program.run("migrate --check").snapshot(), SILENT);
        assert_eq!(program.run("migrate -v").snapshot(), "exit code 0\nstdout:\n[database]: the tables are current\n\nstderr:");
        assert_eq!(program.run("migrate").snapshot(), SILENT);
        assert_eq!(database.number("SELECT count(*) FROM buildings"), 0);
    }

    fn what_migrate_did_is_one_document(database) {
        let program = program(database);
        let none: [String; 0] = [];
        let done = |state: &str, code: u8, applied: &[String], reverted: Option<&String>| {
            serde_json::json!({"version": 1, "command": "migrate", "exit_code": code, "state": state,
                "applied": applied, "reverted": reverted})
        };
        let run = |arguments: &str, code: i32| program.run(&format!("migrate {arguments} --json")).expect(code).json();
        assert_eq!(run("--check", 1), done("pending", 1, &none, None));
        assert_eq!(run("", 0), done("current", 0, &names(), None));
        assert_eq!(run("", 0), done("current", 0, &none, None));
        assert_eq!(run("--check", 0), done("current", 0, &none, None));
        assert_eq!(run("--revert", 0), done("pending", 0, &none, names().last()));
        assert_eq!(run("--check", 1), done("pending", 1, &none, None));
        assert_eq!(run("", 0), done("current", 0, &names()[names().len() - 1..], None));
    }

    fn pending_is_told_even_when_quiet_for_the_exit_code_is_not_zero(database) {
        let program = program(database);
        for arguments in ["migrate --check", "migrate --check -q", "migrate --check --json -q"] {
            let outcome = program.run(arguments).expect(1);
            assert_eq!(outcome.stderr.lines().count(), 1, "{outcome:?}");
            assert!(without_sudo(&outcome.stderr).contains("run `examsync migrate`"), "{outcome:?}");
        }
    }

    fn revert_undoes_the_newest_migration_and_refuses_to_drop_rows(database) {
        let program = program(database);
        program.run("migrate").expect(0);
        let undone = |name: &String| {
            format!("exit code 0\nstdout:\n[database]: migration {name} was undone\n\nstderr:")
        };
        for name in names().iter().rev() {
            assert_eq!(program.run("migrate --revert -v").snapshot(), undone(name));
            program.run("migrate --check").expect(1);
        }
        assert_eq!(
            program.run("migrate --revert -v").snapshot(),
            "exit code 0\nstdout:\n[database]: there is no migration to undo\n\nstderr:"
        );

        program.run("migrate").expect(0);
        database.execute("INSERT INTO buildings (external_id, name) VALUES (1, 'A')");
        for name in names()[1..].iter().rev() {
            assert_eq!(program.run("migrate --revert -v").snapshot(), undone(name));
        }
        assert_eq!(
            program.run("migrate --revert").snapshot(),
            "exit code 10\nstdout:\n\nstderr:\nexamsync: error: undoing migration 0001 would drop tables that hold rows: \
             buildings; make a backup, then add --yes\nexamsync: in migrate, run [uuid]"
        );
        assert_eq!(database.rows("SELECT name FROM buildings"), ["A"]);
        assert_eq!(program.run("migrate --revert --yes -v").snapshot(), undone(&names()[0]));
        assert!(database.session().try_execute("SELECT 1 FROM buildings").is_err());
        program.run("migrate").expect(0);
        assert_eq!(database.number("SELECT count(*) FROM buildings"), 0);
    }

    fn a_pass_refuses_a_database_with_pending_migrations_naming_both_versions(database) {
        database.migrate();
        program(database).run("migrate --revert").expect(0);
        let versions = versions();
        let (before, newest) = (&versions[versions.len() - 2], &versions[versions.len() - 1]);
        assert_eq!(
            puller(database).run("halls").snapshot(),
            format!("exit code 10\nstdout:\n\nstderr:\nexamsync: error: migrations are pending (database: {before}, \
                     program: {newest}); run `examsync migrate`\nexamsync: in halls, run [uuid]")
        );
        assert_eq!(database.number("SELECT count(*) FROM sync_logs"), 0);
        assert_eq!(program(database).run("migrate").snapshot(), SILENT);
    }

    fn a_pass_refuses_a_database_without_tables_naming_both_versions(database) {
        let program = puller(database);
        // A SQLite file that is there and holds something, so that it is not made anew.
        database.execute("CREATE TABLE theirs (x integer)");
        assert_eq!(
            program.run("halls").snapshot(),
            format!("exit code 10\nstdout:\n\nstderr:\nexamsync: error: the database has no tables yet (database: none, \
                     program: {}); run `examsync migrate`\nexamsync: in halls, run [uuid]", versions().last().unwrap())
        );
        assert!(database.session().try_execute("SELECT 1 FROM sync_logs").is_err());
    }

    fn a_database_that_is_newer_than_the_program_is_refused_naming_both_versions(database) {
        database.migrate();
        database.execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('0999')");
        let newest = versions().pop().unwrap();
        let message = format!("examsync: error: the database is newer than this program (database: 0999, program: \
                       {newest}); install the newer examsync");
        for (arguments, command) in [("halls", "halls"), ("migrate", "migrate"), ("migrate --check", "migrate"),
            ("migrate --revert --yes", "migrate")] {
            assert_eq!(
                puller(database).run(arguments).snapshot(),
                format!("exit code 10\nstdout:\n\nstderr:\n{message}\nexamsync: in {command}, run [uuid]"),
                "{arguments}"
            );
        }
        assert_eq!(database.number("SELECT count(*) FROM sync_logs"), 0);
        assert_eq!(database.number("SELECT max(CAST(version AS bigint)) FROM __diesel_schema_migrations"), 999);
    }

    fn two_that_migrate_at_once_follow_each_other(database) {
        let program = program(database);
        let running: Vec<_> = (0..4).map(|_| program.spawn("migrate")).collect();
        for one in running {
            assert_eq!(one.wait().snapshot(), SILENT);
        }
        assert_eq!(program.run("migrate --check").snapshot(), SILENT);
        assert_eq!(database.rows("SELECT version FROM __diesel_schema_migrations ORDER BY version"), versions());
    }
}

#[test]
fn revert_makes_no_file() {
    let database = Database::sqlite();
    assert_eq!(
        program(&database).run("migrate --revert -v").snapshot(),
        "exit code 0\nstdout:\n[database]: there is no migration to undo\n\nstderr:"
    );
    assert!(!database.file().exists());
}

#[test]
fn a_new_sqlite_file_is_made_and_migrated_by_the_first_pass() {
    let (api, database) = (crate::support::MockApi::start(), Database::sqlite());
    let program = Examsync::new(&database, &api);
    assert_eq!(program.run("halls").snapshot(), SILENT);
    assert_eq!(
        database.rows("SELECT sync_type, status FROM sync_logs"),
        ["exam_halls|completed", "hall_rooms|completed"]
    );
}

#[test]
fn a_sqlite_file_in_a_folder_that_does_not_exist_is_not_made() {
    let program = Examsync::bare().env("DATABASE_URL", "sqlite:no/such/folder/x.db");
    insta::assert_snapshot!(program.run("migrate").snapshot(), @"
    exit code 10
    stdout:

    stderr:
    examsync: error: the SQLite file [folder]/no/such/folder/x.db can't be used: its folder does not exist; create it first; see DATABASE_URL
    examsync: in migrate, run [uuid]
    ");
}
