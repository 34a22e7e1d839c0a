//! What `DATABASE_SCHEMA` is not, and what stands in its way.

use super::{APPLICATION, api, content, program};
use crate::support::{Database, Examsync};

fn first_line(program: &Examsync, arguments: &str, code: i32) -> String {
    let outcome = program.run(arguments).expect(code);
    outcome.stderr.lines().next().unwrap().trim_start_matches("examsync: error: ").to_owned()
}

#[test]
fn a_schema_that_is_no_plain_name_is_10_and_so_is_one_of_a_sqlite_file() {
    let Some(database) = Database::postgres() else { return };
    for (name, why) in [
        ("Exams", "is not a plain name; write lower case letters, digits and _, not beginning with a digit"),
        (
            "a\"; DROP",
            "is not a plain name; write lower case letters, digits and _, not beginning with a \
                       digit",
        ),
        ("pg_exams", "names a schema of PostgreSQL itself; name one of its own for examsync"),
        (&"a".repeat(64), "is longer than 63 bytes, which PostgreSQL would cut off"),
    ] {
        let program = Examsync::bare().env("DATABASE_URL", database.url()).env("DATABASE_SCHEMA", name);
        assert_eq!(first_line(&program, "migrate", 10), format!("DATABASE_SCHEMA {why}"));
    }
    let file = Database::sqlite();
    let program = Examsync::bare().env("DATABASE_URL", file.url()).env("DATABASE_SCHEMA", "exams");
    let expected = "DATABASE_SCHEMA is set, and a SQLite file has no schemas";
    assert_eq!(first_line(&program, "migrate", 10), expected);
    assert!(!file.file().exists());
}

#[test]
fn a_schema_that_is_not_there_is_made_by_migrate_alone() {
    let Some(database) = Database::postgres() else { return };
    let api = api();
    let program = program(&database, &api);
    let schemas = || database.number("SELECT count(*) FROM pg_namespace WHERE nspname = 'examsync'");
    program.run("migrate --check").expect(1);
    for arguments in ["halls", "status"] {
        let line = first_line(&program, arguments, 10);
        assert!(line.starts_with("the database has no tables yet "), "{line}");
    }
    assert_eq!(schemas(), 0);

    // A role that may make none is given the line to run.
    let name = database.text("SELECT current_database()");
    database.execute(&format!("CREATE ROLE {name}_pull LOGIN"));
    let url = database.url().replace("postgres@", &format!("{name}_pull@"));
    let pull = program.clone().env("DATABASE_URL", &url);
    let line = first_line(&pull, "migrate", 10);
    let cure = format!("CREATE SCHEMA examsync AUTHORIZATION {name}_pull;");
    assert!(
        line.starts_with(
            "the schema examsync of DATABASE_SCHEMA does not exist, and this role may not create it "
        ),
        "{line}"
    );
    assert!(line.ends_with(&format!("run in psql, as the database's owner: {cure}")), "{line}");
    assert_eq!(schemas(), 0);
    database.execute(&cure);
    pull.run("migrate").expect(0);
    pull.run("halls").expect(0);
}

#[test]
fn a_schema_with_the_applications_tables_is_refused_and_nothing_is_written() {
    let Some(database) = Database::postgres() else { return };
    database.execute(APPLICATION);
    let before = content(&database);
    let api = api();
    for program in [Examsync::new(&database, &api), program(&database, &api).env("DATABASE_SCHEMA", "public")]
    {
        for arguments in [
            "migrate",
            "migrate --check",
            "migrate --revert --yes",
            "halls",
            "participants",
            "rooms",
            "status",
        ] {
            let line = first_line(&program, arguments, 10);
            assert!(
                line.starts_with("the database already has tables that examsync did not make: "),
                "{line}"
            );
            assert!(line.contains("DATABASE_SCHEMA"), "{line}");
            assert_eq!(content(&database), before, "{arguments}");
        }
    }
    assert_eq!(database.number("SELECT count(*) FROM pg_namespace WHERE nspname = 'examsync'"), 0);
}

#[test]
fn an_object_of_the_application_with_one_of_our_names_is_10_with_the_name() {
    for (object, name) in [
        ("CREATE TYPE examsync.rooms AS (x integer)", "rooms"),
        ("CREATE DOMAIN examsync.participants AS text", "participants"),
        ("CREATE TYPE examsync.alerts AS ENUM ('a')", "alerts"),
        (
            "CREATE TABLE examsync.t (x text); CREATE INDEX rooms_building_id ON examsync.t (x)",
            "rooms_building_id",
        ),
        ("CREATE SEQUENCE examsync.outbox", "outbox"),
    ] {
        let Some(database) = Database::postgres() else { return };
        database.execute(&format!("CREATE SCHEMA examsync; {object}"));
        let api = api();
        let line = first_line(&program(&database, &api), "migrate", 10);
        assert!(line.starts_with("something of another program has a name that examsync needs: "), "{line}");
        assert!(line.contains(&format!("\"{name}\" already exists")), "{line}");
        assert_eq!(
            database.number("SELECT count(*) FROM pg_tables WHERE tablename = 'buildings'"),
            0,
            "{object}"
        );
    }
}

#[test]
fn undoing_the_tables_under_a_view_or_foreign_key_of_the_application_is_10_with_their_names() {
    let Some(database) = Database::postgres() else { return };
    let api = api();
    let program = program(&database, &api);
    program.run("migrate").expect(0);
    database.execute(
        "CREATE VIEW public.seats AS SELECT id, name FROM examsync.rooms;
         CREATE TABLE public.keys (room bigint CONSTRAINT key_of_room REFERENCES examsync.rooms (id))",
    );
    while database.number("SELECT count(*) FROM examsync.__diesel_schema_migrations") > 1 {
        program.run("migrate --revert --yes").expect(0);
    }
    let line = first_line(&program, "migrate --revert --yes", 10);
    assert!(
        line.contains("other programs' objects need the tables as they are: foreign key key_of_room of public.keys, view public.seats: "),
        "{line}"
    );
    assert_eq!(database.number("SELECT count(*) FROM examsync.buildings"), 0);
}
