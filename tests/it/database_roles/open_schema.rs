//! A schema in which other roles may create objects is named by `migrate`, with the line that ends it.

use crate::support::terminal::on_a_terminal;
use crate::support::{Database, Examsync};

#[test]
fn migrate_on_a_terminal_names_who_may_create_and_the_line_that_ends_it() {
    let Some(database) = Database::postgres() else { return };
    let name = database.text("SELECT current_database()");
    database.execute(&format!(
        "CREATE ROLE {name}_app; GRANT CREATE ON SCHEMA public TO PUBLIC; GRANT CREATE ON SCHEMA public TO {name}_app"
    ));
    let program = Examsync::bare().env("DATABASE_URL", database.url());
    let seen =
        || on_a_terminal(&program, "migrate", &[]).map(|(code, text)| (code, text.replace("\r\n", " ")));
    let Some((code, text)) = seen() else { return };
    let line = format!("REVOKE CREATE ON SCHEMA public FROM PUBLIC, {name}_app;");
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    assert_eq!(code, 0);
    assert!(
        text.contains("other roles may create objects in the schema public, which holds examsync's tables"),
        "{text}"
    );
    assert!(text.contains(&line), "{text}");
    // Off a terminal a success is silent.
    let outcome = program.run("migrate").expect(0);
    assert_eq!((outcome.stdout.as_str(), outcome.stderr.as_str()), ("", ""));

    database.execute(&line);
    let (_, text) = seen().unwrap();
    assert!(!text.contains("other roles may create"), "{text}");
}

#[test]
fn a_list_of_migrations_that_another_role_made_first_is_10() {
    let Some(database) = Database::postgres() else { return };
    let name = database.text("SELECT current_database()");
    database.execute(&format!(
        "CREATE ROLE {name}_app; GRANT CREATE ON SCHEMA public TO {name}_app; SET ROLE {name}_app;
         CREATE TABLE __diesel_schema_migrations (
             version varchar(50) PRIMARY KEY, run_on timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP);
         RESET ROLE"
    ));
    let program = Examsync::bare().env("DATABASE_URL", database.url());
    let outcome = program.run("migrate").expect(10);
    assert_eq!(
        outcome.stderr.lines().next().unwrap(),
        format!(
            "examsync: error: the role {name}_app made the table __diesel_schema_migrations before examsync did, and its \
             triggers would run with this role's rights; look at it in psql and drop it, or name another schema in \
             DATABASE_SCHEMA"
        )
    );
    assert_eq!(database.number("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"), 1);
    database.execute("DROP TABLE __diesel_schema_migrations");
    program.run("migrate").expect(0);
}
